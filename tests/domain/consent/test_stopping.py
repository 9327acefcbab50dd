"""Stop everything, object, pause: they overrule every yes before them, and only the person takes an objection back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, consent
from portal.domain.actor import Actor
from portal.domain.consent.models import ConsentEvent, Override
from portal.domain.errors import Conflict, Denied, Invalid
from tests import records
from tests.factories import make_purpose

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def kinds(actor: Actor) -> list[str]:
    rows = (
        select(ConsentEvent.kind).where(ConsentEvent.person_id == actor.person_id).order_by(ConsentEvent.id)
    )
    return list(db.session().scalars(rows))


def test_stop_all_holds_in_every_account_and_cancels_all_but_service(
    amina: Actor, offers: consent.Purpose
) -> None:
    make_purpose("service", basis="contract", marketing=False)
    messages = [
        records.written(name, key=name, account_id=amina.account_id, person_id=amina.person_id, purpose=name)
        for name in ("offers", "service")
    ]
    outcome = consent.stop_all(actor=amina)
    assert outcome.event.account_id is None and outcome.event.effect["cancelled"] == 1
    assert [message.state for message in messages] == ["cancelled", "queued"]


def test_stop_all_twice_is_once_unless_a_yes_lands_between(amina: Actor, offers: consent.Purpose) -> None:
    with clock.at(DAY):
        consent.stop_all(actor=amina)
        assert not consent.stop_all(actor=amina).changed
        consent.give("offers", actor=amina)
        assert consent.stop_all(actor=amina).changed
    assert kinds(amina) == ["stop_all", "given", "stop_all"]
    standing = db.session().scalars(select(Override).where(Override.lifted_at.is_(None))).all()
    assert len(standing) == 1


def test_a_press_after_stop_all_is_a_new_yes(amina: Actor, offers: consent.Purpose) -> None:
    consent.give("offers", actor=amina)
    consent.stop_all(actor=amina)
    assert consent.give("offers", actor=amina).changed
    assert kinds(amina) == ["given", "stop_all", "renewed"]


def test_an_objection_refuses_a_yes_until_the_person_takes_it_back(
    amina: Actor, offers: consent.Purpose
) -> None:
    assert consent.object_to_marketing(actor=amina).changed
    assert not consent.object_to_marketing(actor=amina).changed
    with pytest.raises(Conflict) as caught:
        consent.give("offers", actor=amina)
    assert caught.value.code == "consent.objection"
    with pytest.raises(Denied):
        consent.lift_objection(actor=records.staff())
    assert consent.lift_objection(actor=amina) is not None
    assert consent.lift_objection(actor=amina) is None
    assert consent.give("offers", actor=amina).changed


def test_an_objection_leaves_alone_what_is_not_marketing(amina: Actor) -> None:
    make_purpose("surveys", marketing=False)
    consent.object_to_marketing(actor=amina)
    assert consent.give("surveys", actor=amina).changed


def test_a_pause_has_an_end_and_a_new_one_replaces_it(amina: Actor) -> None:
    with clock.at(DAY):
        with pytest.raises(Invalid):
            consent.pause(DAY, actor=amina)
        consent.pause(DAY + timedelta(days=7), actor=amina)
        assert not consent.pause(DAY + timedelta(days=7), actor=amina).changed
        consent.pause(DAY + timedelta(days=14), actor=amina)
        assert [row.until for row in consent.of(amina).overrides()] == [DAY + timedelta(days=14)]
        assert consent.resume(actor=amina) is not None and consent.resume(actor=amina) is None
        assert consent.of(amina).overrides() == []
    assert kinds(amina) == ["pause", "pause", "pause_ended"]


def test_staff_write_down_a_stop_by_phone(amina: Actor, offers: consent.Purpose) -> None:
    words = {"method": "phone", "words": "“Stop writing to me altogether.”"}
    who = {"person_id": amina.person_id, "account_id": amina.account_id}
    assert (
        consent.stop_by_staff(actor=records.staff(), what="stop_all", **who, **words).event.kind == "stop_all"
    )
    assert (
        consent.stop_by_staff(actor=records.staff(), what="objection", **who, **words).event.kind
        == "objection"
    )

"""Allow, refuse, stop: one entry each, its effect in the same transaction, and no has memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, consent, outbox
from portal.domain.actor import Actor, Permission, Right
from portal.domain.audit.models import AuditEvent
from portal.domain.consent.models import ConsentEvent, ConsentState
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from tests import records
from tests.factories import make_purpose

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


def events(actor: Actor) -> list[str]:
    rows = (
        select(ConsentEvent.kind).where(ConsentEvent.person_id == actor.person_id).order_by(ConsentEvent.id)
    )
    return list(db.session().scalars(rows))


def acts(actor: Actor) -> list[tuple[str, dict[str, Any]]]:
    rows = select(AuditEvent.tag, AuditEvent.data).where(AuditEvent.account_id == actor.account_id)
    return [(tag, data) for tag, data in db.session().execute(rows.order_by(AuditEvent.id))]


def state(actor: Actor, **scope: str) -> ConsentState:
    wanted = {"topic": "", "channel": "", "address": ""} | scope
    return db.session().scalars(select(ConsentState).filter_by(person_id=actor.person_id, **wanted)).one()


def queue(actor: Actor, purpose: str = "offers", **more: Any) -> outbox.Message:
    number = db.session().scalar(select(func.count()).select_from(outbox.Message))
    return records.written(
        "offer",
        key=f"m{number}",
        account_id=actor.account_id,
        person_id=actor.person_id,
        purpose=purpose,
        **more,
    )


def test_giving_writes_an_entry_a_state_and_an_act(amina: Actor, offers: consent.Purpose) -> None:
    with clock.at(MORNING):
        outcome = consent.give("offers", actor=amina)
    assert outcome.changed and outcome.event.kind == "given"
    assert outcome.event.notice_hash and outcome.event.language == "en" and outcome.event.purpose_version == 1
    assert outcome.event.expires_at == datetime(2028, 3, 2, 9, tzinfo=UTC)
    assert outcome.event.effect["benefit_by"] == (MORNING + timedelta(days=7)).isoformat()
    assert state(amina).permits and state(amina).event_id == outcome.event.id
    assert acts(amina)[-1][0] == "consent:given"


def test_a_second_press_on_the_same_state_writes_nothing(amina: Actor, offers: consent.Purpose) -> None:
    first = consent.give("offers", actor=amina)
    again = consent.give("offers", actor=amina)
    assert not again.changed and again.uuid == first.uuid
    stopped = consent.withdraw("offers", actor=amina)
    assert consent.withdraw("offers", actor=amina).uuid == stopped.uuid
    assert events(amina) == ["given", "withdrawn"]
    assert [tag for tag, _ in acts(amina)] == ["consent:given", "consent:withdrawn"]


def test_withdrawing_cancels_what_waits_and_says_so(amina: Actor, offers: consent.Purpose) -> None:
    consent.give("offers", actor=amina)
    mine, other = queue(amina), queue(amina, "surveys")
    outcome = consent.withdraw("offers", actor=amina)
    assert outcome.event.effect["cancelled"] == 1
    assert [row["uuid"] for row in outcome.event.effect["messages"]] == [str(mine.uuid)]
    assert (mine.state, mine.reason, other.state) == ("cancelled", "withdrawn", "queued")
    assert ("consent:withdrawn", 1) in [(tag, data.get("cancelled")) for tag, data in acts(amina)]


def test_stopping_one_channel_leaves_the_others(amina: Actor, offers: consent.Purpose) -> None:
    consent.give("offers", actor=amina)
    mail, letter = queue(amina), queue(amina, channel="letter")
    outcome = consent.withdraw("offers", actor=amina, channel="letter", method="one_click")
    assert (mail.state, letter.state) == ("queued", "cancelled")
    assert (
        outcome.event.kind == "withdrawn"
        and state(amina).permits
        and not state(amina, channel="letter").permits
    )


def test_stopping_a_purpose_stops_the_narrower_yes_too(amina: Actor, offers: consent.Purpose) -> None:
    consent.give("offers", actor=amina, channel="sms")
    waiting = queue(amina, channel="sms")
    consent.withdraw("offers", actor=amina)
    assert not state(amina, channel="sms").permits and waiting.state == "cancelled"


def test_a_refusal_has_memory(amina: Actor, offers: consent.Purpose) -> None:
    who = {"person_id": amina.person_id, "account_id": amina.account_id}
    with clock.at(MORNING):
        assert consent.asking_allowed("offers", **who)
        outcome = consent.refuse("offers", actor=amina)
        assert outcome.event.kind == "refused"
    again = datetime(2026, 9, 2, 8, tzinfo=UTC)  # ten on the wall in Warsaw, in winter and in summer
    assert outcome.event.ask_not_before == again and state(amina).times_asked == 1
    with clock.at(again - timedelta(seconds=1)):
        assert not consent.asking_allowed("offers", **who)
        with pytest.raises(Conflict):
            consent.ask("offers", actor=records.staff(), **who)
    with clock.at(again):
        consent.ask("offers", actor=records.staff(), **who)
        assert state(amina).times_asked == 2 and state(amina).status == "requested"
        assert not consent.asking_allowed("offers", **who)


def test_a_yes_that_ended_is_renewed_with_its_narrower_ones(amina: Actor) -> None:
    purpose = make_purpose("offers", valid_months=1)
    with clock.at(MORNING):
        consent.give(purpose, actor=amina)
        consent.give(purpose, actor=amina, channel="sms")
    with clock.at(MORNING + timedelta(days=40)):
        assert consent.expire_due() == 2 and consent.expire_due() == 0
        assert not state(amina).permits and state(amina).status == "expired"
        assert consent.give(purpose, actor=amina).event.kind == "renewed"
        assert state(amina, channel="sms").permits
    assert events(amina) == ["given", "given", "expired", "expired", "renewed", "renewed"]


def test_a_version_that_asks_anew_takes_a_new_yes(amina: Actor, offers: consent.Purpose) -> None:
    consent.give(offers, actor=amina)
    make_purpose("offers", text="New words, a new recipient.", asks_anew=True)
    outcome = consent.give("offers", actor=amina)
    assert outcome.changed and outcome.event.kind == "renewed" and outcome.event.purpose_version == 2


def test_a_new_version_that_asks_nothing_keeps_the_yes(amina: Actor, offers: consent.Purpose) -> None:
    consent.give(offers, actor=amina)
    make_purpose("offers", text="The same, said more simply.")
    assert not consent.give("offers", actor=amina).changed


def test_what_is_part_of_the_service_has_no_switch(amina: Actor) -> None:
    make_purpose("invoices", basis="contract", marketing=False)
    for verb in (consent.give, consent.refuse):
        with pytest.raises(Invalid):
            verb("invoices", actor=amina)


def test_a_legitimate_interest_can_be_stopped_and_allowed_again(amina: Actor) -> None:
    make_purpose("safety", basis="legitimate_interest", marketing=False)
    assert consent.withdraw("safety", actor=amina).event.kind == "withdrawn"
    assert consent.give("safety", actor=amina).event.expires_at is None


def test_only_the_person_speaks_for_themselves(amina: Actor, offers: consent.Purpose) -> None:
    with pytest.raises(Denied):
        consent.give("offers", actor=records.staff())
    company = records.account("Hurtownia Lipa", kind="company")
    piotr = records.customer("Piotr Lis", Right.ORDERS, of=company)
    with pytest.raises(Denied):
        consent.give("offers", actor=piotr)
    assert consent.refuse("offers", actor=piotr).changed  # saying no takes no right
    with pytest.raises(NotFound):
        consent.give("nonsense", actor=amina)


def test_older_news_does_not_overwrite_newer(amina: Actor, offers: consent.Purpose) -> None:
    with clock.at(MORNING):
        consent.refuse("offers", actor=amina)
    with clock.at(MORNING - timedelta(days=1)):
        consent.give("offers", actor=amina)
    assert state(amina).status == "refused"


class TestStaff:
    """What staff write down on a customer's behalf."""

    words = {"method": "phone", "words": "May we send you offers by e-mail and letter?"}

    def test_a_no_by_phone_counts_like_any_other(self, amina: Actor, offers: consent.Purpose) -> None:
        consent.give("offers", actor=amina)
        waiting = queue(amina)
        outcome = consent.record_by_staff(
            "offers", actor=records.staff(), answer="no", **_who(amina), **self.words
        )
        assert outcome.event.kind == "withdrawn" and outcome.event.authority == "on_request"
        assert outcome.event.actor_kind == "staff" and waiting.state == "cancelled"

    def test_it_takes_the_permission_and_the_words(self, amina: Actor, offers: consent.Purpose) -> None:
        with pytest.raises(Denied):
            outsider = records.staff("Nora", Permission.CONSENT_READ)
            consent.record_by_staff("offers", actor=outsider, answer="yes", **_who(amina), **self.words)
        for wrong in ({"method": "page"}, {"words": "ok"}, {"answer": "maybe"}):
            with pytest.raises(Invalid) as caught:
                given = {"answer": "yes"} | self.words | wrong
                consent.record_by_staff("offers", actor=records.staff(), **_who(amina), **given)
            assert caught.value.field in wrong

    def test_a_yes_never_overrides_an_objection(self, amina: Actor, offers: consent.Purpose) -> None:
        consent.object_to_marketing(actor=amina)
        with pytest.raises(Conflict):
            consent.record_by_staff(
                "offers", actor=records.staff(), answer="yes", **_who(amina), **self.words
            )

    def test_asking_too_early_is_impossible(self, amina: Actor, offers: consent.Purpose) -> None:
        consent.refuse("offers", actor=amina)
        with pytest.raises(Conflict):
            consent.record_by_staff(
                "offers", actor=records.staff(), answer="yes", asked=True, **_who(amina), **self.words
            )

    def test_staff_cannot_complete_a_double_opt_in(self, amina: Actor, offers: consent.Purpose) -> None:
        staff = records.staff()
        first = consent.record_by_staff("offers", actor=staff, answer="yes", **_who(amina), **self.words)
        assert first.event.kind == "given"
        assert state(amina, channel="email").status == "pending" and not state(amina, channel="email").permits
        again = consent.record_by_staff(
            "offers", actor=staff, answer="yes", channel="email", **_who(amina), **self.words
        )
        assert not again.changed and not state(amina, channel="email").permits
        consent.give("offers", actor=amina)
        assert state(amina, channel="email").permits  # the owner of the mailbox did


def _who(actor: Actor) -> dict[str, Any]:
    return {"person_id": actor.person_id, "account_id": actor.account_id}

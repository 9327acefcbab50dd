"""Of sharing with partners words and events go on their dates, and the proof of what was shared stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal import db
from portal.domain import clock, retention, sharing, webhooks
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor, Permission
from portal.domain.sharing.models import ShareRequest
from portal.domain.webhooks import WebhookEvent
from tests import records
from tests.domain.retention.test_removing import BEGUN, RULES, SECOND, end_of, run
from tests.domain.sharing.giving import customer, partner, terms

ME = "https://partner.example/reins"


def number_of(actor: Actor) -> str:
    return db.session().get_one(Account, actor.account_id).number


@pytest.fixture
def shared(uow: Any) -> Any:
    """A share on request, taken by the partner's system at each step, stopped and asked to be erased."""
    amina, nils = customer(), partner()
    with clock.at(BEGUN):
        webhooks.set_endpoint(nils.partner_id or 0, ME, actor=nils)
        asked = sharing.ask(
            number_of(amina), terms(words="For a visit"), benefit="Sooner", days=9, actor=nils
        )
        given = sharing.agree(asked.uuid, terms(words="The kitchen door"), actor=amina)
        again = sharing.ask(number_of(customer("Ben Ito", "ben@example.org")), terms(words="Hello"), benefit="x",
                            days=9, actor=nils)  # fmt: skip
        sharing.erase(given.uuid, actor=amina)
        db.session().execute(update(WebhookEvent).values(state="sent", ended_at=BEGUN, attempts=1))
    return amina, given, again


def kinds(state: str = "sent") -> list[str]:
    return list(db.session().scalars(select(WebhookEvent.kind).where(WebhookEvent.state == state)))


def test_delivered_events_go_and_that_the_partner_knew_it_stays(shared: Any) -> None:
    amina, given, _again = shared
    before = {one.kind: (one.confirmed_at, one.how) for one in sharing.of(amina).get(given.uuid).history}
    rule = RULES["partner_events"]
    assert "partner_events" not in run(end_of(rule) - SECOND)
    assert run(end_of(rule))["partner_events"] == 2
    assert kinds() == ["share.erase_asked"]  # nobody has said that it is erased
    after = {one.kind: (one.confirmed_at, one.how) for one in sharing.of(amina).get(given.uuid).history}
    assert after == before and before["given"] == (BEGUN, "webhook") and before["erase_asked"] == (None, "")
    assert run(end_of(RULES["last_partner_events"]))["last_partner_events"] == 1


def test_words_and_names_go_after_years_and_the_proof_stays(shared: Any) -> None:
    amina, given, _again = shared
    rule = RULES["share_words"]
    assert "share_words" not in run(end_of(rule) - SECOND)
    assert run(end_of(rule))["share_words"] == 1
    db.session().expire_all()
    detail = sharing.of(amina).get(given.uuid)
    assert given.words == "" and given.words_gone_at == end_of(rule)
    assert [(one.kind, one.actor_name, one.terms.words) for one in detail.history][-1] == ("given", "", "")
    assert "name, phone number" in detail.history[-1].notice and detail.history[-1].terms.fields == tuple(
        given.fields
    )
    left = db.session().scalars(select(ShareRequest)).all()
    assert [(one.id, one.words, one.benefit) for one in left] == [(given.request_id, "", "")]
    assert "share_words" not in run(end_of(rule) + timedelta(days=1))


def test_a_legal_hold_keeps_what_was_shared(shared: Any) -> None:
    amina, given, _again = shared
    dana = records.staff("Dana", Permission.RETENTION_WRITE)
    retention.hold(number_of(amina), "A court asked", actor=dana)
    run(end_of(RULES["share_words"]))
    assert given.words == "The kitchen door" and len(kinds()) == 3

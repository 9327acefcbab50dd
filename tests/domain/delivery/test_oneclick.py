"""One press in a mail program stops the lane the mail came by, for good and only that."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, consent, delivery, gate, outbox
from portal.domain.actor import Actor
from portal.domain.consent import ConsentEvent
from portal.domain.outbox import State
from tests import records
from tests.domain.delivery.carrying import Carrier, a_message, with_mailbox
from tests.factories import make_purpose

pytestmark = pytest.mark.usefixtures("uow")


@pytest.fixture
def amina() -> Actor:
    return with_mailbox(records.customer())


def stop_token(actor: Actor, key: str = "one", **changes: str) -> str:
    """Send an offer and return the token of its link."""
    carrier = Carrier()
    message = a_message(actor, key, **changes)
    assert delivery.deliver(message, transport=carrier) is State.SENT
    token = carrier.carried[0][0].stop_token
    assert message.mark == hashlib.sha256(token.encode()).hexdigest() and token not in message.body_text
    return token


def events() -> int:
    return db.session().scalar(select(func.count()).select_from(ConsentEvent)) or 0


def may_send(actor: Actor, purpose: str = "offers", topic: str = "", channel: str = "email") -> bool:
    use = gate.Use(actor.account_id, actor.person_id, purpose, topic, channel, "amina@example.org")
    return gate.decide(use, clock.now()).allowed


def test_a_press_stops_the_lane_and_cancels_what_waits(amina: Actor) -> None:
    make_purpose("offers")
    consent.give("offers", actor=amina)
    token, waiting = stop_token(amina), a_message(amina, "two")
    by_letter = a_message(amina, "three", channel="letter")
    assert delivery.stop_by_token(token) is True
    assert not may_send(amina) and may_send(amina, channel="letter")
    assert (waiting.state, by_letter.state) == (State.CANCELLED, State.QUEUED)
    event = db.session().scalars(select(ConsentEvent).order_by(ConsentEvent.id.desc()).limit(1)).one()
    assert (event.kind, event.method, event.channel) == ("withdrawn", "one_click", "email")
    assert event.actor_person_id == amina.person_id


def test_a_second_press_makes_no_second_event(amina: Actor) -> None:
    make_purpose("offers")
    consent.give("offers", actor=amina)
    token = stop_token(amina)
    delivery.stop_by_token(token)
    before = events()
    assert delivery.stop_by_token(token) is True
    assert events() == before


def test_the_lane_of_a_legitimate_interest_stops_too(amina: Actor) -> None:
    make_purpose("similar_goods", basis="legitimate_interest")
    assert may_send(amina, "similar_goods")
    delivery.stop_by_token(stop_token(amina, purpose="similar_goods"))
    assert not may_send(amina, "similar_goods")


def test_a_narrower_yes_does_not_survive_the_press(amina: Actor) -> None:
    """The mail came under a yes to one topic: after the press that topic is silent as well."""
    make_purpose("offers")
    consent.give("offers", actor=amina, topic="garden", channel="email")
    token = stop_token(amina, topic="garden")
    delivery.stop_by_token(token)
    assert not may_send(amina, topic="garden") and not may_send(amina)


def test_other_purposes_go_on(amina: Actor) -> None:
    for key in ("offers", "news"):
        make_purpose(key)
        consent.give(key, actor=amina)
    delivery.stop_by_token(stop_token(amina))
    assert may_send(amina, "news")


def test_an_unknown_token_changes_nothing(amina: Actor) -> None:
    make_purpose("offers")
    consent.give("offers", actor=amina)
    before = events()
    for token in ("", "x", "é" * 50, "a" * 100_000, stop_token(amina)[:-1]):
        assert delivery.stop_by_token(token) is False
    assert events() == before and may_send(amina)


def test_service_mail_has_no_such_link(amina: Actor) -> None:
    carrier, message = Carrier(), a_message(amina, purpose="service")
    delivery.deliver(message, transport=carrier)
    assert carrier.carried[0][0].stop_token == "" and message.mark == ""
    assert outbox.by_mark("") is None


def test_the_link_of_a_purpose_that_is_gone_answers_all_the_same(amina: Actor) -> None:
    purpose = make_purpose("offers")
    consent.give("offers", actor=amina)
    token = stop_token(amina)
    purpose.retired_at = clock.now()
    db.session().flush()
    assert delivery.stop_by_token(token) is True

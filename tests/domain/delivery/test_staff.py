"""Messages that a member of staff carries: calls and letters, each asked about again at the last moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, consent, delivery, errors, gate, outbox
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor, Permission
from portal.domain.audit import AuditEvent
from portal.domain.outbox import State
from portal.domain.timeline.models import Contact
from tests import records
from tests.domain.delivery.carrying import Carrier, a_message
from tests.factories import make_purpose

pytestmark = pytest.mark.usefixtures("uow")


@pytest.fixture
def amina() -> Actor:
    """Amina with a telephone and a postal address, who allowed offers."""
    actor = records.customer()
    account = db.session().get_one(Account, actor.account_id)
    account.phone, account.street, account.postcode, account.city = (
        "+48600100200",
        "ul. Polna 3",
        "00-001",
        "Łódź",
    )
    make_purpose("offers")
    consent.give("offers", actor=actor)
    return actor


@pytest.fixture
def sam() -> Actor:
    return records.staff()


def waiting(amina: Actor, channel: str, key: str = "one", **changes: str) -> outbox.Message:
    message = a_message(amina, key, channel=channel, **changes)
    assert delivery.deliver(message, transport=Carrier()) is State.WAITING
    return message


def tag(message: outbox.Message) -> str:
    found = (
        select(AuditEvent.tag).where(AuditEvent.subject_uuid == message.uuid).order_by(AuditEvent.id.desc())
    )
    return db.session().scalars(found.limit(1)).one()


def test_a_call_is_begun_made_and_noted(amina: Actor, sam: Actor) -> None:
    message = waiting(amina, "phone")
    assert outbox.of(sam).waiting("phone")[0].uuid == message.uuid
    assert not delivery.calls.taken_by(message, sam)
    assert delivery.calls.begin(message, actor=sam) and delivery.calls.taken_by(message, sam)
    stored = db.session().get_one(gate.GateDecision, message.decision_id)
    assert (stored.use, stored.address, stored.allowed) == ("call", "+48600100200", True)
    delivery.calls.finish(message, outcome="reached", note="Comes on Monday", actor=sam)
    assert message.state == State.DONE and tag(message) == "message:done"
    contact = db.session().scalars(select(Contact)).one()
    assert (contact.outcome, contact.direction, contact.text) == ("reached", "out", "Comes on Monday")


def test_a_call_that_is_no_longer_allowed_is_withheld_before_the_number_is_shown(
    amina: Actor, sam: Actor
) -> None:
    message = waiting(amina, "phone")
    make_purpose("offers", asks_anew=True, text="It means something else now.")
    assert delivery.calls.begin(message, actor=sam) is False
    assert (message.state, message.reason) == (State.WITHHELD, "old_version")
    assert not delivery.calls.taken_by(message, sam)


def test_one_call_is_in_one_hand(amina: Actor, sam: Actor) -> None:
    message, rita = waiting(amina, "phone"), records.staff("Rita")
    delivery.calls.begin(message, actor=sam)
    with pytest.raises(errors.Conflict):
        delivery.calls.begin(message, actor=rita)
    with pytest.raises(errors.Conflict):
        delivery.calls.finish(message, outcome="reached", note="", actor=rita)
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert delivery.calls.begin(message, actor=rita)


def test_after_three_calls_without_an_answer_it_is_given_up(amina: Actor, sam: Actor) -> None:
    message, at = waiting(amina, "phone"), clock.now()
    for n in range(3):
        with clock.at(at + timedelta(hours=4 * n)):
            assert delivery.calls.begin(message, actor=sam)
            delivery.calls.finish(message, outcome="no_answer", note="", actor=sam)
            if n < 2:
                assert message.state == State.WAITING and message.due_at > clock.now()
    assert (message.state, message.reason) == (State.GAVE_UP, "not_reached")
    assert len(db.session().scalars(select(Contact)).all()) == 3


def test_an_outcome_has_to_be_one_we_know(amina: Actor, sam: Actor) -> None:
    message = waiting(amina, "phone")
    delivery.calls.begin(message, actor=sam)
    with pytest.raises(errors.Invalid) as caught:
        delivery.calls.finish(message, outcome="maybe", note="", actor=sam)
    assert caught.value.field == "outcome"
    with pytest.raises(errors.Invalid) as caught:
        delivery.calls.finish(message, outcome="reached", note="x" * 2001, actor=sam)
    assert caught.value.field == "note"


def test_calls_and_letters_need_their_permission(amina: Actor) -> None:
    call, letter = waiting(amina, "phone", "a"), waiting(amina, "letter", "b")
    mona = records.staff("Mona", Permission.MESSAGES_READ)
    with pytest.raises(errors.Denied):
        delivery.calls.begin(call, actor=mona)
    with pytest.raises(errors.Denied):
        delivery.calls.finish(call, outcome="reached", note="", actor=mona)
    for act in (delivery.letters.posted, delivery.letters.returned):
        with pytest.raises(errors.Denied):
            act(letter, actor=mona)


def test_a_letter_is_posted_once(amina: Actor, sam: Actor) -> None:
    letter = waiting(amina, "letter")
    assert delivery.letters.posted(letter, actor=sam)
    assert letter.state == State.DONE and tag(letter) == "message:done"
    with pytest.raises(errors.Conflict):
        delivery.letters.posted(letter, actor=sam)


def test_a_letter_on_the_pile_is_withheld_when_the_customer_stops_it(amina: Actor, sam: Actor) -> None:
    letter = waiting(amina, "letter")
    consent.withdraw("offers", actor=amina)
    assert letter.state == State.CANCELLED
    with pytest.raises(errors.Conflict):
        delivery.letters.posted(letter, actor=sam)


def test_the_gate_is_asked_again_at_the_post_box(amina: Actor, sam: Actor) -> None:
    letter = waiting(amina, "letter")
    make_purpose("offers", asks_anew=True, text="It means something else now.")
    assert delivery.letters.posted(letter, actor=sam) is False
    assert (letter.state, letter.reason) == (State.WITHHELD, "old_version")


def test_a_letter_that_comes_back_closes_its_address(amina: Actor, sam: Actor) -> None:
    letter = waiting(amina, "letter", purpose="service")
    with pytest.raises(errors.Conflict):
        delivery.letters.returned(letter, actor=sam)
    delivery.letters.posted(letter, actor=sam)
    delivery.letters.returned(letter, actor=sam)
    assert (letter.state, letter.reason) == (State.GAVE_UP, "returned")
    second = a_message(amina, "two", channel="letter", purpose="service")
    assert delivery.deliver(second, transport=Carrier()) is State.WITHHELD
    assert second.reason == "address_bounced"

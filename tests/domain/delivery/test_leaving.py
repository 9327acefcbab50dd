"""What decides at the moment a message leaves: the gate, the address, the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, consent, delivery, gate, outbox
from portal.domain.accounts import links
from portal.domain.accounts.models import EmailAddress, Person
from portal.domain.actor import Actor
from portal.domain.audit import AuditEvent
from portal.domain.outbox import State
from portal.domain.preferences.models import ContactPoint
from tests import records
from tests.domain.delivery.carrying import Carrier, a_message, with_mailbox
from tests.factories import make_purpose

pytestmark = pytest.mark.usefixtures("uow")


@pytest.fixture
def amina() -> Actor:
    """Amina with a mailbox; she has been asked about nothing."""
    return with_mailbox(records.customer())


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


def allowed(actor: Actor, key: str = "offers") -> None:
    make_purpose(key)
    consent.give(key, actor=actor)


def decision(message: outbox.Message) -> gate.GateDecision:
    return db.session().get_one(gate.GateDecision, message.decision_id)


def last_audit(message: outbox.Message) -> AuditEvent:
    found = select(AuditEvent).where(AuditEvent.subject_uuid == message.uuid).order_by(AuditEvent.id.desc())
    return db.session().scalars(found.limit(1)).one()


def point(actor: Actor, channel: str, address: str, **changes: Any) -> ContactPoint:
    row = ContactPoint(
        account_id=actor.account_id, person_id=actor.person_id, channel=channel, address=address,
        created_at=clock.now(), proved_at=None, bounced_at=None, removed_at=None, **changes,
    )  # fmt: skip
    db.session().add(row)
    db.session().flush()
    return row


def test_an_allowed_message_leaves_with_its_decision_and_the_entry_it_stands_on(
    amina: Actor, carrier: Carrier
) -> None:
    allowed(amina)
    message = a_message(amina)
    assert delivery.deliver(message, transport=carrier) is State.SENT
    stored = decision(message)
    assert stored.allowed and stored.event_id is not None and stored.about_uuid == message.uuid
    assert (stored.use, stored.channel, stored.address) == ("send", "email", "amina@example.org")
    assert last_audit(message).tag == "message:sent"


def test_what_was_not_allowed_is_withheld_for_all_to_see(amina: Actor, carrier: Carrier) -> None:
    make_purpose("offers")
    message = a_message(amina)
    assert delivery.deliver(message, transport=carrier) is State.WITHHELD
    assert message.reason == "not_allowed_yet" and not decision(message).allowed
    assert last_audit(message).tag == "message:withheld" and carrier.carried == []


def test_a_permission_taken_back_after_writing_withholds(amina: Actor, carrier: Carrier) -> None:
    allowed(amina)
    message = a_message(amina)
    message.state = State.LEASED.value  # a worker has it, so it was not cancelled
    consent.withdraw("offers", actor=amina)
    assert delivery.deliver(message, transport=carrier) is State.WITHHELD
    assert message.reason == "withdrawn"


def test_service_needs_no_permission(amina: Actor, carrier: Carrier) -> None:
    assert delivery.deliver(a_message(amina, purpose="service"), transport=carrier) is State.SENT


def test_what_expired_before_it_left_is_withheld(amina: Actor, carrier: Carrier) -> None:
    message = a_message(amina, purpose="service", expires_at=clock.now() + timedelta(hours=1))
    with clock.at(clock.now() + timedelta(hours=2)):
        assert delivery.deliver(message, transport=carrier) is State.WITHHELD
    assert message.reason == "too_late"


def test_what_expired_after_failed_tries_is_given_up(amina: Actor, carrier: Carrier) -> None:
    message = a_message(amina, purpose="service", expires_at=clock.now() + timedelta(hours=1))
    carrier.fail = lambda parcel: TryLaterNow
    assert delivery.deliver(message, transport=carrier) is State.QUEUED
    with clock.at(clock.now() + timedelta(hours=2)):
        assert delivery.deliver(message, transport=carrier) is State.GAVE_UP


TryLaterNow = delivery.TryLater("server_refused")


def test_a_next_try_never_lies_after_the_end(amina: Actor, carrier: Carrier) -> None:
    end = clock.now() + timedelta(seconds=20)
    message = a_message(amina, purpose="service", expires_at=end)
    carrier.fail = lambda parcel: TryLaterNow
    delivery.deliver(message, transport=carrier)
    assert message.due_at == end


def test_a_pause_is_waited_out(amina: Actor, carrier: Carrier) -> None:
    allowed(amina)
    until = clock.now() + timedelta(days=7)
    with clock.at(clock.now() + timedelta(seconds=1)):
        consent.pause(until, actor=amina)
        message, service = a_message(amina), a_message(amina, "s", purpose="service")
        assert delivery.deliver(message, transport=carrier) is State.QUEUED
        assert (message.due_at, message.reason) == (until, "paused")
        assert last_audit(message).tag == "message:delayed"
        assert delivery.deliver(service, transport=carrier) is State.SENT
    with clock.at(until + timedelta(seconds=1)):
        assert delivery.deliver(message, transport=carrier) is State.SENT


def test_a_pause_longer_than_the_message_lives_ends_it_visibly(amina: Actor, carrier: Carrier) -> None:
    allowed(amina)
    end = clock.now() + timedelta(days=1)
    with clock.at(clock.now() + timedelta(seconds=1)):
        consent.pause(clock.now() + timedelta(days=7), actor=amina)
        message = a_message(amina, expires_at=end)
        delivery.deliver(message, transport=carrier)
        assert message.due_at == end
    with clock.at(end + timedelta(seconds=1)):
        assert delivery.deliver(message, transport=carrier) is State.WITHHELD
    assert message.reason == "too_late"


def test_without_an_address_nothing_leaves(carrier: Carrier) -> None:
    nobody = records.customer("Piotr Lis")
    for channel in ("email", "phone", "letter", "sms"):
        message = a_message(nobody, channel, purpose="service", channel=channel)
        assert delivery.deliver(message, transport=carrier) is State.WITHHELD
        assert message.reason == "no_address"


def test_the_first_address_of_a_channel_is_used_and_a_removed_or_bounced_one_is_not(
    amina: Actor, carrier: Carrier
) -> None:
    point(amina, "sms", "+48600100200")
    first = point(amina, "sms", "+48600100201", first=True)
    message = a_message(amina, "a", purpose="service", channel="sms", urgent=True)
    delivery.deliver(message, transport=carrier)
    assert message.address == "+48600100201"
    first.bounced_at = clock.now()
    message = a_message(amina, "b", purpose="service", channel="sms", urgent=True)
    delivery.deliver(message, transport=carrier)
    assert message.address == "+48600100200"


def test_a_bounce_noted_at_the_sign_in_mailbox_silences_the_same_contact_point(
    amina: Actor, carrier: Carrier
) -> None:
    point(amina, "email", "Amina@example.org", first=True)
    db.session().scalars(select(EmailAddress)).one().bounced_at = clock.now()
    message = a_message(amina, purpose="service")
    assert delivery.deliver(message, transport=carrier) is State.WITHHELD
    assert message.reason == "address_bounced"


def test_a_letter_goes_to_the_postal_address_of_the_account(amina: Actor, carrier: Carrier) -> None:
    from portal.domain.accounts.models import Account

    account = db.session().get_one(Account, amina.account_id)
    account.street, account.postcode, account.city = "ul. Polna 3", "00-001", "Warszawa"
    message = a_message(amina, purpose="service", channel="letter")
    assert delivery.deliver(message, transport=carrier) is State.WAITING
    assert message.address == "Amina Nowak\nul. Polna 3\n00-001 Warszawa"
    assert last_audit(message).tag == "message:to_staff" and message.body_text


def test_the_inbox_of_the_portal_is_reached_at_once_and_lies_unread(amina: Actor, carrier: Carrier) -> None:
    message = a_message(amina, purpose="service", channel="inbox")
    assert delivery.deliver(message, transport=carrier) is State.SENT
    assert carrier.carried == [] and message.read_at is None
    assert outbox.of(amina).unread_count() == 1


def test_words_are_written_in_the_language_the_person_has_when_it_leaves(
    amina: Actor, carrier: Carrier
) -> None:
    message = a_message(amina, purpose="service")
    person = db.session().get_one(Person, amina.person_id)
    person.language, person.zone = "pl", "Europe/Sofia"
    delivery.deliver(message, transport=carrier)
    parcel, _ = carrier.carried[0]
    assert (parcel.language, parcel.zone) == ("pl", "Europe/Sofia")
    assert (message.language, message.subject) == ("pl", "sample in pl")


def test_a_one_time_link_is_in_the_mail_and_nowhere_else(amina: Actor, carrier: Carrier) -> None:
    message = a_message(amina, purpose="security", secret="reset", urgent=True)
    delivery.deliver(message, transport=carrier)
    parcel, words = carrier.carried[0]
    assert parcel.secret in words.text and links.peek("reset", parcel.secret).person_id == amina.person_id
    assert parcel.secret not in message.body_text + message.body_html + message.subject
    assert delivery.BLOT in message.body_text and message.sealed is None


def test_a_second_try_carries_the_same_links(amina: Actor, carrier: Carrier) -> None:
    """The first copy may have arrived after all: the link in it must not be dead."""
    allowed(amina)
    failed: list[Any] = []

    def fail(parcel: Any) -> delivery.TryLater | None:
        failed.append(parcel)
        return delivery.TryLater("server_hung_up") if len(failed) < 3 else None

    carrier.fail = fail
    message = a_message(amina, secret="reset")
    for _ in range(3):
        delivery.deliver(message, transport=carrier)
        assert message.sealed is None or failed[0].secret.encode() not in message.sealed
    assert message.state == State.SENT
    assert len({parcel.secret for parcel in failed}) == len({parcel.stop_token for parcel in failed}) == 1
    assert len({parcel.message_id for parcel in failed}) == 1


def test_a_link_that_ran_out_between_two_tries_is_made_anew(amina: Actor, carrier: Carrier) -> None:
    message = a_message(amina, purpose="security", secret="reset", urgent=True)
    carrier.fail = lambda parcel: TryLaterNow
    delivery.deliver(message, transport=carrier)
    carrier.fail = lambda parcel: None
    with clock.at(clock.now() + timedelta(hours=3)):
        delivery.deliver(message, transport=carrier)
        assert links.peek("reset", carrier.carried[0][0].secret)


def test_an_address_without_a_person_gets_service_mail_only(carrier: Carrier) -> None:
    known = records.written(
        "proof", key="a", account_id=None, person_id=None, purpose="security", address="new@example.org",
        data={"language": "pl"}, secret="proof", urgent=True,
    )  # fmt: skip
    offer = records.written(
        "offer", key="b", account_id=None, person_id=None, purpose="offers", address="new@example.org"
    )
    assert delivery.deliver(known, transport=carrier) is State.SENT
    parcel = carrier.carried[0][0]
    assert parcel.language == "pl" and not parcel.signed_in
    assert links.peek("proof", parcel.secret).address == "new@example.org"
    assert delivery.deliver(offer, transport=carrier) is State.WITHHELD


def test_a_dead_address_is_marked_and_an_unusable_one_is_not(amina: Actor, carrier: Carrier) -> None:
    mailbox = db.session().scalars(select(EmailAddress)).one()
    carrier.fail = lambda parcel: delivery.Refused("address_unusable")
    assert delivery.deliver(a_message(amina, "a", purpose="service"), transport=carrier) is State.GAVE_UP
    db.session().refresh(mailbox)
    assert mailbox.bounced_at is None
    carrier.fail = lambda parcel: delivery.Refused("address_refused", "550", dead=True)
    assert delivery.deliver(a_message(amina, "b", purpose="service"), transport=carrier) is State.GAVE_UP
    db.session().refresh(mailbox)
    assert mailbox.bounced_at is not None


def test_why_names_the_purpose_the_decision_and_the_entry(amina: Actor, carrier: Carrier) -> None:
    allowed(amina)
    message = a_message(amina)
    delivery.deliver(message, transport=carrier)
    why = delivery.why(message, "pl")
    assert why.title == "Offers (PL)" and not why.service and why.allowed
    assert (why.event_kind, why.event_method) == ("given", "page")
    service = delivery.why(a_message(amina, "s", purpose="service"), "en")
    assert service.service and service.decided_at is None


def test_every_reason_has_words() -> None:
    for code in [*gate.Reason, "hours", "budget", "too_late", "no_address", "address_bounced", "returned"]:
        if code not in {
            gate.Reason.SERVICE,
            gate.Reason.CONSENT,
            gate.Reason.INTEREST,
        }:  # these never withhold
            assert str(delivery.reason_words(code)) != str(code)
        assert str(delivery.reason_sentence(code)).endswith(".")

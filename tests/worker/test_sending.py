"""From the row to the server: once each, under one Message-ID, whatever the server does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import db, mail
from portal.domain import clock, delivery, outbox
from portal.domain.accounts.models import EmailAddress
from portal.domain.actor import Actor
from portal.domain.audit import AuditEvent
from tests import records
from tests.worker.servers import Box

LONG_AFTER = timedelta(days=4)


def amina(address: str = "amina@example.org") -> Actor:
    """Write Amina with a proved mailbox."""
    with db.unit_of_work() as session:
        actor = records.customer()
        session.add(
            EmailAddress(
                person_id=actor.person_id,
                address=address,
                address_key=address,
                proved_at=clock.now(),
                bounced_at=None,
            )
        )
    return actor


def write(actor: Actor, key: str = "one", **changes: Any) -> int:
    values = {"data": {"n": 1}} | changes
    with db.unit_of_work():
        name = values.pop("name", "sample")
        message = records.written(
            name, key=key, account_id=actor.account_id, person_id=actor.person_id, **values
        )
        return message.id


def work(post: mail.Post, owner: str = "w") -> int:
    return delivery.deliver_due(post, owner=owner)


def look(message_id: int) -> outbox.Message:
    with db.unit_of_work(write=False) as session:
        message = session.get_one(outbox.Message, message_id)
        session.expunge(message)
        return message


def tags(message: outbox.Message) -> list[str]:
    with db.unit_of_work(write=False) as session:
        found = session.scalars(
            select(AuditEvent.tag).where(AuditEvent.subject_uuid == message.uuid).order_by(AuditEvent.id)
        )
        return list(found)


def test_a_message_leaves_and_what_was_sent_is_kept(box: Box, post: mail.Post) -> None:
    number = write(amina())
    assert work(post) == 1
    message = look(number)
    assert message.state == outbox.State.SENT and message.attempts == 1
    assert message.address == "amina@example.org" and box.recipients == ["amina@example.org"]
    sent = box.mails[0]
    assert sent["Subject"] == message.subject == "Sample 1"
    assert message.message_id == sent["Message-ID"] == f"<{message.uuid}@vistula.example>"
    assert "Number 1" in message.body_text and "<p>1" in message.body_html
    assert message.decision_id is not None and message.language == "en"
    assert tags(message) == ["message:sent"]
    assert work(post) == 0 and len(box.raw) == 1


def test_a_killed_worker_costs_at_most_one_second_copy_under_the_same_message_id(
    box: Box, post: mail.Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = write(amina())

    def die(*_args: Any, **_kwargs: Any) -> None:
        raise SystemExit  # between the server's OK and our note

    with monkeypatch.context() as patch:
        patch.setattr("portal.domain.delivery.sending._note", die)
        with pytest.raises(SystemExit):
            work(post)
    assert look(number).state == outbox.State.LEASED and len(box.raw) == 1
    assert work(post, "other") == 0  # the lease still runs
    with clock.at(clock.now() + delivery.lease() + timedelta(seconds=1)):
        assert work(post, "other") == 1
        assert work(post, "other") == 0
    assert look(number).state == outbox.State.SENT
    assert len(box.raw) == 2 and len(set(box.message_ids)) == 1


def test_a_worker_killed_before_sending_sends_once(
    box: Box, post: mail.Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = write(amina())

    def die(*_args: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(mail.Post, "carry", die)
        with pytest.raises(SystemExit):
            work(post)
    fixed = look(number).message_id
    assert fixed  # decided before the first try
    with clock.at(clock.now() + delivery.lease() + timedelta(seconds=1)):
        work(post, "other")
    assert box.message_ids == [fixed]


def test_a_connection_cut_after_the_mail_was_taken_is_tried_again_under_the_same_id(
    box: Box, post: mail.Post
) -> None:
    number, answers = write(amina()), iter(["drop after", None])
    box.data = lambda content: next(answers)
    work(post)
    assert look(number).state == outbox.State.QUEUED and look(number).reason == "server_hung_up"
    with clock.at(clock.now() + timedelta(minutes=2)):
        work(post)
    assert look(number).state == outbox.State.SENT
    assert len(box.raw) == 2 and len(set(box.message_ids)) == 1


def test_greylisting_is_waited_out(box: Box, post: mail.Post) -> None:
    number, refusals = write(amina()), iter(["451 4.7.1 greylisted, come back"] * 3)
    box.rcpt = lambda address: next(refusals, None)
    now = clock.now()
    for minutes in range(0, 20, 2):
        with clock.at(now + timedelta(minutes=minutes)):
            work(post)
    message = look(number)
    assert message.state == outbox.State.SENT and message.attempts == 4 and len(box.raw) == 1


def test_a_day_of_refusals_loses_nothing(box: Box, post: mail.Post) -> None:
    number, now = write(amina()), clock.now()
    box.data = lambda content: "452 4.3.1 no room"
    for hour in range(25):
        with clock.at(now + timedelta(hours=hour, minutes=2)):
            work(post)
    assert look(number).state == outbox.State.QUEUED
    box.data = lambda content: None
    with clock.at(now + timedelta(hours=32)):
        work(post)
    assert look(number).state == outbox.State.SENT


def test_it_is_tried_48_times_and_then_given_up_for_all_to_see(box: Box, post: mail.Post) -> None:
    number, at = write(amina()), clock.now()
    box.data = lambda content: "451 4.3.0 try later"
    for _ in range(delivery.TRIES + 3):
        with clock.at(at + timedelta(seconds=1)):
            work(post)
        at = look(number).due_at
    message = look(number)
    assert message.attempts == delivery.TRIES == 48
    assert (message.state, message.reason) == (outbox.State.GAVE_UP, "server_refused")
    assert tags(message) == ["message:given_up"]


def test_a_refused_address_gets_the_bounce_mark_and_nothing_more(box: Box, post: mail.Post) -> None:
    actor = amina()
    first, box.rcpt = write(actor, "a"), lambda address: "550 5.1.1 no such user amina@example.org"
    work(post)
    message = look(first)
    assert (message.state, message.reason) == (outbox.State.GAVE_UP, "address_refused")
    assert message.detail.startswith("550 5.1.1") and "amina@" not in message.detail
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(EmailAddress.bounced_at)).one() is not None
    box.rcpt = lambda address: None
    second = write(actor, "b")
    third = write(actor, "c", address="amina@example.org", purpose="security", urgent=True)
    work(post)
    for number in (second, third):
        assert (look(number).state, look(number).reason) == (outbox.State.WITHHELD, "address_bounced")
    assert box.raw == []


@pytest.mark.parametrize(
    "answer", ["550 5.7.1 policy, not today", "552 5.2.2 mailbox full", "450 4.2.0 busy", "421 4.3.2 closing"]
)
def test_a_refusal_that_may_pass_leaves_the_address_alone(box: Box, post: mail.Post, answer: str) -> None:
    number, box.rcpt = write(amina()), lambda address: answer
    work(post)
    assert look(number).state == outbox.State.QUEUED
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(EmailAddress.bounced_at)).one() is None


def test_a_broken_message_does_not_stop_the_others(box: Box, post: mail.Post) -> None:
    actor = amina()
    broken, whole = write(actor, "a", name="broken"), write(actor, "b")
    work(post)
    message = look(broken)
    assert (message.state, message.reason, message.attempts) == (outbox.State.QUEUED, "our_fault", 1)
    assert message.due_at > clock.now() and look(whole).state == outbox.State.SENT


def test_many_messages_take_one_connection(box: Box, post: mail.Post) -> None:
    actor = amina()
    for n in range(5):
        write(actor, f"k{n}")
    work(post)
    assert len(box.raw) == 5 and box.connections == 1


def test_a_stopping_worker_gives_back_what_it_has_not_begun(box: Box, post: mail.Post) -> None:
    actor = amina()
    numbers = [write(actor, f"k{n}") for n in range(3)]
    delivery.deliver_due(post, owner="w", stopping=lambda: len(box.raw) == 1)
    assert [look(number).state for number in numbers] == ["sent", "queued", "queued"]
    assert work(post, "next") == 2


def test_a_withdrawal_between_two_tries_keeps_the_mail_from_leaving(box: Box, post: mail.Post) -> None:
    """The gate is asked at each try, not once."""
    from portal.domain import consent
    from tests.factories import make_purpose

    actor = amina()
    with db.unit_of_work():
        make_purpose("offers")
        consent.give("offers", actor=actor)
    number = write(actor, purpose="offers")
    box.data = lambda content: "451 later"
    work(post)
    with db.unit_of_work():
        assert consent.withdraw("offers", actor=actor).event.effect["cancelled"] == 1
    box.data = lambda content: None
    with clock.at(clock.now() + timedelta(minutes=5)):
        work(post)
    assert look(number).state == outbox.State.CANCELLED and box.raw == []

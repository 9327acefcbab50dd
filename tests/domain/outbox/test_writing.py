"""A message is promised once, in the transaction of its act, and can be taken back while it has not left."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import outbox
from portal.domain.audit import AuditEvent, Tag
from tests import records

pytestmark = pytest.mark.usefixtures("uow")


def a_message(actor, key: str = "one", **changes) -> outbox.Message:
    values = {"purpose": "offers", "data": {"n": 1}} | changes
    return records.written(
        "sample", key=key, account_id=actor.account_id, person_id=actor.person_id, **values
    )


def test_the_same_key_is_written_once_and_returns_the_first_row() -> None:
    amina = records.customer()
    first = a_message(amina, data={"n": 1})
    again = a_message(amina, data={"n": 2})
    assert again.id == first.id and again.data == {"n": 1}
    assert db.session().scalar(select(func.count()).select_from(outbox.Message)) == 1


def test_a_new_message_waits_to_be_sent_with_what_it_is_about() -> None:
    amina, about = records.customer(), uuid.uuid4()
    message = a_message(amina, about=("complaint", about), actor_name="Sam Okoye")
    assert message.state == outbox.State.QUEUED
    assert (message.about_kind, message.about_uuid) == ("complaint", str(about))
    assert message.due_at == message.created_at


def test_cancelling_takes_what_waits_and_says_so_on_the_record() -> None:
    amina = records.customer()
    message = a_message(amina)
    assert outbox.cancel(person_id=amina.person_id, reason="withdrawn", actor=amina) == [message]
    assert (message.state, message.reason) == (outbox.State.CANCELLED, "withdrawn")
    assert message.ended_at is not None
    event = (
        db.session().scalars(select(AuditEvent).where(AuditEvent.tag == Tag.MESSAGE_CANCELLED.value)).one()
    )
    assert event.subject_uuid == message.uuid and event.data["reason"] == "withdrawn"


def test_cancelling_spares_service_unless_it_is_named() -> None:
    amina = records.customer()
    service, security = a_message(amina, "s", purpose="service"), a_message(amina, "x", purpose="security")
    offer = a_message(amina, "o")
    assert outbox.cancel(person_id=amina.person_id, reason="stop_all") == [offer]
    assert {service.state, security.state} == {"queued"}
    assert outbox.cancel(person_id=amina.person_id, reason="merged", purposes={"service"}) == [service]


def test_cancelling_keeps_to_its_scope() -> None:
    amina, ben = records.customer(), records.customer("Ben Petrov")
    by_mail = a_message(amina, "m")
    by_phone = a_message(amina, "p", channel="phone")
    garden = a_message(amina, "g", topic="garden")
    other = a_message(amina, "n", purpose="news")
    bens = a_message(ben, "b")
    cancel = {"person_id": amina.person_id, "purposes": {"offers"}, "reason": "withdrawn"}
    assert outbox.cancel(**cancel, topic="garden") == [garden]
    assert outbox.cancel(**cancel, channel="phone") == [by_phone]
    assert outbox.cancel(**cancel, account_id=(amina.account_id or 0) + 999) == []
    assert outbox.cancel(**cancel) == [by_mail]
    assert {other.state, bens.state} == {"queued"}


def test_a_call_that_waits_for_staff_is_cancelled_too() -> None:
    amina = records.customer()
    call = a_message(amina, channel="phone")
    call.state = outbox.State.WAITING.value
    assert outbox.cancel(person_id=amina.person_id, reason="objection") == [call]


def test_what_has_left_is_not_cancelled() -> None:
    amina = records.customer()
    gone, going = a_message(amina, "a"), a_message(amina, "b")
    gone.state, going.state = outbox.State.SENT.value, outbox.State.LEASED.value
    assert outbox.cancel(person_id=amina.person_id, reason="withdrawn") == []


def test_messages_that_left_are_counted_for_the_budget() -> None:
    amina = records.customer()
    sent, going, service = (
        a_message(amina, "a"),
        a_message(amina, "b"),
        a_message(amina, "c", purpose="service"),
    )
    since = sent.created_at
    for message in (sent, service):
        message.state, message.ended_at = outbox.State.SENT.value, since
    going.state, going.message_id = outbox.State.LEASED.value, "<x@y>"
    counted = {"person_id": amina.person_id, "account_id": amina.account_id, "since": since}
    assert outbox.leaving_since(**counted) == 2
    assert outbox.leaving_since(**counted, besides=going.id) == 1

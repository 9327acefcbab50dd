"""Hours and budget are kept when a message leaves: later, not never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, consent, delivery, preferences
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from portal.domain.audit import AuditEvent
from portal.domain.delivery.endings import put_off
from portal.domain.outbox import Message, State
from tests import records
from tests.domain.delivery.carrying import Carrier, a_message, with_mailbox
from tests.factories import make_purpose

pytestmark = pytest.mark.usefixtures("uow")

TUESDAY_NIGHT = datetime(2026, 3, 3, 22, tzinfo=UTC)  # 23:00 in Warsaw
WEEKDAYS_9_TO_17 = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NEXT_MORNING = datetime(2026, 3, 4, 8, tzinfo=UTC)  # 09:00 in Warsaw


@pytest.fixture
def amina() -> Actor:
    actor = with_mailbox(records.customer())
    db.session().get_one(Account, actor.account_id).phone = "+48600100200"
    make_purpose("offers")
    consent.give("offers", actor=actor)
    return actor


def test_an_offer_waits_for_the_hours_that_were_set(amina: Actor) -> None:
    preferences.change(actor=amina, hours=WEEKDAYS_9_TO_17)
    message, carrier = a_message(amina), Carrier()
    with clock.at(TUESDAY_NIGHT):
        assert delivery.deliver(message, transport=carrier) is State.QUEUED
    assert (message.due_at, message.reason, message.attempts) == (NEXT_MORNING, "hours", 0)
    with clock.at(NEXT_MORNING):
        assert delivery.deliver(message, transport=carrier) is State.SENT


def test_service_keeps_to_hours_that_were_set_and_security_and_urgency_do_not(amina: Actor) -> None:
    preferences.change(actor=amina, hours=WEEKDAYS_9_TO_17)
    with clock.at(TUESDAY_NIGHT):
        service = a_message(amina, "a", purpose="service")
        assert delivery.deliver(service, transport=Carrier()) is State.QUEUED
        assert service.due_at == NEXT_MORNING
        for key, changes in (("b", {"purpose": "security"}), ("c", {"purpose": "service", "urgent": True})):
            assert delivery.deliver(a_message(amina, key, **changes), transport=Carrier()) is State.SENT


def test_without_hours_of_ones_own_service_mail_goes_at_night_but_nobody_is_rung(amina: Actor) -> None:
    with clock.at(TUESDAY_NIGHT):
        assert delivery.deliver(a_message(amina, "a", purpose="service"), transport=Carrier()) is State.SENT
        for key, changes in (("b", {"purpose": "service", "channel": "phone"}), ("c", {})):
            message = a_message(amina, key, **changes)
            assert delivery.deliver(message, transport=Carrier()) is State.QUEUED
            assert message.reason == "hours" and message.due_at > clock.now()


def test_the_inbox_of_the_portal_knows_no_hours(amina: Actor) -> None:
    preferences.change(actor=amina, hours=WEEKDAYS_9_TO_17)
    with clock.at(TUESDAY_NIGHT):
        assert delivery.deliver(a_message(amina, channel="inbox"), transport=Carrier()) is State.SENT


def test_the_budget_is_kept_and_frees_itself(amina: Actor) -> None:
    preferences.change(actor=amina, budget_count=2, budget_days=7)
    start = clock.now()
    for n in range(2):
        with clock.at(start + timedelta(hours=n)):
            assert delivery.deliver(a_message(amina, f"k{n}"), transport=Carrier()) is State.SENT
    with clock.at(start + timedelta(hours=3)):
        third, service = a_message(amina, "third"), a_message(amina, "s", purpose="service")
        assert delivery.deliver(third, transport=Carrier()) is State.QUEUED
        assert (third.reason, third.due_at) == ("budget", start + timedelta(days=7))
        assert delivery.deliver(service, transport=Carrier()) is State.SENT
    with clock.at(third.due_at + timedelta(seconds=1)):
        assert delivery.deliver(third, transport=Carrier()) is State.SENT


def test_a_failed_try_does_not_eat_the_budget(amina: Actor) -> None:
    preferences.change(actor=amina, budget_count=1, budget_days=7)
    message = a_message(amina)
    carrier = Carrier(fail=lambda parcel: delivery.TryLater("server_refused"))
    assert delivery.deliver(message, transport=carrier) is State.QUEUED
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert delivery.deliver(message, transport=Carrier()) is State.SENT


def test_a_call_is_not_begun_outside_the_hours(amina: Actor) -> None:
    call, sam = a_message(amina, channel="phone"), records.staff()
    assert delivery.deliver(call, transport=Carrier()) is State.WAITING
    with clock.at(TUESDAY_NIGHT):
        assert delivery.calls.begin(call, actor=sam) is False
        assert call.state == State.WAITING and call.reason == "hours" and call.due_at > clock.now()
        assert not delivery.calls.taken_by(call, sam)


def said(message: Message) -> int:
    count = select(func.count()).where(
        AuditEvent.subject_uuid == message.uuid, AuditEvent.tag == "message:delayed"
    )
    return db.session().scalar(count) or 0


def test_a_wait_is_said_once_for_a_reason_and_a_day(amina: Actor) -> None:
    message, at = a_message(amina), NEXT_MORNING
    for hours in (2, 3, 4):  # moved again and again within one day
        put_off(message, at + timedelta(hours=hours), "budget", at)
    assert said(message) == 1
    put_off(message, at + timedelta(days=1), "budget", at)
    assert said(message) == 2, "another day is news"
    put_off(message, at + timedelta(days=1, hours=1), "hours", at)
    assert said(message) == 3, "another reason too"


def test_waiting_is_said_once_and_not_at_every_look(amina: Actor) -> None:
    preferences.change(actor=amina, hours=WEEKDAYS_9_TO_17)
    message = a_message(amina)
    with clock.at(TUESDAY_NIGHT):
        for _ in range(3):
            delivery.deliver(message, transport=Carrier())
    assert said(message) == 1

"""Two members of staff at once: one call in one hand, one letter posted once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, delivery, errors, outbox
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from portal.domain.audit import AuditEvent
from tests import records
from tests.domain.delivery.carrying import Carrier, a_message

pytestmark = pytest.mark.usefixtures("own_database")


def at_once(act: Callable[[outbox.Message, Actor], object], channel: str) -> list[str]:
    """Let four members of staff do the same at the same instant; return how it ended for each."""
    with db.unit_of_work() as session:
        amina = records.customer()
        account = session.get_one(Account, amina.account_id)
        account.phone, account.street, account.city = "+48600100200", "ul. Polna 3", "Łódź"
        message = a_message(amina, purpose="service", channel=channel, urgent=True)
        delivery.deliver(message, transport=Carrier())
        number = message.id
        staff = [records.staff(f"Person {n}") for n in range(4)]
    ends: list[str] = []
    start, morning = threading.Barrier(4), clock.now()

    def work(actor: Actor) -> None:
        start.wait()
        try:
            with clock.at(morning), db.unit_of_work() as session:
                act(session.get_one(outbox.Message, number), actor)
            ends.append("done")
        except errors.Conflict:
            ends.append("conflict")

    threads = [threading.Thread(target=work, args=(actor,)) for actor in staff]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


def test_one_of_four_gets_the_call() -> None:
    ends = at_once(lambda message, actor: delivery.calls.begin(message, actor=actor), "phone")
    assert ends == ["conflict", "conflict", "conflict", "done"]


def test_a_letter_is_posted_by_one_of_four() -> None:
    ends = at_once(lambda message, actor: delivery.letters.posted(message, actor=actor), "letter")
    assert ends == ["conflict", "conflict", "conflict", "done"]
    with db.unit_of_work(write=False) as session:
        noted = select(func.count()).select_from(AuditEvent).where(AuditEvent.tag == "message:done")
        assert session.scalar(noted) == 1

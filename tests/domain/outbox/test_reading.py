"""Who may read which messages."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain import clock, errors, outbox
from portal.domain.actor import ANONYMOUS, Permission
from tests import records

pytestmark = pytest.mark.usefixtures("uow")


def a_message(actor, key: str, **changes) -> outbox.Message:
    return records.written(
        "sample", key=key, account_id=actor.account_id, person_id=actor.person_id, **changes
    )


def test_a_person_reads_their_own_messages_and_nobody_elses() -> None:
    amina, ben = records.customer(), records.customer("Ben Petrov")
    hers, his = a_message(amina, "a"), a_message(ben, "b")
    assert [line.uuid for line in outbox.of(amina).page()] == [hers.uuid]
    assert outbox.of(amina).get(hers.uuid) is hers
    for reader, other in ((amina, his.uuid), (ben, hers.uuid), (amina, uuid.uuid4()), (ANONYMOUS, hers.uuid)):
        with pytest.raises(errors.NotFound):
            outbox.of(reader).get(other)
    assert outbox.of(ANONYMOUS).page() == []


def test_a_colleague_does_not_read_what_was_written_to_another_person_of_the_company() -> None:
    ola = records.customer("Ola Lis")
    piotr = replace(records.customer("Piotr Lis"), account_id=ola.account_id)
    a_message(ola, "o")
    assert outbox.of(piotr).page() == []


def test_what_belongs_to_another_account_of_the_person_stays_there() -> None:
    amina = records.customer()
    a_message(amina, "a")
    elsewhere = replace(amina, account_id=records.account("Hurtownia Lipa").id)
    assert outbox.of(elsewhere).page() == []


def test_mail_about_the_sign_in_belongs_to_the_person_in_every_account() -> None:
    amina = records.customer()
    outbox.write("reset", key="r", account_id=None, person_id=amina.person_id, purpose="security")
    assert len(outbox.of(amina).page()) == 1


def test_staff_need_the_permission() -> None:
    amina = records.customer()
    a_message(amina, "a")
    assert outbox.of(records.staff("Sam", Permission.TASKS_WORK)).page() == []
    assert (
        len(outbox.of(records.staff("Sam", Permission.MESSAGES_READ)).page(account_id=amina.account_id)) == 1
    )


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    amina, start = records.customer(), clock.now()
    for n in range(7):
        # Two at each instant: the number decides between them.
        with clock.at(start + timedelta(minutes=n // 2)):
            a_message(amina, f"k{n}")
    box, seen, before = outbox.of(amina), [], None
    while rows := box.page(before=before, limit=3):
        seen += [row.id for row in rows]
        before = (rows[-1].created_at, rows[-1].id)
    assert len(seen) == 7 and seen == sorted(seen, reverse=True)


def test_views_show_what_was_sent_waits_or_was_held_back() -> None:
    amina = records.customer()
    by_state = {state: a_message(amina, state.value) for state in outbox.State}
    for state, message in by_state.items():
        message.state = state.value
    lines = {view: {line.state for line in outbox.of(amina).page(view=view)} for view in outbox.Filter}
    assert lines[outbox.Filter.SENT] == {"sent", "done"}
    assert lines[outbox.Filter.WAITING] == {"queued", "leased", "waiting"}
    assert lines[outbox.Filter.NOT_SENT] == {"withheld", "gave_up", "cancelled"}
    assert lines[outbox.Filter.ALL] == {state.value for state in outbox.State}


def test_an_inbox_message_is_unread_until_its_reader_opens_it() -> None:
    amina, sam = records.customer(), records.staff()
    message, mail = a_message(amina, "i", channel="inbox"), a_message(amina, "m")
    for one in (message, mail):
        one.state = outbox.State.SENT.value
    box = outbox.of(amina)
    assert box.unread_count() == 1
    assert [line.uuid for line in box.page(view=outbox.Filter.UNREAD)] == [message.uuid]
    outbox.open_message(message, actor=sam)
    assert box.unread_count() == 1
    outbox.open_message(message, actor=amina)
    first = message.read_at
    outbox.open_message(message, actor=amina)
    assert box.unread_count() == 0 and message.read_at == first


def test_what_does_not_lie_in_the_inbox_is_never_read_there() -> None:
    amina = records.customer()
    mail, waiting = a_message(amina, "m"), a_message(amina, "w", channel="inbox")
    mail.state = outbox.State.SENT.value
    for one in (mail, waiting):
        outbox.open_message(one, actor=amina)
        assert one.read_at is None

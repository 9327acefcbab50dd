"""What a message does when its transaction commits, rolls back, or meets another one."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import outbox

pytestmark = pytest.mark.usefixtures("own_database")


def write(key: str) -> None:
    with db.unit_of_work():
        outbox.write("sample", key=key, account_id=None, person_id=None, address="a@example.org")


def count() -> int:
    with db.unit_of_work(write=False) as session:
        return session.scalar(select(func.count()).select_from(outbox.Message)) or 0


def test_two_transactions_that_write_one_key_at_once_make_one_row() -> None:
    threads = [threading.Thread(target=write, args=("same",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count() == 1


def test_a_rolled_back_act_leaves_no_message_and_rings_no_bell() -> None:
    outbox.wait(0)
    with pytest.raises(ZeroDivisionError), db.unit_of_work():
        outbox.write("sample", key="k", account_id=None, person_id=None, address="a@example.org")
        raise ZeroDivisionError
    assert outbox.wait(0) is False
    assert count() == 0


def test_a_committed_message_wakes_the_worker() -> None:
    outbox.wait(0)
    write("k")
    assert outbox.wait(0) is True

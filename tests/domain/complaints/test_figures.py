"""What presses and how promises were kept, as the dashboard counts it: the same as somebody who counts by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from portal import db
from portal.domain import clock, complaints
from portal.domain.actor import Permission
from portal.domain.complaints.models import Clock
from tests import records

from . import cases

NOON = cases.MONDAY.replace(hour=12)
ENDS = (
    # days before noon, how, and whether it counts today and one day later
    (0.1, "kept", True, True), (0.4, "late", True, True), (0.5, "kept", True, True), (0.6, "kept", True, True),
    (89, "late", True, True), (90.4, "kept", True, False), (91.6, "kept", False, False), (3, "stopped", False, False),
    (-0.2, "kept", True, True),
)  # fmt: skip


def ended(complaint_id: int, at: datetime, how: str) -> Clock:
    return Clock(
        complaint_id=complaint_id, k="K3", started_at=at - timedelta(days=3), due_at=at, promised_at=at, zone="UTC",
        next_at=None, ended_at=at, ended_how=how,
    )  # fmt: skip


def test_promises_of_ninety_days_are_counted_once_on_each_day(own_database: db.Database) -> None:
    with clock.at(NOON - timedelta(days=200)), db.unit_of_work() as session:
        amina, manager = cases.amina(), records.staff("Max", Permission.DASHBOARD_READ)
        complaint_id = complaints.withdraw(cases.received(amina), actor=amina).id
        for days, how, _, _ in ENDS:
            session.add(ended(complaint_id, NOON - timedelta(days=days), how))
    with clock.at(NOON + timedelta(hours=6)), db.unit_of_work(write=False):
        first = complaints.kept_promises(manager)
    wanted = [how for _, how, today, _ in ENDS if today]
    assert (first.kept, first.n) == (wanted.count("kept"), len(wanted))
    with db.unit_of_work() as session:
        session.add(ended(complaint_id, NOON + timedelta(hours=7), "late"))
    with clock.at(NOON + timedelta(hours=7, seconds=1)), db.unit_of_work(write=False):
        assert complaints.kept_promises(manager) == first, "figures are fresh for a minute"
        own_database.memory.pop(("lately", "promises"))
        assert complaints.kept_promises(manager).n == first.n + 1
    own_database.memory.pop(("lately", "promises"))
    with clock.at(NOON + timedelta(days=1)), db.unit_of_work(write=False):
        later = complaints.kept_promises(manager)
    wanted = [how for _, how, _, tomorrow in ENDS if tomorrow]
    assert (later.kept, later.n) == (wanted.count("kept"), len(wanted) + 1)


@pytest.mark.parametrize("cap", [2, 100])
def test_what_is_mine_is_counted_in_both_hands_up_to_the_cap(uow: object, cap: int) -> None:
    everything = {*cases.HANDLER, *cases.REVIEWER, Permission.DASHBOARD_READ}
    amina, sam = cases.amina(), cases.sam()
    rita = records.staff("Rita Lind", *everything, team="Reviews")
    for _ in range(2):
        cases.in_hand(amina, rita)
    reviewed = complaints.escalate(cases.offered(amina, sam), actor=amina)
    complaints.take_review(reviewed, actor=rita, next_step="I read it all again")
    cases.in_hand(amina, sam)
    found = complaints.pressing(rita, cap=cap)
    assert (found.mine, found.mine_late) == (min(3, cap), 0)
    with clock.at(clock.now() + timedelta(days=120)):
        assert complaints.pressing(rita, cap=cap).mine_late == min(3, cap)

"""Several tasks at once: each its own slice, date and yes; the complaint waits until the last has ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.domain import clock, complaints, errors, tasks
from portal.domain.complaints import K, State, ticking
from tests.domain.complaints import cases
from tests.domain.tasks import scenes

pytestmark = pytest.mark.usefixtures("uow")


def two(**second: Any) -> tuple[Any, ...]:
    """A complaint with a task at each of two partners, the first due before the second."""
    amina, sam = scenes.amina(), cases.sam()
    north, south = scenes.company(), scenes.company("Southwind")
    nils, olga = scenes.nils(north), scenes.nils(south, "Olga Lind")
    complaint = scenes.in_hand(amina, sam)
    one = scenes.given(complaint, sam, north, "field:words")
    other = scenes.given(
        complaint, sam, south, "field:phone", until=clock.now() + timedelta(hours=30), **second
    )
    return amina, sam, nils, olga, complaint, one, other


def partners_date(complaint: complaints.Complaint) -> datetime | None:
    held = ticking.of(complaint)[K.PARTNER]
    return held.due_at if held.ended_at is None else None


def sees(who: Any, task: tasks.Task) -> list[str]:
    try:
        return [one.key for one in tasks.of(who).slice(task.uuid).fields]
    except errors.NotFound:
        return []


def test_each_partner_sees_its_own_slice_and_the_complaint_waits_for_the_last() -> None:
    _amina, sam, nils, olga, complaint, one, other = two()
    assert (sees(nils, one), sees(nils, other), sees(olga, other), sees(olga, one)) == (
        ["words"],
        [],
        ["phone"],
        [],
    )
    assert complaint.state == State.WITH_PARTNER and partners_date(complaint) == one.due_at
    tasks.hand_in(one.uuid, actor=nils, text="A new hinge")
    assert complaint.state == State.WITH_PARTNER and partners_date(complaint) == other.due_at
    assert (sees(nils, one), sees(olga, other)) == ([], ["phone"]) and one.ended_how == "result"
    tasks.hand_in(other.uuid, actor=olga, text="She is called")
    assert complaint.state == State.IN_HAND and partners_date(complaint) is None
    assert [str(event.act) for event in complaints.case(sam, complaint.uuid).events][-2:] == [
        "return_task"
    ] * 2
    assert "offer" in complaints.case(sam, complaint.uuid).may


def test_one_is_called_back_and_the_other_goes_on() -> None:
    amina, _sam, nils, olga, complaint, one, other = two()
    tasks.call_back(complaint, actor=amina, task=other.uuid)
    assert (sees(nils, one), sees(olga, other)) == (["words"], []) and partners_date(complaint) == one.due_at
    tasks.call_back(complaint, actor=amina, task=other.uuid)  # pressed twice
    assert complaint.state == State.WITH_PARTNER and one.ended_at is None
    elsewhere = scenes.in_hand(amina, cases.sam())
    with pytest.raises(errors.NotFound):
        tasks.call_back(elsewhere, actor=amina, task=one.uuid)


def test_all_are_called_back_with_one_press_and_escalating_ends_all() -> None:
    amina, sam, nils, olga, complaint, one, other = two()
    tasks.call_back(complaint, actor=amina)
    assert complaint.state == State.IN_HAND and {one.ended_how, other.ended_how} == {"called_back"}
    again = scenes.given(complaint, sam, scenes.company("Third"))
    asked = scenes.given(complaint, sam, scenes.company("Fourth"), basis="permission", why="")
    complaints.escalate(complaint, actor=amina)
    assert {again.ended_how, asked.ended_how} == {"escalated"}
    assert (sees(nils, one), sees(olga, other)) == ([], [])


def test_the_date_of_one_passes_and_the_other_goes_on_to_its_own() -> None:
    _amina, _sam, nils, olga, complaint, one, other = two()
    with clock.at(one.due_at + timedelta(minutes=1)):
        assert (sees(nils, one), sees(olga, other)) == ([], ["phone"])  # before the worker comes
        complaints.run_due_clocks(clock.now())
        assert complaint.state == State.WITH_PARTNER and partners_date(complaint) == other.due_at
        assert one.ended_how == "expired" and other.ended_at is None
    with clock.at(other.due_at + timedelta(minutes=1)):
        complaints.run_due_clocks(clock.now())
        assert complaint.state == State.IN_HAND and other.ended_how == "expired"


def test_a_late_worker_ends_all_that_are_over() -> None:
    _amina, _sam, _nils, _olga, complaint, one, other = two()
    with clock.at(other.due_at + timedelta(hours=1)):
        complaints.run_due_clocks(clock.now())
        complaints.run_due_clocks(clock.now())
        assert complaint.state == State.IN_HAND and {one.ended_how, other.ended_how} == {"expired"}


def test_a_second_is_asked_for_while_the_first_goes_on_and_an_earlier_date_counts() -> None:
    amina, sam, nils, _olga, complaint, one, _other = two()
    third = scenes.company("Thirdwind")
    soon = clock.now() + timedelta(hours=3)
    asked = scenes.given(complaint, sam, third, "field:name", basis="permission", why="", until=soon)
    assert (
        complaint.state == State.WITH_PARTNER
        and asked.state == "asked"
        and partners_date(complaint) == one.due_at
    )
    assert "allow_task" in complaints.case(amina, complaint.uuid).may
    tasks.allow(complaint, actor=amina, task=asked.uuid)
    assert asked.state == "open" and partners_date(complaint) == soon
    tasks.call_back(complaint, actor=sam, task=asked.uuid)
    assert partners_date(complaint) == one.due_at and sees(nils, one) == ["words"]
    no = scenes.given(complaint, sam, third, "field:name", basis="permission", why="")
    tasks.refuse(complaint, actor=amina, task=no.uuid)
    assert no.ended_how == "refused" and complaint.state == State.WITH_PARTNER


def test_five_are_the_most() -> None:
    _amina, sam, _nils, _olga, complaint, _one, _other = two()
    of = scenes.company("Manywind")
    for _more in range(tasks.MOST_AT_ONCE - 2):
        scenes.given(complaint, sam, of, "field:words")
    with pytest.raises(errors.Conflict):
        scenes.given(complaint, sam, of, "field:words")

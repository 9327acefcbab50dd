"""Two at once, on real connections: one winner, nothing lost, nothing twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import calendars, clock, complaints, errors, outbox
from portal.domain.actor import Actor
from portal.domain.complaints.models import Complaint, ComplaintEvent, Remedy
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("own_database")
MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)


class Stage:
    """Amina's complaint, committed, and those who act on it."""

    def __init__(self, make: Callable[..., Complaint]) -> None:
        with db.unit_of_work():
            calendars.seed()
            self.amina, self.sam, self.rita = cases.amina(), cases.sam(), cases.rita()
            complaint = make(self.amina, self.sam)
            self.uuid, self.version = complaint.uuid, complaint.version
            if complaint.state == "offered":
                seen = complaints.case(self.amina, self.uuid).offer
                assert seen is not None
                self.number, self.hash = seen.number, seen.content_hash

    def state(self) -> tuple[str, int]:
        with db.unit_of_work(write=False):
            found = complaints.of(self.sam).get(self.uuid)
            return found.state, found.version


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run each in its own thread and unit of work, begun together; return ``ok`` or the code of the refusal."""
    ready, results = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        ready.wait()
        try:
            with db.unit_of_work():
                act()
            results[place] = "ok"
        except errors.DomainError as refused:
            results[place] = refused.code

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def events(uuid: uuid.UUID, act: str) -> int:
    with db.unit_of_work(write=False):
        found = (
            select(func.count())
            .select_from(ComplaintEvent)
            .join(Complaint, Complaint.id == ComplaintEvent.complaint_id)
        )
        return db.session().scalar(found.where(Complaint.uuid == uuid, ComplaintEvent.act == act)) or 0


def the(stage: Stage, actor: Actor) -> Complaint:
    return complaints.of(actor).get(stage.uuid)


def test_six_presses_of_accept_are_one() -> None:
    stage = Stage(cases.offered)

    def accept() -> None:
        complaints.accept(
            the(stage, stage.amina), actor=stage.amina, number=stage.number, content_hash=stage.hash,
            expected_version=stage.version,
        )  # fmt: skip

    assert at_once(*[accept] * 6) == ["ok"] * 6
    assert events(stage.uuid, "accept") == 1
    with db.unit_of_work(write=False):
        assert db.session().scalar(select(func.count()).select_from(outbox.Message).where(
            outbox.Message.name == "complaint_accepted")) == 1  # fmt: skip


def test_accepting_while_the_offer_improves_has_one_winner_and_loses_nothing() -> None:
    stage = Stage(cases.offered)
    better = [{**cases.REFUND, "amount": "250"}]

    def improve() -> None:
        complaints.offer(
            the(stage, stage.sam), actor=stage.sam, finding="upheld", reasons="More", remedies=better,
            expected_version=stage.version,
        )  # fmt: skip

    def accept() -> None:
        complaints.accept(
            the(stage, stage.amina), actor=stage.amina, number=stage.number, content_hash=stage.hash
        )

    won = at_once(improve, accept)
    with db.unit_of_work(write=False):
        seen = complaints.case(stage.amina, stage.uuid)
        if won[1] == "ok":
            assert won[0] != "ok"
            assert [(one.number, one.decision) for one in seen.offers] == [(1, "accepted")]
        else:
            assert won == ["ok", "complaint.offer_changed"]
            assert [(one.number, one.decision) for one in seen.offers] == [(2, ""), (1, "replaced")]


def test_two_takers_at_once_have_one_winner() -> None:
    stage = Stage(lambda amina, sam: cases.received(amina))
    with db.unit_of_work():
        other = cases.sam("Sonja")

    def take(who: Actor) -> Callable[[], Any]:
        return lambda: complaints.take(
            the(stage, who), actor=who, next_step="I call", expected_version=stage.version
        )

    won = at_once(take(stage.sam), take(other))
    assert sorted(won) == ["complaint.moved_on", "ok"]
    assert events(stage.uuid, "take") == 1


def test_a_second_tab_is_told_that_something_arrived_and_nothing_is_written() -> None:
    stage = Stage(cases.in_hand)
    with db.unit_of_work():
        complaints.add_words(the(stage, stage.amina), actor=stage.amina, text="It smells too")
    with pytest.raises(errors.Conflict) as refused, db.unit_of_work():
        complaints.reply(the(stage, stage.sam), actor=stage.sam, text="Hello", expected_version=stage.version)
    assert refused.value.code == "complaint.moved_on"
    with db.unit_of_work(write=False):
        assert [item.kind for item in complaints.case(stage.sam, stage.uuid).thread] == ["words", "words"]


def test_closing_and_writing_at_once_lose_neither() -> None:
    stage = Stage(cases.offered)
    with db.unit_of_work():
        complaint = the(stage, stage.amina)
        complaints.accept(complaint, actor=stage.amina, number=stage.number, content_hash=stage.hash)
        remedy = cases.remedies(complaint, stage.amina)[0].uuid
        complaints.deliver(remedy, actor=stage.sam, evidence="Transfer 4711")

    def write() -> None:
        complaints.reply(the(stage, stage.sam), actor=stage.sam, text="It is on its way")

    assert at_once(write, lambda: complaints.confirm(remedy, actor=stage.amina)) == ["ok", "ok"]
    assert stage.state()[0] == "closed"
    with db.unit_of_work(write=False):
        assert "reply" in [item.kind for item in complaints.case(stage.amina, stage.uuid).thread]


def test_two_runners_do_each_thing_once() -> None:
    with clock.at(MONDAY):
        stage = Stage(cases.in_hand)
    later = MONDAY + timedelta(days=30)

    def work() -> None:
        with clock.at(later):
            complaints.run_due_clocks(later)

    at_once(work, work, work)
    complaints.run_all_due(later)
    assert events(stage.uuid, "answer_late") == 1
    assert events(stage.uuid, "law_upholds") == 1
    assert complaints.run_all_due(later) == 0


def test_a_runner_that_fails_on_one_complaint_goes_on_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.domain.complaints import runner

    with clock.at(MONDAY):
        first, second = Stage(cases.in_hand), Stage(cases.in_hand)
    inner, broken = runner.ring, []

    def ring(complaint_id: int, now: datetime) -> int:
        if not broken or broken == [complaint_id]:
            broken[:] = [complaint_id]
            raise RuntimeError("a bad row")
        return inner(complaint_id, now)

    monkeypatch.setattr(runner, "ring", ring)
    assert complaints.run_all_due(MONDAY + timedelta(days=30)) > 0
    assert sorted([events(first.uuid, "answer_late"), events(second.uuid, "answer_late")]) == [0, 1]


def test_what_a_killed_unit_of_work_began_leaves_no_trace() -> None:
    stage = Stage(cases.offered)
    with pytest.raises(RuntimeError), db.unit_of_work():
        complaints.accept(
            the(stage, stage.amina), actor=stage.amina, number=stage.number, content_hash=stage.hash
        )
        raise RuntimeError("killed")
    assert stage.state() == ("offered", stage.version)
    with db.unit_of_work(write=False):
        assert db.session().scalars(select(Remedy.accepted_at)).all() == [None]

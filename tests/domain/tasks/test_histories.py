"""Whatever happens to a task in whatever order: a partner reads while it is open, and never after its end."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from portal.domain import clock, complaints, errors, tasks
from portal.domain.complaints import State
from tests.domain.complaints import cases
from tests.domain.tasks import scenes

pytestmark = pytest.mark.usefixtures("uow")
LIVES, STEPS = 12, 14


def test_no_history_of_acts_lets_a_partner_read_after_the_end() -> None:
    chance = Random(20261122)
    amina, sam, of, other = scenes.amina(), cases.sam(), scenes.company(), scenes.company("Other Repairs")
    nils, olga = scenes.nils(of), scenes.nils(other, "Olga Other")
    read = ended = 0
    for _life in range(LIVES):
        complaint = cases.in_hand(amina, sam, **scenes.SECRETS)
        now, known = clock.now(), []  # type: ignore[var-annotated]
        for _step in range(STEPS):
            now += timedelta(minutes=chance.choice((1, 30, 600)))
            with clock.at(now):
                if chance.random() < 0.2:
                    complaints.run_due_clocks(now)
                with suppress(errors.DomainError):
                    known += _act(chance, complaint, amina, sam, nils, of)
                for task in known:
                    for who, theirs in ((nils, True), (olga, False)):
                        seen = _reads(who, task)
                        should = (
                            theirs and task.state == "open" and task.ended_at is None and task.due_at > now
                            and complaint.state == State.WITH_PARTNER
                        )  # fmt: skip
                        assert seen == should, (task.state, task.ended_how, complaint.state)
                        read += seen
                    if task.ended_at is not None:
                        ended += 1
                        assert tasks.of(nils).version(task.uuid) is None
    assert read > 10 and ended > 20


def _reads(who, task) -> bool:
    try:
        shown = tasks.of(who).slice(task.uuid)
    except errors.NotFound:
        return False
    return bool(shown.fields)


def _act(chance: Random, complaint, amina, sam, nils, of) -> list[tasks.Task]:
    case = complaints.case(sam, complaint.uuid)
    task = chance.choice(tasks.of_case(case) or [None])
    act = chance.choice(
        ("give", "give", "ask", "ask", "allow", "limit", "back", "back_one", "recall", "hand_in", "answer",
         "escalate", "withdraw", "reopen", "offer", "question", "reply")
    )  # fmt: skip
    match act:
        case "give":
            return [scenes.given(complaint, sam, of, "field:words", "field:about")]
        case "ask":
            return [scenes.given(complaint, sam, of, "field:words", basis="permission", why="")]
        case "allow" if task:
            tasks.allow(complaint, actor=amina, task=task.uuid)
        case "limit" if task and task.live:
            tasks.limit(complaint, actor=amina, task=task.uuid, keep=[task.live[0].uuid])
        case "back":
            tasks.call_back(complaint, actor=amina)
        case "back_one" if task:
            tasks.call_back(complaint, actor=amina, task=task.uuid)
        case "recall":
            tasks.call_back(complaint, actor=sam)
        case "hand_in" if task:
            tasks.hand_in(task.uuid, actor=nils, text="Done")
        case "answer" if task:
            tasks.answer(task.uuid, actor=nils, text="I look")
        case "escalate" if chance.random() < 0.3:
            complaints.escalate(complaint, actor=amina)
        case "withdraw":
            complaints.withdraw(complaint, actor=amina)
        case "reopen":
            complaints.reopen(complaint, actor=amina)
        case "offer" if chance.random() < 0.3:
            complaints.offer(complaint, actor=sam, finding="upheld", reasons="Yes.", remedies=[cases.APOLOGY])
        case "question":
            complaints.ask(complaint, actor=sam, question="Which?")
        case "reply":
            complaints.answer(complaint, actor=amina, text="That one")
    return []

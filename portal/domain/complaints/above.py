"""What hangs on a complaint from above: concepts that hear of its moves, and the law, which acts before anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from portal.domain.actor import Actor
from portal.domain.calendars import Due

from .models import Complaint
from .rows import Transition

_movers: list[Callable[[Complaint, Transition, Actor, datetime], None]] = []
_catchers: list[Callable[[Complaint, datetime], None]] = []
_tasks: list[Callable[[Complaint, datetime], Due | None]] = []


def on_move(hears: Callable[[Complaint, Transition, Actor, datetime], None]) -> None:
    """Let a concept hear of each move to another state, in its transaction: what hangs on it ends with it.

    It hears of the end of a task too, while others go on.
    """
    _movers.append(hears)


def hear(complaint: Complaint, row: Transition, actor: Actor, at: datetime) -> None:
    """Tell all of them of a move."""
    for hears in _movers:
        hears(complaint, row, actor, at)


def count_tasks(next_due: Callable[[Complaint, datetime], Due | None]) -> None:
    """Let the concept of tasks say by when the next of those that go on after an instant must be done."""
    _tasks.append(next_due)


def next_task(complaint: Complaint, at: datetime) -> Due | None:
    """Return the earliest date of the tasks that go on after ``at``, None where none does."""
    return next((due for ask in _tasks if (due := ask(complaint, at)) is not None), None)


def before_acts(catches_up: Callable[[Complaint, datetime], None]) -> None:
    """Let what the law does at a date that has passed happen before anybody's later act."""
    _catchers.append(catches_up)


def catch_up(complaint: Complaint, at: datetime) -> None:
    """Do what the law has done to a complaint by ``at``."""
    for catches_up in _catchers:
        catches_up(complaint, at)

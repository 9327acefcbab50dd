"""All open cases of one colleague, for the day they leave: counted, listed, put into another's hands."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal import db
from portal.domain import errors
from portal.domain.actor import Actor, Permission
from portal.text import Lazy

from .handling import hand_over
from .lines import FOR_STAFF, Line, line
from .lists import of
from .models import OPEN, Complaint
from .moving import SECOND_STAGE

MOST = 50
_c: Any = Complaint.__table__.c


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What came of handing many over: how many moved, and which stayed with the reason."""

    moved: int
    stayed: tuple[tuple[str, Lazy], ...]  # (number, why)


def _held_by(person_id: int) -> ColumnElement[bool]:
    """Keep to the open cases whose next step is this person's: in review the reviewer's, else the handler's."""
    review = _c.state.in_(sorted(state.value for state in SECOND_STAGE))
    return and_(
        OPEN, or_(and_(review, _c.reviewer_id == person_id), and_(~review, _c.handler_id == person_id))
    )


def in_hands_of(person_id: int) -> int:
    """Return how many open cases are in the hands of a person; a number says nothing about a customer."""
    held = select(func.count()).select_from(Complaint.__table__).where(_held_by(person_id))
    return db.session().scalar(held) or 0


def open_cases_of(person_id: int, *, actor: Actor, limit: int = MOST) -> list[Line]:
    """Return the open cases in a colleague's hands, harm and what is due first, ``limit`` + 1; one query."""
    actor.require(Permission.COMPLAINTS_READ, Permission.COMPLAINTS_SUPERVISE)
    statement = FOR_STAFF.where(_held_by(person_id)).order_by(_c.harm, _c.due_at, _c.id).limit(limit + 1)
    return [line(row, actor) for row in db.session().execute(statement)]


def hand_over_many(
    uuids: Iterable[uuidlib.UUID], *, actor: Actor, to: uuidlib.UUID, next_step: str = ""
) -> HandedOver:
    """Put several cases into a colleague's hands; one that does not fit stays and says why. Raise Denied, Invalid.

    Each customer is told who looks after it now.
    """
    actor.require(Permission.COMPLAINTS_READ, Permission.COMPLAINTS_SUPERVISE)
    moved, stayed = 0, []
    for uuid in sorted(set(uuids))[
        :MOST
    ]:  # always in the same order, so that two who do this never wait crosswise
        complaint = of(actor).get(uuid)
        try:
            with db.session().begin_nested():
                hand_over(complaint, actor=actor, to=to, next_step=next_step)
        except (errors.Invalid, errors.Conflict, errors.Denied) as error:
            stayed.append((complaint.number, error.message))
        else:
            moved += 1
    return HandedOver(moved, tuple(stayed))

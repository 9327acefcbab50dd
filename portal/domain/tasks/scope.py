"""The one scope through which every read of a partner goes, decided in the database from the rows as they are now.

A task is open to somebody when it is theirs and going on: the task, its date, the state of the complaint, the
partner's company and the person's place in it are all asked at each request. Nothing of it is kept in between.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_

from portal.domain import clients, clock
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor, PartnerRight
from portal.domain.complaints import Complaint
from portal.domain.complaints import State as CaseState
from portal.domain.partners.models import PartnerCompany, PartnerMember

from .models import Task
from .rules import State


def theirs(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on :class:`Task` that it is one of the actor's partner, and the actor is of it still.

    For a system of the partner it is one that may act still, and its token was not given back.
    """
    if not actor.partner_may(PartnerRight.TASKS_READ, PartnerRight.TASKS_WORK) or actor.partner_id is None:
        return false()
    if actor.client_id is not None:
        return and_(Task.partner_id == actor.partner_id, clients.living(actor).correlate(Task))
    there = (
        exists()
        .where(
            PartnerCompany.id == Task.partner_id,
            PartnerCompany.deactivated_at.is_(None),
            PartnerMember.partner_id == PartnerCompany.id,
            PartnerMember.person_id == actor.person_id,
            PartnerMember.ended_at.is_(None),
            Person.id == PartnerMember.person_id,
            Person.deactivated_at.is_(None),
        )
        .correlate(Task)
    )
    mine: list[Any] = [Task.partner_id == actor.partner_id, there]
    if actor.regions:
        countries = sorted({region[:2] for region in actor.regions})
        mine.append(or_(Task.region == "", Task.region.in_(countries)))
    return and_(*mine)


def going_on() -> ColumnElement[bool]:
    """Return the condition that a task lets something be seen at this instant."""
    with_partner = (
        exists()
        .where(Complaint.id == Task.complaint_id, Complaint.state == CaseState.WITH_PARTNER.value)
        .correlate(Task)
    )
    return and_(
        Task.state == State.OPEN.value, Task.ended_at.is_(None), Task.due_at > clock.now(), with_partner
    )


def open_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that what a task lets be seen is open to ``actor`` now."""
    return and_(theirs(actor), going_on())

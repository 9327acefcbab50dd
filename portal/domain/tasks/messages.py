"""What is written about a task: to the customer, to who gave it, to the partner; nothing of the slice is in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import outbox
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor, PartnerRight
from portal.domain.complaints import Complaint
from portal.domain.partners import rules as partner_rules
from portal.domain.partners.models import PartnerMember
from portal.domain.references import spoken

from .models import Task

ASKED, GIVEN, ENDED, WRITTEN = "task_asked", "task_given", "task_ended", "task_written"
STAFF, PARTNER = "task_news", "task_for_partner"
# What the customer did with her own hand on the page needs no mail to her.
HER_OWN = frozenset({"called_back", "refused", "withdrawn", "escalated"})


def asked(task: Task, complaint: Complaint, actor: Actor) -> None:
    """Ask the customer whether a partner may see a part of it; what exactly stands on her page."""
    _to_customer(task, complaint, ASKED, {"by": actor.name, **_due(task)})


def given(task: Task, complaint: Complaint, actor: Actor) -> None:
    """Tell the customer that a partner has a task, and the partner that there is one; and who gave it of her yes."""
    if actor.is_customer:
        _to_staff(task, "allowed")
    else:
        data = {"by": actor.name, "basis": task.basis, **_due(task)}
        _to_customer(task, complaint, GIVEN, data)
    _to_partner(task, "new")


def limited(task: Task, complaint: Complaint, actor: Actor) -> None:
    """Say that there is less to be seen."""
    _to_staff(task, "limited")
    _to_partner(task, "narrowed")


def written(task: Task, complaint: Complaint, actor: Actor, *, to_customer: bool) -> None:
    """Say that the partner wrote; what it wrote stands in the portal."""
    if to_customer:
        _to_customer(task, complaint, WRITTEN, {"by": actor.name})
    _to_staff(task, "written")


def ended(task: Task, complaint: Complaint, actor: Actor, *, was_open: bool) -> None:
    """Say that it ended and that nothing of it is to be seen any more."""
    outbox.recall(about=("task", task.uuid), names=[PARTNER], reason="task_ended", actor=actor)
    if was_open and task.ended_how not in HER_OWN:
        _to_customer(task, complaint, ENDED, {"how": task.ended_how})
    if not actor.is_staff:
        _to_staff(task, task.ended_how)
    if was_open and task.ended_how != "partner_gone":
        _to_partner(task, "done" if task.ended_how == "result" else "over")


def _due(task: Task) -> dict[str, str]:
    return {"due": task.due_at.isoformat(), "due_zone": task.zone}


def _to_customer(task: Task, complaint: Complaint, name: str, data: dict[str, Any]) -> None:
    channel = complaint.contact_channel or "email"
    outbox.write(
        name,
        key=f"task:{task.uuid}:{name}:{task.version}",
        account_id=task.account_id,
        person_id=task.person_id,
        channel="inbox" if channel == "phone" else channel,
        data={"number": spoken(task.complaint_number), "partner": task.partner_name, **data},
        about=("complaint", task.complaint_uuid),
    )


def _to_staff(task: Task, what: str) -> None:
    """Tell whoever gave the task, while that person works here."""
    there = select(Person.id).where(Person.id == task.given_by_id, Person.deactivated_at.is_(None))
    if db.session().scalar(there) is None:
        return
    outbox.write(
        STAFF,
        key=f"task:{task.uuid}:{STAFF}:{what}:{task.version}",
        account_id=None,
        person_id=task.given_by_id,
        data={
            "number": spoken(task.complaint_number), "partner": task.partner_name, "what": what,
            "complaint": str(task.complaint_uuid),
        },
        about=("task", task.uuid),
    )  # fmt: skip


def _to_partner(task: Task, what: str) -> None:
    """Tell everybody of the partner who works on tasks there."""
    working = [
        role.value for role in partner_rules.PartnerRole
        if PartnerRight.TASKS_WORK.value in partner_rules.rights_of(role.value)
    ]  # fmt: skip
    members = db.session().execute(
        select(PartnerMember.person_id, PartnerMember.email, PartnerMember.regions)
        .where(
            PartnerMember.partner_id == task.partner_id, PartnerMember.ended_at.is_(None),
            PartnerMember.role.in_(working),
        )
        .order_by(PartnerMember.id)
        .limit(50)
    )  # fmt: skip
    for member in members:
        if member.regions and task.region not in {region[:2] for region in member.regions}:
            continue
        outbox.write(
            PARTNER,
            key=f"task:{task.uuid}:{PARTNER}:{what}:{task.version}:{member.person_id}",
            account_id=None,
            person_id=member.person_id,
            address=member.email,
            data={"number": spoken(task.number), "what": what, "task": str(task.uuid), **_due(task)},
            about=("task", task.uuid),
            expires_at=task.due_at if what == "new" else None,
        )

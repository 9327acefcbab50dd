"""Complaints in a wanted state, brought there by the verbs themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import complaints
from portal.domain.accounts.models import Role, RolePermission, StaffMember, StaffRole
from portal.domain.actor import Actor, Permission, Right
from tests import records

HANDLER = (
    Permission.COMPLAINTS_READ, Permission.COMPLAINTS_WRITE, Permission.COMPLAINTS_INTAKE, Permission.FILES_READ,
)  # fmt: skip
REVIEWER = (Permission.COMPLAINTS_READ, Permission.COMPLAINTS_REVIEW, Permission.FILES_READ)
MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)
WORDS = "The new washing machine leaks.\nIt stood in the hall for a week."
REFUND = {"kind": "refund", "amount": "149.90", "currency": "PLN", "text": "Refund of the price"}
APOLOGY = {"kind": "apology", "text": "We are sorry for the week in the hall", "days": 3}


def amina() -> Actor:
    """A customer with an account of her own."""
    return records.customer("Amina Nowak", Right.ADMINISTER)


def sam(name: str = "Sam Okoye") -> Actor:
    """A handler, who may not review."""
    return records.staff(name, *HANDLER)


def rita(name: str = "Rita Lind") -> Actor:
    """A reviewer, who does not handle."""
    return records.staff(name, *REVIEWER, team="Reviews")


def maria(name: str = "Maria Sand") -> Actor:
    """A supervisor, who handles too, with a role that says so."""
    made = records.staff(name, *HANDLER, Permission.COMPLAINTS_SUPERVISE)
    role = Role(key=f"supervisor {made.person_id}", name="Supervisors")
    db.session().add(role)
    db.session().flush()
    db.session().add(RolePermission(role_id=role.id, permission=Permission.COMPLAINTS_SUPERVISE.value))
    member = db.session().scalars(select(StaffMember).where(StaffMember.person_id == made.person_id)).one()
    db.session().add(StaffRole(staff_member_id=member.id, role_id=role.id))
    db.session().flush()
    return made


def draft(actor: Actor, **fields: Any) -> complaints.Complaint:
    """A draft that could be sent."""
    fields = {"words": WORDS, "remedy_wanted": "repair"} | fields
    return complaints.save_draft(complaints.start_draft(actor=actor), actor=actor, **fields)


def received(actor: Actor, **fields: Any) -> complaints.Complaint:
    """A complaint that has just been sent."""
    return complaints.send(draft(actor, **fields), actor=actor)


def in_hand(actor: Actor, handler: Actor, **fields: Any) -> complaints.Complaint:
    """A complaint with a named person and a first step."""
    return complaints.take(received(actor, **fields), actor=handler, next_step="I call the workshop")


def offered(actor: Actor, handler: Actor, *remedies: dict[str, Any], **fields: Any) -> complaints.Complaint:
    """A complaint with an answer and an offer."""
    complaint = in_hand(actor, handler, **fields)
    complaints.offer(
        complaint,
        actor=handler,
        finding="upheld",
        reasons="The pump was cracked.",
        remedies=remedies or (REFUND,),
    )
    return complaint


def accept(complaint: complaints.Complaint, actor: Actor) -> complaints.Complaint:
    """Accept the offer that is open."""
    seen = complaints.case(actor, complaint.uuid).offer
    assert seen is not None, "there is an open offer"
    return complaints.accept(complaint, actor=actor, number=seen.number, content_hash=seen.content_hash)


def remedies(complaint: complaints.Complaint, actor: Actor) -> list[complaints.RemedyView]:
    """What is owed."""
    return complaints.case(actor, complaint.uuid).remedies


def in_review(actor: Actor, handler: Actor, **fields: Any) -> complaints.Complaint:
    """A complaint whose answer was not enough."""
    return complaints.not_enough(offered(actor, handler, **fields), actor=actor)

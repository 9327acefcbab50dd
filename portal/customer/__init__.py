"""The customer portal: one module per concept, all behind one gate."""

from __future__ import annotations

from flask import Blueprint

from portal.ui import gates

blueprint = Blueprint("customer", __name__)
gates.guard(blueprint, sign_in="customer.sign_in")

from . import (  # noqa: E402 - the views need the blueprint
    acting_for,
    colleagues,
    complaint_acts,
    complaint_ends,
    complaint_law,
    complaint_new,
    complaints,
    feedback,
    files,
    health,
    home,
    invitations,
    legal,
    logo,
    lost_step,
    messages,
    not_me,
    our_numbers,
    partner_tasks,
    permissions,
    preferences,
    profile,
    programs,
    public,
    register,
    seat,
    security,
    sharing,
    sharing_receipts,
    sign_in,
    timeline,
    who_looked,
)

__all__ = [
    "acting_for",
    "blueprint",
    "colleagues",
    "complaint_acts",
    "complaint_ends",
    "complaint_law",
    "complaint_new",
    "complaints",
    "feedback",
    "files",
    "health",
    "home",
    "invitations",
    "legal",
    "lost_step",
    "logo",
    "messages",
    "not_me",
    "our_numbers",
    "partner_tasks",
    "permissions",
    "preferences",
    "profile",
    "programs",
    "public",
    "register",
    "seat",
    "security",
    "sharing",
    "sharing_receipts",
    "sign_in",
    "timeline",
    "who_looked",
]

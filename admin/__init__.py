"""The staff admin: one module per concept, all behind one gate."""

from __future__ import annotations

from flask import Blueprint

from portal.ui import gates

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
gates.guard(blueprint, sign_in="admin.sign_in")

from . import (  # noqa: E402 - the views need the blueprint
    calendar,
    case,
    case_acts,
    complaint_terms,
    consent,
    contacts,
    customers,
    dashboard,
    exchange,
    feedback,
    files,
    firm,
    intake,
    invitation,
    letters,
    partner_people,
    partner_tasks,
    partners,
    purposes,
    queue,
    record,
    retention,
    roles,
    search,
    seats,
    security,
    settings,
    sign_in,
    staff,
    staff_cases,
    tasks,
    text_preview,
    texts,
)

__all__ = [
    "blueprint",
    "calendar",
    "case",
    "case_acts",
    "complaint_terms",
    "consent",
    "contacts",
    "customers",
    "dashboard",
    "exchange",
    "feedback",
    "files",
    "firm",
    "intake",
    "letters",
    "partner_people",
    "partner_tasks",
    "partners",
    "purposes",
    "queue",
    "search",
    "invitation",
    "record",
    "retention",
    "roles",
    "security",
    "seats",
    "settings",
    "sign_in",
    "staff",
    "staff_cases",
    "tasks",
    "text_preview",
    "texts",
]

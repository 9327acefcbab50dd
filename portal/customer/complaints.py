"""Complaints: the list, the page of one, and its whole record."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.domain import complaints, references
from portal.domain.actor import Right
from portal.domain.complaints import State
from portal.text import Lazy, _t
from portal.ui import gates, paging

from . import blueprint, complaint_page
from .complaint_steps import FIRST, FORMS

SIZE = 20
OWN = gates.customer(Right.COMPLAINTS_OWN, Right.COMPLAINTS_ALL)
VIEWS: dict[str, Lazy] = {
    "all": _t("All"),
    "open": _t("Open"),
    "ended": _t("Ended"),
    "drafts": _t("Drafts"),
}


@blueprint.get("/complaints", endpoint="complaints")
@OWN
def complaint_list() -> str:
    """The customer's complaints: what waits for them first, then newest first."""
    view = request.args.get("view", "all")
    view = view if view in VIEWS else "all"
    after = paging.key_from_request()
    finder = complaints.of(g.actor)
    yours = finder.waiting() if view in ("all", "open") and after is None else []
    page = paging.page(finder.recent(after=after, limit=SIZE, only=view), SIZE, lambda row: row.key)
    above = {line.uuid for line in yours}
    return render_template(
        "customer/complaints/list.html",
        yours=yours,
        lines=[line for line in page.rows if line.uuid not in above],
        page=page,
        view=view,
        views=[
            {
                "label": label,
                "url": url_for("customer.complaints", view=None if name == "all" else name),
                "active": name == view,
            }
            for name, label in VIEWS.items()
        ],
    )


@blueprint.get("/complaints/<uuid:uuid>")
@OWN
def complaint(uuid: uuidlib.UUID) -> str | Response:
    """One complaint; a draft goes on where it was left."""
    case = complaints.case(g.actor, uuid)
    if case.state == State.DRAFT:
        left = case.complaint.draft_step
        step = left if left in (*FORMS, "check") else FIRST
        return redirect(url_for("customer.complaint_step", uuid=uuid, step=step), 303)
    if case.state == State.DISCARDED:
        return redirect(url_for("customer.complaints"), 303)
    return complaint_page.show(uuid, case=case)


@blueprint.get("/complaints/<uuid:uuid>/record")
@OWN
def complaint_record(uuid: uuidlib.UUID) -> Any:
    """Everything said and done on a complaint, in its order, to read, print and keep."""
    case = complaints.case(g.actor, uuid)
    if case.state in (State.DRAFT, State.DISCARDED):
        return redirect(url_for("customer.complaint", uuid=uuid), 303)
    return render_template(
        "customer/complaints/record.html",
        case=case,
        number=references.spoken(case.number),
        asked=complaint_page.asked_words(case.complaint),
        files=[complaint_page.file_line(one) for one in case.files],
        file_line=complaint_page.file_line,
        channels=complaints.INTAKE_CHANNELS,
    )

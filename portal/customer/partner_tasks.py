"""What a customer says about partners: yes or no to a task, less of it, an end to it; and what goes for all of them."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain import errors, tasks
from portal.domain.complaints import Complaint
from portal.ui.forms import Form, say

from . import blueprint
from .complaint_forms import ActForm
from .complaint_page import do
from .complaints import OWN


@blueprint.post("/complaints/<uuid:uuid>/tasks/<uuid:task>/permission")
@OWN
def complaint_task_permission(uuid: uuidlib.UUID, task: uuidlib.UUID) -> Any:
    """Answer whether a partner may see what is ticked."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        if request.form.get("answer") != "yes":
            tasks.refuse(complaint, actor=g.actor, task=task)
            return _("Noted. They see nothing, and we go on without them.")
        found = tasks.allow(complaint, actor=g.actor, task=task, keep=_kept(), expected_version=form.seen)
        return _(
            "%(partner)s has the task now. You can call it back whenever you like.",
            partner=found.partner_name,
        )

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/tasks/<uuid:task>/limits")
@OWN
def complaint_task_limits(uuid: uuidlib.UUID, task: uuidlib.UUID) -> Any:
    """Take out of an open task what is not ticked any more."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        taken = tasks.limit(complaint, actor=g.actor, task=task, keep=_kept(), expected_version=form.seen)
        return _("They see only this from now on.") if taken else _("Nothing has changed.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/tasks/recall")
@OWN
def complaint_task_recall(uuid: uuidlib.UUID) -> Any:
    """Call one task back, or all of them; no reason is asked for."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        tasks.call_back(complaint, actor=g.actor, task=_named())
        return _("Called back. They see nothing of it any more.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/tasks/<uuid:task>/writing")
@OWN
def complaint_task_writing(uuid: uuidlib.UUID, task: uuidlib.UUID) -> Any:
    """Say whether the partner may write to me."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        may = request.form.get("may") == "yes"
        tasks.let_write(complaint, actor=g.actor, task=task, may=may)
        return _("They may write to you.") if may else _("They may not write to you.")

    return do(uuid, form, act)


class StandingForm(Form):
    """What partners may see without a question."""

    parts = SelectMultipleField(
        _l("Without asking me, for one task and until its date"), validate_choice=False,
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip


@blueprint.route("/preferences/partners", methods=["GET", "POST"])
@OWN
def partner_standing() -> Any:
    """What a partner may see of my complaints without being asked each time; nothing, unless I say so."""
    form = StandingForm()
    form.parts.choices = [(key, say(label)) for key, label in tasks.STANDING.items()]
    if request.method == "POST" and form.validate():
        with form.catching():
            tasks.set_standing(form.parts.data or [], actor=g.actor)
            flash(_("Kept. It holds for tasks from now on."), "done")
            return redirect(url_for("customer.partner_standing"), 303)
    elif request.method == "GET":
        form.parts.data = sorted(tasks.standing(g.actor))
    page = render_template("customer/preferences/partners.html", form=form)
    return page if form.ok else (page, 422)


def _named() -> uuidlib.UUID | None:
    """Return which task the form names, None for all of them; NotFound for nonsense."""
    named = request.form.get("task", "")
    try:
        return uuidlib.UUID(named) if named else None
    except ValueError:
        raise errors.NotFound() from None


def _kept() -> list[uuidlib.UUID]:
    """Return what is ticked; nonsense is as good as nothing."""
    found = []
    for one in request.form.getlist("parts"):
        try:
            found.append(uuidlib.UUID(one))
        except ValueError:
            continue
    return found

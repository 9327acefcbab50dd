"""A part of a complaint for a partner, at our desk: choose it thing by thing, see what became of it, call it back."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from portal import db
from portal.domain import complaints, errors, partners, tasks
from portal.domain.actor import Permission
from portal.domain.complaints import Case
from portal.domain.references import spoken
from portal.ui import gates
from portal.ui.forms import Form, say

from . import blueprint
from .case import looked
from .case_offer import offerable
from .case_refused import read_mark

READ, WRITE = Permission.COMPLAINTS_READ, Permission.COMPLAINTS_WRITE
SHAPES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
KINDS = (("field", _l("Fields")), ("entry", _l("What was said since")), ("file", _l("Files")))


class TaskForm(Form):
    """What a partner gets; what of the complaint it may see stands beside it as boxes."""

    page = HiddenField()
    partner = SelectField(_l("To which partner"), validate_choice=False)
    title = StringField(_l("What is to be done, in a few words"))
    instructions = TextAreaField(_l("What exactly"))
    until = DateTimeLocalField(_l("By when"), [Optional()], format=SHAPES)
    basis = RadioField(_l("On what ground may they see it?"), validate_choice=False)
    basis_words = TextAreaField(_l("Why this ground holds here"))


@blueprint.route("/complaints/<uuid:uuid>/task", methods=["GET", "POST"])
@gates.staff(READ, WRITE)
def partner_task(uuid: uuidlib.UUID) -> Any:
    """Hand a part of the complaint to a partner; below, the tasks that there were, with what was opened of each."""
    form = TaskForm()
    companies = partners.active()
    form.partner.choices = [("", _("Choose a partner")), *((str(one.uuid), one.name) for one in companies)]
    form.basis.choices = [
        ("permission", _("The customer’s permission")), *((key.value, say(text)) for key, text in tasks.LEGAL.items()),
    ]  # fmt: skip
    if request.method == "POST" and form.validate():
        try:
            task = _give(uuid, form)
        except errors.Invalid as error:
            form.refuse(error)
        except errors.Conflict as error:
            form.form_errors.append(say(error.message))
        else:
            flash(_given(task), "done")
            return redirect(url_for("admin.partner_task", uuid=uuid), 303)
        db.session().rollback()
        g.keep = True  # that the page was opened is written down even so
    if request.method == "GET" and not form.basis.data:
        form.basis.data = "permission"
    page = _show(uuid, form, bool(companies))
    return page if form.ok else (page, 422)


@blueprint.post("/complaints/<uuid:uuid>/task/recall")
@gates.staff(READ, WRITE)
def partner_task_recall(uuid: uuidlib.UUID) -> Any:
    """Call a task back, or take back the question about one; the partner sees nothing from this instant on."""
    complaint = complaints.of(g.actor).get(uuid)
    try:
        tasks.call_back(complaint, actor=g.actor, task=_named(request.form.get("task", "")))
        flash(_("Called back. The partner sees nothing of it any more, and the customer is told."), "done")
    except errors.Conflict as error:
        db.session().rollback()
        flash(say(error.message), "warn")
    return redirect(url_for("admin.partner_task", uuid=uuid), 303)


def _named(task: str) -> uuidlib.UUID | None:
    """Return which task a form names, None for all of them; NotFound for nonsense."""
    try:
        return uuidlib.UUID(task) if task else None
    except ValueError:
        raise errors.NotFound() from None


def _give(uuid: uuidlib.UUID, form: TaskForm) -> tasks.Task:
    complaint = complaints.of(g.actor).get(uuid)
    version, _seen_at = read_mark(form.page.data or "")
    try:
        partner = uuidlib.UUID(form.partner.data or "")
    except ValueError:
        partner = None
    return tasks.give(
        complaint, actor=g.actor, partner=partner, parts=request.form.getlist("parts"),
        title=form.title.data or "", instructions=form.instructions.data or "", until=_instant(form.until.data),
        basis=form.basis.data or "", basis_words=form.basis_words.data or "", expected_version=version,
    )  # fmt: skip


def _given(task: tasks.Task) -> str:
    if task.state == tasks.State.ASKED:
        return _("The customer is asked. %(partner)s sees nothing before the yes.", partner=task.partner_name)
    return _("%(partner)s has the task, and the customer is told.", partner=task.partner_name)


def _show(uuid: uuidlib.UUID, form: TaskForm, any_partner: bool) -> str:
    found: Case = complaints.case(g.actor, uuid)
    looked(found)
    every = tasks.of_case(found)
    going = [one for one in every if one.ended_at is None][::-1]
    may = "give_task" in found.may and len(going) < tasks.MOST_AT_ONCE
    limit = tasks.latest(found.complaint) if may else None
    if limit is not None and request.method == "GET" and form.until.data is None:
        form.until.data = _before(limit)
    form.page.data = f"{found.version}.0"
    choices = tasks.choices(found) if may else []
    return render_template(
        "admin/partner_tasks/task.html",
        case=found,
        number=spoken(found.number),
        form=form,
        may=may and any_partner and limit is not None,
        no_partner=may and not any_partner,
        no_time=may and any_partner and limit is None,
        limit=limit,
        going=going,
        past=[one for one in every if one.ended_at is not None],
        offerable=offerable(found),
        groups=[(label, [one for one in choices if one.kind == kind]) for kind, label in KINDS],
        chosen=set(request.form.getlist("parts")),
        standing=[say(tasks.STANDING[one]) for one in tasks.standing_of(found.complaint)] if may else [],
        limits=tasks.LIMITS,
        may_recall="call_back" in found.may or any(one.asked for one in going),
    )


def _instant(typed: datetime | None) -> datetime | None:
    """Return what was typed on the clock of the one who typed it."""
    return typed.replace(tzinfo=ZoneInfo(g.actor.zone)) if typed else None


def _before(limit: datetime) -> datetime:
    """Return the last whole hour before ``limit`` on the reader's clock, as a form shows it."""
    local = (limit - timedelta(minutes=1)).astimezone(ZoneInfo(g.actor.zone))
    return local.replace(minute=0, second=0, microsecond=0, tzinfo=None)

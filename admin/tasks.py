"""Tasks: messages by phone. What to say, whether we may call now, and what came of it."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal import mail
from portal.domain import accounts, delivery, errors, lookups, outbox
from portal.domain.actor import Permission
from portal.text import Lazy, _tc
from portal.ui import gates, paging
from portal.ui.forms import Form, say

from . import blueprint

SIZE = 25


class OutcomeForm(Form):
    """What came of a call."""

    outcome = RadioField()
    note = TextAreaField(validators=[Length(max=2000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.label.text = _("What came of the call?")
        self.outcome.validators = [InputRequired(_("Choose what came of the call."))]
        self.note.label.text = _("Note")
        self.note.description = _("The customer reads it on the timeline.")
        self.outcome.choices = [(key, say(label)) for key, label in delivery.calls.OUTCOMES.items()]


@blueprint.get("/tasks")
@gates.staff(Permission.TASKS_WORK, Permission.MESSAGES_READ)
def tasks() -> str:
    """The calls that wait, the longest due first."""
    lookups.open_list(actor=g.actor, kind="task")
    box = outbox.of(g.actor)
    finished = request.args.get("view") == "done"
    if finished:
        rows = box.done("phone", before=paging.instant_key(), limit=SIZE + 1)
    else:
        rows = box.waiting("phone", after=paging.instant_key(), limit=SIZE + 1)
    page = paging.page(
        rows, SIZE, lambda row: [(row.ended_at if finished else row.due_at).isoformat(), row.id]
    )
    return render_template(
        "admin/tasks/tasks.html",
        page=page,
        lines=_lines(page.rows),
        finished=finished,
        views=[
            {"label": _tc("many", "Waiting"), "url": url_for("admin.tasks"), "active": not finished},
            {
                "label": _tc("many", "Finished"),
                "url": url_for("admin.tasks", view="done"),
                "active": finished,
            },
        ],
    )


@blueprint.get("/tasks/<uuid:uuid>")
@gates.staff(Permission.TASKS_WORK, Permission.MESSAGES_READ)
def task(uuid: uuidlib.UUID) -> str:
    """One call: what to say; the number appears when the gate has let the call begin."""
    return _show(_found(uuid), OutcomeForm())


@blueprint.post("/tasks/<uuid:uuid>/call")
@gates.staff(Permission.TASKS_WORK, Permission.MESSAGES_READ)
def task_call(uuid: uuidlib.UUID) -> Response:
    """Begin the call, or learn why it must not be made now."""
    message = _found(uuid)
    if not delivery.calls.begin(message, actor=g.actor):
        flash(_("Do not call: %(why)s", why=say(delivery.reason_words(message.reason))), "warn")
    return redirect(url_for("admin.task", uuid=uuid), 303)


@blueprint.post("/tasks/<uuid:uuid>/outcome")
@gates.staff(Permission.TASKS_WORK, Permission.MESSAGES_READ)
def task_outcome(uuid: uuidlib.UUID) -> Response | str | tuple[str, int]:
    """Write down what came of the call."""
    message, form = _found(uuid), OutcomeForm()
    if form.validate_on_submit():
        with form.catching():
            delivery.calls.finish(
                message, outcome=form.outcome.data or "", note=form.note.data or "", actor=g.actor
            )
        if form.ok:
            flash(_("Noted. The customer sees it on the timeline."), "done")
            return redirect(url_for("admin.tasks"), 303)
    return _show(message, form), 400


def _found(uuid: uuidlib.UUID) -> outbox.Message:
    message = outbox.of(g.actor).get(uuid)
    if message.channel != "phone":
        raise errors.NotFound()
    return message


def _show(message: outbox.Message, form: OutcomeForm) -> str:
    title = mail.Titles(current_app, g.actor.language, g.actor.zone).of(
        message.name, message.subject, message.data
    )
    party = None
    if message.account_id is not None:
        lookups.open(
            actor=g.actor, account_id=message.account_id, purpose=lookups.Purpose.TASK,
            about_key=str(message.uuid), about_label=title, item=("task", message.uuid, title),
        )  # fmt: skip
        party = next(iter(accounts.of(g.actor).by_ids([message.account_id])), None)
    person = accounts.person_by_id(message.person_id) if message.person_id is not None else None
    return render_template(
        "admin/tasks/task.html",
        message=message,
        title=title,
        party=party,
        person=person,
        mine=delivery.calls.taken_by(message, g.actor),
        may_begin=message.state == outbox.State.WAITING,
        state=delivery.STATE_WORDS[message.state],
        reason=delivery.reason_words(message.reason) if message.reason else "",
        why=delivery.why(message, g.actor.language),
        form=form,
    )


def _lines(rows: Any) -> list[dict[str, Any]]:
    """Names and numbers only: what a list may show."""
    titles = mail.Titles(current_app, g.actor.language, g.actor.zone)
    ids = sorted({row.account_id for row in rows if row.account_id is not None})
    parties = {party.id: party for party in accounts.of(g.actor).by_ids(ids)} if ids else {}
    return [
        {
            "row": row,
            "title": titles.of(row.name, row.subject, row.data),
            "party": parties.get(row.account_id),
            "state": delivery.STATE_WORDS[row.state],
            "reason": _reason(row.reason),
        }
        for row in rows
    ]


def _reason(code: str) -> Lazy | str:
    return delivery.reason_words(code) if code else ""

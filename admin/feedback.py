"""Feedback as staff work on it: the new and the unhappy first, a reply, and what came of it."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from portal.domain import feedback as told
from portal.domain import lookups
from portal.domain.actor import Permission
from portal.text import Lazy, _t, _tc
from portal.ui import gates, paging
from portal.ui.forms import Form

from . import blueprint

SIZE = 25
VIEWS: dict[str, Lazy] = {"new": _tc("many", "New"), "replied": _t("Replied"), "done": _tc("many", "Done")}


class ReplyForm(Form):
    """Words to the customer."""

    text = TextAreaField(_l("Your reply"), [Length(max=told.TEXT_MAX)])


class OutcomeForm(Form):
    """What we did because of it."""

    came_of_it = TextAreaField(_l("What came of it"), [Length(max=told.TEXT_MAX)])


@blueprint.get("/feedback")
@gates.staff(Permission.FEEDBACK_READ)
def feedback() -> str:
    """One state at a time, low scores first; names and scores only, logged as one list."""
    state = request.args.get("state", "new")
    state = state if state in told.STATES else "new"
    box = told.of(g.actor)
    page = paging.page(
        box.inbox(state, after=paging.uuid_key(), limit=SIZE), SIZE, lambda row: [str(row.uuid)]
    )
    lookups.open_list(actor=g.actor, kind="feedback")
    counts = box.counts()
    views = [
        {
            "label": label,
            "url": url_for("admin.feedback", state=key),
            "active": key == state,
            "count": counts[key],
        }
        for key, label in VIEWS.items()
    ]
    return render_template(
        "admin/feedback/feedback.html",
        page=page,
        views=views,
        figures=box.figures(),
        scale=told.SCALE,
        state=state,
    )


@blueprint.get("/feedback/<uuid:uuid>")
@gates.staff(Permission.FEEDBACK_READ)
def feedback_one(uuid: uuidlib.UUID) -> Any:
    """One piece of feedback with its words; opening it is a look-up."""
    return _shown(told.of(g.actor).get(uuid), ReplyForm(formdata=None), OutcomeForm(formdata=None))


@blueprint.post("/feedback/<uuid:uuid>/reply")
@gates.staff(Permission.FEEDBACK_READ, Permission.FEEDBACK_WRITE)
def feedback_reply(uuid: uuidlib.UUID) -> Any:
    """Write to the customer."""
    one, form = told.of(g.actor).get(uuid), ReplyForm()
    if form.validate_on_submit():
        with form.catching():
            told.reply(one, actor=g.actor, text=form.text.data or "")
            flash(_("Your reply is on its way. The customer reads it on the page too."))
            return redirect(url_for("admin.feedback_one", uuid=uuid), 303)
    return _shown(one, form, OutcomeForm(formdata=None)), 422


@blueprint.post("/feedback/<uuid:uuid>/outcome")
@gates.staff(Permission.FEEDBACK_READ, Permission.FEEDBACK_WRITE)
def feedback_outcome(uuid: uuidlib.UUID) -> Any:
    """Say what came of it; the customer reads it."""
    one, form = told.of(g.actor).get(uuid), OutcomeForm()
    if form.validate_on_submit():
        with form.catching():
            told.close(one, actor=g.actor, came_of_it=form.came_of_it.data or "")
            flash(_("Done. The customer reads what came of it."))
            return redirect(url_for("admin.feedback"), 303)
    return _shown(one, ReplyForm(formdata=None), form), 422


def _shown(one: told.Feedback, reply: ReplyForm, outcome: OutcomeForm) -> str:
    if one.account_id is not None:
        lookups.open(
            actor=g.actor,
            account_id=one.account_id,
            purpose=lookups.Purpose.TASK,
            about_key=str(one.uuid),
            item=("feedback", one.uuid, one.about_label),
        )
    return render_template(
        "admin/feedback/one.html",
        one=one,
        reply=reply,
        outcome=outcome,
        scale=told.SCALE,
        may_write=g.actor.may(Permission.FEEDBACK_WRITE),
    )

"""Feedback: the box that is one step away from every page, two questions after an answer, and what came of it."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import Length, Optional

from portal.domain import complaints, errors
from portal.domain import feedback as told
from portal.ui import gates, paging
from portal.ui.forms import Form, say
from portal.ui.theme import local_path, parts_of

from . import blueprint

SIZE = 20


class TellUsForm(Form):
    """A few words, and the page they are about."""

    text = TextAreaField(_l("What do you want to tell us?"), [Length(max=told.TEXT_MAX)])
    page = HiddenField()


class QuestionsForm(Form):
    """How it was handled, and what came out: two different things."""

    handling = RadioField(_l("How did we handle it?"), [Optional()], coerce=int)
    outcome = RadioField(_l("And what came out of it?"), [Optional()], coerce=int)
    text = TextAreaField(_l("Anything we should know?"), [Length(max=told.TEXT_MAX)])


def _from_page() -> str:
    """Return the page of this site from which the box was opened."""
    came = request.args.get("from", "")
    if not came and request.referrer:
        parts = parts_of(request.referrer)
        came = parts.path if parts.netloc == request.host else ""
    return local_path(came)[:120] if came else ""


@blueprint.route("/feedback", methods=["GET", "POST"])
@gates.public
def feedback() -> Any:
    """The box for anybody; under it, for who is signed in, what they said and what came of it."""
    form = TellUsForm()
    if request.method == "GET" and not form.page.data:
        form.page.data = _from_page()
    if form.validate_on_submit():
        with form.catching():
            told.tell_us(
                actor=g.actor,
                text=form.text.data or "",
                page=local_path(form.page.data) if form.page.data else "",
            )
            if g.actor.is_customer:
                flash(_("Thank you. A person reads it; the reply and what came of it appear below."))
            else:
                flash(
                    _("Thank you. A person reads it. If you want an answer, sign in first and tell us there.")
                )
            return redirect(url_for("customer.feedback"), 303)
    rows = told.of(g.actor).page(after=paging.uuid_key(), limit=SIZE) if g.actor.is_customer else []
    page = paging.page(rows, SIZE, lambda row: [str(row.uuid)])
    answer = render_template("customer/feedback/feedback.html", form=form, page=page, scale=told.SCALE)
    return answer if form.ok else (answer, 422)


@blueprint.route("/feedback/answers/<uuid:uuid>", methods=["GET", "POST"])
@gates.customer()
def feedback_answer(uuid: uuidlib.UUID) -> Any:
    """Ask the two questions about our newest answer to a complaint, once."""
    case = complaints.case(g.actor, uuid)
    if not case.offers:
        raise errors.NotFound()
    newest = str(case.offers[0].number)
    if told.asked(g.actor, case.uuid, newest):
        flash(_("You have told us already what you think of this answer. Thank you."), "info")
        return redirect(url_for("customer.feedback"), 303)
    form = QuestionsForm()
    form.handling.choices = form.outcome.choices = [(n, say(words)) for n, words in told.SCALE.items()]
    if form.validate_on_submit():
        with form.catching():
            told.answer_questions(
                actor=g.actor,
                about_uuid=case.uuid,
                about_label=case.number,
                answer=newest,
                handling=form.handling.data,
                outcome=form.outcome.data,
                text=form.text.data or "",
            )
            flash(
                _(
                    "Thank you. It changes nothing about your complaint; it changes how we handle the next one."
                )
            )
            return redirect(url_for("customer.feedback"), 303)
    page = render_template("customer/feedback/answer.html", form=form, case=case)
    return page if form.ok else (page, 422)

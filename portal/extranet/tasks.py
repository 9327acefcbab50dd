"""Tasks of a partner: the list, one with exactly what may be seen for it, its files, and what is done about it."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Callable
from typing import Any

from flask import Response, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, MultipleFileField, SelectField, StringField, TextAreaField

from portal import db
from portal.domain import complaints, errors, tasks
from portal.domain.actor import PartnerRight
from portal.ui import gates, paging
from portal.ui.downloads import SHUT, named
from portal.ui.forms import Form, say

from . import blueprint

SIZE = 30
READS = gates.partner(PartnerRight.TASKS_READ, PartnerRight.TASKS_WORK)
WORKS = gates.partner(PartnerRight.TASKS_WORK)
KINDS = {
    tasks.TO_US: _l("to us"),
    tasks.TO_CUSTOMER: _l("to the customer"),
    tasks.PROPOSAL: _l("proposal"),
    tasks.RESULT: _l("result"),
}


class WordsForm(Form):
    """Words to who gave the task, or to the customer."""

    text = TextAreaField(_l("What you want to say"), id="words")
    to_customer = BooleanField(_l("To the customer, who reads it in the portal"))


class FilesForm(Form):
    """Files for the complaint."""

    files = MultipleFileField(_l("Photos and files"))


class ProposalForm(Form):
    """What would put it right, as the partner sees it."""

    kind = SelectField(_l("What would put it right"), validate_choice=False)
    amount = StringField(_l("How much, if it is about money"))
    currency = StringField(_l("Currency"))
    text = TextAreaField(_l("Why"), id="why")


class ResultForm(Form):
    """The result, which ends the task."""

    text = TextAreaField(_l("What came of it"), id="result")


@blueprint.get("/tasks", endpoint="tasks")
@READS
def task_list() -> str:
    """Open tasks, the nearest deadline first, and below them that others have ended."""
    finder = tasks.of(g.actor)
    going = paging.page(finder.going(paging.uuid_key(), SIZE), SIZE, lambda row: [str(row.uuid)])
    over = paging.page(
        finder.ended(paging.uuid_key("before"), SIZE), SIZE, lambda row: [str(row.uuid)], name="before"
    )
    return render_template("extranet/tasks/list.html", going=going, over=over)


@blueprint.get("/tasks/<uuid:uuid>")
@READS
def task(uuid: uuidlib.UUID) -> Any:
    """One task with its slice; once it is over only that it is."""
    return show(uuid)


def show(uuid: uuidlib.UUID, refused: Form | None = None) -> Any:
    """Render the page of a task, with the form that could not be taken; raise NotFound for what is none of theirs."""
    try:
        found = tasks.of(g.actor).slice(uuid)
    except errors.NotFound:
        line = tasks.of(g.actor).over(uuid)
        if line is None:
            raise
        return render_template("extranet/tasks/over.html", line=line)
    forms: dict[str, Any] = {
        kind.__name__: refused if isinstance(refused, kind) else kind(formdata=None)
        for kind in (WordsForm, FilesForm, ProposalForm, ResultForm)
    }
    proposal = forms["ProposalForm"]
    proposal.kind.choices = [("", "–"), *((key, say(label)) for key, label in complaints.REMEDIES.items())]
    return render_template(
        "extranet/tasks/task.html",
        task=found,
        kinds=KINDS,
        words=forms["WordsForm"],
        files=forms["FilesForm"],
        proposal=proposal,
        result=forms["ResultForm"],
        refused=refused,
        max_text=tasks.MAX_TEXT,
        max_mb=current_app.config["SETTINGS"].file_max_bytes // (1024 * 1024),
    )


@blueprint.get("/tasks/<uuid:uuid>/state")
@READS
def task_state(uuid: uuidlib.UUID) -> Response:
    """The version of an open task, for its page on the screen; nothing of it, and no look-up."""
    version = tasks.of(g.actor).version(uuid)
    if version is None:
        raise errors.NotFound()
    return jsonify(version=version)


@blueprint.get("/tasks/<uuid:uuid>/files/<uuid:part>")
@READS
def task_file(uuid: uuidlib.UUID, part: uuidlib.UUID) -> Response:
    """One file of an open task; its bytes end at the instant when it may not be seen any more."""
    found = tasks.download(g.actor, uuid, part)
    answer = Response(found.chunks, mimetype=found.media_type)
    answer.headers["Content-Length"] = str(found.size)
    answer.headers["Content-Disposition"] = named(found.name)
    answer.headers["Content-Security-Policy"] = SHUT
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/tasks/<uuid:uuid>/words")
@WORKS
def task_words(uuid: uuidlib.UUID) -> Any:
    """Write to who gave the task, or to the customer where she allows it."""
    form = WordsForm()

    def act() -> str:
        tasks.answer(uuid, actor=g.actor, text=form.text.data or "", to_customer=bool(form.to_customer.data))
        return _("Sent. It stands below.")

    return _do(uuid, form, act)


@blueprint.post("/tasks/<uuid:uuid>/files")
@WORKS
def task_files(uuid: uuidlib.UUID) -> Any:
    """Add files to the complaint."""
    form = FilesForm()

    def act() -> str:
        sent = [one for one in request.files.getlist("files") if one.filename]
        if not sent:
            raise errors.Invalid(_("Choose a file first."), field="files")
        for one in sent:
            stream: Any = one.stream
            tasks.attach(uuid, actor=g.actor, name=one.filename or "", stream=stream)
        return _("Added. The customer and we see it too.")

    return _do(uuid, form, act)


@blueprint.post("/tasks/<uuid:uuid>/proposal")
@WORKS
def task_proposal(uuid: uuidlib.UUID) -> Any:
    """Propose what would put it right; who gave the task decides."""
    form = ProposalForm()

    def act() -> str:
        tasks.propose(
            uuid, actor=g.actor, kind=form.kind.data or "", text=form.text.data or "",
            amount=(form.amount.data or "").strip() or None, currency=form.currency.data or "",
        )  # fmt: skip
        return _("Proposed. Whether it is offered is decided by whoever gave you the task.")

    return _do(uuid, form, act)


@blueprint.post("/tasks/<uuid:uuid>/result")
@WORKS
def task_result(uuid: uuidlib.UUID) -> Any:
    """Hand in the result; the task ends."""
    form = ResultForm()

    def act() -> str:
        tasks.hand_in(uuid, actor=g.actor, text=form.text.data or "")
        return _("Thank you. We have your result, and what was shown for the task is shut.")

    return _do(uuid, form, act)


def _do(uuid: uuidlib.UUID, form: Form, act: Callable[[], str]) -> Any:
    """Do an act and go back to the task; refused, its page comes again with all typed; over, it says so."""
    if form.validate():
        try:
            flash(act(), "done")
            return redirect(url_for("extranet.task", uuid=uuid), 303)
        except errors.Invalid as error:
            form.refuse(error)
        except errors.NotFound:
            db.session().rollback()
            return _over(uuid)
        db.session().rollback()
    page = show(uuid, form)
    return (page, 422) if isinstance(page, str) else page


def _over(uuid: uuidlib.UUID) -> Any:
    """Say that a task is over to whoever still wrote on it; what was typed comes back to be copied."""
    line = tasks.of(g.actor).over(uuid)
    if line is None:
        raise errors.NotFound()
    typed = next((request.form[name] for name in ("text",) if request.form.get(name)), "")
    return render_template("extranet/tasks/over.html", line=line, typed=typed[: tasks.MAX_TEXT]), 409

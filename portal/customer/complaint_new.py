"""A new complaint: one question per step, saved as typed, checked once at the end, and sent with number and dates."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal import db
from portal.domain import complaints, errors, references
from portal.domain.actor import Right
from portal.domain.complaints import Complaint, State
from portal.ui import gates
from portal.ui.forms import Form, say

from . import blueprint, complaint_page, complaint_uploads
from .complaint_forms import remedies
from .complaint_steps import (
    FIRST,
    FORMS,
    WORDS_STEP,
    FirstStep,
    StepForm,
    fields_of,
    filled,
    labels,
    steps_of,
)

OWN = gates.customer(Right.COMPLAINTS_OWN, Right.COMPLAINTS_ALL)


@blueprint.route("/complaints/new", methods=["GET", "POST"])
@OWN
def complaint_new() -> Any:
    """The first question; nothing is stored before it is answered. ``?about=`` says what it is about."""
    form = FirstStep()
    if request.method == "GET":
        if not form.about.data:
            form.about.data = _short(request.args.get("about", ""))
        return _first(form)
    if form.way == "on":
        _need(form, FIRST)
    if form.ok and form.validate():
        with form.catching():
            draft = complaints.start_draft(actor=g.actor, about=_short(form.about.data or ""), key=_key(form))
            if draft.state != State.DRAFT:
                return _sent_already(draft)
            given = {name: value for name, value in fields_of(form).items() if name != "about"}
            complaints.save_draft(draft, actor=g.actor, **given)
            return _onward(draft, FIRST, form)
    return _first(form), 422


@blueprint.post("/complaints")
@OWN
def complaint_start() -> Any:
    """Begin a draft from another page, which may say what it is about, and lead to the first question."""
    draft = complaints.start_draft(actor=g.actor, about=_short(request.form.get("about", "")))
    return redirect(_step_url(draft, FIRST), 303)


@blueprint.route("/complaints/<uuid:uuid>/new/<step>", methods=["GET", "POST"])
@OWN
def complaint_step(uuid: uuidlib.UUID, step: str) -> Any:
    """One question of a draft: show it, or take the answer and go on, back, or away."""
    if step == "check" and request.method == "POST":
        return _send(uuid)
    draft = complaints.of(g.actor).get(uuid)
    if draft.state != State.DRAFT:
        return _sent_already(draft)
    if step == "check":
        return _check(draft)
    if step not in FORMS:
        raise errors.NotFound()
    if step not in steps_of(draft):
        return redirect(_step_url(draft, FIRST), 303)
    form = filled(step, draft)
    if request.method == "GET":
        return _show(draft, step, form)
    if form.way == "on":
        _need(form, step)
    if form.ok and form.validate():
        if step == "files":
            return _take_files(draft, form)
        with form.catching():
            complaints.save_draft(draft, actor=g.actor, **fields_of(form), draft_step=step)
            return _onward(draft, step, form)
        db.rollback()
        draft = complaints.of(g.actor).get(uuid)
    return _show(draft, step, form), 422


@blueprint.post("/complaints/<uuid:uuid>/draft/<step>")
@OWN
def complaint_draft(uuid: uuidlib.UUID, step: str) -> Any:
    """Save what is typed so far, as the page does by itself where scripts run."""
    draft = complaints.of(g.actor).get(uuid)
    if step not in FORMS:
        raise errors.NotFound()
    if draft.state != State.DRAFT:
        return "", 409
    form = FORMS[step]()
    if not form.validate():
        return "", 422
    with form.catching():
        complaints.save_draft(draft, actor=g.actor, **fields_of(form))
    return "", 204 if form.ok else 422


@blueprint.post("/complaints/<uuid:uuid>/files/<uuid:file>/removal")
@OWN
def complaint_file_removal(uuid: uuidlib.UUID, file: uuidlib.UUID) -> Any:
    """Take a file out of a draft."""
    draft = complaints.of(g.actor).get(uuid)
    complaints.remove_file(draft, actor=g.actor, file_uuid=file)
    flash(_("The file is removed."), "done")
    return redirect(_step_url(draft, "files"), 303)


@blueprint.route("/complaints/<uuid:uuid>/discarding", methods=["GET", "POST"])
@OWN
def complaint_discarding(uuid: uuidlib.UUID) -> Any:
    """Throw a draft away, after one look at what goes."""
    draft = complaints.of(g.actor).get(uuid)
    if draft.state not in (State.DRAFT, State.DISCARDED):
        return _sent_already(draft)
    if request.method == "GET" and draft.state == State.DRAFT:
        back = _step_url(draft, "check")
        return render_template("customer/complaint_new/discarding.html", draft=draft, back=back)
    if request.method == "POST":
        complaints.discard(draft, actor=g.actor)
        flash(_("The draft is thrown away, its files too. Nothing was sent."), "done")
    return redirect(url_for("customer.complaints"), 303)


@blueprint.get("/complaints/<uuid:uuid>/sent")
@OWN
def complaint_sent(uuid: uuidlib.UUID) -> Any:
    """What the customer takes away: the number, the dates, what happens next."""
    case = complaints.case(g.actor, uuid)
    if case.state == State.DRAFT:
        return redirect(_step_url(case, "check"), 303)
    if case.state == State.DISCARDED:
        raise errors.NotFound()
    return render_template(
        "customer/complaint_new/sent.html",
        case=case,
        number=references.spoken(case.number),
        promises=[one for one in case.promises if one.ours and one.due_at and one.k != "K1"],
        answer_in=complaints.published_length("K3"),
        silence=complaints.published_length("K5"),
    )


def _key(form: FirstStep) -> str:
    """Return the key of the form; a page of before keys, or nonsense, has none."""
    try:
        return str(uuidlib.UUID(form.key.data or ""))
    except ValueError:
        return ""


def _first(form: FirstStep) -> str:
    form.key.data = _key(form) or str(uuidlib.uuid4())
    return render_template(
        "customer/complaint_new/remedy.html",
        form=form,
        draft=None,
        steps=labels(None),
        current=0,
        action=url_for("customer.complaint_new"),
        autosave=None,
    )


def _show(draft: Complaint, step: str, form: StepForm) -> str:
    form.then.data = form.target
    return render_template(
        f"customer/complaint_new/{step}.html",
        form=form,
        draft=draft,
        steps=labels(draft),
        current=steps_of(draft).index(step),
        action=_step_url(draft, step),
        autosave=None if step == "files" else url_for("customer.complaint_draft", uuid=draft.uuid, step=step),
        files=complaint_page.draft_files(draft) if step == "files" else [],
        limits=complaint_uploads.limits(),
    )


def _send(uuid: uuidlib.UUID) -> Any:
    try:
        if complaints.send_draft(uuid, actor=g.actor):
            return redirect(url_for("customer.complaint_sent", uuid=uuid), 303)
    except errors.Invalid as error:
        db.rollback()
        return _check(complaints.of(g.actor).get(uuid), error)
    return _sent_already(complaints.of(g.actor).get(uuid))


def _check(draft: Complaint, refused: errors.Invalid | None = None) -> Any:
    """Show all answers; sending is the one act from here."""
    problems = complaints.problems(draft) or ([refused] if refused else [])
    steps = steps_of(draft)
    page = render_template(
        "customer/complaint_new/check.html",
        form=Form(),
        draft=draft,
        urls={step: _step_url(draft, step, "check") for step in steps},
        back=_step_url(draft, steps[-1]),
        wanted=dict(remedies()).get(draft.remedy_wanted, ""),
        channel=say(complaints.CONTACT_CHANNELS.get(draft.contact_channel, "")),
        language=complaint_page.language_name(draft.language),
        files=complaint_page.draft_files(draft),
        problems=[(_step_url(draft, _step_of(one), "check"), say(one.message)) for one in problems],
        pressed=refused is not None,
        steps=labels(draft),
        current=len(steps),
    )
    return (page, 422) if refused is not None else page


def _take_files(draft: Complaint, form: StepForm) -> Any:
    """Keep what can be kept; what cannot is named with its mend, and the others stay."""
    refused = complaint_uploads.take(draft, form["files"].data)
    complaints.save_draft(draft, actor=g.actor, draft_step="files")
    if refused and form.way != "later":
        g.keep = True  # the files that were good stay, and the page says which were not
        form["files"].errors = refused
        return _show(draft, "files", form), 422
    return _onward(draft, "files", form)


def _need(form: StepForm, step: str) -> None:
    """Ask at the step itself for what cannot be left out."""
    if step == FIRST and not form["remedy_wanted"].data:
        form["remedy_wanted"].errors = [_("Choose what would put it right. You can change it later.")]
    if step == WORDS_STEP and not (form["words"].data or "").strip():
        form["words"].errors = [
            _("Write what happened, in your own words. One sentence is enough to begin with.")
        ]


def _onward(draft: Complaint, step: str, form: StepForm) -> Any:
    order = [*steps_of(draft), "check"]
    place = order.index(step)
    match form.way:
        case "later":
            flash(
                _("It is saved and not sent yet. You find it here under drafts and go on when you like."),
                "info",
            )
            return redirect(url_for("customer.complaints"), 303)
        case "more":
            return redirect(_step_url(draft, step, form.target), 303)
        case "back":
            return redirect(_step_url(draft, order[max(place - 1, 0)]), 303)
    target = order[place + 1]
    if form.target and not (target == "amount" and draft.amount_wanted is None):
        target = "check"
    complaints.save_draft(draft, actor=g.actor, draft_step=target)
    return redirect(_step_url(draft, target, form.target if target != "check" else ""), 303)


def _step_url(draft: Any, step: str, then: str = "") -> str:
    return url_for("customer.complaint_step", uuid=draft.uuid, step=step, then=then or None)


def _step_of(problem: errors.Invalid) -> str:
    return WORDS_STEP if problem.field == "words" else FIRST


def _short(about: str) -> str:
    return about.strip()[: complaints.LIMITS["about"]]


def _sent_already(draft: Complaint) -> Any:
    """Lead to what became of it; words that were typed into an old page wait there in the form for more words."""
    words = request.form.get("words", "") if request.method == "POST" else ""
    if words.strip() and words.strip() != draft.words.strip():
        return complaint_page.show(draft.uuid, kept=words, told=_("This complaint was sent already.")), 409
    return redirect(url_for("customer.complaint", uuid=draft.uuid), 303)

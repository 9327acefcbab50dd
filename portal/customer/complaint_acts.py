"""What a customer does with an open complaint: each act is a resource that is posted to and leads back to its page."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import g, request
from flask_babel import gettext as _

from portal.domain import complaints, errors
from portal.domain.complaints import Complaint, State

from . import blueprint, complaint_uploads
from .complaint_forms import (
    ActForm,
    AnswerForm,
    EvidenceForm,
    ExtensionForm,
    HarmForm,
    WantedForm,
    WordsForm,
)
from .complaint_page import act_page, do
from .complaints import OWN


@blueprint.post("/complaints/<uuid:uuid>/words")
@OWN
def complaint_words(uuid: uuidlib.UUID) -> Any:
    """Add words and files; after the end words are kept, and the customer says what they mean."""
    form = WordsForm()

    def act(complaint: Complaint) -> str:
        files = complaint_uploads.chosen(form.files.data)
        text = (form.words.data or "").strip()
        if complaint.ended_at is not None:
            complaints.say_more(complaint, actor=g.actor, text=text, expected_version=form.seen)
            return _("We have it. Does it mean that we should open the complaint again? Tell us below.")
        if files and not text:
            return _files_alone(complaint, files)
        entry = complaints.say_more(complaint, actor=g.actor, text=text, expected_version=form.seen)
        complaint_uploads.tell(complaint_uploads.take(complaint, files, entry=entry))
        return _("We have it. It stands below, and whoever looks after your complaint reads it.")

    return do(uuid, form, act)


def _files_alone(complaint: Complaint, files: list[Any]) -> str:
    refused = complaint_uploads.take(complaint, files)
    complaint_uploads.tell(refused, with_words=False)
    return _("We have your files.") if len(refused) < len(files) else _("Nothing else has changed.")


@blueprint.post("/complaints/<uuid:uuid>/answer")
@OWN
def complaint_answer(uuid: uuidlib.UUID) -> Any:
    """Answer our question."""
    form = AnswerForm()

    def act(complaint: Complaint) -> str:
        complaints.answer(complaint, actor=g.actor, text=form.answer.data or "", expected_version=form.seen)
        files = complaint_uploads.chosen(form.files.data)
        if files:
            entry = complaints.newest_entry(complaint, actor=g.actor)
            complaint_uploads.tell(complaint_uploads.take(complaint, files, entry=entry))
        return _("Thank you. We have your answer, and our clock goes on.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/decision-without-it")
@OWN
def complaint_decision_without_it(uuid: uuidlib.UUID) -> Any:
    """Let us decide without an answer."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        complaints.decide_without_it(complaint, actor=g.actor, expected_version=form.seen)
        return _("We decide on what we have. Our clock goes on.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/irrelevance")
@OWN
def complaint_irrelevance(uuid: uuidlib.UUID) -> Any:
    """Say that our question has nothing to do with it."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        text = request.form.get("text", "")
        complaints.say_irrelevant(complaint, actor=g.actor, text=text, expected_version=form.seen)
        return _("Noted: our question is off the table, and our clock goes on. If you like, say why below.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/extension")
@OWN
def complaint_extension(uuid: uuidlib.UUID) -> Any:
    """Take more time for our question."""
    form = ExtensionForm()

    def act(complaint: Complaint) -> str:
        until = form.until.data  # the verb asks for it when there is none
        complaints.extend(complaint, actor=g.actor, until=until, expected_version=form.seen)  # type: ignore[arg-type]
        return _("You have more time. The new date stands below.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/acceptance")
@OWN
def complaint_acceptance(uuid: uuidlib.UUID) -> Any:
    """Accept the version of our offer that the page showed, and no other."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        number = request.form.get("number", "")
        complaints.accept(
            complaint,
            actor=g.actor,
            number=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0,
            content_hash=request.form.get("content_hash", ""),
            expected_version=form.seen,
        )
        if complaint.state == State.CLOSED:
            return _(
                "You have accepted, and the complaint is closed. You can open it again if it comes back."
            )
        return _("You have accepted. We owe you now what stands below, each with its date.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/review")
@OWN
def complaint_review(uuid: uuidlib.UUID) -> Any:
    """Ask for another person; nothing has to be said, but after our last word something new is needed."""
    form = EvidenceForm()

    def act(complaint: Complaint) -> str:
        text = form.evidence.data or ""
        complaints.ask_for_review(complaint, actor=g.actor, text=text, expected_version=form.seen)
        return _(
            "Another person, who had no part in it, looks at it now. If you like, add below what matters to you."
        )

    return do(uuid, form, act)


@blueprint.route("/complaints/<uuid:uuid>/remedy-wanted", methods=["GET", "POST"])
@OWN
def complaint_remedy_wanted(uuid: uuidlib.UUID) -> Any:
    """Change what would put it right, until we have answered."""
    form = WantedForm(obj=complaints.of(g.actor).get(uuid) if request.method == "GET" else None)

    def again(_form: Any, conflict: errors.Conflict | None) -> Any:
        return act_page("remedy_wanted", "change_remedy", uuid, form, conflict)

    def act(complaint: Complaint) -> str:
        complaints.change_remedy(
            complaint,
            actor=g.actor,
            remedy_wanted=form.remedy_wanted.data or "",
            remedy_text=form.remedy_text.data or "",
            amount_wanted=form.amount_wanted.data or None,
            currency=form.currency.data or "",
            expected_version=form.seen,
        )
        return _("Changed. What you had asked for before stays in the record.")

    return do(uuid, form, act, again) if request.method == "POST" else again(form, None)


@blueprint.route("/complaints/<uuid:uuid>/harm", methods=["GET", "POST"])
@OWN
def complaint_harm(uuid: uuidlib.UUID) -> Any:
    """Say that it is dangerous or cannot wait: it goes before all others."""
    form = HarmForm()

    def again(_form: Any, conflict: errors.Conflict | None) -> Any:
        return act_page("harm", "raise_harm", uuid, form, conflict)

    def act(complaint: Complaint) -> str:
        reason = form.reason.data or ""
        complaints.raise_harm(complaint, actor=g.actor, reason=reason, expected_version=form.seen)
        return _(
            "Your complaint goes before all others now. If somebody is in danger, please call 112 as well."
        )

    return do(uuid, form, act, again) if request.method == "POST" else again(form, None)

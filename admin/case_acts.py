"""The acts at our desk: each is one verb of the domain, each keeps what was typed when it cannot be taken."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import db
from portal.domain import complaints, errors
from portal.domain.actor import Permission
from portal.domain.complaints import Complaint, State
from portal.text import Lazy, _t
from portal.ui import gates
from portal.ui.forms import say

from . import blueprint
from .case import show
from .case_refused import ASKS, REMEDY_PARTS, REMEDY_ROWS, Refused, read_mark

READ, WRITE = Permission.COMPLAINTS_READ, Permission.COMPLAINTS_WRITE
Answer = Response | tuple[str, int]
STATUS: dict[type[errors.DomainError], int] = {errors.Conflict: 409, errors.Denied: 403, errors.Invalid: 422}


class Sent:
    """What a form of the page sent: its inputs by the name that the verb has for them."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self.version, self.seen_at = read_mark(request.form.get("page", ""))

    def __getitem__(self, name: str) -> str:
        return request.form.get(ASKS[self.noun][name], "")


def do(
    uuid: uuidlib.UUID, noun: str, verb: Callable[[Complaint, Sent], Any], done: Callable[[], str]
) -> Answer:
    """Do one act and go back to the page; or show the page again with what was typed and why it was not taken."""
    complaint, sent = complaints.of(g.actor).get(uuid), Sent(noun)
    try:
        verb(complaint, sent)
    except (errors.Invalid, errors.Conflict, errors.Denied) as error:
        return _again(uuid, sent, error)
    flash(done(), "done")
    return redirect(url_for("admin.case", uuid=uuid), 303)


def _again(uuid: uuidlib.UUID, sent: Sent, error: errors.DomainError) -> Answer:
    db.rollback()  # a verb that refused half-way leaves nothing behind
    g.keep = True  # but that the page was opened is written down even so
    where = ASKS[sent.noun].get(error.field or "")
    refused = Refused(
        sent.noun,
        request.form,
        [(where, say(error.message))],
        sent.seen_at,
        isinstance(error, errors.Conflict),
    )
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    return show(uuid, refused=refused), status


@blueprint.post("/complaints/<uuid:uuid>/responsibility")
@gates.staff(READ, WRITE)
def case_take(uuid: uuidlib.UUID) -> Answer:
    """Take it: the customer gets a name and the first step."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        complaints.take(complaint, actor=g.actor, next_step=sent["next_step"], expected_version=sent.version)

    return do(
        uuid, "responsibility", verb, lambda: _("It is yours. The customer reads your name and first step.")
    )


@blueprint.post("/complaints/<uuid:uuid>/hand-over")
@gates.staff(READ, WRITE)
def case_hand_over(uuid: uuidlib.UUID) -> Answer:
    """Put it into a colleague's hands."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        try:
            to = uuidlib.UUID(sent["to"])
        except ValueError:
            to = uuidlib.UUID(int=0)  # nobody: the verb says what to choose
        complaints.hand_over(
            complaint, actor=g.actor, to=to, next_step=sent["next_step"], expected_version=sent.version
        )

    return do(uuid, "hand-over", verb, lambda: _("Handed over. The customer is told who looks after it now."))


@blueprint.post("/complaints/<uuid:uuid>/replies")
@gates.staff(READ, WRITE)
def case_reply(uuid: uuidlib.UUID) -> Answer:
    """Write to the customer; a reply never closes anything."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        complaints.reply(complaint, actor=g.actor, text=sent["text"], expected_version=sent.version)

    return do(uuid, "replies", verb, lambda: _sent_by(uuid))


@blueprint.post("/complaints/<uuid:uuid>/news")
@gates.staff(READ, WRITE)
def case_news(uuid: uuidlib.UUID) -> Answer:
    """Tell how it stands and what comes next."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        complaints.news(
            complaint,
            actor=g.actor,
            text=sent["text"],
            next_step=sent["next_step"],
            expected_version=sent.version,
        )

    return do(uuid, "news", verb, lambda: _sent_by(uuid))


@blueprint.post("/complaints/<uuid:uuid>/questions")
@gates.staff(READ, WRITE)
def case_ask(uuid: uuidlib.UUID) -> Answer:
    """Ask the one question; our service clock waits for the answer, the legal one does not."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        ask = complaints.ask_in_review if complaint.state == State.IN_REVIEW else complaints.ask
        ask(complaint, actor=g.actor, question=sent["question"], expected_version=sent.version)

    return do(
        uuid, "questions", verb, lambda: _("Asked. The service clock waits for it, the legal one does not.")
    )


@blueprint.post("/complaints/<uuid:uuid>/offers")
@gates.staff(READ, WRITE)
def case_offer(uuid: uuidlib.UUID) -> Answer:
    """Answer with what puts it right: the first answer, a better one, or the last word of the review."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        offer = complaints.offer_in_review if complaint.state == State.IN_REVIEW else complaints.offer
        offer(
            complaint, actor=g.actor, finding=sent["finding"], reasons=sent["reasons"], remedies=remedy_rows(),
            expected_version=sent.version,
        )  # fmt: skip

    return do(uuid, "offers", verb, lambda: _("Answered. The decision is the customer’s now."))


@blueprint.post("/complaints/<uuid:uuid>/review")
@gates.staff(READ, Permission.COMPLAINTS_REVIEW)
def case_review(uuid: uuidlib.UUID) -> Answer:
    """Take the review, by somebody who had no part in it."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        complaints.take_review(
            complaint, actor=g.actor, next_step=sent["next_step"], expected_version=sent.version
        )

    return do(uuid, "review", verb, lambda: _("The review is yours. The customer is told your name."))


@blueprint.post("/complaints/<uuid:uuid>/deliveries")
@gates.staff(READ, WRITE)
def case_deliver(uuid: uuidlib.UUID) -> Answer:
    """Say that one remedy is carried out, with the proof that the customer sees."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        try:
            remedy = complaints.of(g.actor).remedy(uuidlib.UUID(sent["remedy"]))
        except ValueError:
            raise errors.NotFound() from None
        if remedy.complaint_id != complaint.id:
            raise errors.NotFound()
        complaints.deliver(remedy, actor=g.actor, evidence=sent["evidence"], expected_version=sent.version)

    return do(uuid, "deliveries", verb, lambda: _("Noted. The customer is asked whether it is done."))


@blueprint.post("/complaints/<uuid:uuid>/private-notes")
@gates.staff(READ, WRITE)
def case_private_note(uuid: uuidlib.UUID) -> Answer:
    """Keep a note from the customer's eyes, with its reason and the day it is looked at again."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        try:
            day: Any = date.fromisoformat(sent["review_on"])
        except ValueError:
            day = None  # the verb says what is missing
        complaints.private_note(
            complaint, actor=g.actor, category=sent["category"], text=sent["text"], review_on=day,
            expected_version=sent.version,
        )  # fmt: skip

    return do(
        uuid, "private-notes", verb,
        lambda: _("Kept. The customer sees that a note exists, its category and its review date, never its words."),
    )  # fmt: skip


@blueprint.post("/complaints/<uuid:uuid>/harm")
@gates.staff(READ, WRITE)
def case_harm(uuid: uuidlib.UUID) -> Answer:
    """Say that somebody or something is in danger."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        complaints.raise_harm(complaint, actor=g.actor, reason=sent["reason"], expected_version=sent.version)

    return do(uuid, "harm", verb, lambda: _("It stands at the top of the queue now."))


@blueprint.post("/complaints/<uuid:uuid>/files")
@gates.staff(READ, WRITE)
def case_attach(uuid: uuidlib.UUID) -> Answer:
    """Add files that the customer sees, such as a scanned letter or a delivery note."""

    def verb(complaint: Complaint, _sent: Sent) -> None:
        kept, refused = keep_files(complaint)
        if not kept:
            raise errors.Invalid(refused[0] if refused else _t("Choose a file first."), field="files")
        for why in refused:
            flash(_("One file was not taken. %(why)s", why=say(why)), "warn")

    return do(uuid, "files", verb, lambda: _("Added. The customer sees it too."))


def keep_files(complaint: Complaint) -> tuple[int, list[Lazy]]:
    """Attach the files that the form brought; return how many were kept, and why each other one was not."""
    kept, refused = 0, []
    for file in request.files.getlist("files"):
        if not file.filename:
            continue
        try:
            with db.session().begin_nested():
                stream: Any = file.stream
                complaints.attach(complaint, actor=g.actor, name=file.filename, stream=stream)
            kept += 1
        except (errors.Invalid, errors.Denied) as error:
            refused.append(error.message)
    return kept, refused


def remedy_rows() -> list[dict[str, Any]]:
    """Return the rows of the form that say anything; a row without a kind but with words is the verb's to refuse."""
    rows = []
    for row in range(REMEDY_ROWS):
        given = {part: request.form.get(f"remedy_{row}_{part}", "").strip() for part in REMEDY_PARTS}
        if given["kind"] or given["text"] or given["amount"]:
            rows.append(given)
    return rows


def _sent_by(uuid: uuidlib.UUID) -> str:
    match complaints.of(g.actor).get(uuid).contact_channel:
        case "letter":
            return _(
                "Your words wait under Letters to be printed and posted. They stand in the portal already."
            )
        case "phone":
            return _("Your words wait under Tasks for a call. They stand in the portal already.")
        case "inbox":
            return _("Your words stand in the portal, where the customer wants to read them.")
        case _:
            return _("Your words are on their way by e-mail, and stand in the portal.")

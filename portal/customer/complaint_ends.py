"""How a customer ends a complaint and begins it anew: done or not, withdrawn, opened again, rated."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import g, request
from flask_babel import gettext as _

from portal.domain import complaints, errors, feedback, references
from portal.domain.complaints import Complaint, State

from . import blueprint
from .complaint_forms import ActForm, ObjectionForm, RatingForm, WithdrawalForm
from .complaint_page import act_page, do, remedy_of
from .complaints import OWN


@blueprint.post("/complaints/<uuid:uuid>/remedies/<uuid:remedy>/confirmation")
@OWN
def remedy_confirmation(uuid: uuidlib.UUID, remedy: uuidlib.UUID) -> Any:
    """Say that something is done."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        complaints.confirm(remedy_of(complaint, remedy), actor=g.actor, expected_version=form.seen)
        if complaint.state == State.CLOSED:
            return _("Thank you. It is put right, you said so, and the complaint is closed.")
        return _("Thank you. That one is done.")

    return do(uuid, form, act)


@blueprint.route("/complaints/<uuid:uuid>/remedies/<uuid:remedy>/objection", methods=["GET", "POST"])
@OWN
def remedy_objection(uuid: uuidlib.UUID, remedy: uuidlib.UUID) -> Any:
    """Say that something is not done, late or wrong."""
    form = ObjectionForm()

    def again(_form: Any, conflict: errors.Conflict | None) -> Any:
        about = remedy_of(complaints.of(g.actor).get(uuid), remedy)
        title = about.text or complaints.REMEDIES[about.kind]
        return act_page("objection", "not_done", uuid, form, conflict, remedy=about, title=title)

    def act(complaint: Complaint) -> str:
        text = form.missing.data or ""
        complaints.not_done(
            remedy_of(complaint, remedy), actor=g.actor, text=text, expected_version=form.seen
        )
        if complaint.state == State.IN_REVIEW:
            return _("Noted. Another person looks at it now.")
        return _("Noted: it is not done. We still owe it to you, and its old date stands.")

    return do(uuid, form, act, again) if request.method == "POST" else again(form, None)


@blueprint.route("/complaints/<uuid:uuid>/withdrawal", methods=["GET", "POST"])
@OWN
def complaint_withdrawal(uuid: uuidlib.UUID) -> Any:
    """Take the complaint back, after one look at what that means."""
    form = WithdrawalForm()

    def again(_form: Any, conflict: errors.Conflict | None) -> Any:
        return act_page("withdrawal", "withdraw", uuid, form, conflict)

    def act(complaint: Complaint) -> str:
        complaints.withdraw(
            complaint, actor=g.actor, text=form.because.data or "", expected_version=form.seen
        )
        return _("You have withdrawn it. You can open it again, for any reason or none.")

    return do(uuid, form, act, again) if request.method == "POST" else again(form, None)


@blueprint.post("/complaints/<uuid:uuid>/withdrawal/reversal")
@OWN
def complaint_withdrawal_reversal(uuid: uuidlib.UUID) -> Any:
    """Take the withdrawal back."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        complaints.undo_withdraw(complaint, actor=g.actor, expected_version=form.seen)
        return _("The withdrawal is undone. The complaint goes on where it was.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/reopening")
@OWN
def complaint_reopening(uuid: uuidlib.UUID) -> Any:
    """Open it again; no reason is asked for."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        complaints.reopen(complaint, actor=g.actor, expected_version=form.seen)
        return _("It is open again, under the same number and with everything said so far.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/remark")
@OWN
def complaint_remark(uuid: uuidlib.UUID) -> Any:
    """Say that what was written after the end asks for nothing."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        complaints.just_saying(complaint, actor=g.actor, expected_version=form.seen)
        return _("Thank you for telling us. The complaint stays ended.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/rating")
@OWN
def complaint_rating(uuid: uuidlib.UUID) -> Any:
    """Take the two answers, on how we dealt with it and on what came out of it, apart."""
    form = RatingForm()

    def act(complaint: Complaint) -> str:
        numbers = {str(one.number) for one in complaints.case(g.actor, uuid).offers}
        if form.answer.data not in numbers:
            raise errors.NotFound()
        feedback.answer_questions(
            actor=g.actor,
            about_uuid=complaint.uuid,
            about_label=references.spoken(complaint.number),
            handling=_score(form.handling.data),
            outcome=_score(form.outcome.data),
            answer=form.answer.data or "",
            text=form.comment.data or "",
        )
        return _("Thank you. Your answers count in our figures, and a person reads what you wrote.")

    return do(uuid, form, act)


def _score(raw: str | None) -> int | None:
    return int(raw) if raw in {"1", "2", "3", "4", "5"} else None

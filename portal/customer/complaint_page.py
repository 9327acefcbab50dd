"""The page of one complaint: what is true now, what happens next and by when, what the customer can do."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from portal import db
from portal.domain import complaints, errors, feedback, references, tasks
from portal.domain.complaints import Case, Complaint, State
from portal.ui.assets import LANGUAGE_NAMES
from portal.ui.formats import money
from portal.ui.forms import Form

from . import complaint_uploads
from .complaint_forms import ActForm, AnswerForm, EvidenceForm, ExtensionForm, RatingForm, WordsForm, remedies

LATEST = 3
KINDS = (WordsForm, AnswerForm, ExtensionForm, EvidenceForm)
UNSENT = (State.DRAFT, State.DISCARDED)

Act = Callable[[Complaint], str]
Again = Callable[[Form, errors.Conflict | None], Any]


def do(uuid: uuidlib.UUID, form: Form, act: Act, again: Again | None = None) -> Any:
    """Do an act and say on the complaint's page what it changed; refused, the page comes again with all typed.

    ``act`` returns what to say; ``again`` renders another page than the complaint's own.
    """
    complaint = complaints.of(g.actor).get(uuid)
    if complaint.state in UNSENT:
        return redirect(url_for("customer.complaint", uuid=uuid), 303)
    conflict: errors.Conflict | None = None
    if form.validate():
        try:
            flash(act(complaint), "done")
            return redirect(url_for("customer.complaint", uuid=uuid), 303)
        except errors.Invalid as error:
            form.refuse(error)
        except errors.Conflict as error:
            conflict = error
        db.rollback()
    page = again(form, conflict) if again else show(uuid, form=form, conflict=conflict)
    return page, 409 if conflict is not None else 422


def act_page(
    name: str, verb: str, uuid: uuidlib.UUID, form: ActForm, conflict: errors.Conflict | None, **more: Any
) -> Any:
    """Render the page of an act that needs words or a second look; where it is not possible now, lead back."""
    case = complaints.case(g.actor, uuid)
    if request.method == "GET" and verb not in case.may:
        return redirect(url_for("customer.complaint", uuid=uuid), 303)
    form.version.data = str(case.version)
    return render_template(
        f"customer/complaint_acts/{name}.html",
        case=case,
        number=references.spoken(case.number),
        form=form,
        conflict=conflict,
        latest=case.events[-1:] if conflict is not None else [],
        reopen_within=complaints.published_length("K13"),
        **more,
    )


def show(
    uuid: uuidlib.UUID,
    *,
    form: Form | None = None,
    conflict: errors.Conflict | None = None,
    kept: str = "",
    told: str = "",
    case: Case | None = None,
) -> str:
    """Render the page of a complaint (``case``, if it was read already); raise NotFound outside the scope.

    ``form`` is one that could not be taken, ``conflict`` why; its words come back in it, or where it has no place
    any more in the form for more words, or at least to be copied. ``kept`` are words from elsewhere.
    """
    case = case or complaints.case(g.actor, uuid)
    shown = _shown(case)
    # A form that was refused is the only one that holds what was posted.
    forms: dict[type[Form], Any] = {
        kind: form if isinstance(form, kind) else kind.fresh() for kind in KINDS if kind in shown
    }
    if isinstance(form, ActForm) and type(form) not in shown:
        kept = kept or form.typed
    if kept and WordsForm in shown:
        forms[WordsForm] = WordsForm(formdata=None, words=kept)
        kept = ""
    return render_template(
        "customer/complaints/complaint.html",
        case=case,
        number=references.spoken(case.number),
        sentence=complaints.sees(case.state, case.reviewer_name or case.handler_name or None),
        partner_tasks=tasks.of_case(case),
        words=forms.get(WordsForm),
        answer=forms.get(AnswerForm),
        extension=forms.get(ExtensionForm),
        evidence=forms.get(EvidenceForm),
        refused=form if form is not None and conflict is None else None,
        rating=_rating(case, form),
        rated=case.offers[0].number if case.offers else None,
        conflict=conflict,
        latest=case.events[-_arrived(case, form) :] if conflict is not None else [],
        told=told,
        kept=kept,
        files=[file_line(one) for one in case.files],
        file_line=file_line,
        asked=asked_words(case.complaint),
        remedies_within=complaints.published_length("K10"),
        reopen_within=complaints.published_length("K13"),
        channels=complaints.INTAKE_CHANNELS,
        limits=complaint_uploads.limits(),
    )


def file_line(file: Any) -> dict[str, Any]:
    """Return a file as lists of files show it."""
    return {
        "name": file.name,
        "size": file.size,
        "at": file.at,
        "url": url_for("customer.file", uuid=file.uuid),
    }


def draft_files(draft: Complaint) -> list[dict[str, Any]]:
    """Return the files of a draft, each with the address that removes it."""
    return [
        {
            **file_line(one),
            "remove_url": url_for("customer.complaint_file_removal", uuid=draft.uuid, file=one.uuid),
        }
        for one in complaints.case(g.actor, draft.uuid).files
    ]


def asked_words(complaint: Complaint) -> str:
    """Return what the customer asked for: the choice, the sum, and what they said about it."""
    choice = dict(remedies()).get(complaint.remedy_wanted, "")
    if complaint.amount_wanted is not None:
        choice = f"{choice}: {money(complaint.amount_wanted, complaint.currency)}"
    return "\n".join(filter(None, (choice, complaint.remedy_text)))


def language_name(code: str) -> str:
    """Return a language under its own name."""
    return LANGUAGE_NAMES.get(code, code)


def remedy_of(complaint: Complaint, uuid: uuidlib.UUID) -> Any:
    """Return a remedy of this complaint; another's is as good as none."""
    return complaints.of(g.actor).remedy(uuid, of=complaint)


def _shown(case: Case) -> set[type[Form]]:
    """Return the forms that the page carries now."""
    found: set[type[Form]] = set()
    if case.may & {"add_words", "write_after_end"}:
        found.add(WordsForm)
    if "answer" in case.may:
        found.add(AnswerForm)
    if "extend" in case.may:
        found.add(ExtensionForm)
    if "not_enough" in case.may and case.state == State.REVIEW_OFFERED:
        found.add(EvidenceForm)
    return found


def _arrived(case: Case, form: Form | None) -> int:
    """Return how many of the latest lines of the log the refused page had not shown."""
    seen = form.seen if isinstance(form, ActForm) else None
    return max(1, min(LATEST, case.version - seen)) if seen is not None else 1


def _rating(case: Case, form: Form | None) -> RatingForm | None:
    """Return the two questions where there is an answer of ours that this person has not rated yet."""
    if isinstance(form, RatingForm):
        return form
    newest = case.offers[0] if case.offers else None
    if newest is None or feedback.asked(g.actor, case.uuid, str(newest.number)):
        return None
    return RatingForm.fresh()

"""Complaints: list, read, file in one call or as a draft, and the files."""

from __future__ import annotations

import io
import uuid
from typing import Annotated, Any, Literal

from flask import Response, g, request, url_for
from pydantic import Field

from portal.domain import complaints, errors, programs
from portal.domain.actor import Right
from portal.domain.complaints import State
from portal.domain.programs import Scope
from portal.text import _t
from portal.ui.downloads import download

from . import complaint_shapes as shapes
from . import given, lists
from .complaint_shapes import Complaint, ComplaintList, FileShown
from .given import Answer
from .operations import operation
from .shapes import Amount, Currency, Day, Given, Paged, Query, letters

RIGHTS = (Right.COMPLAINTS_OWN, Right.COMPLAINTS_ALL)
READ, WRITE = Scope.COMPLAINTS_READ, Scope.COMPLAINTS_WRITE
Remedy = Literal[
    "apology",
    "explanation",
    "repair",
    "replacement",
    "refund",
    "price_cut",
    "compensation",
    "change",
    "other",
]
LIMITS = complaints.LIMITS


class ComplaintQuery(Paged):
    """Which complaints."""

    view: Literal["all", "open", "ended", "drafts"] = "all"


class DraftChange(Given):
    """The fields of a draft; what is not named stays."""

    words: Annotated[
        str, letters(LIMITS["words"]), Field(description=str(_t("What happened, in one's own words")))
    ] = ""
    remedy_wanted: Annotated[Remedy, Field(description=str(_t("What would put it right")))] = ""  # type: ignore[assignment]
    remedy_text: Annotated[str, letters(LIMITS["remedy_text"])] = ""
    amount_wanted: Amount | None = None
    currency: Currency = ""
    subject: Annotated[str, letters(LIMITS["subject"])] = ""
    about: Annotated[str, letters(LIMITS["about"]), Field(description=str(_t("What it is about")))] = ""
    happened_on: Day | None = None
    contact_channel: Annotated[
        Literal["email", "inbox", "letter", "phone"],
        Field(description=str(_t("How to reach the customer about it"))),
    ] = "email"
    language: Annotated[str, letters(5, 2)] = ""


class NewComplaint(DraftChange):
    """A complaint that is sent as it is."""

    words: Annotated[
        str, letters(LIMITS["words"], 1), Field(description=str(_t("What happened, in one's own words")))
    ]
    remedy_wanted: Annotated[Remedy, Field(description=str(_t("What would put it right")))]


class FileQuery(Query):
    """What the file is called."""

    name: Annotated[str, letters(200, 1), Field(description="photo.jpg")]


EXAMPLE = {
    "words": "The delivery came twice, and I paid for both.",
    "remedy_wanted": "refund",
    "amount_wanted": "149.90",
    "currency": "PLN",
}


def shown(found: uuid.UUID) -> Complaint:
    """Return a complaint in scope; what was thrown away does not exist."""
    case = complaints.case(g.actor, found)
    if case.state == State.DISCARDED:
        raise errors.NotFound()
    return shapes.whole(case)


def held(found: uuid.UUID) -> complaints.Complaint:
    """Return the complaint for a verb, when the request has seen its present state."""
    programs.hold(g.actor)
    complaint = complaints.of(g.actor).get(found)
    given.require_match(shown(found))
    return complaint


def _fields(body: DraftChange) -> dict[str, Any]:
    return body.model_dump(exclude_unset=True)


def _made(complaint: complaints.Complaint) -> Answer:
    return Answer(shown(complaint.uuid), {"Location": url_for("api.complaint", id=complaint.uuid)})


@operation(
    "GET",
    "/complaints",
    READ,
    _t("All complaints"),
    rights=RIGHTS,
    query=ComplaintQuery,
    answer=ComplaintList,
)
def complaint_list(query: ComplaintQuery) -> Answer:
    """The complaints in reach, newest first."""
    after = [str(query.after)] if query.after else None
    rows = complaints.of(g.actor).recent(after=after, limit=query.limit, only=query.view)
    return lists.page(ComplaintList, rows, query.limit, shapes.line)


@operation(
    "POST", "/complaints", WRITE, _t("File a complaint"), rights=RIGHTS, body=NewComplaint, answer=Complaint,
    status=201, words=_t("It is sent at once: the answer carries its number and the dates that we promise."),
    example=EXAMPLE,
)  # fmt: skip
def complaint_new(body: NewComplaint) -> Answer:
    """File a complaint in one call."""
    return _made(complaints.file(actor=g.actor, **_fields(body)))


@operation(
    "POST", "/complaints/drafts", WRITE, _t("Begin a draft"), rights=RIGHTS, body=DraftChange, answer=Complaint,
    status=201, words=_t("Only its author sees it, until it is sent."), example={"about": "Order 4711"},
)  # fmt: skip
def complaint_draft(body: DraftChange) -> Answer:
    """Begin a complaint that is not sent yet."""
    draft = complaints.start_draft(actor=g.actor)
    return _made(complaints.save_draft(draft, actor=g.actor, **_fields(body)))


@operation("GET", "/complaints/<uuid:id>", READ, _t("One complaint"), rights=RIGHTS, answer=Complaint)
def complaint(id: uuid.UUID) -> Complaint:
    """Everything said, promised, offered and done, and what can be done now."""
    return shown(id)


@operation(
    "PATCH", "/complaints/<uuid:id>", WRITE, _t("Change a draft"), rights=RIGHTS, body=DraftChange, answer=Complaint,
    conditional=True, example={"words": "The delivery came twice."},
)  # fmt: skip
def complaint_change(id: uuid.UUID, body: DraftChange) -> Complaint:
    """Change what is named, before it is sent."""
    complaints.save_draft(held(id), actor=g.actor, **_fields(body))
    return shown(id)


@operation(
    "DELETE",
    "/complaints/<uuid:id>",
    WRITE,
    _t("Throw a draft away"),
    rights=RIGHTS,
    status=204,
    conditional=True,
)
def complaint_discarding(id: uuid.UUID) -> None:
    """Throw a draft away, its files too; what was sent can be withdrawn, not thrown away."""
    complaints.discard(held(id), actor=g.actor)


@operation(
    "POST", "/complaints/<uuid:id>/files", WRITE, _t("Add a file"), rights=RIGHTS, query=FileQuery, answer=FileShown,
    status=201, upload=True, fields={"files": ""},
    words=_t("The file is the content of the request; what it is decides its content, never its name."),
)  # fmt: skip
def complaint_file_new(id: uuid.UUID, query: FileQuery) -> Answer:
    """Add a file to a draft or to an open complaint."""
    about = complaints.of(g.actor).get(id)
    if about.state == State.DISCARDED:
        raise errors.NotFound()
    kept = complaints.attach(about, actor=g.actor, name=query.name, stream=io.BytesIO(request.get_data()))
    made = FileShown(
        id=kept.uuid,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        at=kept.created_at,
        side="you",
    )
    return Answer(made, {"Location": url_for("api.complaint_file", id=kept.uuid)})


@operation(
    "DELETE", "/complaints/<uuid:id>/files/<uuid:file>", WRITE, _t("Take a file out of a draft"), rights=RIGHTS,
    answer=Complaint, conditional=True,
)  # fmt: skip
def complaint_file_removal(id: uuid.UUID, file: uuid.UUID) -> Complaint:
    """Take a file out of a draft; what was sent stays on the record."""
    complaints.remove_file(held(id), actor=g.actor, file_uuid=file)
    return shown(id)


@operation("GET", "/files/<uuid:id>", READ, _t("Get a file"), rights=RIGHTS, download=True)
def complaint_file(id: uuid.UUID) -> Response:
    """One file under the name that it came with."""
    found = complaints.open_file(g.actor, id)
    answer = download(found)
    answer.headers["ETag"] = f'"{found.sha256[:32]}"'
    return answer

"""What a complaint looks like to a program: everything said, promised, offered and done, and what can be done now."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from pydantic import Field

from portal.domain import complaints
from portal.domain.complaints import Case, Line, Promise, RemedyView
from portal.text import _t
from portal.ui.forms import say

from .lists import Listed
from .shapes import Shown

# What the page calls a verb, and the address below the complaint that does it.
PLACES = {
    "save_draft": "edit", "send": "sending", "discard": "discarding", "add_words": "words", "write_after_end": "words",
    "attach": "files", "change_remedy": "remedy-wanted", "answer": "answer", "decide_without_it": "decision-without-it",
    "say_irrelevant": "irrelevance", "extend": "extension", "accept": "acceptance", "escalate": "review",
    "not_enough": "review", "confirm": "confirmation", "not_done": "objection", "withdraw": "withdrawal",
    "undo_withdraw": "reopening", "reopen": "reopening", "just_saying": "remark", "raise_harm": "harm",
    "settle_by_law": "lawful-remedy", "choose_other": "other-remedy",
    "go_outside": "outside", "come_back": "outside-return", "agree": "agreement",
}  # fmt: skip


class PromiseShown(Shown):
    """One dated promise, ours or the customer's."""

    clock: Annotated[str, Field(examples=["K3"])]
    label: str
    due_at: Annotated[dt.datetime | None, Field(description=str(_t("None while it stands still")))]
    promised_at: dt.datetime | None
    zone: Annotated[str, Field(examples=["Europe/Warsaw"])]
    ours: bool
    late: bool
    explain: Annotated[list[str], Field(description=str(_t("Why this date, in sentences")))]


class FileShown(Shown):
    """One file of a complaint."""

    id: uuid.UUID
    name: Annotated[str, Field(examples=["photo.jpg"])]
    media_type: Annotated[str, Field(examples=["image/jpeg"])]
    size: int
    at: dt.datetime
    side: Annotated[Literal["you", "us"], Field(description=str(_t("Who sent it")))]


class EntryShown(Shown):
    """One thing said; without text it is a note of ours that is not shown."""

    id: uuid.UUID
    at: dt.datetime
    kind: str
    side: Literal["you", "us", "note", "system"]
    who: str
    text: str | None
    files: list[uuid.UUID]


class RemedyShown(Shown):
    """One thing that puts it right."""

    id: uuid.UUID
    kind: str
    title: str
    amount: Annotated[str | None, Field(examples=["149.90"])]
    currency: str
    business_days: int | None
    due_at: dt.datetime | None
    explain: list[str]
    state: str
    done_at: dt.datetime | None
    evidence: str
    confirmed_at: dt.datetime | None


class OfferShown(Shown):
    """One version of our answer; accept it by its number and its content_hash."""

    number: int
    content_hash: str
    made_at: dt.datetime
    by: str
    finding: str
    finding_label: str
    reasons: str
    open: bool
    decision: str
    decided_at: dt.datetime | None
    expires_at: dt.datetime | None
    remedies: list[RemedyShown]


class ComplaintLine(Shown):
    """One complaint of the list."""

    id: uuid.UUID
    number: str
    subject: str
    state: complaints.State
    state_label: str
    next: str
    due_at: dt.datetime | None
    due_label: str
    created_at: dt.datetime
    received_at: dt.datetime | None
    ended_at: dt.datetime | None


class ComplaintList(Listed):
    """A page of complaints, newest first."""

    items: list[ComplaintLine]


class Complaint(Shown):
    """One complaint."""

    id: uuid.UUID
    number: Annotated[str, Field(description=str(_t("The number to say on the phone")))]
    state: complaints.State
    state_label: str
    next: Annotated[str, Field(description=str(_t("What happens next, or what waits for the customer")))]
    can: Annotated[
        list[str],
        Field(
            description=str(_t("What can be done now: the last part of the address")), examples=[["words"]]
        ),
    ]
    subject: str
    about: str
    words: str
    happened_on: dt.date | None
    remedy_wanted: str
    remedy_text: str
    amount_wanted: Annotated[str | None, Field(examples=["149.90"])]
    currency: str
    contact_channel: str
    language: str
    handler: str
    reviewer: str
    created_at: dt.datetime
    received_at: dt.datetime | None
    ended_at: dt.datetime | None
    promises: list[PromiseShown]
    thread: list[EntryShown]
    open_question: Annotated[
        uuid.UUID | None, Field(description=str(_t("The entry that waits for an answer")))
    ]
    offers: Annotated[list[OfferShown], Field(description=str(_t("Newest first")))]
    remedies: Annotated[list[RemedyShown], Field(description=str(_t("What we owe, since it was accepted")))]
    files: list[FileShown]


def line(row: Line) -> ComplaintLine:
    """Return a complaint as lists show it."""
    return ComplaintLine(
        id=row.uuid, number=row.number, subject=say(row.subject), state=complaints.State(row.state),
        state_label=say(row.state_label), next=say(row.next), due_at=row.due_at, due_label=say(row.due_label),
        created_at=row.created_at, received_at=row.received_at, ended_at=row.ended_at,
    )  # fmt: skip


def file(row: Any) -> FileShown:
    """Return a file of the case."""
    return FileShown(
        id=row.uuid, name=row.name, media_type=row.media_type, size=row.size, at=row.at, side=row.side
    )


def whole(case: Case) -> Complaint:
    """Return a complaint as its customer may see it."""
    row = case.complaint
    return Complaint(
        id=case.uuid, number=case.number, state=complaints.State(case.state), state_label=say(case.info.label),
        next=say(case.next), can=sorted({PLACES[name] for name in case.may if name in PLACES}),
        subject=row.subject, about=row.about, words=row.words, happened_on=row.happened_on,
        remedy_wanted=row.remedy_wanted, remedy_text=row.remedy_text, amount_wanted=money(row.amount_wanted),
        currency=row.currency, contact_channel=row.contact_channel, language=row.language,
        handler=case.handler_name, reviewer=case.reviewer_name, created_at=row.created_at,
        received_at=row.received_at, ended_at=row.ended_at,
        promises=[_promise(one) for one in case.promises],
        thread=[
            EntryShown(
                id=one.uuid, at=one.at, kind=one.kind, side=one.side, who=one.who, text=one.text,
                files=[part.uuid for part in one.files],
            )
            for one in case.thread
        ],
        open_question=case.open_question.uuid if case.open_question else None,
        offers=[
            OfferShown(
                number=one.number, content_hash=one.content_hash, made_at=one.made_at, by=one.by, finding=one.finding,
                finding_label=say(one.finding_label), reasons=say(one.reasons), open=one.open, decision=one.decision,
                decided_at=one.decided_at, expires_at=one.expires, remedies=[_remedy(part) for part in one.remedies],
            )
            for one in case.offers
        ],
        remedies=[_remedy(one) for one in case.remedies],
        files=[file(one) for one in case.files],
    )  # fmt: skip


def money(amount: Any) -> str | None:
    """Return an amount as a text with two decimals."""
    return None if amount is None else f"{amount:.2f}"


def _promise(one: Promise) -> PromiseShown:
    return PromiseShown(
        clock=one.k, label=say(one.label), due_at=one.due_at, promised_at=one.promised_at, zone=one.zone,
        ours=one.ours, late=one.late, explain=[say(sentence) for sentence in one.explain],
    )  # fmt: skip


def _remedy(one: RemedyView) -> RemedyShown:
    return RemedyShown(
        id=one.uuid, kind=one.kind, title=say(one.title), amount=money(one.amount), currency=one.currency,
        business_days=one.days, due_at=one.due_at, explain=[say(sentence) for sentence in one.explain], state=one.state,
        done_at=one.done_at, evidence=one.evidence, confirmed_at=one.confirmed_at,
    )  # fmt: skip

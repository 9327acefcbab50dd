"""The thread: what was said on a complaint, by whom; nothing in it is ever edited."""

from __future__ import annotations

import uuid as uuidlib
from datetime import date, datetime

from sqlalchemy import select

from portal import db
from portal.domain import search
from portal.domain.actor import Actor

from .models import Complaint, Entry

MAX_WORDS = 20_000
MAX_TEXT = 10_000


def say(
    complaint: Complaint,
    *,
    actor: Actor,
    kind: str,
    text: str,
    at: datetime,
    channel: str = "portal",
    category: str = "",
    review_on: date | None = None,
) -> Entry:
    """Write one entry: words, reply, question, answer, news, or a private note with its category."""
    entry = Entry(
        uuid=uuidlib.uuid4(),
        complaint_id=complaint.id,
        account_id=complaint.account_id,
        at=at,
        kind=kind,
        author_kind=actor.kind.value,
        author_person_id=actor.person_id,
        author_name=actor.name,
        text=text,
        channel=channel,
        private_category=category,
        private_review_on=review_on,
    )
    db.session().add(entry)
    return entry


def said_already(
    complaint: Complaint, *, actor: Actor, kind: str, text: str, seen: int | None
) -> Entry | None:
    """Return what ``actor`` said last when it is these same words, sent again from a page that shows them not yet.

    ``seen`` is the version of that page; without one, or from a page that is up to date, nothing is a repetition.
    """
    if seen is None or seen >= complaint.version or actor.person_id is None:
        return None
    last = newest_entry(complaint, actor=actor)
    return last if last is not None and (last.kind, last.text) == (kind, text) else None


def open_question(complaint: Complaint) -> Entry | None:
    """Return the newest question on the thread; whether it is open says the state."""
    return (
        db.session()
        .scalars(
            select(Entry)
            .where(Entry.complaint_id == complaint.id, Entry.kind == "question")
            .order_by(Entry.id.desc())
            .limit(1)
        )
        .one_or_none()
    )


def newest_entry(complaint: Complaint, *, actor: Actor) -> Entry | None:
    """Return what ``actor`` said last on the thread, for the files that came with it."""
    return (
        db.session()
        .scalars(
            select(Entry)
            .where(Entry.complaint_id == complaint.id, Entry.author_person_id == actor.person_id)
            .order_by(Entry.id.desc())
            .limit(1)
        )
        .one_or_none()
    )


def index(complaint: Complaint) -> None:
    """Put the customer's words, number and subject where staff search; private notes never."""
    said = db.session().scalars(
        select(Entry.text)
        .where(Entry.complaint_id == complaint.id, Entry.kind.in_(["words", "answer"]))
        .order_by(Entry.id)
        .limit(50)
    )
    put(complaint, list(said))


def put(complaint: Complaint, said: list[str] | None = None) -> None:
    """Write the search document of a complaint whose later words are given."""
    texts: list[str | None] = [
        complaint.number, complaint.subject, complaint.about, complaint.words, complaint.remedy_text,
        *(said or []),
    ]  # fmt: skip
    search.put(kind="complaint", ref_id=complaint.id, account_id=complaint.account_id, texts=texts)

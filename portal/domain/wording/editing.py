"""The next version of the words of a message: kept, published, thrown away, and the way back to an older one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, delete, func, select
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import _t

from . import store
from .models import WordingDraft, WordingVersion
from .parsing import Message, own, problems

LONGEST_REASON = 300


class Row(NamedTuple):
    """What was written of one message in one language."""

    name: str
    language: str
    version: int
    at: datetime | None
    body: Mapping[str, str]
    base: Mapping[str, str]
    drafted: bool


class Draft(NamedTuple):
    """What is being written, or what is published as its beginning."""

    body: Mapping[str, str]
    base: Mapping[str, str]
    kept: bool
    base_version: int
    version: int
    at: datetime | None
    by: str

    @property
    def overtaken(self) -> bool:
        """Tell whether another version was published since it was begun."""
        return self.base_version != self.version

    @property
    def mark(self) -> str:
        """Return what tells these words from what is kept later; '' while nothing is kept."""
        return self.at.isoformat() if self.kept and self.at else ""


class Version(NamedTuple):
    """One published version, with who made it and why."""

    number: int
    at: datetime
    by: str
    why: str
    body: Mapping[str, str]
    base: Mapping[str, str]


def rows(actor: Actor) -> list[Row]:
    """Return what was written of every message, published or only begun; two queries. Raise Denied."""
    actor.require(Permission.TEXTS_WRITE)
    session, v = db.session(), WordingVersion
    last = (
        select(v.name, v.language, func.max(v.number).label("number")).group_by(v.name, v.language).subquery()
    )
    statement = select(v.name, v.language, v.number, v.at, v.body, v.base).join(
        last, and_(v.name == last.c.name, v.language == last.c.language, v.number == last.c.number)
    )
    begun = {
        (name, language)
        for name, language in session.execute(select(WordingDraft.name, WordingDraft.language))
    }
    found = [
        Row(row.name, row.language, row.number, row.at, row.body, row.base, (row.name, row.language) in begun)
        for row in session.execute(statement)
    ]
    published = {(row.name, row.language) for row in found}
    return [
        *found,
        *(Row(name, language, 0, None, {}, {}, True) for name, language in sorted(begun - published)),
    ]


def draft(actor: Actor, message: Message) -> Draft:
    """Return what is being written of a message, or the published words to begin from; raise Denied."""
    actor.require(Permission.TEXTS_WRITE)
    last = _newest(message)
    number = last.number if last is not None else 0
    kept = db.session().scalar(_drafts(message))
    if kept is not None:
        return Draft(kept.body, kept.base, True, kept.base_version, number, kept.at, kept.by_name)
    if last is None:
        return Draft({}, {}, False, 0, 0, None, "")
    return Draft(last.body, last.base, False, number, number, None, "")


def history(actor: Actor, message: Message, *, limit: int = 50) -> list[Version]:
    """Return the published versions of a message, newest first; raise Denied."""
    actor.require(Permission.TEXTS_WRITE)
    found = db.session().scalars(
        select(WordingVersion)
        .where(WordingVersion.name == message.name, WordingVersion.language == message.language)
        .order_by(WordingVersion.number.desc())
        .limit(limit)
    )
    return [_version(row) for row in found]


def version(actor: Actor, message: Message, number: int) -> Version:
    """Return one published version, or for 0 what the product ships; raise Denied, NotFound."""
    actor.require(Permission.TEXTS_WRITE)
    if number == 0:
        return Version(0, clock.now(), "", "", {}, {})
    found = db.session().scalar(
        select(WordingVersion).where(
            WordingVersion.name == message.name,
            WordingVersion.language == message.language,
            WordingVersion.number == number,
        )
    )
    if found is None:
        raise NotFound()
    return _version(found)


def save(message: Message, words: Mapping[str, str], *, actor: Actor, seen: str | None = None) -> Draft:
    """Keep what is being written; words equal to the default, or none, are the default.

    Raise Denied, Invalid at the first part that does not fit: its ``field`` is the key of the part; Conflict when
    somebody kept other words since the mark ``seen`` was read.
    """
    now = _held(actor, message)
    if seen is not None and seen != now.mark:
        raise moved_on()
    wrong = problems(message, words)
    if wrong:
        raise wrong[0]
    _keep(message, own(message, words), now.base_version if now.kept else now.version, actor)
    return draft(actor, message)


def throw_away(message: Message, *, actor: Actor) -> None:
    """Forget what is being written; the published words stay."""
    actor.require(Permission.TEXTS_WRITE)
    db.session().execute(
        delete(WordingDraft).where(
            WordingDraft.name == message.name, WordingDraft.language == message.language
        )
    )


def publish(message: Message, *, actor: Actor, why: str, expected: datetime | None = None) -> int:
    """Publish what was written and return its number; the same as before is no new version.

    Raise NotFound when nothing is being written, Conflict when it was changed since it was read or another version
    was published meanwhile, Invalid at ``why`` without a reason and at a part that does not fit any more.
    """
    now = _held(actor, message)
    if not now.kept:
        raise NotFound()
    if now.overtaken or (expected is not None and now.at != expected):
        raise moved_on()
    body = own(message, now.body)
    wrong = problems(message, body)
    if wrong:
        raise wrong[0]
    number = _write(message, body, why, actor)
    throw_away(message, actor=actor)
    return number


def go_back(message: Message, number: int, *, actor: Actor, why: str = "") -> int:
    """Publish an older version again (0: what the product ships) as the newest one, and return its number.

    Raise NotFound, Invalid at a part that does not fit any more.
    """
    older = version(actor, message, number)
    body = own(message, older.body)
    wrong = problems(message, body)
    if wrong:
        raise wrong[0]
    reason = why.strip() or f"← {number}"
    return _write(message, body, reason, actor)


def moved_on() -> Conflict:
    """Return the refusal for who was not the first."""
    return Conflict(
        _t("Somebody else changed this in the meantime. Look at what is different now, then decide again."),
        code="wording.moved_on",
    )


def _write(message: Message, body: Mapping[str, str], why: str, actor: Actor) -> int:
    reason = " ".join("".join(sign if sign.isprintable() else " " for sign in why).split())
    if not 0 < len(reason) <= LONGEST_REASON:
        text = _t(
            "Say in a few words why, at most {most} letters: it stands in the list of versions.",
            most=LONGEST_REASON,
        )
        raise Invalid(text, code="wording.why", field="why")
    last = _newest(message)
    base = _base(message, body)
    if last is not None and (dict(last.body), dict(last.base)) == (dict(body), base):
        return last.number
    if last is None and not body:
        return 0
    number = (last.number if last is not None else 0) + 1
    row = WordingVersion(
        name=message.name, language=message.language, number=number, body=dict(body), base=base, why=reason,
        at=clock.now(), by_id=actor.person_id, by_name=actor.name[:120],
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            db.session().add(row)
    except IntegrityError:  # two at once: the number is the same
        raise moved_on() from None
    audit.record(
        Tag.WORDING_PUBLISHED,
        actor=actor,
        message=message.name,
        language=message.language,
        version=number,
        why=reason,
    )
    db.after_commit(store.forget)
    return number


def _base(message: Message, body: Mapping[str, str]) -> dict[str, str]:
    return {part.key: part.default for part in message.parts if part.key in body}


def _held(actor: Actor, message: Message) -> Draft:
    """Return what is being written, and let others wait with it until this has ended."""
    actor.require(Permission.TEXTS_WRITE)
    db.session().scalar(_drafts(message).with_for_update().execution_options(populate_existing=True))
    return draft(actor, message)


def _keep(message: Message, body: Mapping[str, str], base_version: int, actor: Actor) -> None:
    session = db.session()
    row = session.scalar(_drafts(message))
    if row is None:
        row = WordingDraft(name=message.name, language=message.language, base_version=base_version)
    row.body, row.base = dict(body), _base(message, body)
    row.at, row.by_name = clock.now(), actor.name[:120]
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # two begin at once
        raise moved_on() from None


def _drafts(message: Message) -> Select[WordingDraft]:
    return select(WordingDraft).where(
        WordingDraft.name == message.name, WordingDraft.language == message.language
    )


def _newest(message: Message) -> WordingVersion | None:
    return db.session().scalar(
        select(WordingVersion)
        .where(WordingVersion.name == message.name, WordingVersion.language == message.language)
        .order_by(WordingVersion.number.desc())
        .limit(1)
    )


def _version(row: WordingVersion) -> Version:
    return Version(row.number, row.at, row.by_name, row.why, row.body, row.base)

"""The next version of a purpose as staff write it: kept, compared, published, thrown away; and a purpose given up.

A yes is a yes to words. Whatever changes in a purpose that asks for one, the next version asks anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select

from portal import config, db
from portal.domain import audit, clock, outbox
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import Lazy, _t

from .models import Purpose, PurposeNotice, PurposeSketch, PurposeVersion
from .publishing import NoticeDraft, PurposeDraft, publish
from .rules import Basis

MOVED = _t("Somebody else changed this in the meantime. Look at what is different now, then decide again.")
PLANNED = _t("A day is set on which this is published. Take the day back before you change the text.")
KEY = re.compile(r"[a-z][a-z0-9_]{1,58}")
LONGEST = {"title": 120, "question": 300, "text": 4000, "benefit": 300, "data": 400, "recipients": 400}
NOTICE_WORDS: dict[str, Lazy] = {
    "title": _t("Title"), "question": _t("Question"), "text": _t("Text"), "benefit": _t("What the customer gets"),
    "data": _t("Which data"), "recipients": _t("Who else gets them"),
}  # fmt: skip
CHANNELS = ("email", "sms", "phone", "letter", "inbox")
MONTHS = 600


class Row(NamedTuple):
    """A purpose in the list of staff."""

    key: str
    title: str
    basis: str
    version: int
    published_at: datetime | None
    retired_at: datetime | None
    sketched: bool
    publish_on: date | None = None


class Sketch(NamedTuple):
    """What is being written, and what it was begun from."""

    draft: PurposeDraft
    kept: bool  # somebody saved it; else it is the published version as a beginning
    base_version: int
    version: int
    at: datetime | None
    by: str
    retired_at: datetime | None
    publish_on: date | None = None
    planned_by: str = ""

    @property
    def overtaken(self) -> bool:
        """Tell whether another version was published since it was begun."""
        return self.base_version != self.version

    @property
    def mark(self) -> str:
        """Return what tells this text from what is kept later; '' while nothing is kept."""
        return self.at.isoformat() if self.kept and self.at else ""


def rows(actor: Actor) -> list[Row]:
    """Return every purpose, published, given up or only begun; two queries. Raise Denied."""
    actor.require(Permission.PURPOSES_WRITE)
    session = db.session()
    begun: dict[str, PurposeSketch] = {one.key: one for one in session.scalars(select(PurposeSketch))}
    statement = (
        select(
            Purpose.key, PurposeNotice.title, Purpose.basis, Purpose.version, PurposeVersion.published_at,
            Purpose.retired_at,
        )
        .join(PurposeVersion, (PurposeVersion.purpose_id == Purpose.id) & (PurposeVersion.number == Purpose.version))
        .join(PurposeNotice, (PurposeNotice.purpose_version_id == PurposeVersion.id) & (PurposeNotice.language == "en"))
        .order_by(Purpose.retired_at.is_not(None), Purpose.position, Purpose.id)
    )  # fmt: skip
    found = [
        Row(*row, row.key in begun, begun[row.key].publish_on if row.key in begun else None)
        for row in session.execute(statement)
    ]
    published = {row.key for row in found}
    fresh = [one for key, one in sorted(begun.items()) if key not in published]
    return [
        *(
            Row(one.key, _title(one.body), one.body["basis"], 0, None, None, True, one.publish_on)
            for one in fresh
        ),
        *found,
    ]  # fmt: skip


def _title(body: Mapping[str, Any]) -> str:
    return str(body["notices"].get("en", {}).get("title") or body["key"])


def sketch(actor: Actor, key: str) -> Sketch:
    """Return what is being written, or the published version to begin from; raise Denied, NotFound."""
    actor.require(Permission.PURPOSES_WRITE)
    session = db.session()
    purpose = session.scalar(select(Purpose).where(Purpose.key == key))
    kept = session.scalar(select(PurposeSketch).where(PurposeSketch.key == key))
    if purpose is None and kept is None:
        raise NotFound()
    version = purpose.version if purpose else 0
    retired = purpose.retired_at if purpose else None
    if kept is not None:
        return Sketch(
            _draft(kept.body), True, kept.base_version, version, kept.at, kept.by_name, retired, kept.publish_on,
            kept.planned_by,
        )  # fmt: skip
    assert purpose is not None
    return Sketch(published(purpose), False, version, version, None, "", retired)


def published(purpose: Purpose) -> PurposeDraft:
    """Return the published version of a purpose as a draft."""
    session = db.session()
    version = session.scalars(
        select(PurposeVersion).where(
            PurposeVersion.purpose_id == purpose.id, PurposeVersion.number == purpose.version
        )
    ).one()
    notices = session.scalars(select(PurposeNotice).where(PurposeNotice.purpose_version_id == version.id))
    return PurposeDraft(
        key=purpose.key, basis=purpose.basis, dpv_purpose=version.dpv_purpose,
        retention_months=version.retention_months, marketing=purpose.marketing, sends=purpose.sends,
        position=purpose.position, channels=tuple(purpose.channels),
        data_categories=tuple(version.data_categories), recipients=tuple(version.recipients),
        valid_months=version.valid_months, benefit_by_days=version.benefit_by_days,
        notices={
            one.language: NoticeDraft(
                one.title, one.question, one.text, one.benefit, one.data_text, one.recipients_text
            )
            for one in notices
        },
    )  # fmt: skip


def _draft(body: Mapping[str, Any]) -> PurposeDraft:
    known = {field.name for field in fields(PurposeDraft)}
    values = {key: value for key, value in body.items() if key in known}
    values["notices"] = {language: NoticeDraft(**notice) for language, notice in body["notices"].items()}
    for name in ("channels", "data_categories", "recipients"):
        values[name] = tuple(values.get(name, ()))
    return PurposeDraft(**values)


def begin(key: str, *, actor: Actor, basis: str) -> None:
    """Begin a new purpose; raise Invalid at ``key`` or ``basis``."""
    actor.require(Permission.PURPOSES_WRITE)
    if not KEY.fullmatch(key):
        message = _t("Write a short key of small letters, digits and underscores, such as spare_parts.")
        raise Invalid(message, code="consent.key", field="key")
    if basis not in set(Basis):
        raise Invalid(_t("Name a legal basis."), code="consent.basis", field="basis")
    session = db.session()
    taken = session.scalar(select(Purpose.id).where(Purpose.key == key)) or session.scalar(
        select(PurposeSketch.id).where(PurposeSketch.key == key)
    )
    if taken or key in outbox.SERVICE_PURPOSES:
        raise Invalid(_t("There is a purpose with this key already."), code="consent.key", field="key")
    last = session.scalar(select(func.max(Purpose.position))) or 0
    _keep(
        PurposeDraft(
            key=key, basis=basis, notices={}, dpv_purpose="dpv:ServiceProvision", retention_months=24,
            position=last + 1, channels=("email",),
        ),
        0,
        actor,
    )  # fmt: skip


def hold(key: str, *, actor: Actor) -> Sketch:
    """Return what is being written as :func:`sketch` does, and let others wait with it until this has ended."""
    actor.require(Permission.PURPOSES_WRITE)
    rows = select(PurposeSketch).where(PurposeSketch.key == key)
    db.session().scalar(rows.with_for_update().execution_options(populate_existing=True))
    return sketch(actor, key)


def save(draft: PurposeDraft, *, actor: Actor, seen: str | None = None) -> None:
    """Keep what is being written, complete or not; raise Denied, NotFound, Invalid at what does not fit.

    Raise Conflict where another text was kept since the mark ``seen``, the purpose was given up, or a day is set.
    """
    now = hold(draft.key, actor=actor)
    if now.retired_at is not None:
        raise Conflict(_t("This purpose was given up."))
    if now.publish_on is not None:
        raise Conflict(PLANNED, code="consent.planned")
    if seen is not None and seen != now.mark:
        raise Conflict(MOVED, code="consent.moved_on")
    notices = {
        language: NoticeDraft(
            **{name: _text(language, name, value) for name, value in asdict(notice).items()}
        )
        for language, notice in draft.notices.items()
    }
    notices = {language: one for language, one in notices.items() if any(asdict(one).values())}
    for name, low in (("retention_months", 0), ("valid_months", 1), ("benefit_by_days", 0)):
        value = getattr(draft, name)
        if value is not None and not low <= value <= MONTHS:
            message = _t("Write a number from {low} to {high}.", low=low, high=MONTHS)
            raise Invalid(message, code="consent.number", field=name)
    if set(draft.channels) - set(CHANNELS):
        raise Invalid(_t("Choose channels from the list."), code="consent.channels", field="channels")
    basis = now.draft.basis if now.version else draft.basis
    _keep(replace(draft, basis=basis, notices=notices, asks_anew=False), now.base_version, actor)


def _text(language: str, name: str, value: str) -> str:
    if language not in config.load().languages:
        raise NotFound()
    signs = (sign if sign.isprintable() or sign == "\n" else " " for sign in value.replace("\r\n", "\n"))
    text = unicodedata.normalize("NFC", "".join(signs)).strip()
    if len(text) > LONGEST[name]:
        message = _t("Write at most {most} letters.", most=LONGEST[name])
        raise Invalid(message, code="consent.long", field=f"{language}-{name}")
    return text


def _keep(draft: PurposeDraft, base: int, actor: Actor) -> None:
    session = db.session()
    if (row := session.scalar(select(PurposeSketch).where(PurposeSketch.key == draft.key))) is None:
        row = PurposeSketch(key=draft.key, base_version=base)
        session.add(row)
    row.body, row.at, row.by_name = asdict(draft), clock.now(), actor.name[:120]
    session.flush()


def throw_away(key: str, *, actor: Actor) -> None:
    """Forget what is being written; the published version stays."""
    actor.require(Permission.PURPOSES_WRITE)
    planned = db.session().scalar(
        delete(PurposeSketch).where(PurposeSketch.key == key).returning(PurposeSketch.publish_on)
    )
    if planned is not None and actor is not SYSTEM:
        audit.record(Tag.PURPOSE_PLAN_ENDED, actor=actor, purpose=key, day=planned.isoformat())


def current(now: Sketch, expected: datetime | None) -> None:
    """Raise Conflict when a text was changed since it was read at ``expected``, or another version was published."""
    if now.overtaken or now.retired_at is not None or (expected is not None and now.at != expected):
        raise Conflict(MOVED, code="consent.moved_on")


def publish_sketch(key: str, *, actor: Actor, expected: datetime | None = None) -> Purpose:
    """Publish what was written; a purpose that asks for a yes asks everybody anew.

    Raise NotFound when nothing is being written, Conflict when it was changed since it was read or another version
    was published meanwhile, Invalid when a word, a benefit or a term is missing.
    """
    now = hold(key, actor=actor)
    if not now.kept:
        raise NotFound()
    current(now, expected)
    made = publish(replace(now.draft, asks_anew=now.draft.basis == Basis.CONSENT), actor=actor)
    throw_away(key, actor=actor)
    return made


def retire(key: str, *, actor: Actor) -> int:
    """Give a purpose up: nothing more happens under it, what waits is cancelled. Return how many messages that were.

    A second time changes nothing. Raise NotFound.
    """
    actor.require(Permission.PURPOSES_WRITE)
    session = db.session()
    purpose = session.scalar(select(Purpose).where(Purpose.key == key).with_for_update())
    if purpose is None:
        raise NotFound()
    if purpose.retired_at is not None:
        return 0
    purpose.retired_at = clock.now()
    throw_away(key, actor=actor)
    session.flush()
    cancelled = outbox.cancel(person_id=None, purposes={key}, reason="purpose_retired", actor=actor)
    audit.record(
        Tag.PURPOSE_RETIRED,
        actor=actor,
        subject=("purpose", purpose.uuid),
        purpose=key,
        cancelled=len(cancelled),
    )
    return len(cancelled)

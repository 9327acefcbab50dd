"""The rows of law and the outside bodies as staff keep them: confirmed, switched on from a day, in dated versions.

A clock carries the row it began with, so nothing done here moves a date that runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.calendars.models import LawRow
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import Lazy, _t

from . import terms
from .bodies import OutsideBody, seed_bodies
from .law import Effect
from .lengths import Unit
from .regimes import seed_law

CHOOSE_DAY = _t("Choose today or a later day.")
LONGEST = 400  # of a unit
FURTHEST = timedelta(days=366 * 3)
UNITS: dict[str, Lazy] = {
    Unit.CALENDAR_DAYS: _t("days"), Unit.BUSINESS_DAYS: _t("business days"), Unit.WEEKS: _t("weeks"),
    Unit.MONTHS: _t("months"),
}  # fmt: skip
EFFECTS: dict[str, Lazy] = {
    Effect.NOTHING: _t("nothing by itself"),
    Effect.UPHELD: _t("accepted as asked"),
    Effect.OUTSIDE_OPENS: _t("the way outside opens"),
    Effect.OTHER_REMEDY: _t("another remedy can be chosen"),
    Effect.REFUSAL: _t("counts as our refusal"),
}
EVENTS: dict[str, Lazy] = {
    "answer": _t("Answer"),
    "answer_extended": _t("Answer, with a reason for longer"),
    "summary": _t("Short answer when it is settled at once"),
    "acknowledge": _t("Saying that we have it"),
    "remedy": _t("Putting it right"),
    "stage2_acknowledge": _t("Saying that the second look begins"),
    "stage2_answer": _t("Answer of the second look"),
    "stage2_answer_extended": _t("Answer of the second look, with a reason for longer"),
    "outside_reply": _t("Reply to an outside body"),
    "outside_reply_extended": _t("Reply to an outside body, where it is complex"),
    "outside_decision": _t("Decision of an outside body"),
    "complain_until": _t("Time to complain"),
}


def keep_law() -> int:
    """Write the rows of law and the outside bodies that a release brings, unconfirmed; return how many were new."""
    with db.unit_of_work():
        return seed_law(confirmed=False) + seed_bodies()


def law_rows(actor: Actor, key: str = "") -> list[LawRow]:
    """Return the rows of law, or the versions of one key, newest first; raise Denied, NotFound for no such key."""
    actor.require(Permission.SETTINGS_WRITE)
    found = select(LawRow).order_by(LawRow.jurisdiction, LawRow.sector, LawRow.key, LawRow.valid_from.desc())
    rows = list(db.session().scalars(found.where(LawRow.key == key) if key else found))
    if key and not rows:
        raise NotFound()
    return rows


def confirm_law(key: str, valid_from: date, *, actor: Actor) -> LawRow:
    """Say that a person has read the source and the row is right; again changes nothing."""
    row = _row(key, valid_from, actor)
    if row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by = clock.now(), actor.name[:120]
        _note(Tag.LAW_CONFIRMED, row, actor)
    return row


def switch_on(key: str, valid_from: date, day: date, *, actor: Actor) -> LawRow:
    """Let a row hold for complaints received from ``day`` on; raise Conflict unless it is confirmed.

    ``day`` is today or later, so that no complaint gets a rule that did not hold when it came.
    """
    row = _row(key, valid_from, actor)
    if row.confirmed_at is None:
        raise Conflict(
            _t("Confirm the row first: somebody has to have read its source."), code="law.unconfirmed"
        )
    if row.live:
        return row
    if not terms.today() <= day <= terms.today() + FURTHEST:
        raise Invalid(CHOOSE_DAY, code="law.day", field="day")
    row.live, row.live_from = True, day
    _note(Tag.LAW_SWITCHED_ON, row, actor, day=day.isoformat())
    return row


def switch_off(key: str, valid_from: date, *, actor: Actor) -> LawRow:
    """Let a row hold for no new complaint; what runs by it keeps its date and its effect."""
    row = _row(key, valid_from, actor)
    if row.live:
        row.live, row.live_from = False, None
        _note(Tag.LAW_SWITCHED_OFF, row, actor)
    return row


def add_version(
    key: str, *, actor: Actor, valid_from: date | None, length: str, unit: str, effect: str, source: str
) -> LawRow:
    """Write what the law says from a later day on; the version before ends on that day.

    Who writes it confirms it, and it is switched on as the one before is. Raise Denied, NotFound, Invalid with the
    field.
    """
    newest = law_rows(actor, key)[0]
    n = int(length) if length.strip().isascii() and length.strip().isdecimal() and len(length) < 6 else 0
    if not 0 < n <= LONGEST:
        raise Invalid(_t("Write a whole number from {low} to {high}.", low=1, high=LONGEST), field="length")
    if unit not in UNITS:
        raise Invalid(_t("Choose from the list."), field="unit")
    if effect not in EFFECTS:
        raise Invalid(_t("Choose from the list."), field="effect")
    said = " ".join("".join(sign if sign.isprintable() else " " for sign in source).split())
    if not 0 < len(said) <= 300:
        raise Invalid(_t("Name the act and its article."), field="source")
    first = max(terms.today(), newest.valid_from) + timedelta(days=1)
    if valid_from is None or not first <= valid_from <= terms.today() + FURTHEST:
        raise Invalid(_t("Choose a day after {day}.", day=first - timedelta(days=1)), field="valid_from")
    row = LawRow(
        key=newest.key, jurisdiction=newest.jurisdiction, sector=newest.sector, customer_type=newest.customer_type,
        event=newest.event, length=n, unit=unit, effect=effect, text="", outside_body=newest.outside_body,
        source=said, confirmed_at=clock.now(), confirmed_by=actor.name[:120], live=newest.live, live_from=None,
        rolling=newest.rolling, valid_from=valid_from, valid_to=newest.valid_to,
    )  # fmt: skip
    newest.valid_to = valid_from
    db.session().add(row)
    _note(Tag.LAW_VERSION_ADDED, row, actor, day=valid_from.isoformat())
    return row


def outside_bodies(actor: Actor) -> Sequence[OutsideBody]:
    """Return the outside bodies by country and sector; raise Denied."""
    actor.require(Permission.SETTINGS_WRITE)
    found = select(OutsideBody).order_by(OutsideBody.jurisdiction, OutsideBody.sector, OutsideBody.name)
    return list(db.session().scalars(found))


def keep_body(
    key: str, *, actor: Actor, name: str, address: str, web: str, valid_from: date | None
) -> OutsideBody:
    """Confirm a body with the address that a person has looked up; another name or address is a new version.

    Raise Denied, NotFound, Invalid with the field.
    """
    newest = _body(key, actor)
    given = [
        " ".join("".join(sign if sign.isprintable() else " " for sign in one).split())
        for one in (name, address, web)
    ]
    for field, value, most in zip(("name", "address", "web"), given, (200, 300, 200), strict=True):
        if not value or len(value) > most:
            raise Invalid(_t("Please fill this in."), field=field)
    if not given[2].startswith("https://"):
        raise Invalid(_t("Write the address as it begins with https://."), field="web")
    if given != [newest.name, newest.address, newest.web]:
        day = valid_from or terms.today()
        if not max(terms.today(), newest.valid_from + timedelta(days=1)) <= day <= terms.today() + FURTHEST:
            raise Invalid(CHOOSE_DAY, field="valid_from")
        newest.valid_to = day
        newest = OutsideBody(
            key=newest.key, jurisdiction=newest.jurisdiction, sector=newest.sector,
            customer_type=newest.customer_type, name=given[0], address=given[1], web=given[2], mail="", phone="",
            note="", source=newest.source, confirmed_by="", valid_from=day, valid_to=None,
        )  # fmt: skip
        db.session().add(newest)
    elif newest.confirmed_at is not None:
        return newest
    newest.confirmed_at, newest.confirmed_by = clock.now(), actor.name[:120]
    db.session().flush()
    audit.record(Tag.OUTSIDE_BODY_KEPT, actor=actor, name=newest.name)
    return newest


def outside_body(key: str, *, actor: Actor) -> OutsideBody:
    """Return the newest version of a body; raise Denied, NotFound."""
    return _body(key, actor)


def _row(key: str, valid_from: date, actor: Actor) -> LawRow:
    actor.require(Permission.SETTINGS_WRITE)
    found = select(LawRow).where(LawRow.key == key, LawRow.valid_from == valid_from).with_for_update()
    row = db.session().scalar(found)
    if row is None:
        raise NotFound()
    return row


def _body(key: str, actor: Actor) -> OutsideBody:
    actor.require(Permission.SETTINGS_WRITE)
    found = select(OutsideBody).where(OutsideBody.key == key).order_by(OutsideBody.valid_from.desc()).limit(1)
    row = db.session().scalar(found)
    if row is None:
        raise NotFound()
    return row


def _note(tag: Tag, row: LawRow, actor: Actor, **keys: Any) -> None:
    db.session().flush()
    audit.record(tag, actor=actor, rule=row.key, source=row.source[:200], **keys)
    db.session().info["law_changed"] = True
    db.after_commit(_forget)


def _forget() -> None:
    db.database().memory.pop("law", None)

"""The next version of the firm's terms for complaints: looked at, set from a day on, taken back before its day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, calendars, clock, firm
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import Lazy, _t

from . import clocks, terms
from .clocks import Zones
from .models import Clock, ComplaintTerms
from .states import K
from .terms import BY_KEY, MONEY, SETTINGS, Terms, rows_of

FURTHEST = timedelta(days=366)
LONGEST_REASON = 300
COUNTED = 1000  # promises that run: above it the page says "more than"


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """One version for the page: from when, what, who, why, and whether it was taken back."""

    number: int
    valid_from: date
    body: Mapping[str, int]
    why: str
    at: datetime
    by: str
    withdrawn_at: datetime | None
    withdrawn_by: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one setting becomes, and what that does to a complaint that arrives on the first morning."""

    key: str
    name: Lazy
    before: int
    after: int
    due_before: datetime | None
    due_after: datetime | None


def history(actor: Actor, *, limit: int = 30) -> list[TermsVersion]:
    """Return the versions, newest first; raise Denied."""
    actor.require(Permission.SETTINGS_WRITE)
    rows = db.session().scalars(select(ComplaintTerms).order_by(ComplaintTerms.number.desc()).limit(limit))
    return [
        TermsVersion(
            row.number, row.valid_from, row.body, row.why, row.at, row.by_name, row.withdrawn_at, row.withdrawn_by
        )
        for row in rows
    ]  # fmt: skip


def checked(values: Mapping[str, str]) -> tuple[dict[str, int], list[Invalid]]:
    """Return the numbers and everything that does not fit, each at its key; nothing is read from a missing one."""
    found: dict[str, int] = {}
    wrong = []
    for setting in SETTINGS:
        given = values.get(setting.key, "").strip()
        if (
            given.isascii()
            and given.isdecimal()
            and len(given) < 9
            and setting.low <= int(given) <= setting.high
        ):
            found[setting.key] = int(given)
        else:
            message = _t("Write a whole number from {low} to {high}.", low=setting.low, high=setting.high)
            wrong.append(Invalid(message, code="complaint.terms", field=setting.key))
    return found, wrong


def checked_day(text: str) -> date:
    """Return the day from which terms hold: from tomorrow on, within a year; raise Invalid at ``valid_from``."""
    message = _t("Choose a day from tomorrow on, at most a year ahead.")
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(message, code="complaint.terms", field="valid_from") from None
    if not terms.today() < day <= terms.today() + FURTHEST:
        raise Invalid(message, code="complaint.terms", field="valid_from")
    return day


def preview(body: Mapping[str, int], valid_from: date, *, actor: Actor) -> list[Change]:
    """Return what changes on that day, each with the date of a complaint that arrives at ten that morning."""
    actor.require(Permission.SETTINGS_WRITE)
    before = terms.on(valid_from)
    zone = firm.now().zone
    arrives = datetime.combine(valid_from, time(10), ZoneInfo(zone)).astimezone(clock.now().tzinfo)
    old, new = terms.in_force(), (*rows_of(Terms(0, valid_from, body)), *terms.in_force())
    cal, zones = calendars.current(), Zones(zone)
    found = []
    for key, setting in BY_KEY.items():
        if before[key] == body[key]:
            continue
        dues: list[datetime | None] = [None, None]
        if key in set(K):
            made = [clocks.start(key, arrives, cal, zones, rules=rules) for rules in (old, new)]
            dues = [one.at if one is not None else None for one in made]
        found.append(Change(key, setting.name, before[key], body[key], dues[0], dues[1]))
    return found


def running(actor: Actor) -> int:
    """Return how many promises run now and keep their dates, counted up to ``COUNTED`` + 1."""
    actor.require(Permission.SETTINGS_WRITE)
    some = select(Clock.id).where(Clock.ended_at.is_(None), Clock.k.in_(BY_KEY)).limit(COUNTED + 1).subquery()
    return db.session().scalar(select(func.count()).select_from(some)) or 0


def set_terms(
    values: Mapping[str, str], valid_from: date, *, actor: Actor, why: str, expected: int | None = None
) -> int:
    """Set the terms from a day on and return the number of the version; without a difference nothing is written.

    Raise Denied, Invalid at a setting, ``valid_from`` or ``why``, Conflict when somebody was quicker than ``expected``.
    """
    actor.require(Permission.SETTINGS_WRITE)
    body, wrong = checked(values)
    if wrong:
        raise wrong[0]
    checked_day(valid_from.isoformat())
    reason = " ".join("".join(sign if sign.isprintable() else " " for sign in why).split())
    if not 0 < len(reason) <= LONGEST_REASON:
        message = _t("Say in a few words why, at most {most} letters: it stands in the list of versions.",
                     most=LONGEST_REASON)  # fmt: skip
        raise Invalid(message, code="complaint.terms", field="why")
    newest = db.session().scalar(select(func.max(ComplaintTerms.number))) or 0
    if expected is not None and expected != newest:
        raise _moved_on()
    terms.forget()  # what is compared with is what stands now, whatever this process read a moment ago
    if not preview(body, valid_from, actor=actor):
        return newest
    row = ComplaintTerms(
        number=newest + 1, valid_from=valid_from, body=body, why=reason, at=clock.now(), by_id=actor.person_id,
        by_name=actor.name[:120],
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            db.session().add(row)
    except IntegrityError:  # two at once: the number is the same
        raise _moved_on() from None
    audit.record(
        Tag.COMPLAINT_TERMS_SET, actor=actor, version=row.number, day=valid_from.isoformat(), why=reason
    )
    db.after_commit(terms.forget)
    return row.number


def withdraw_terms(number: int, *, actor: Actor) -> None:
    """Take a version back whose day has not come; again changes nothing. Raise Denied, NotFound, Conflict."""
    actor.require(Permission.SETTINGS_WRITE)
    row = db.session().scalar(select(ComplaintTerms).where(ComplaintTerms.number == number).with_for_update())
    if row is None:
        raise NotFound()
    if row.withdrawn_at is not None:
        return
    if row.valid_from <= terms.today():
        raise Conflict(
            _t("These terms hold already. Set new ones from a later day on."), code="complaint.terms"
        )
    row.withdrawn_at, row.withdrawn_by = clock.now(), actor.name[:120]
    db.session().flush()
    audit.record(Tag.COMPLAINT_TERMS_WITHDRAWN, actor=actor, version=number, day=row.valid_from.isoformat())
    db.after_commit(terms.forget)


def _moved_on() -> Conflict:
    return Conflict(
        _t("Somebody else changed this in the meantime. Look at the page anew."), code="complaint.moved_on"
    )


__all__ = [
    "COUNTED", "MONEY", "Change", "TermsVersion", "checked", "checked_day", "history", "preview", "running",
    "set_terms", "withdraw_terms",
]  # fmt: skip

"""What a consent event does, as values: which permit, how narrow a scope is, when a yes ends, when we may ask."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

MONTHS_OF_SILENCE = 6


class Kind(StrEnum):
    """The kinds of consent events; the strings stand in the ledger (DPV 2.3 names most of them)."""

    GIVEN = "given"
    RENEWED = "renewed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DEFERRED = "deferred"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REQUESTED = "requested"
    PENDING = "pending"
    STOP_ALL = "stop_all"
    OBJECTION = "objection"
    OBJECTION_LIFTED = "objection_lifted"
    RESTRICTION = "restriction"
    RESTRICTION_LIFTED = "restriction_lifted"
    PAUSE = "pause"
    PAUSE_ENDED = "pause_ended"
    SIGNAL = "signal"


class Method(StrEnum):
    """How an expression reached us."""

    PAGE = "page"
    ONE_CLICK = "one_click"
    PHONE = "phone"
    LETTER = "letter"
    IMPORT = "import"
    SIGNAL = "signal"
    API = "api"
    TIMER = "timer"


class Basis(StrEnum):
    """The legal basis of a purpose (GDPR art. 6(1))."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGITIMATE_INTEREST = "legitimate_interest"
    LEGAL_OBLIGATION = "legal_obligation"


# Anything that is not here means no (DPV 2.3: ConsentGiven, RenewedConsentGiven).
PERMITTING = frozenset({Kind.GIVEN, Kind.RENEWED})
OVERRIDES = frozenset({Kind.STOP_ALL, Kind.OBJECTION, Kind.RESTRICTION, Kind.PAUSE, Kind.SIGNAL})
LIFTS = {
    Kind.OBJECTION_LIFTED: Kind.OBJECTION,
    Kind.RESTRICTION_LIFTED: Kind.RESTRICTION,
    Kind.PAUSE_ENDED: Kind.PAUSE,
}
STATES = frozenset(Kind) - OVERRIDES - LIFTS.keys()
NOES = frozenset({Kind.REFUSED, Kind.WITHDRAWN, Kind.REVOKED})
SERVICE_BASES = frozenset({Basis.CONTRACT, Basis.LEGAL_OBLIGATION})

TOPIC, CHANNEL, ADDRESS = 1, 2, 4


def mask_of(topic: str, channel: str, address: str) -> int:
    """Return which fields a scope sets, as bits; '' means all."""
    return (TOPIC if topic else 0) | (CHANNEL if channel else 0) | (ADDRESS if address else 0)


def is_narrower(one: int, other: int) -> bool:
    """Tell whether a scope with the fields ``one`` sets a strict superset of the fields ``other``."""
    return one != other and one & other == other


def months_after(at: datetime, months: int, zone: str) -> datetime:
    """Return the instant ``months`` later with the same time on the wall in ``zone``.

    A day that the month lacks becomes its last day; a time that the clocks skip moves on by the skipped hour.
    """
    local = at.astimezone(ZoneInfo(zone))
    index = local.year * 12 + local.month - 1 + months
    year, month = divmod(index, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def expires_after(at: datetime, valid_months: int | None, zone: str) -> datetime | None:
    """Return when a yes of this instant ends by itself, or None when it does not."""
    return None if valid_months is None else months_after(at, valid_months, zone)


def silent_until(at: datetime, zone: str, months: int = MONTHS_OF_SILENCE) -> datetime:
    """Return the instant before which a no forbids to ask again."""
    return months_after(at, months, zone)


def may_ask(*, in_force: bool, ask_not_before: datetime | None, objected: bool, at: datetime) -> bool:
    """Tell whether we may ask for a permission at ``at``: not while it stands, not too early, not past an objection."""
    return not in_force and not objected and (ask_not_before is None or at >= ask_not_before)


def lapsed(
    *, at: datetime, expires_at: datetime | None, version: int, asks_from_version: int, basis: str
) -> Kind | None:
    """Return why a stored yes no longer counts by itself (its date, or a version that asks anew), or None.

    Only a permission has dates and versions: where our interest is the basis, nothing was asked that could lapse.
    """
    if basis != Basis.CONSENT:
        return None
    if expires_at is not None and expires_at <= at:
        return Kind.EXPIRED
    return Kind.REQUESTED if version < asks_from_version else None

"""Rule 7, read slowly: from the whole ledger to one answer. The fast forms must agree with it on every history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from portal.domain.consent import Basis, Kind
from portal.domain.consent.rules import LIFTS, OVERRIDES, PERMITTING, SERVICE_BASES, STATES, lapsed
from portal.domain.outbox import SERVICE_PURPOSES

# What service needs may always go to these, whatever else is switched off: somewhere it has to arrive.
SERVICE_CHANNELS = frozenset({"", "inbox", "email"})
MARKETING_ONLY = frozenset({Kind.OBJECTION, Kind.SIGNAL})


class Reason(StrEnum):
    """Why the gate allows or denies; the strings stand in stored decisions."""

    SERVICE = "service"
    CONSENT = "consent"
    INTEREST = "legitimate_interest"
    UNKNOWN_PURPOSE = "unknown_purpose"
    RETIRED = "purpose_retired"
    NO_PERSON = "no_person"
    NO_RIGHT = "no_right"
    OBJECTION = "objection"
    STOP_ALL = "stop_all"
    RESTRICTION = "restriction"
    SIGNAL = "signal"
    NOT_ALLOWED = "not_allowed_yet"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    DEFERRED = "deferred"
    EXPIRED = "expired"
    REQUESTED = "requested"
    PENDING = "pending"
    OLD_VERSION = "old_version"
    HOLD = "hold"
    CHANNEL_OFF = "channel_off"
    TOPIC_OFF = "topic_off"
    ADDRESS_REMOVED = "address_removed"
    PAUSED = "paused"
    SHARED = "shared"  # of sharing with partners, which decides by its own grants
    SHARE_ENDED = "share_ended"
    SHARE_USED_UP = "share_used_up"


class Use(NamedTuple):
    """One use that somebody is about to make: for whom, what for, how, and who makes it."""

    account_id: int | None
    person_id: int | None
    purpose: str
    topic: str = ""
    channel: str = ""
    address: str = ""
    kind: str = "send"  # send, show, export, profile, call


class Decision(NamedTuple):
    """The answer for one use at one instant; ``until`` is when a denial may lift by itself."""

    allowed: bool
    reason: Reason
    event_id: int | None = None
    until: datetime | None = None


class Terms(NamedTuple):
    """What the published purpose says."""

    key: str
    basis: str
    marketing: bool
    asks_from_version: int = 1
    retired: bool = False


class Entry(NamedTuple):
    """One entry of the ledger."""

    id: int
    at: datetime
    kind: str
    person_id: int
    account_id: int | None
    purpose: str = ""
    version: int = 1
    topic: str = ""
    channel: str = ""
    address: str = ""
    until: datetime | None = None


class Held(NamedTuple):
    """A hold on an account; no purpose means all marketing."""

    account_id: int
    purpose: str = ""


class Choice(NamedTuple):
    """What a person switched off in an account."""

    channels_off: Collection[str] = ()
    topics_off: Collection[str] = ()
    removed: Collection[tuple[str, str]] = ()  # channel, address


def read(
    use: Use,
    at: datetime,
    terms: Terms | None,
    ledger: Sequence[Entry],
    holds: Sequence[Held],
    choice: Choice,
) -> Decision:
    """Answer one use by reading the whole ledger (consent.md, rule 7; GDPR art. 6, 7(3), 18, 21).

    1. An unknown or retired purpose permits nothing; service needs no permission.
    2. An objection to direct marketing that stands denies all marketing, whatever was said after it.
    3. The newest entry of each scope counts; of those that match, the most specific; each of them has to say yes.
       Where our interest is the basis and nothing was said, that is the oldest and least specific yes.
    4. A stop-all, restriction or signal turns every yes before it into a no.
    5. A hold, a channel, topic or address switched off deny; a pause denies last, because it ends by itself.
    """
    if terms is None:
        known = use.purpose in SERVICE_PURPOSES
        return Decision(known, Reason.SERVICE if known else Reason.UNKNOWN_PURPOSE)
    if terms.retired:
        return Decision(False, Reason.RETIRED)
    gone = bool(use.address) and (use.channel, use.address) in choice.removed
    if terms.basis in SERVICE_BASES:
        if gone:
            return Decision(False, Reason.ADDRESS_REMOVED)
        off = use.channel in choice.channels_off and use.channel not in SERVICE_CHANNELS
        return Decision(not off, Reason.CHANNEL_OFF if off else Reason.SERVICE)
    if use.person_id is None or use.account_id is None:
        return Decision(False, Reason.NO_PERSON)

    mine = sorted(
        (
            entry
            for entry in ledger
            if entry.person_id == use.person_id and entry.account_id in (None, use.account_id)
        ),
        key=lambda entry: (entry.at, entry.id),
    )
    standing = [
        entry
        for entry in _standing(mine, at)
        if terms.marketing or entry.kind not in MARKETING_ONLY
    ]  # fmt: skip
    for entry in standing:
        if entry.kind == Kind.OBJECTION:
            return Decision(False, Reason.OBJECTION, entry.id)

    counting = _most_specific(_matching(mine, use, terms))
    if not counting:
        if terms.basis != Basis.LEGITIMATE_INTEREST:
            return Decision(False, Reason.NOT_ALLOWED)
        counting = [Entry(0, datetime.min.replace(tzinfo=UTC), Kind.GIVEN, use.person_id, use.account_id)]
    final = [entry for entry in standing if entry.kind != Kind.PAUSE]
    for entry in reversed(counting):
        no = _says_no(entry, at, terms, final)
        if no is not None:
            return no
    if any(hold.account_id == use.account_id and _holds(hold, terms) for hold in holds):
        return Decision(False, Reason.HOLD)
    if use.channel in choice.channels_off:
        return Decision(False, Reason.CHANNEL_OFF)
    if use.topic in choice.topics_off:
        return Decision(False, Reason.TOPIC_OFF)
    if gone:
        return Decision(False, Reason.ADDRESS_REMOVED)
    pauses = [entry for entry in standing if entry.kind == Kind.PAUSE]
    for entry in reversed(counting):
        paused = _overruled(entry, pauses)
        if paused is not None:
            return paused
    if counting[-1].id:
        basis = Reason.CONSENT if terms.basis == Basis.CONSENT else Reason.INTEREST
        return Decision(True, basis, counting[-1].id)
    return Decision(True, Reason.INTEREST)


def _standing(entries: Sequence[Entry], at: datetime) -> list[Entry]:
    """Return what overrules at ``at``, oldest first: not over, not lifted; a new pause replaces the older one."""
    found: list[Entry] = []
    for entry in entries:
        ended = LIFTS.get(Kind(entry.kind))
        if entry.kind == Kind.PAUSE:
            ended = Kind.PAUSE
        if ended is not None:
            found = [
                older
                for older in found
                if older.kind != ended or entry.account_id not in (None, older.account_id)
            ]
        if entry.kind in OVERRIDES:
            found.append(entry)
    return [entry for entry in found if entry.until is None or entry.until > at]


def _matching(entries: Sequence[Entry], use: Use, terms: Terms) -> list[Entry]:
    """Return the newest entry of each scope of the purpose that the use lies in, oldest first."""
    newest: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        if entry.kind in STATES and entry.purpose == terms.key and entry.account_id == use.account_id:
            newest[entry.topic, entry.channel, entry.address] = entry
    wanted = (use.topic, use.channel, use.address)
    return sorted(
        (
            entry
            for scope, entry in newest.items()
            if all(not part or part == mine for part, mine in zip(scope, wanted, strict=True))
        ),
        key=lambda entry: (entry.at, entry.id),
    )


def _most_specific(entries: Sequence[Entry]) -> list[Entry]:
    """Leave out each entry that another beats by setting a strict superset of its fields."""
    fields = {
        entry.id: {name for name in ("topic", "channel", "address") if getattr(entry, name)}
        for entry in entries
    }
    return [entry for entry in entries if not any(fields[entry.id] < fields[other.id] for other in entries)]


def _says_no(entry: Entry, at: datetime, terms: Terms, final: Sequence[Entry]) -> Decision | None:
    if entry.kind not in PERMITTING:
        return Decision(False, Reason(entry.kind), entry.id)
    gone = lapsed(
        at=at,
        expires_at=entry.until,
        version=entry.version,
        asks_from_version=terms.asks_from_version,
        basis=terms.basis,
    )
    if gone is not None:
        return Decision(False, Reason.EXPIRED if gone is Kind.EXPIRED else Reason.OLD_VERSION, entry.id)
    return _overruled(entry, final)


def _overruled(entry: Entry, overrides: Sequence[Entry]) -> Decision | None:
    """Return the denial by the newest override that came after ``entry``; it may lift when the last of them ends."""
    after = [other for other in overrides if (other.at, other.id) > (entry.at, entry.id)]
    if not after:
        return None
    ends = [other.until for other in after if other.until is not None]
    until = max(ends) if len(ends) == len(after) else None
    reason = Reason.PAUSED if after[-1].kind == Kind.PAUSE else Reason(after[-1].kind)
    return Decision(False, reason, after[-1].id, until)


def _holds(hold: Held, terms: Terms) -> bool:
    return hold.purpose == terms.key or (not hold.purpose and terms.marketing)

"""Rule 7, read fast: the few rows that one statement brings for a use, weighed to one answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from portal.domain.outbox import SERVICE_PURPOSES

from .rules import SERVICE_CHANNELS, Decision, Reason, Use

PAUSE, OBJECTION = "pause", "objection"
_SERVICE = Decision(True, Reason.SERVICE)
_UNKNOWN = Decision(False, Reason.UNKNOWN_PURPOSE)
_NOT_ALLOWED = Decision(False, Reason.NOT_ALLOWED)
_INTEREST = Decision(True, Reason.INTEREST)


class Facts(NamedTuple):
    """One row: the purpose and the switches, one matching state (or none), one override (or none)."""

    basis: str
    retired: bool
    held: bool
    channel_off: bool | None
    topic_off: bool | None
    removed: bool
    mask: int | None
    permits: bool | None
    status: str | None
    current: bool | None  # the version is one that still counts
    expired: bool | None
    at: Any
    event_id: int | None
    over_kind: str | None
    over_at: Any
    over_until: Any
    over_id: int | None


_PLAIN = ("consent", False, False, None, None, False)
_STANDING = (True, "given", True, None)
_NOTHING_SAID = (0, True, "given", True, False, None, 0)


def weigh(use: Use, rows: Sequence[Any]) -> Decision:
    """Return the answer for ``use`` from the rows of its statement, which are states times overrides."""
    if not rows:
        return _SERVICE if use.purpose in SERVICE_PURPOSES else _UNKNOWN
    first = rows[0]
    if len(rows) == 1 and first[:6] == _PLAIN and first[7:11] == _STANDING and first[13] is None:
        # What nearly every allowed use is: one standing yes, and nothing that speaks against it.
        return Decision(True, Reason.CONSENT, first[12])
    basis, retired, held, channel_off, topic_off, removed = first[:6]
    if retired:
        return Decision(False, Reason.RETIRED)
    if basis == "contract" or basis == "legal_obligation":
        if removed:
            return Decision(False, Reason.ADDRESS_REMOVED)
        if channel_off and use.channel not in SERVICE_CHANNELS:
            return Decision(False, Reason.CHANNEL_OFF)
        return _SERVICE
    if use.person_id is None or use.account_id is None:
        return Decision(False, Reason.NO_PERSON)
    asks = basis == "consent"
    if len(rows) == 1:
        overs: list[Any] = [] if first[13] is None else [first[13:17]]
        states: list[Any] = [] if first[6] is None else [first[6:13]]
    else:
        overs, states = _apart(rows)
    for over in overs:
        if over[0] == OBJECTION:
            return Decision(False, Reason.OBJECTION, over[3])
    if not states:
        if asks:
            return _NOT_ALLOWED
        states = [_NOTHING_SAID]
    for state in states:
        no = _no(state, asks, overs)
        if no is not None:
            return no
    if held:
        return Decision(False, Reason.HOLD)
    if channel_off:
        return Decision(False, Reason.CHANNEL_OFF)
    if topic_off:
        return Decision(False, Reason.TOPIC_OFF)
    if removed:
        return Decision(False, Reason.ADDRESS_REMOVED)
    if overs:
        for state in states:
            paused = _after(state, [over for over in overs if over[0] == PAUSE])
            if paused is not None:
                return paused
    event_id = states[0][6]
    if not event_id:
        return _INTEREST
    return Decision(True, Reason.CONSENT if asks else Reason.INTEREST, event_id)


def _apart(rows: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return overrides and most specific states, each once; states newest first, overrides oldest first."""
    overs = {row[16]: row[13:17] for row in rows if row[13] is not None}
    by_mask = {row[6]: row[6:13] for row in rows if row[6] is not None}
    states = [
        state
        for mask, state in by_mask.items()
        if not any(mask & other == mask and mask != other for other in by_mask)
    ]
    states.sort(key=lambda state: (state[5], state[6]), reverse=True)
    return sorted(overs.values(), key=lambda over: (over[1], over[3])), states


def _no(state: Any, asks: bool, overs: Sequence[Any]) -> Decision | None:
    if not state[1]:
        return Decision(False, Reason(state[2]), state[6])
    if asks:
        if state[4]:
            return Decision(False, Reason.EXPIRED, state[6])
        if not state[3]:
            return Decision(False, Reason.OLD_VERSION, state[6])
    return _after(state, [over for over in overs if over[0] != PAUSE]) if overs else None


def _after(state: Any, overs: Sequence[Any]) -> Decision | None:
    """Return the denial by the newest of ``overs`` that came after the state, or None."""
    said = state[5]
    after = [over for over in overs if said is None or (over[1], over[3]) > (said, state[6])]
    if not after:
        return None
    ends = [over[2] for over in after if over[2] is not None]
    until = _instant(max(ends)) if len(ends) == len(after) else None
    kind, _, _, event_id = after[-1]
    return Decision(False, Reason.PAUSED if kind == PAUSE else Reason(kind), event_id, until)


def _instant(value: Any) -> datetime:
    """Return an instant as aware UTC; SQLite's driver hands over the text that is stored."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

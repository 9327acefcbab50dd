"""Decide a use, or many at once, on the driver's own cursor; and keep a decision with the act that stood on it."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from portal import db
from portal.domain import clock

from . import statements
from .models import GateDecision
from .rules import Decision, Use
from .weighing import weigh

BATCH = 500


def decide(use: Use, at: datetime | None = None) -> Decision:
    """Say whether ``use`` is allowed at the aware instant ``at`` (now), why, and on which entry; it only reads.

    It sees what the current unit of work has flushed. Whoever acts on the answer stores it with the act.
    """
    sqlite = db.database().sqlite
    account, person, purpose, topic, channel, address, _ = use
    cursor = _cursor()
    cursor.execute(
        statements.one(sqlite),
        {
            "account": account, "person": person, "purpose": purpose, "topic": topic, "channel": channel,
            "address": address, "at": _bound(at, sqlite),
        },
    )  # fmt: skip
    return weigh(use, cursor.fetchall())


def decide_many(uses: Sequence[Use], at: datetime | None = None) -> list[Decision]:
    """Decide many uses at one instant, in their order, with one statement for each few hundred."""
    sqlite = db.database().sqlite
    instant = _bound(at, sqlite)
    found: list[Decision] = []
    for start in range(0, len(uses), BATCH):
        found += _batch(uses[start : start + BATCH], instant, sqlite)
    return found


def store(
    decision: Decision, use: Use, *, at: datetime | None = None, about_uuid: uuidlib.UUID | None = None
) -> GateDecision:
    """Keep a decision for ever, beside the act that stood on it; flush gives it its id."""
    row = GateDecision(
        uuid=uuidlib.uuid4(),
        at=at or clock.now(),
        account_id=use.account_id,
        person_id=use.person_id,
        use=use.kind,
        purpose=use.purpose,
        topic=use.topic,
        channel=use.channel,
        address=use.address,
        allowed=decision.allowed,
        reason=decision.reason.value,
        event_id=decision.event_id,
        until=decision.until,
        about_uuid=about_uuid,
    )
    session = db.session()
    session.add(row)
    session.flush()
    return row


def _cursor() -> Any:
    """Return one cursor for all decisions of a transaction; making one costs a fifth of a decision."""
    session = db.session()
    transaction = session.get_transaction()
    kept = session.info.get("gate_cursor")
    if kept is not None and kept[0] is transaction:
        return kept[1]
    cursor = db.cursor()
    session.info["gate_cursor"] = (session.get_transaction(), cursor)
    return cursor


def _bound(at: datetime | None, sqlite: bool) -> Any:
    instant = clock.now() if at is None else at if at.tzinfo is UTC else at.astimezone(UTC)
    return statements.bound(instant, sqlite)


def _batch(uses: Sequence[Use], at: Any, sqlite: bool) -> list[Decision]:
    if not uses:
        return []
    cursor = _cursor()
    parameters: dict[str, Any] = {"at": at}
    if sqlite:
        parameters["uses"] = orjson.dumps([use[:6] for use in uses]).decode()
    else:
        columns = zip(*(use[:6] for use in uses), strict=True)
        parameters |= zip(statements.FIELDS, map(list, columns), strict=True)
    cursor.execute(statements.many(sqlite), parameters)
    by_use: list[list[Any]] = [[] for _ in uses]
    first = 0 if sqlite else 1
    for row in cursor:
        by_use[row[17] - first].append(row)
    return [weigh(use, rows) for use, rows in zip(uses, by_use, strict=True)]

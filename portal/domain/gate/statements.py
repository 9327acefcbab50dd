"""The statement of a decision on the driver's own cursor, for one use and for many, in both dialects."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

# The columns stand in the order of weighing.Facts; {person} and the like are parameters, or columns of a batch.
_COLUMNS = """
    p.basis,
    p.retired_at IS NOT NULL,
    EXISTS (SELECT 1 FROM hold h WHERE h.account_id = {account} AND h.ended_at IS NULL
            AND (h.purpose = p.key OR (h.purpose = '' AND p.marketing))),
    {channel_off},
    {topic_off},
    EXISTS (SELECT 1 FROM contact_point c WHERE c.person_id = {person} AND c.account_id = {account}
            AND c.channel = {channel} AND c.address = {address} AND c.removed_at IS NOT NULL),
    s.mask, s.permits, s.status, s.purpose_version >= p.asks_from_version, s.expires_at <= {at}, s.at, s.event_id,
    o.kind, o.at, o.until, o.event_id"""

_JOINS = """
LEFT JOIN consent_state s ON s.person_id = {person} AND s.purpose_id = p.id AND s.account_id = {account}
    AND s.topic IN ('', {topic}) AND s.channel IN ('', {channel}) AND s.address IN ('', {address})
LEFT JOIN consent_override o ON o.person_id = {person} AND o.lifted_at IS NULL
    AND (o.account_id IS NULL OR o.account_id = {account}) AND (o.until IS NULL OR o.until > {at})
    AND (p.marketing OR NOT o.marketing_only)
LEFT JOIN preference f ON f.person_id = {person} AND f.account_id = {account}"""

_ONE = "SELECT" + _COLUMNS + "\nFROM purpose p" + _JOINS + "\nWHERE p.key = {purpose}"
_MANY = "SELECT" + _COLUMNS + ", u.i\nFROM {uses} CROSS JOIN purpose p" + _JOINS + "\nWHERE p.key = u.purpose"

FIELDS = ("account", "person", "purpose", "topic", "channel", "address")

_USES_SQLITE = """WITH u AS MATERIALIZED (
    SELECT json_extract(j.value, '$[0]') AS account, json_extract(j.value, '$[1]') AS person,
           json_extract(j.value, '$[2]') AS purpose, json_extract(j.value, '$[3]') AS topic,
           json_extract(j.value, '$[4]') AS channel, json_extract(j.value, '$[5]') AS address, j.key AS i
    FROM json_each(:uses) j)
"""
_USES_POSTGRESQL = (
    "unnest(%(account)s::bigint[], %(person)s::bigint[], %(purpose)s::text[], %(topic)s::text[],"
    " %(channel)s::text[], %(address)s::text[])"
    " WITH ORDINALITY AS u(account, person, purpose, topic, channel, address, i)"
)


@cache
def one(sqlite: bool) -> str:
    """Return the statement for one use, with the fields of the use and ``at`` as named parameters."""
    marks = {name: f":{name}" if sqlite else f"%({name})s" for name in (*FIELDS, "at")}
    return _ONE.format_map(marks | _switches(sqlite, marks["channel"], marks["topic"]))


@cache
def many(sqlite: bool) -> str:
    """Return the statement for many uses: a JSON list of them on SQLite, one array per field on PostgreSQL."""
    columns = {name: f"u.{name}" for name in FIELDS} | _switches(sqlite, "u.channel", "u.topic")
    if sqlite:
        return _USES_SQLITE + _MANY.format_map(columns | {"uses": "u", "at": ":at"})
    return _MANY.format_map(columns | {"uses": _USES_POSTGRESQL, "at": "%(at)s"})


def bound(at: datetime, sqlite: bool) -> Any:
    """Return an aware UTC instant as the driver stores it."""
    return at.isoformat(" ", "microseconds")[:26] if sqlite else at


def _switches(sqlite: bool, channel: str, topic: str) -> dict[str, str]:
    """Ask whether a JSON list of keys holds one: PostgreSQL has a function, SQLite keeps the list as text."""
    ask = "instr(f.{0}, '\"' || {1} || '\"') > 0" if sqlite else "jsonb_exists(f.{0}, {1})"
    return {"channel_off": ask.format("channels_off", channel), "topic_off": ask.format("topics_off", topic)}

"""The set form of rule 7: everybody for whom a use would be allowed, as one statement that stays in the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Select, Table, bindparam, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from portal import db
from portal.db import BigId
from portal.domain import clock
from portal.domain.consent.models import Purpose
from portal.domain.consent.rules import SERVICE_BASES

from . import selecting, statements
from .rules import SERVICE_CHANNELS
from .selecting import Shape

PAGE = 20_000
AFTER = bindparam("after_account", type_=BigId), bindparam("after_person", type_=BigId)


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody for whom one use is allowed at one instant, not yet asked for."""

    shape: Shape
    values: Mapping[str, Any]

    @property
    def selection(self) -> Select[int, int]:
        """The audience as a SELECT of (account_id, person_id), to be joined and narrowed."""
        return selecting.selection(self.shape, db.database().sqlite).params(**self.values)


def audience(purpose: str, *, topic: str = "", channel: str = "", at: datetime | None = None) -> Audience:
    """Return everybody for whom this use, to no address in particular, is allowed at the aware instant ``at``.

    For a permission these are the people who said something about it, else the living members of every account.
    An unknown or retired purpose has nobody.
    """
    found = db.session().execute(
        select(Purpose.id, Purpose.key, Purpose.basis, Purpose.marketing, Purpose.asks_from_version).where(
            Purpose.key == purpose, Purpose.retired_at.is_(None)
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        return Audience(Shape(""), {})
    if found.basis in SERVICE_BASES:
        asked = channel not in SERVICE_CHANNELS and bool(channel)
        shape = Shape(found.basis, channel=asked)
    else:
        shape = Shape(found.basis, found.marketing, bool(topic), bool(channel))
    values = {
        "purpose": found.id, "version": found.asks_from_version, "key": found.key, "topic": topic,
        "channel": channel, "at": clock.now() if at is None else at.astimezone(UTC),
    }  # fmt: skip
    return Audience(shape, values)


def count(audience: Audience) -> int:
    """Return how many an audience holds."""
    return int(_run("count", audience).fetchone()[0])


def stream(audience: Audience, *, page: int = PAGE) -> Iterator[tuple[list[int], list[int]]]:
    """Yield an audience as pages of two equally long lists, account ids and person ids, in the order of the key.

    Each page arrives as two arrays in one row, which a driver reads many times faster than a row for each person.
    """
    found = _page("first", audience, page=page)
    while found[0]:
        yield found
        if len(found[0]) < page:
            return
        found = _page("next", audience, page=page, after_account=found[0][-1], after_person=found[1][-1])


def _page(what: str, audience: Audience, **given: int) -> tuple[list[int], list[int]]:
    accounts, people = _run(what, audience, **given).fetchone()
    if db.database().sqlite:
        return orjson.loads(accounts), orjson.loads(people)
    return accounts or [], people or []


def materialise(audience: Audience, into: Table, values: Mapping[str, Any] | None = None) -> int:
    """Write an audience into ``into`` (account_id, person_id and constant ``values``) without leaving the database.

    Return how many rows are new: whom a unique key of the table already holds is left as it is, so that a second run
    adds only those who came since.
    """
    constants = dict(values or {})
    dialect = db.database().engine.dialect
    given = {}
    for name, value in constants.items():
        write = into.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        given[f"constant_{name}"] = value if write is None or value is None else write(value)
    return int(_run((into, *constants), audience, **given).rowcount)


def _run(what: Any, audience: Audience, **given: Any) -> Any:
    """Run one statement of an audience on a driver's cursor of the unit of work; it sees what that has changed."""
    session = db.session()
    if session.new or session.dirty or session.deleted:
        session.flush()
    sqlite = db.database().sqlite
    sql, fixed = _written(audience.shape, what, sqlite)
    values = {**fixed, **audience.values, **given}
    if "at" in values:
        values["at"] = statements.bound(values["at"], sqlite)
    cursor = db.cursor()
    cursor.execute(sql, values)
    return cursor


@cache
def _written(shape: Shape, what: Any, in_sqlite: bool) -> tuple[str, Mapping[str, Any]]:
    """Return a statement as the driver takes it, with its constants; put together once for each shape."""
    statement = _statement(selecting.selection(shape, in_sqlite), what, in_sqlite)
    dialect = sqlite.dialect(paramstyle="named") if in_sqlite else db.database().engine.dialect
    compiled = statement.compile(dialect=dialect)
    return compiled.string, {name: value for name, value in compiled.params.items() if value is not None}


def _statement(selection: Select[int, int], what: Any, in_sqlite: bool) -> Any:
    account, person = selection.selected_columns
    match what:
        case "count":
            return select(func.count()).select_from(selection.subquery())
        case "first" | "next":
            ordered = selection.order_by(account, person).limit(bindparam("page", type_=BigId))
            if what == "next":
                ordered = ordered.where(tuple_(account, person) > tuple_(*AFTER))
            page, gather = ordered.subquery(), func.json_group_array if in_sqlite else func.array_agg
            return select(*(gather(column) for column in page.c)).select_from(page)
        case (into, *names):
            constants = (bindparam(f"constant_{name}", type_=into.c[name].type) for name in names)
            insert: Any = sqlite.insert if in_sqlite else postgresql.insert
            columns = ["account_id", "person_id", *names]
            written = insert(into).from_select(columns, selection.add_columns(*constants))
            return written.on_conflict_do_nothing()
    raise ValueError(what)

"""The set form of rule 7: everybody for whom a use would be allowed, as one statement that stays in the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    Select,
    Table,
    and_,
    exists,
    false,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from portal import db
from portal.domain import clock
from portal.domain.accounts.models import Membership
from portal.domain.consent import Basis, Kind
from portal.domain.consent.models import ConsentState, Override, Purpose
from portal.domain.consent.rules import CHANNEL, SERVICE_BASES, TOPIC
from portal.domain.preferences.models import Preference

from .models import Hold
from .rules import SERVICE_CHANNELS

PAGE = 20_000


def audience(
    purpose: str, *, topic: str = "", channel: str = "", at: datetime | None = None
) -> Select[int, int]:
    """Select (account_id, person_id) of everybody for whom this use, to no address in particular, is allowed at ``at``.

    For a permission these are the people who said something about it, else the living members of every account.
    An unknown or retired purpose selects nobody.
    """
    found = db.session().execute(
        select(Purpose).where(Purpose.key == purpose, Purpose.retired_at.is_(None))
    ).scalar_one_or_none()  # fmt: skip
    instant = clock.now() if at is None else at.astimezone(UTC)
    if found is None:
        return select(Membership.account_id, Membership.person_id).where(false())
    if found.basis in SERVICE_BASES:
        return _members(_off(Membership, channel if channel not in SERVICE_CHANNELS else "", ""))
    rule = _Rule(found, topic, channel, instant)
    return rule.of_permission() if found.basis == Basis.CONSENT else rule.of_interest()


def count(selection: Select[int, int]) -> int:
    """Return how many an audience holds."""
    return db.session().scalar(select(func.count()).select_from(selection.subquery())) or 0


def stream(selection: Select[int, int], *, page: int = PAGE) -> Iterator[tuple[list[int], list[int]]]:
    """Yield an audience as pages of two equally long lists, account ids and person ids, in the order of the key.

    PostgreSQL hands over each page as two arrays, which the driver reads many times faster than rows.
    """
    account, person = selection.selected_columns
    ordered = selection.order_by(account, person)
    if db.database().sqlite:
        yield from _stream_sqlite(ordered, page)
        return
    last: tuple[int, int] | None = None
    while True:
        statement = ordered.limit(page)
        if last is not None:
            statement = statement.where(tuple_(account, person) > last)
        found = statement.subquery()
        arrays = select(*(func.array_agg(column) for column in found.c)).select_from(found)
        row = db.session().execute(arrays).one()
        accounts, people = list(row[0] or ()), list(row[1] or ())
        if not accounts:
            return
        yield accounts, people
        if len(accounts) < page:
            return
        last = (accounts[-1], people[-1])


def _stream_sqlite(ordered: Select[int, int], page: int) -> Iterator[tuple[list[int], list[int]]]:
    """Read on the driver's own cursor, which steps through the one statement as it is asked."""
    compiled = ordered.compile(dialect=db.database().engine.dialect, compile_kwargs={"literal_binds": True})
    cursor = db.cursor()
    cursor.execute(str(compiled))
    while rows := cursor.fetchmany(page):
        accounts, people = zip(*rows, strict=True)
        yield list(accounts), list(people)


def materialise(selection: Select[int, int], into: Table, values: Mapping[str, Any] | None = None) -> int:
    """Write an audience into ``into`` (account_id, person_id and constant ``values``) without leaving the database."""
    constants = dict(values or {})
    rows = selection.add_columns(*(literal(value, into.c[name].type) for name, value in constants.items()))
    statement = insert(into).from_select(["account_id", "person_id", *constants], rows)
    counting = statement.execution_options(preserve_rowcount=True)  # an INSERT forgets it otherwise
    return int(db.session().execute(counting).rowcount)  # type: ignore[attr-defined]


def _members(*conditions: ColumnElement[bool]) -> Select[int, int]:
    return select(Membership.account_id, Membership.person_id).where(
        Membership.ended_at.is_(None), *conditions
    )


def _off(row: Any, channel: str, topic: str) -> ColumnElement[bool]:
    """Nobody switched the channel or the topic off."""
    asked = [
        _holds_key(column, key)
        for column, key in ((Preference.channels_off, channel), (Preference.topics_off, topic))
        if key
    ]
    if not asked:
        return not_(false())
    return ~exists().where(
        Preference.person_id == row.person_id, Preference.account_id == row.account_id, or_(*asked)
    )


def _holds_key(column: Any, key: str) -> ColumnElement[bool]:
    """A JSON list of keys holds one: PostgreSQL has an operator, SQLite keeps the list as text."""
    return func.instr(column, f'"{key}"') > 0 if db.database().sqlite else column.bool_op("?")(key)


class _Rule:
    """Rule 7 about one purpose, topic and channel at one instant, as conditions on rows of people."""

    def __init__(self, purpose: Purpose, topic: str, channel: str, at: datetime) -> None:
        self.purpose, self.topic, self.channel, self.at = purpose, topic, channel, at
        self.narrow = bool(topic or channel)

    def of_permission(self) -> Select[int, int]:
        """Select each person once, by the one state of theirs that decides: most specific, yes, and undisputed."""
        state = ConsentState
        conditions = [self.about(state), self.yes(state), *self.free(state)]
        if self.narrow:
            other = aliased(ConsentState)
            conditions.append(
                ~exists().where(
                    self.about(other),
                    other.mask > literal_column("0"),  # written out, so that the index on these few is found
                    other.account_id == state.account_id,
                    other.person_id == state.person_id,
                    other.id != state.id,
                    or_(
                        other.mask.bitwise_and(state.mask)
                        == state.mask,  # sets strictly more: it counts instead
                        and_(  # cannot be compared: it has to say yes too, and the first of the two stands for both
                            other.mask.bitwise_and(state.mask) != other.mask,
                            or_(other.mask < state.mask, not_(self.yes(other))),
                        ),
                    ),
                )
            )
        return select(state.account_id, state.person_id).where(*conditions)

    def of_interest(self) -> Select[int, int]:
        """Select members about whom nothing speaks against it: no most specific no, and no stop without a later yes."""
        member, state, narrower = Membership, aliased(ConsentState), aliased(ConsentState)
        same = and_(
            state.account_id == member.account_id, state.person_id == member.person_id, self.about(state)
        )
        beaten = exists().where(
            self.about(narrower),
            narrower.account_id == state.account_id,
            narrower.person_id == state.person_id,
            narrower.mask != state.mask,
            narrower.mask.bitwise_and(state.mask) == state.mask,
        )
        silent = and_(~self.overruled(member.account_id, member.person_id), ~exists().where(same))
        said = and_(exists().where(same), ~exists().where(same, not_(self.yes(state)), ~beaten))
        return _members(or_(silent, said), *self.free(member))

    def about(self, state: Any) -> ColumnElement[bool]:
        """The state is about the purpose and matches the use; nearly all name no field, so that is asked first."""
        general = state.mask == literal_column("0")
        narrow = []
        for bits, values in (
            (TOPIC, [(state.topic, self.topic)]),
            (CHANNEL, [(state.channel, self.channel)]),
            (TOPIC | CHANNEL, [(state.topic, self.topic), (state.channel, self.channel)]),
        ):
            if all(value for _column, value in values):
                narrow.append(and_(state.mask == bits, *(column == value for column, value in values)))
        return and_(state.purpose_id == self.purpose.id, or_(general, *narrow))

    def yes(self, state: Any) -> ColumnElement[bool]:
        """The state permits, has not lapsed, and nothing that came later overrules it."""
        conditions: list[ColumnElement[bool]] = [state.permits]
        if self.purpose.basis == Basis.CONSENT:
            conditions.append(or_(state.expires_at.is_(None), state.expires_at > self.at))
            conditions.append(state.purpose_version >= self.purpose.asks_from_version)
        conditions.append(~self.overruled(state.account_id, state.person_id, after=state))
        return and_(*conditions)

    def overruled(self, account_id: Any, person_id: Any, *, after: Any = None) -> Exists:
        """An override stands: any one, or one that came after a state; an objection needs not have come after."""
        over = aliased(Override)
        conditions = [
            over.person_id == person_id,
            over.lifted_at.is_(None),
            or_(over.until.is_(None), over.until > self.at),
            or_(over.account_id.is_(None), over.account_id == account_id),
        ]
        if not self.purpose.marketing:
            conditions.append(not_(over.marketing_only))
        if after is not None:
            later = or_(over.at > after.at, and_(over.at == after.at, over.event_id > after.event_id))
            conditions.append(or_(over.kind == Kind.OBJECTION.value, later))
        return exists().where(*conditions)

    def free(self, row: Any) -> list[ColumnElement[bool]]:
        """No hold, nothing switched off."""
        hold = aliased(Hold)
        kinds = [hold.purpose == self.purpose.key]
        conditions = [_off(row, self.channel, self.topic)]
        if self.purpose.marketing:
            kinds.append(hold.purpose == "")
        conditions.append(
            ~exists().where(hold.account_id == row.account_id, hold.ended_at.is_(None), or_(*kinds))
        )
        return conditions

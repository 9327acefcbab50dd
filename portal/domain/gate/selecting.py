"""Rule 7 as conditions of one SELECT, by the shape of a use; its values are named parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    Select,
    String,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from portal.db import BigId, UtcDateTime
from portal.domain.accounts.models import Membership
from portal.domain.consent import Basis, Kind
from portal.domain.consent.models import ConsentState, Override
from portal.domain.consent.rules import CHANNEL, SERVICE_BASES, TOPIC
from portal.domain.preferences.models import Preference

from .models import Hold

PURPOSE, VERSION = bindparam("purpose", type_=BigId), bindparam("version", type_=BigId)
KEY, AT = bindparam("key", type_=String), bindparam("at", type_=UtcDateTime)
NAMES = {"topic": bindparam("topic", type_=String), "channel": bindparam("channel", type_=String)}


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how the statement of an audience reads; the rest are its parameters."""

    basis: str  # '' selects nobody
    marketing: bool = False
    topic: bool = False
    channel: bool = False


def selection(shape: Shape, in_sqlite: bool) -> Select[int, int]:
    """Return the SELECT of (account_id, person_id) for uses of one shape, with their values as named parameters."""
    if not shape.basis:
        return select(Membership.account_id, Membership.person_id).where(false())
    rule = _Rule(shape, in_sqlite)
    if shape.basis in SERVICE_BASES:
        return _members(rule.nothing_off(Membership))
    return rule.of_permission() if shape.basis == Basis.CONSENT else rule.of_interest()


def _members(*conditions: ColumnElement[bool]) -> Select[int, int]:
    return select(Membership.account_id, Membership.person_id).where(
        Membership.ended_at.is_(None), *conditions
    )


class _Rule:
    """Rule 7 about uses of one shape, as conditions on rows of people."""

    def __init__(self, shape: Shape, in_sqlite: bool) -> None:
        self.shape, self.in_sqlite = shape, in_sqlite

    def of_permission(self) -> Select[int, int]:
        """Select each person once, by the one state of theirs that decides: most specific, yes, and undisputed."""
        state = ConsentState
        conditions = [self.about(state), self.yes(state), *self.free(state)]
        if self.shape.topic or self.shape.channel:
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
        topic, channel = state.topic == NAMES["topic"], state.channel == NAMES["channel"]
        narrow = []
        if self.shape.topic:
            narrow.append(and_(state.mask == TOPIC, topic))
        if self.shape.channel:
            narrow.append(and_(state.mask == CHANNEL, channel))
        if self.shape.topic and self.shape.channel:
            narrow.append(and_(state.mask == (TOPIC | CHANNEL), topic, channel))
        return and_(state.purpose_id == PURPOSE, or_(general, *narrow))

    def yes(self, state: Any) -> ColumnElement[bool]:
        """The state permits, has not lapsed, and nothing that came later overrules it."""
        conditions: list[ColumnElement[bool]] = [state.permits]
        if self.shape.basis == Basis.CONSENT:
            conditions.append(or_(state.expires_at.is_(None), state.expires_at > AT))
            conditions.append(state.purpose_version >= VERSION)
        conditions.append(~self.overruled(state.account_id, state.person_id, after=state))
        return and_(*conditions)

    def overruled(self, account_id: Any, person_id: Any, *, after: Any = None) -> Exists:
        """An override stands: any one, or one that came after a state; an objection needs not have come after."""
        over = aliased(Override)
        conditions = [
            over.person_id == person_id,
            over.lifted_at.is_(None),
            or_(over.until.is_(None), over.until > AT),
            or_(over.account_id.is_(None), over.account_id == account_id),
        ]
        if not self.shape.marketing:
            conditions.append(not_(over.marketing_only))
        if after is not None:
            later = or_(over.at > after.at, and_(over.at == after.at, over.event_id > after.event_id))
            conditions.append(or_(over.kind == Kind.OBJECTION.value, later))
        return exists().where(*conditions)

    def free(self, row: Any) -> list[ColumnElement[bool]]:
        """No hold, nothing switched off."""
        hold = aliased(Hold)
        kinds = [hold.purpose == KEY]
        conditions = [self.nothing_off(row)]
        if self.shape.marketing:
            kinds.append(hold.purpose == "")
        conditions.append(
            ~exists().where(hold.account_id == row.account_id, hold.ended_at.is_(None), or_(*kinds))
        )
        return conditions

    def nothing_off(self, row: Any) -> ColumnElement[bool]:
        """Nobody switched the channel or the topic off."""
        asked = [
            self._holds(column, name)
            for column, name, named in (
                (Preference.channels_off, "channel", self.shape.channel),
                (Preference.topics_off, "topic", self.shape.topic),
            )
            if named
        ]
        if not asked:
            return not_(false())
        return ~exists().where(
            Preference.person_id == row.person_id, Preference.account_id == row.account_id, or_(*asked)
        )

    def _holds(self, column: Any, name: str) -> ColumnElement[bool]:
        """A JSON list of keys holds one: PostgreSQL has a function, SQLite keeps the list as text."""
        if self.in_sqlite:
            return func.instr(column, '"' + NAMES[name] + '"') > 0
        return func.jsonb_exists(column, NAMES[name])

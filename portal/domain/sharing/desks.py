"""What somebody of a partner reads: whose data they may see, what they asked for, what waits to be confirmed."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, case, select, tuple_

from portal import db
from portal.domain import clock
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor, PartnerRight
from portal.domain.errors import Denied, NotFound

from . import confirmations, data
from .confirmations import Told
from .models import ShareGrant, ShareRequest
from .rules import Happened

MOST = 200
NEWS = timedelta(days=7)


class Held(NamedTuple):
    """A grant as its partner reads it in a list: what for and until when, and by whom only while it runs."""

    uuid: uuidlib.UUID
    customer: str  # '' once it has ended
    purpose: str
    words: str
    clusters: list[data.Cluster]
    often: str
    until: datetime
    given_at: datetime
    ended_at: datetime | None
    keep_until: datetime | None  # of what was taken over, once it has ended
    used_at: datetime | None
    erase_asked_at: datetime | None
    unconfirmed: list[Told]

    @property
    def runs(self) -> bool:
        """Whether it lets somebody look."""
        return self.ended_at is None


class Sent(NamedTuple):
    """A request as its partner reads it."""

    uuid: uuidlib.UUID
    number: str
    purpose: str
    words: str
    created_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    answer: str
    not_before: datetime | None

    @property
    def state(self) -> str:
        """waiting, given, refused, withdrawn, or over."""
        if self.answer:
            return self.answer
        return "waiting" if self.expires_at > clock.now() else "over"


def held(actor: Actor, *, after: uuidlib.UUID | None = None, limit: int = MOST) -> list[Held]:
    """Return ``limit`` grants of the actor's partner, those that run first, newest first; two queries.

    ``after`` is the last one of the page before.
    """
    _guard(actor)
    over = case((ShareGrant.ended_at.is_not(None), 1), else_=0)
    mine = ShareGrant.partner_id == actor.partner_id
    wanted = _HELD.where(mine).order_by(over, ShareGrant.id.desc()).limit(limit)
    if after is not None:
        mark = (
            select(over, -ShareGrant.id)
            .where(ShareGrant.uuid == after, mine)
            .correlate(None)
            .scalar_subquery()
        )
        wanted = wanted.where(tuple_(over, -ShareGrant.id) > mark)
    return _read(wanted)


def held_one(uuid: uuidlib.UUID, *, actor: Actor) -> Held:
    """Return one grant of the actor's partner as the list has it, which shows nothing of the customer; NotFound."""
    _guard(actor)
    found = _read(_HELD.where(ShareGrant.partner_id == actor.partner_id, ShareGrant.uuid == uuid))
    if not found:
        raise NotFound()
    return found[0]


_HELD = select(ShareGrant, Account.name).join(Account, Account.id == ShareGrant.account_id)


def _read(wanted: Select[ShareGrant, str]) -> list[Held]:
    now = clock.now()
    rows = db.session().execute(wanted).all()
    waiting: dict[int, list[Told]] = {}
    for one in confirmations.history([row[0].id for row in rows]):
        # The newest says all; what is to be erased is asked for apart.
        newest = one.grant_id not in waiting
        shown = waiting.setdefault(one.grant_id, [])
        if one.waiting and (newest or one.kind == Happened.ERASE_ASKED):
            shown.append(one)
    return [_held(grant, name, waiting.get(grant.id, []), now) for grant, name in rows]


def _held(grant: ShareGrant, name: str, unconfirmed: list[Told], now: datetime) -> Held:
    ended = grant.ended_at or (grant.until if grant.until <= now else None)

    return Held(
        grant.uuid, "" if ended else name, grant.purpose, grant.words,
        [data.CLUSTERS[key] for key in data.clusters_of(grant.fields)], grant.often, grant.until, grant.given_at, ended,
        ended + timedelta(days=grant.keep_days) if ended else None, grant.used_at, grant.erase_asked_at,
        unconfirmed,
    )  # fmt: skip


def sent(actor: Actor) -> list[Sent]:
    """Return what the actor's partner asked customers for, newest first; one query."""
    _guard(actor)
    rows = db.session().execute(
        select(
            ShareRequest.uuid, ShareRequest.number, ShareRequest.purpose, ShareRequest.words, ShareRequest.created_at,
            ShareRequest.expires_at, ShareRequest.answered_at, ShareRequest.answer, ShareRequest.not_before,
        )
        .where(ShareRequest.partner_id == actor.partner_id)
        .order_by(ShareRequest.id.desc())
        .limit(MOST)
    )  # fmt: skip
    return [Sent(*row) for row in rows]


class Pending(NamedTuple):
    """How much of the sharing waits for somebody of a partner, or is news to them."""

    unconfirmed: int  # events that nobody of the partner has confirmed
    given: int  # requests that customers answered in the last week, by a yes
    refused: int  # and by a no


def pending(actor: Actor) -> Pending:
    """Return what waits for the actor's partner; nothing where the actor may not see it. Three queries."""
    if not actor.partner_may(PartnerRight.SHARES_READ) or actor.partner_id is None:
        return Pending(0, 0, 0)
    since = clock.now() - NEWS
    answers = [one.answer for one in sent(actor) if one.answered_at is not None and one.answered_at > since]
    unconfirmed = sum(len(one.unconfirmed) for one in held(actor))
    return Pending(unconfirmed, answers.count("given"), answers.count("refused"))


def _guard(actor: Actor) -> None:
    if not actor.partner_may(PartnerRight.SHARES_READ) or actor.partner_id is None:
        raise Denied()

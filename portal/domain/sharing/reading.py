"""What a customer reads about the sharing of the account in hand: grants, requests, each look."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, select

from portal import db
from portal.domain import clock, partners
from portal.domain.actor import Actor, Right
from portal.domain.consent.ledger import overrides
from portal.domain.errors import NotFound
from portal.domain.gate import GateDecision, Reason

from . import confirmations, data, rules
from .confirmations import Told
from .granting import guard, is_over, named_by, terms_of
from .models import ShareGrant, ShareRequest
from .opening import OVERRULES, USE
from .rules import Terms

MOST = 200
LOOKS = 50


@dataclass(frozen=True, slots=True)
class Share:
    """One grant as its customer reads it."""

    id: int
    uuid: uuidlib.UUID
    partner: str
    logo: str  # of the partner: its digest, or ''
    terms: Terms
    version: int
    state: str  # on, silent (overruled by what was said since), over
    silenced: Reason | None
    given_at: datetime
    ended_at: datetime | None
    ended_how: str
    used_at: datetime | None
    erase_asked_at: datetime | None
    own: bool  # given by the reader
    asked: bool  # in answer to a request
    last: Told | None = None  # what happened last, and what the partner knows of it

    @property
    def clusters(self) -> list[data.Cluster]:
        """The clusters of the grant, in the order of the catalogue."""
        return [data.CLUSTERS[key] for key in data.clusters_of(self.terms.fields)]

    @property
    def attributes(self) -> list[tuple[data.Cluster, list[Any]]]:
        """Each cluster with the words of those of its attributes that are shared."""
        return [
            (one, [words for key, words in one.attributes.items() if key in self.terms.fields])
            for one in self.clusters
        ]


class Look(NamedTuple):
    """One time a partner looked, or tried to and was refused."""

    at: datetime
    allowed: bool
    reason: str
    clusters: list[data.Cluster]


class Asked(NamedTuple):
    """A request of a partner as the customer reads it."""

    uuid: uuidlib.UUID
    partner: str
    asked_by: str
    purpose: str
    words: str
    benefit: str
    fields: tuple[str, ...]
    data_since: Any
    often: str
    days: int
    sub_recipients: str
    keep_days: int
    created_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    answer: str
    not_before: datetime | None
    times_asked: int
    logo: str

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return self.answered_at is None and self.expires_at > clock.now()


@dataclass(frozen=True, slots=True)
class Detail:
    """One grant with its whole history and every look."""

    share: Share
    history: list[Told] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    named: list[str] = field(default_factory=list)  # who gets it from the partner, if the customer lets them


def of(actor: Actor) -> Desk:
    """Return what an actor may read of the account in hand; raise Denied without the right."""
    guard(actor)
    return Desk(actor)


class Desk:
    """The sharing of one account; every list is a fixed number of queries."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def shares(self) -> list[Share]:
        """Return the grants, those that run first, newest first; ended ones stay for two years; four queries."""
        since = clock.now() - rules.KEPT_VISIBLE
        statement = (
            select(ShareGrant)
            .where(
                ShareGrant.account_id == self.actor.account_id,
                ShareGrant.ended_at.is_(None) | (ShareGrant.ended_at > since),
            )
            .order_by(ShareGrant.ended_at.is_not(None), ShareGrant.id.desc())
            .limit(MOST)
        )
        grants = list(db.session().scalars(statement))
        last: dict[int, Told] = {}
        for one in confirmations.newest([grant.id for grant in grants]):
            last.setdefault(one.grant_id, one)
        return self._read(grants, last)

    def get(self, uuid: uuidlib.UUID) -> Detail:
        """Return one grant with its history and its looks; raise NotFound."""
        grant = (
            db.session()
            .scalars(
                select(ShareGrant).where(
                    ShareGrant.uuid == uuid, ShareGrant.account_id == self.actor.account_id
                )
            )
            .one_or_none()
        )
        if grant is None:
            raise NotFound()
        history = confirmations.history([grant.id])
        share = self._read([grant], {grant.id: history[0]} if history else {})[0]
        named = rules.recipients(f"{grant.sub_recipients},{named_by(grant)}")
        return Detail(share, history, self._looks(grant), named)

    def _looks(self, grant: ShareGrant) -> list[Look]:
        rows = db.session().execute(
            select(GateDecision.at, GateDecision.allowed, GateDecision.reason, GateDecision.topic)
            .where(
                GateDecision.account_id == grant.account_id,
                GateDecision.use == "show",
                GateDecision.purpose == USE,
                GateDecision.address == str(grant.uuid),
            )
            .order_by(GateDecision.id.desc())
            .limit(LOOKS)
        )
        return [
            Look(
                row.at, row.allowed, row.reason,
                [data.CLUSTERS[key] for key in row.topic.split(",") if key in data.CLUSTERS],
            )
            for row in rows
        ]  # fmt: skip

    def _read(self, grants: list[ShareGrant], last: dict[int, Told]) -> list[Share]:
        now = clock.now()
        marks = partners.marks({one.partner_id for one in grants})
        loud = {
            person_id: [
                row for row in overrides(person_id, self.actor.account_id, now) if row.kind in OVERRULES
            ]
            for person_id in {one.person_id for one in grants if not is_over(one, now)}
        }
        found = []
        for one in grants:
            over = is_over(one, now)
            silenced = None
            if not over:
                silenced = next(
                    (OVERRULES[row.kind] for row in loud[one.person_id] if row.at > one.changed_at), None
                )
            found.append(
                Share(
                    id=one.id, uuid=one.uuid, partner=marks[one.partner_id].name, logo=marks[one.partner_id].logo,
                    terms=terms_of(one), version=one.version,
                    state="over" if over else "silent" if silenced else "on", silenced=silenced,
                    given_at=one.given_at, ended_at=one.ended_at or (one.until if over else None),
                    ended_how=one.ended_how or ("expired" if over else ""), used_at=one.used_at,
                    erase_asked_at=one.erase_asked_at, own=one.person_id == self.actor.person_id,
                    asked=one.request_id is not None, last=last.get(one.id),
                )
            )  # fmt: skip
        return found

    def requests(self, *, only_waiting: bool = False) -> list[Asked]:
        """Return what partners asked for, newest first."""
        statement = _asked().where(ShareRequest.account_id == self.actor.account_id)
        if only_waiting:
            statement = statement.where(
                ShareRequest.answered_at.is_(None), ShareRequest.expires_at > clock.now()
            )
        return [_as_asked(row) for row in db.session().execute(statement.limit(MOST))]

    def request(self, uuid: uuidlib.UUID) -> Asked:
        """Return one request; raise NotFound."""
        row = (
            db.session()
            .execute(
                _asked().where(ShareRequest.account_id == self.actor.account_id, ShareRequest.uuid == uuid)
            )
            .one_or_none()
        )
        if row is None:
            raise NotFound()
        return _as_asked(row)


def waiting(actor: Actor) -> ColumnElement[int]:
    """Return how many requests wait for an answer of the account in hand, as a value within another query."""
    if not actor.has_right(Right.PERMISSIONS) or actor.account_id is None:
        return literal(0)
    return (
        select(func.count())
        .select_from(ShareRequest)
        .where(
            ShareRequest.account_id == actor.account_id, ShareRequest.answered_at.is_(None),
            ShareRequest.expires_at > clock.now(),
        )
        .scalar_subquery()
    )  # fmt: skip


def _asked() -> Select[Any]:
    other = ShareRequest.__table__.alias("other")
    times = (
        select(func.count())
        .where(other.c.partner_id == ShareRequest.partner_id, other.c.account_id == ShareRequest.account_id)
        .correlate(ShareRequest)
        .scalar_subquery()
    )
    company = partners.PartnerCompany
    return (
        select(
            ShareRequest.uuid, company.name, ShareRequest.asked_by_name, ShareRequest.purpose, ShareRequest.words,
            ShareRequest.benefit, ShareRequest.fields, ShareRequest.data_since, ShareRequest.often, ShareRequest.days,
            ShareRequest.sub_recipients, ShareRequest.keep_days, ShareRequest.created_at, ShareRequest.expires_at,
            ShareRequest.answered_at, ShareRequest.answer, ShareRequest.not_before, times, company.logo,
        )
        .join(company, company.id == ShareRequest.partner_id)
        .order_by(ShareRequest.id.desc())
    )  # fmt: skip


def _as_asked(row: Any) -> Asked:
    values = list(row)
    values[6] = tuple(values[6])
    return Asked(*values)

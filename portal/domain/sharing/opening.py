"""A partner looks: nothing is read without a kept decision of this instant, and each look is the customer's to see."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from portal import db
from portal.domain import clock, gate, lookups
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Actor, PartnerRight
from portal.domain.consent import Kind
from portal.domain.consent.ledger import overrides
from portal.domain.errors import Denied, NotFound
from portal.domain.gate import Reason, Use
from portal.domain.lookups.opening import _writing

from . import data, rules
from .granting import terms_of
from .models import ShareEvent, ShareGrant

USE = "share"
OVERRULES = {Kind.STOP_ALL.value: Reason.STOP_ALL, Kind.RESTRICTION.value: Reason.RESTRICTION}


class Slice(NamedTuple):
    """What a partner sees at this instant: exactly the attributes of the grant, and nothing else."""

    uuid: uuidlib.UUID
    version: int
    terms: rules.Terms
    at: datetime
    zone: str
    clusters: list[data.Shown]


def overruled_by(grant: ShareGrant, at: datetime) -> Reason | None:
    """Return what the person said since the grant that silences it: everything stopped, or data restricted."""
    for row in overrides(grant.person_id, grant.account_id, at):
        if row.kind in OVERRULES and row.at > grant.changed_at:
            return OVERRULES[row.kind]
    return None


def look(uuid: uuidlib.UUID, *, actor: Actor) -> Slice:
    """Return what a grant shows to a partner now; its decision, its look-up and its count are committed with it.

    Raises Denied without the right; NotFound for another partner's, an unknown one, and one that lets nobody look
    now: the three answer the same, and the last is kept for the customer to see.
    """
    if not actor.partner_may(PartnerRight.SHARES_READ) or actor.partner_id is None:
        raise Denied()
    with _writing() as session:
        grant = session.scalars(
            select(ShareGrant)
            .where(ShareGrant.uuid == uuid, ShareGrant.partner_id == actor.partner_id)
            .with_for_update()
        ).one_or_none()
        if grant is None:
            raise NotFound()
        at, terms = clock.now(), terms_of(grant)
        decision, anew = rules.decide(
            terms, at, ended=grant.ended_at is not None or _gone(grant), uses=grant.uses, window_at=grant.window_at,
            overruled=overruled_by(grant, at),
        )  # fmt: skip
        _keep(decision, grant, terms, at, actor)
        found = None
        if decision.allowed:
            grant.used_at = at
            if anew:
                grant.uses += 1
                grant.window_at = at
            _note(grant, terms, actor)
            zone = session.scalars(select(Account.zone).where(Account.id == grant.account_id)).one()
            found = Slice(
                grant.uuid, grant.version, terms, at, zone,
                data.read(
                    terms.fields, account_id=grant.account_id, person_id=grant.person_id, since=terms.data_since
                ),
            )  # fmt: skip
    if found is None:
        raise NotFound()
    return found


def _gone(grant: ShareGrant) -> bool:
    """Tell whether the account is closed or the person is: then nobody's data may be shown."""
    row = (
        db.session()
        .execute(
            select(Account.closed_at, Person.deactivated_at)
            .select_from(Account)
            .join(Person, Person.id == grant.person_id)
            .where(Account.id == grant.account_id)
        )
        .one()
    )
    return row.closed_at is not None or row.deactivated_at is not None


def _keep(decision: gate.Decision, grant: ShareGrant, terms: rules.Terms, at: datetime, actor: Actor) -> None:
    """Keep the decision with the event of the grant that it relied on."""
    relied = (
        db.session()
        .scalars(
            select(ShareEvent.uuid)
            .where(ShareEvent.grant_id == grant.id)
            .order_by(ShareEvent.id.desc())
            .limit(1)
        )
        .one()
    )
    use = Use(
        grant.account_id, grant.person_id, USE, topic=",".join(data.clusters_of(terms.fields))[:60],
        channel="api" if actor.client_id is not None else "extranet", address=str(grant.uuid), kind="show",
    )  # fmt: skip
    gate.store(decision, use, at=at, about_uuid=relied)


def _note(grant: ShareGrant, terms: rules.Terms, actor: Actor) -> None:
    for key in data.clusters_of(terms.fields):
        lookups.open(
            actor=actor, account_id=grant.account_id, purpose=lookups.Purpose.SHARE, about_key=str(grant.uuid),
            item=(f"shared_{key}", grant.uuid, ""),
        )  # fmt: skip

"""Whom something of ours is for: decided in the database from the companies as they are now, at each question."""

from __future__ import annotations

import uuid as uuidlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, delete, exists, literal, or_, select, true

from portal import db
from portal.domain.errors import Invalid
from portal.text import Lazy, _t

from .models import PartnerAudience, PartnerAudiencePart, PartnerCompany
from .tiers import tiers


class Whom(StrEnum):
    """By what the companies of an audience are chosen."""

    ALL = "all"
    PARTNER = "partner"
    SUPPLIER = "supplier"
    NAMED = "named"


WHOM: dict[str, Lazy] = {
    Whom.ALL.value: _t("Partners and suppliers"),
    Whom.PARTNER.value: _t("Partners"),
    Whom.SUPPLIER.value: _t("Suppliers"),
    Whom.NAMED.value: _t("The companies named here"),
}


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom something is for, as staff chose it: ``tiers`` narrow what is not named, none of them means all."""

    whom: str = Whom.ALL.value
    tiers: frozenset[str] = field(default_factory=frozenset)
    companies: frozenset[uuidlib.UUID] = field(default_factory=frozenset)


class Told(NamedTuple):
    """An audience in words; the names of tiers or of companies say it more closely."""

    whom: Lazy
    names: list[str]
    named: bool


def keep_audience(wanted: Audience) -> int:
    """Keep an audience and return its key; raise Invalid at ``whom``, ``tiers`` or ``companies``."""
    row = PartnerAudience(whom="", tiered=False)
    _fill(row, wanted)
    return row.id


def change_audience(key: int, wanted: Audience) -> bool:
    """Let the audience of this key be another; tell whether it changed. Raise Invalid as :func:`keep_audience`."""
    if kept_audience(key) == _fitting(wanted):
        return False
    _fill(db.session().get_one(PartnerAudience, key), wanted)
    return True


def kept_audience(key: int) -> Audience:
    """Return an audience as it was chosen, for a form."""
    session = db.session()
    row = session.get_one(PartnerAudience, key)
    parts = select(PartnerAudiencePart.tier, PartnerCompany.uuid).outerjoin(
        PartnerCompany, PartnerCompany.id == PartnerAudiencePart.partner_id
    )
    found = session.execute(parts.where(PartnerAudiencePart.audience_id == key)).all()
    return Audience(
        row.whom,
        frozenset(tier for tier, _company in found if tier),
        frozenset(company for _tier, company in found if company),
    )


def audiences(keys: Iterable[int], language: str) -> dict[int, Told]:
    """Return audiences in words, in three queries at most."""
    wanted, session = set(keys), db.session()
    rows = session.execute(
        select(PartnerAudience.id, PartnerAudience.whom).where(PartnerAudience.id.in_(wanted))
    ).all()
    called = {one.key: one.name(language) for one in tiers(every=True)}
    names: dict[int, list[str]] = defaultdict(list)
    parts = (
        select(PartnerAudiencePart.audience_id, PartnerAudiencePart.tier, PartnerCompany.name)
        .outerjoin(PartnerCompany, PartnerCompany.id == PartnerAudiencePart.partner_id)
        .where(PartnerAudiencePart.audience_id.in_(wanted))
        .order_by(PartnerCompany.name, PartnerAudiencePart.id)
    )
    for key, tier, company in session.execute(parts):
        names[key].append(company or called.get(tier or "", tier or ""))
    return {key: Told(WHOM[whom], names[key], whom == Whom.NAMED) for key, whom in rows}


def reaching(partner_id: int) -> Select[Any]:
    """Return the statement of the keys of every audience that a company is of now; a deactivated one is of none."""
    here = select(PartnerAudience.id).join(PartnerCompany, true()).where(PartnerCompany.id == partner_id)
    return here.where(_meets())


def companies_in(key: int) -> list[int]:
    """Return the active companies that are of an audience now."""
    there = select(PartnerCompany.id).join(PartnerAudience, true()).where(PartnerAudience.id == key)
    return list(db.session().scalars(there.where(_meets()).order_by(PartnerCompany.id)))


def _meets() -> ColumnElement[bool]:
    """Return the condition that a company and an audience of one statement belong together."""
    of_it = PartnerAudiencePart.audience_id == PartnerAudience.id
    in_tier = exists().where(of_it, PartnerAudiencePart.tier == PartnerCompany.tier)
    named = exists().where(of_it, PartnerAudiencePart.partner_id == PartnerCompany.id)
    tables = (PartnerAudience, PartnerCompany)
    return and_(
        PartnerCompany.deactivated_at.is_(None),
        or_(
            and_(
                or_(PartnerAudience.whom == literal(Whom.ALL.value), PartnerAudience.whom == PartnerCompany.kind),
                or_(PartnerAudience.tiered.is_(False), in_tier.correlate(*tables)),
            ),
            and_(PartnerAudience.whom == literal(Whom.NAMED.value), named.correlate(*tables)),
        ),
    )  # fmt: skip


def _fitting(wanted: Audience) -> Audience:
    """Return an audience without what its choice leaves out: tiers where companies are named, and the other way."""
    if wanted.whom == Whom.NAMED:
        return Audience(wanted.whom, frozenset(), wanted.companies)
    return Audience(wanted.whom, wanted.tiers, frozenset())


def _fill(row: PartnerAudience, wanted: Audience) -> None:
    if wanted.whom not in list(Whom):
        raise Invalid(_t("Say for whom it is."), code="partners.whom", field="whom")
    wanted = _fitting(wanted)
    session = db.session()
    if not wanted.tiers <= {one.key for one in tiers(every=True)}:
        raise Invalid(_t("Choose tiers from the list."), code="partners.tiers", field="tiers")
    known = select(PartnerCompany.id).where(PartnerCompany.uuid.in_(wanted.companies))
    companies = list(session.scalars(known.order_by(PartnerCompany.id))) if wanted.companies else []
    if len(companies) != len(wanted.companies) or (wanted.whom == Whom.NAMED and not companies):
        message = _t("Choose at least one company from the list.")
        raise Invalid(message, code="partners.companies", field="companies")
    row.whom, row.tiered = wanted.whom, bool(wanted.tiers)
    session.add(row)
    session.flush()
    session.execute(delete(PartnerAudiencePart).where(PartnerAudiencePart.audience_id == row.id))
    session.add_all(
        [
            *(PartnerAudiencePart(audience_id=row.id, tier=tier, partner_id=None) for tier in sorted(wanted.tiers)),
            *(PartnerAudiencePart(audience_id=row.id, tier=None, partner_id=key) for key in companies),
        ]
    )  # fmt: skip
    session.flush()

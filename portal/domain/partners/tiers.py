"""Tiers of partners: rows of the firm's own list, known by a key that never changes."""

from __future__ import annotations

import re
import uuid as uuidlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from portal import config, db
from portal.domain import audit, clock
from portal.domain.accounts.shapes import line
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.search import fold
from portal.text import _t

from .models import PartnerTier

FIRST, LONGEST, MOST = "en", 40, 20


class Tier(NamedTuple):
    """A tier, with its names by language."""

    uuid: uuidlib.UUID
    key: str
    names: dict[str, Any]
    offered: bool

    def name(self, language: str) -> str:
        """Return what it is called in a language, in English where it has no name there."""
        return str(self.names.get(language) or self.names.get("en") or self.key)


def tiers(*, every: bool = False) -> list[Tier]:
    """Return the tiers that can be chosen (``every``: those given up too), the lowest first."""
    statement = select(PartnerTier.uuid, PartnerTier.key, PartnerTier.names, PartnerTier.retired_at.is_(None))
    rows = db.session().execute(statement.order_by(PartnerTier.position, PartnerTier.id))
    return [found for found in (Tier(*row) for row in rows) if every or found.offered]


def name_of(key: str | None, language: str) -> str:
    """Return what the tier of this key is called, '' for none."""
    return next((one.name(language) for one in tiers(every=True) if one.key == key), key or "") if key else ""


def checked(key: str | None, *, present: str | None = None) -> str | None:
    """Return a key as it is kept, None for none; raise Invalid at ``tier`` for one that is not offered."""
    if not key:
        return None
    if key != present and key not in {one.key for one in tiers()}:
        raise Invalid(_t("Choose a tier from the list."), code="partners.tier", field="tier")
    return key


def add_tier(names: Mapping[str, str], *, actor: Actor) -> PartnerTier:
    """Put a tier above the others; raise Denied, Conflict when there are many, Invalid at ``name-<language>``."""
    rows = _held(actor)
    if len(rows) >= MOST:
        raise Conflict(_t("There are at most {most} tiers.", most=MOST), code="partners.tier")
    told = _names(names, rows)
    base, taken = (
        re.sub(r"[^a-z0-9]+", "_", fold(told[FIRST])).strip("_")[:30] or "tier",
        {one.key for one in rows},
    )
    row = PartnerTier(
        uuid=uuidlib.uuid4(), key=next(key for key in _keys(base) if key not in taken), names=told,
        position=max((one.position for one in rows), default=0) + 1, created_at=clock.now(), retired_at=None,
    )  # fmt: skip
    session = db.session()
    session.add(row)
    session.flush()
    _record(row, actor)
    return row


def change_tier(uuid: uuidlib.UUID, *, actor: Actor, names: Mapping[str, str], offered: bool) -> PartnerTier:
    """Give a tier other names, or offer it no more or again; companies that are in it stay there.

    The same again changes nothing. Raise Denied, NotFound, Invalid at ``name-<language>``.
    """
    rows = _held(actor)
    row = next((one for one in rows if one.uuid == uuid), None)
    if row is None:
        raise NotFound()
    told = _names(names, [one for one in rows if one is not row])
    if told != dict(row.names) or offered != (row.retired_at is None):
        row.names, row.retired_at = told, None if offered else row.retired_at or clock.now()
        db.session().flush()
        _record(row, actor)
    return row


def _held(actor: Actor) -> list[PartnerTier]:
    """Return every tier, held to the end of the transaction: two who change them queue up here. Raise Denied."""
    actor.require(Permission.PARTNERS_WRITE)
    return list(db.session().scalars(select(PartnerTier).order_by(PartnerTier.position).with_for_update()))


def _names(given: Mapping[str, str], others: list[PartnerTier]) -> dict[str, str]:
    told = {}
    for code in sorted({FIRST, *config.load().languages}):
        name = line(given.get(code, ""), most=LONGEST, field=f"name-{code}", needed=code == FIRST)
        if name and fold(name) in {fold(str(one.names.get(code, ""))) for one in others}:
            raise Invalid(
                _t("There is a tier with this name already."), code="partners.tier", field=f"name-{code}"
            )
        if name:
            told[code] = name
    return told


def _keys(base: str) -> Any:
    yield base
    yield from (f"{base}_{number}" for number in range(2, MOST + 2))


def _record(row: PartnerTier, actor: Actor) -> None:
    audit.record(
        Tag.PARTNER_TIER_CHANGED, actor=actor, subject=("partner_tier", row.uuid), tier=row.names[FIRST]
    )

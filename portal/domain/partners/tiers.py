"""Tiers of partners: rows of the firm's own list, known by a key that never changes."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any, NamedTuple

from sqlalchemy import select

from portal import db
from portal.domain.errors import Invalid
from portal.text import _t

from .models import PartnerTier


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

"""A version of a material on its way to a partner: only while it is valid, noted, and asked again at each chunk."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from sqlalchemy import exists, select

from portal import db
from portal.domain import clock, files
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor
from portal.domain.errors import NotFound
from portal.domain.partners.models import PartnerMember

from . import shelf
from .editions import Standing
from .material_models import Material, Taken
from .shelf import Item, Version

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Handed:
    """A file on its way: its name, kind and size, and its bytes as long as they may leave."""

    name: str
    media_type: str
    size: int
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class NotValid:
    """A version that was valid and is no more, and the one of its language, else any, that is."""

    item: Item
    version: Version
    instead: Version | None


def hand(
    actor: Actor, material: uuidlib.UUID, edition: uuidlib.UUID, language: str, *, counted: bool = True
) -> Handed | NotValid:
    """Return a valid version as a file and note who took it, or say what is valid instead.

    Raise Denied, NotFound for what is not for the actor's partner, was withdrawn as a whole, or is still to come.
    """
    item = shelf.material(actor, material, language)
    valid = [one for one in (item.current, *item.others) if one is not None]
    found = next((one for one in (*valid, *item.older) if one.row.uuid == edition), None)
    if found is None:
        raise NotFound()
    if found.standing is not Standing.VALID:
        same = next((one for one in valid if one.row.language == found.row.language), None)
        return NotValid(item, found, same or item.current)
    row = found.row
    try:
        content = files.path_of(row.stored_name).read_bytes()
    except FileNotFoundError:
        log.error("material.file_missing", file=row.stored_name)
        raise NotFound() from None
    if counted:
        _note(actor, row.id)
    material_id, edition_id = item.row.id, row.id
    chunks = files.leaving(
        content,
        lambda: _still(actor, material_id, edition_id),
        ended=lambda sent: log.info("material.download_ended", material=str(material), sent=sent),
    )
    return Handed(row.name, row.media_type, len(content), chunks)


def _note(actor: Actor, edition_id: int) -> None:
    """Write down who takes a version, before its first byte leaves; a request that only reads writes it apart."""
    row = Taken(edition_id=edition_id, partner_id=actor.partner_id, person_id=actor.person_id, at=clock.now())
    if db.unit().write:
        db.session().add(row)
        db.session().flush()
        return
    with db.apart() as session:
        session.add(row)


def _still(actor: Actor, material_id: int, edition_id: int) -> bool:
    """Tell whether a version may leave to the actor at this instant."""
    if actor.partner_id is None:
        return False
    there = exists().where(
        PartnerMember.partner_id == actor.partner_id,
        PartnerMember.person_id == actor.person_id,
        PartnerMember.ended_at.is_(None),
        Person.id == PartnerMember.person_id,
        Person.deactivated_at.is_(None),
    )
    mine = select(Material).where(Material.id == material_id, shelf.for_partner(actor.partner_id), there)
    found = list(db.session().scalars(mine))
    return any(
        one.row.id == edition_id and one.standing is Standing.VALID
        for one in shelf.versions(found)[material_id]
    )

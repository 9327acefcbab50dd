"""Reading materials: whoever they are for sees what is valid, in the own language first; staff see everything."""

from __future__ import annotations

import uuid as uuidlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from portal import db
from portal.domain import clock, firm, partners
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor, Permission
from portal.domain.calendars import local_day
from portal.domain.errors import Denied, NotFound
from portal.domain.partners.models import PartnerCompany
from portal.text import Lazy

from . import editions
from .editions import Dates, Standing
from .material_models import Edition, Material, Taken
from .materials import KINDS

MOST = 200  # downloads named on one page


class Version(NamedTuple):
    """A version with where it is today; ``downloads`` and ``people`` are for staff alone."""

    row: Edition
    standing: Standing
    said: Lazy
    soon: bool
    downloads: int = 0
    people: int = 0


class Item(NamedTuple):
    """A material as somebody of a partner reads it: what counts now, and what they took last."""

    row: Material
    kind: Lazy
    current: Version | None
    others: list[Version]  # what is valid in other languages
    older: list[Version]  # what was valid in any language, newest first
    had: int | None  # the number of the version of this language they downloaded last
    had_at: datetime | None

    @property
    def newer(self) -> bool:
        """Whether there is a newer version than the one they have."""
        return self.had is not None and self.current is not None and self.current.row.number > self.had


class Stock(NamedTuple):
    """A material as staff read it."""

    row: Material
    kind: Lazy
    audience: partners.Told
    versions: list[Version]
    downloads: int

    @property
    def valid(self) -> list[Version]:
        """What is valid today, one version of each language at most."""
        return [one for one in self.versions if one.standing is Standing.VALID]

    @property
    def soon(self) -> list[Version]:
        """What expires within a month without a newer version waiting for its day."""
        coming = {one.row.language for one in self.versions if one.standing is Standing.COMING}
        return [one for one in self.valid if one.soon and one.row.language not in coming]


class Download(NamedTuple):
    """Who took which version, and when."""

    at: datetime
    name: str
    partner: str
    language: str
    number: int


def today() -> date:
    """Return the day it is for the firm."""
    return local_day(clock.now(), firm.now().zone)


def dates(row: Edition) -> Dates:
    """Return a version as the rules look at it."""
    return Dates(row.language, row.number, row.valid_from, row.expires_on, row.withdrawn_on)


def materials(
    actor: Actor, language: str, *, after: uuidlib.UUID | None = None, limit: int = 30
) -> list[Item]:
    """Return what was published for the actor's partner, newest first, one more than ``limit``; raise Denied."""
    found = _page(*_for(actor), after=after, limit=limit)
    return _items(actor, found, language)


def material(actor: Actor, uuid: uuidlib.UUID, language: str) -> Item:
    """Return one material; raise Denied, NotFound (also for what is for others, or has not begun)."""
    found = list(db.session().scalars(select(Material).where(Material.uuid == uuid, *_for(actor))))
    if not found:
        raise NotFound()
    return _items(actor, found, language)[0]


def stock(actor: Actor, language: str, *, after: uuidlib.UUID | None = None, limit: int = 50) -> list[Stock]:
    """Return every material for staff, newest first, one more than ``limit``; raise Denied."""
    actor.require(Permission.PARTNERS_WRITE)
    return _stock(_page(after=after, limit=limit), language)


def stock_of(actor: Actor, uuid: uuidlib.UUID, language: str) -> tuple[Stock, list[Download]]:
    """Return one material for staff with the newest downloads of it; raise Denied, NotFound."""
    actor.require(Permission.PARTNERS_WRITE)
    found = list(db.session().scalars(select(Material).where(Material.uuid == uuid)))
    if not found:
        raise NotFound()
    taken = db.session().execute(
        select(Taken.at, Person.name, PartnerCompany.name, Edition.language, Edition.number)
        .join(Edition, Edition.id == Taken.edition_id)
        .join(Person, Person.id == Taken.person_id)
        .join(PartnerCompany, PartnerCompany.id == Taken.partner_id)
        .where(Edition.material_id == found[0].id)
        .order_by(Taken.id.desc())
        .limit(MOST)
    )
    return _stock(found, language)[0], [Download(*row) for row in taken]


def expiring(actor: Actor) -> int:
    """Return how many versions expire within a month with none to follow them; raise Denied."""
    actor.require(Permission.PARTNERS_WRITE)
    living = select(Material).where(Material.withdrawn_at.is_(None)).order_by(Material.id.desc())
    ends = select(Edition.material_id).where(
        Edition.expires_on >= today(), Edition.expires_on <= today() + editions.SOON
    )
    found = db.session().scalars(living.where(Material.id.in_(ends)).limit(MOST)).all()
    there = versions(found)
    return sum(len(Stock(row, KINDS[row.kind], _NOBODY, there[row.id], 0).soon) for row in found)


_NOBODY: Any = None


def for_partner(partner_id: int) -> ColumnElement[bool]:
    """Return the condition on :class:`Material` that it is for a company now and was not taken back."""
    return Material.audience_id.in_(partners.reaching(partner_id)) & Material.withdrawn_at.is_(None)


def _for(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    if not actor.is_partner or actor.partner_id is None:
        raise Denied()
    began = select(Edition.id).where(Edition.material_id == Material.id, Edition.valid_from <= today())
    return for_partner(actor.partner_id), began.correlate(Material).exists()


def _page(*chosen: ColumnElement[bool], after: uuidlib.UUID | None, limit: int) -> list[Material]:
    statement = select(Material).where(*chosen)
    if after is not None:
        place = select(Material.id).where(Material.uuid == after).scalar_subquery()
        statement = statement.where(Material.id < place)
    return list(db.session().scalars(statement.order_by(Material.id.desc()).limit(limit + 1)))


def versions(found: Iterable[Material], counted: dict[int, Any] | None = None) -> dict[int, list[Version]]:
    """Return the versions of materials, the newest of each language first, in one query."""
    rows = db.session().scalars(
        select(Edition)
        .where(Edition.material_id.in_([row.id for row in found]))
        .order_by(Edition.language, Edition.number.desc())
    )
    there: dict[int, list[Edition]] = defaultdict(list)
    for row in rows:
        there[row.material_id].append(row)
    day, counted, made = today(), counted or {}, defaultdict[int, list[Version]](list)
    for key, ones in there.items():
        every = [dates(one) for one in ones]
        for row, one in zip(ones, every, strict=True):
            where = editions.standing(one, every, day)
            soon = where is Standing.VALID and editions.expires_soon(one, day)
            made[key].append(
                Version(row, where, editions.STANDINGS[where], soon, *counted.get(row.id, (0, 0)))
            )
    return made


def _items(actor: Actor, found: list[Material], language: str) -> list[Item]:
    there = versions(found)
    mine = dict[int, datetime]()
    taken = select(Taken.edition_id, func.max(Taken.at)).where(
        Taken.person_id == actor.person_id, Taken.partner_id == actor.partner_id
    )
    of_these = select(Edition.id).where(Edition.material_id.in_([row.id for row in found]))
    for key, at in db.session().execute(
        taken.where(Taken.edition_id.in_(of_these)).group_by(Taken.edition_id)
    ):
        mine[key] = at
    return [_item(row, there[row.id], mine, language) for row in found]


def _item(row: Material, ones: list[Version], mine: dict[int, datetime], language: str) -> Item:
    valid = {one.row.language: one for one in ones if one.standing is Standing.VALID}
    spoken = editions.chosen(valid, language)
    gone = [one for one in ones if one.standing not in (Standing.VALID, Standing.COMING)]
    had = max(
        (one.row for one in ones if one.row.id in mine and one.row.language == spoken),
        key=lambda one: one.number,
        default=None,
    )
    return Item(
        row,
        KINDS[row.kind],
        valid.get(spoken or ""),
        [one for key, one in sorted(valid.items()) if key != spoken],
        sorted(gone, key=lambda one: one.row.id, reverse=True),
        had.number if had else None,
        mine[had.id] if had else None,
    )


def _stock(found: list[Material], language: str) -> list[Stock]:
    keys = select(Edition.id).where(Edition.material_id.in_([row.id for row in found]))
    counts = db.session().execute(
        select(Taken.edition_id, func.count(Taken.id), func.count(func.distinct(Taken.person_id)))
        .where(Taken.edition_id.in_(keys))
        .group_by(Taken.edition_id)
    )
    there = versions(found, {key: (downloads, people) for key, downloads, people in counts})
    told = partners.audiences((row.audience_id for row in found), language)
    return [
        Stock(
            row, KINDS[row.kind], told[row.audience_id], there[row.id],
            sum(one.downloads for one in there[row.id]),
        )
        for row in found
    ]  # fmt: skip

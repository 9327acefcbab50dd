"""Publishing a price list: a new version from a day on; what was published before is never changed."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, clock, partners
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag

from . import messages, rules, scope, shapes
from .models import Price, PriceList
from .rules import PriceLine

PIECE = 500


class Published(NamedTuple):
    """What came of publishing; not ``new`` where these very prices are valid from that day already."""

    list: PriceList
    new: bool


def check(
    *, currency: str, starts: date | None, ends: date | None, retroactive: bool = False
) -> tuple[str, date]:
    """Return the currency and the first day of a price list; raise Invalid at the field."""
    return shapes.currency(currency), shapes.stretch(
        starts, ends, today=scope.today(), retroactive=retroactive
    )


def publish(
    lines: Sequence[PriceLine], *, actor: Actor, partner_id: int | None, ours: bool, currency: str,
    starts: date | None, ends: date | None = None, retroactive: bool = False, source: uuidlib.UUID | None = None,
) -> Published:  # fmt: skip
    """Publish our prices for a partner (None: for all), or a supplier's for us, from a day of the firm on.

    It ends the earlier list of the same scope the day before; the same prices for the same days once more change
    nothing. Raise Denied, NotFound, Invalid at the field.
    """
    if ours:
        actor.require(Permission.PARTNERS_WRITE)
        within = scope.ours(partner_id)
    else:
        partner_id = scope.supplier(partner_id, actor)
        within = scope.theirs(partner_id)
    currency, first = check(currency=currency, starts=starts, ends=ends, retroactive=retroactive)
    given = shapes.lines(lines)
    digest = rules.digest(currency, given)
    while True:
        known = lists(within)
        same = _same(known, first, ends, digest)
        if same is not None:
            return Published(same, False)
        previous = rules.valid_on(known, first)
        made = PriceList(
            uuid=uuidlib.uuid4(), scope=within, partner_id=partner_id, ours=ours, currency=currency, starts=first,
            version=known[-1].version + 1 if known else 1, ends=ends, lines=len(given), digest=digest,
            previous_id=previous, retroactive=first < scope.today(), published_at=clock.now(),
            published_by_id=actor.person_id, published_by_name=actor.name[:120], source=source,
        )  # fmt: skip
        if _added(made):
            break
    rows = [
        {"list_id": made.id, "position": place, **line._asdict()} for place, line in enumerate(given, start=1)
    ]
    for start in range(0, len(rows), PIECE):
        db.session().execute(insert(Price), rows[start : start + PIECE])
    name = partners.named([partner_id])[partner_id] if partner_id is not None else ""
    tag = Tag.PRICES_PUBLISHED_OURS if ours else Tag.PRICES_PUBLISHED_THEIRS
    audit.record(
        tag, actor=actor, subject=("price_list", made.uuid), partner=name or "*", version=made.version,
        day=made.starts.isoformat(), count=made.lines,
    )  # fmt: skip
    messages.published(made)
    return Published(made, True)


def lists(within: str) -> list[PriceList]:
    """Return every version of a scope, the oldest first."""
    found = select(PriceList).where(PriceList.scope == within).order_by(PriceList.version)
    return list(db.session().scalars(found))


def lines_of(list_id: int) -> list[PriceLine]:
    """Return the lines of a price list in its own order."""
    rows = db.session().execute(
        select(Price.number, Price.name, Price.unit, Price.price, Price.least)
        .where(Price.list_id == list_id)
        .order_by(Price.position)
    )
    return [PriceLine(*row) for row in rows]


def _same(known: Sequence[PriceList], first: date, ends: date | None, digest: str) -> PriceList | None:
    """Return the list that says the very same for these days: the one valid on the first of them."""
    valid = rules.valid_on(known, first)
    found = next((one for one in known if one.id == valid), None)
    if found is None or found.digest != digest or found.ends != ends:
        return None
    # What begins later than this one, and was published after it, would be taken back by saying it again.
    later = [one for one in known if one.version > found.version and one.starts >= first]
    return None if later else found


def _added(made: PriceList) -> bool:
    """Add a version; tell whether nobody published another one at the same instant."""
    session = db.session()
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        if db.constraint_of(error) != "uq_price_list_scope_version":
            raise
        return False
    return True

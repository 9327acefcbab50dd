"""Whose prices and promises somebody reads and writes."""

from __future__ import annotations

import uuid as uuidlib
from datetime import date

from portal.domain import clock, firm, partners
from portal.domain.actor import Actor, PartnerRight, Permission
from portal.domain.calendars import local_day
from portal.domain.errors import Denied, Invalid, NotFound
from portal.domain.partners import Partner, PartnerKind
from portal.text import _t

FOR_ALL = "ours:all"


def today() -> date:
    """Return the day that it is for the firm: by it prices begin and promises are late."""
    return local_day(clock.now(), firm.now().zone)


def guard(actor: Actor) -> int:
    """Return for which partner the actor exchanges; raise Denied for who may not."""
    if not actor.partner_may(PartnerRight.EXCHANGE_WRITE) or actor.partner_id is None:
        raise Denied()
    return actor.partner_id


def supplier(partner_id: int | None, actor: Actor) -> int:
    """Return the supplier for whom the actor speaks: its own people, or staff for one; raise Denied, Invalid."""
    if actor.is_staff:
        actor.require(Permission.PARTNERS_WRITE)
        if partner_id is None:
            raise Invalid(_t("Choose a supplier."), code="supply.supplier", field="partner")
        return partner_id
    own = guard(actor)
    if partner_id not in (None, own):
        raise NotFound()
    if partners.own_company(actor).kind != PartnerKind.SUPPLIER:
        raise Denied(_t("This is for suppliers."))
    return own


def chosen(uuid: uuidlib.UUID | None) -> Partner | None:
    """Return the company that was chosen, None for all partners; raise Invalid at ``partner``."""
    if uuid is None:
        return None
    try:
        return partners.by_uuid(uuid)
    except NotFound:
        raise Invalid(_t("Choose a partner from the list."), code="supply.partner", field="partner") from None


def ours(partner_id: int | None) -> str:
    """Return the scope of our prices for one partner, or for all."""
    return f"ours:{partner_id}" if partner_id is not None else FOR_ALL


def theirs(partner_id: int) -> str:
    """Return the scope of a supplier's prices."""
    return f"theirs:{partner_id}"

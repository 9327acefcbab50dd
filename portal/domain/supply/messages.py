"""What is written about prices and promises: to the partner's people, and to our staff who look after partners."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from portal.domain import outbox, partners

from .models import PriceList, StockPromise

PARTNER, STAFF = "supply_for_partner", "supply_news"


def published(made: PriceList) -> None:
    """Tell the other side of a new price list."""
    data = {
        "what": "prices", "list": str(made.uuid), "starts": made.starts.isoformat(), "lines": made.lines,
        "version": made.version,
    }  # fmt: skip
    if not made.ours:
        _staff(made.partner_id, made.uuid, data, "price_list")
        return
    # A supplier buys nothing of ours; one of them may still have prices of its own.
    reached = (
        [one.id for one in partners.active() if one.kind == partners.PartnerKind.PARTNER]
        if made.partner_id is None
        else [made.partner_id]
    )
    for partner_id in reached:
        for person_id, email in partners.who_exchanges(partner_id):
            _write(PARTNER, person_id, made.uuid, data, "price_list", address=email)


def moved(promise: StockPromise, what: str, key: str) -> None:
    """Tell our staff that a promise was moved to a later day, or withdrawn."""
    data = {
        "what": what, "promise": str(promise.uuid), "item": promise.name or promise.item,
        "first_by": promise.first_by.isoformat(), "day": promise.by.isoformat(),
    }  # fmt: skip
    _staff(promise.partner_id, promise.uuid, data, "stock_promise", key=key)


def _staff(
    partner_id: int | None, uuid: uuidlib.UUID, data: dict[str, Any], kind: str, *, key: str = ""
) -> None:
    name = partners.named([partner_id])[partner_id] if partner_id is not None else ""
    for person_id in partners.who_looks_after():
        _write(STAFF, person_id, uuid, {**data, "partner": name}, kind, key=key)


def _write(
    name: str, person_id: int, uuid: uuidlib.UUID, data: dict[str, Any], kind: str, *, address: str = "", key: str = ""
) -> None:  # fmt: skip
    outbox.write(
        name, key=f"{kind}:{uuid}:{data['what']}:{person_id}:{key}", account_id=None, person_id=person_id,
        address=address, data=data, about=(kind, uuid),
    )  # fmt: skip

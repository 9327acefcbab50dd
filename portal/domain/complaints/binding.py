"""Up to what sum a colleague may bind the company by accepting, and who may where that is not enough."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from portal.domain import accounts, errors
from portal.domain.actor import Actor, Right
from portal.text import Lazy, Money, _t

from .models import Complaint
from .scope import ceiling, fits

Sums = Iterable[tuple[Decimal | None, str]]


def too_much(actor: Actor, complaint: Complaint, sums: Sums) -> Lazy | None:
    """Return why ``actor`` may not accept these sums together, and who may; None where the right reaches that far."""
    limit = ceiling(actor, complaint) if actor.is_customer else None
    if limit is None:
        return None
    known = [(amount, currency) for amount, currency in sums if amount is not None]
    total = sum((amount for amount, _ in known), Decimal(0))
    if all(fits(limit, total, currency) for _, currency in known):
        return None
    names = [
        one.name
        for one in accounts.people_of(complaint.account_id, Right.ADMINISTER)
        if one.person_id != actor.person_id
    ]
    return _t(
        "What is offered is worth more than the {amount} up to which you may accept. "
        "{who} can accept it.",
        amount=Money(limit.amount, limit.currency), who=", ".join(names[:3]),
    )  # fmt: skip


def require(actor: Actor, complaint: Complaint, sums: Sums) -> None:
    """Raise Denied when accepting these sums goes beyond the right of ``actor``."""
    why = too_much(actor, complaint, sums)
    if why is not None:
        raise errors.Denied(why, code="complaint.above_limit")

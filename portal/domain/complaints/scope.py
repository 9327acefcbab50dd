"""Which complaints an actor may reach: one condition that every read passes; the default is nothing.

Where a company's administrator set an amount, a right reaches the complaints whose wanted sum is at most that
amount, in its currency. A complaint about no sum lies within every amount; one in another currency within none.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, literal, or_, select, true

from portal import config
from portal.domain import errors, matters
from portal.domain.actor import Actor, ActorKind, Limit, Permission, Right
from portal.text import Lazy, Money, _t

from .models import Complaint
from .states import State


class Scope(StrEnum):
    """How far an actor reaches."""

    EVERYTHING = "everything"  # the system
    SENT = "sent"  # staff: what was sent; an unsent draft is none of their business
    ACCOUNT = "account"  # a customer with complaints:all: the account in hand, drafts only one's own
    OWN = "own"  # a customer with complaints:own: what this person filed
    LIMITED = "limited"  # a customer whose rights reach up to an amount: all, own, or both, each with its own
    NOTHING = "nothing"


def reach(actor: Actor) -> Scope:
    """Return how far ``actor`` reaches, by kind, permission and right; the default is nothing."""
    if actor.kind is ActorKind.SYSTEM:
        return Scope.EVERYTHING
    if actor.may(Permission.COMPLAINTS_READ):
        return Scope.SENT
    if actor.is_customer and actor.account_id is not None and actor.person_id is not None:
        every, own = (actor.has_right(right) for right in (Right.COMPLAINTS_ALL, Right.COMPLAINTS_OWN))
        if every and actor.limit_of(Right.COMPLAINTS_ALL) is None:
            return Scope.ACCOUNT
        if every or (own and actor.limit_of(Right.COMPLAINTS_OWN) is not None):
            return Scope.LIMITED
        if own:
            return Scope.OWN
    return Scope.NOTHING


_BOUNDS = tuple(
    bindparam(name, type_=type_)
    for name, type_ in (
        ("all_most", Complaint.amount_wanted.type), ("all_currency", Complaint.currency.type),
        ("own_most", Complaint.amount_wanted.type), ("own_currency", Complaint.currency.type),
    )
)  # fmt: skip
_NEVER, _EVER = Decimal(-1), Decimal(10**12)
ANY = "*"  # stands for every currency


def bounds(actor: Actor) -> dict[str, Any]:
    """Return the values of the parameters that a limited scope needs besides account and person."""
    found: dict[str, Any] = {}
    for name, right in (("all", Right.COMPLAINTS_ALL), ("own", Right.COMPLAINTS_OWN)):
        limit = actor.limit_of(right)
        most = _NEVER if not actor.has_right(right) else limit.amount if limit else _EVER
        found |= {f"{name}_most": most, f"{name}_currency": limit.currency if limit else ANY}
    return found


def values(actor: Actor) -> dict[str, Any]:
    """Return the values of every parameter of the actor's scope."""
    found = {"account": actor.account_id, "person": actor.person_id}
    return found | bounds(actor) if reach(actor) is Scope.LIMITED else found


def _under(most: Any, currency: Any) -> ColumnElement[bool]:
    """Return the condition that the wanted sum of a complaint lies within an amount of a currency."""
    sum_fits = and_(Complaint.amount_wanted <= most, or_(currency == ANY, Complaint.currency == currency))
    return or_(and_(Complaint.amount_wanted.is_(None), most >= Decimal(0)), sum_fits)


def fits(limit: Limit | None, amount: Decimal | None, currency: str) -> bool:
    """Tell whether a sum lies within a limit: no sum does, another currency does not."""
    return limit is None or amount is None or (amount <= limit.amount and currency == limit.currency)


def condition(
    scope: Scope, account_id: Any, person_id: Any, limits: tuple[Any, ...] = _BOUNDS
) -> ColumnElement[bool]:
    """Return the condition on :class:`Complaint` of a scope, for values or for parameters filled in later."""
    sent = Complaint.state.not_in([State.DRAFT.value, State.DISCARDED.value])
    account, own = Complaint.account_id == account_id, Complaint.person_id == person_id
    match scope:
        case Scope.EVERYTHING:
            return true()
        case Scope.SENT:
            return sent
        case Scope.ACCOUNT:
            return and_(account, or_(own, sent))
        case Scope.OWN:
            return and_(account, own)
        case Scope.LIMITED:
            in_all, in_own = _under(*limits[:2]), _under(*limits[2:])
            return and_(account, or_(and_(in_all, or_(own, sent)), and_(own, in_own)))
        case Scope.NOTHING:
            return false()


def scope_of(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on :class:`Complaint` that every read of ``actor`` passes."""
    scope = reach(actor)
    if scope is not Scope.LIMITED:
        return condition(scope, actor.account_id, actor.person_id)
    given = bounds(actor)
    limits = tuple(literal(given[str(one.key)], one.type) for one in _BOUNDS)
    return condition(scope, actor.account_id, actor.person_id, limits)


def rights_on(actor: Actor, complaint: Complaint) -> list[Right]:
    """Return by which rights a customer reaches a complaint of the account in hand, the widest first.

    The slow reading of :func:`condition`, for one complaint that is at hand.
    """
    mine = complaint.person_id == actor.person_id
    hidden = complaint.state in (State.DRAFT, State.DISCARDED)
    if complaint.account_id != actor.account_id or (hidden and not mine):
        return []
    wanted = [Right.COMPLAINTS_ALL, *([Right.COMPLAINTS_OWN] if mine else [])]
    return [
        right
        for right in wanted
        if actor.has_right(right) and fits(actor.limit_of(right), complaint.amount_wanted, complaint.currency)
    ]


def ceiling(actor: Actor, complaint: Complaint) -> Limit | None:
    """Return up to what sum a customer may bind the company on a complaint in reach; None where nothing limits it."""
    limits = [actor.limit_of(right) for right in rights_on(actor, complaint)]
    known = [limit for limit in limits if limit is not None]
    if actor.administers or len(known) < len(limits) or not known:
        return None
    return max(known, key=lambda limit: limit.amount)


def require_sum(actor: Actor, amount: Decimal | None, currency: str, *, own: bool = True) -> None:
    """Raise Invalid at ``amount_wanted`` when a customer asks for more than the right to file reaches."""
    if not actor.is_customer or amount is None:
        return
    wanted = [Right.COMPLAINTS_ALL, *([Right.COMPLAINTS_OWN] if own else [])]
    limits = [actor.limit_of(right) for right in wanted if actor.has_right(right)]
    if limits and not any(fits(limit, amount, currency or config.load().firm_currency) for limit in limits):
        most = max((limit for limit in limits if limit is not None), key=lambda limit: limit.amount)
        raise errors.Invalid(above(most), code="complaint.above_limit", field="amount_wanted")


def above(limit: Limit) -> Lazy:
    """Return the sentence that says how far a right reaches and who can do more."""
    return _t(
        "Your right reaches up to {amount}. An administrator of your company can do this, or widen it.",
        amount=Money(limit.amount, limit.currency),
    )  # fmt: skip


def uuids(actor: Actor) -> Select[Any] | None:
    """Return the public ids of the complaints in reach; None where that is every sent one of the account."""
    if reach(actor) in {Scope.EVERYTHING, Scope.SENT, Scope.ACCOUNT}:
        return None
    return select(Complaint.uuid).where(scope_of(actor))


matters.scoped("complaint", uuids)


def require_read(actor: Actor) -> None:
    """Raise Denied for staff without the right to read complaints; strangers simply find nothing."""
    if actor.kind is ActorKind.STAFF and not actor.may(Permission.COMPLAINTS_READ):
        raise errors.Denied()

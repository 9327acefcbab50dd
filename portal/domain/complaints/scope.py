"""Which complaints an actor may reach: one condition that every read passes; the default is nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from portal.domain import errors
from portal.domain.actor import Actor, ActorKind, Permission, Right

from .models import Complaint
from .states import State


class Scope(StrEnum):
    """How far an actor reaches."""

    EVERYTHING = "everything"  # the system
    SENT = "sent"  # staff: what was sent; an unsent draft is none of their business
    ACCOUNT = "account"  # a customer with complaints:all: the account in hand, drafts only one's own
    OWN = "own"  # a customer with complaints:own: what this person filed
    NOTHING = "nothing"


def reach(actor: Actor) -> Scope:
    """Return how far ``actor`` reaches, by kind, permission and right; the default is nothing."""
    if actor.kind is ActorKind.SYSTEM:
        return Scope.EVERYTHING
    if actor.may(Permission.COMPLAINTS_READ):
        return Scope.SENT
    if actor.is_customer and actor.account_id is not None and actor.person_id is not None:
        if actor.has_right(Right.COMPLAINTS_ALL):
            return Scope.ACCOUNT
        if actor.has_right(Right.COMPLAINTS_OWN):
            return Scope.OWN
    return Scope.NOTHING


def condition(scope: Scope, account_id: Any, person_id: Any) -> ColumnElement[bool]:
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
        case Scope.NOTHING:
            return false()


def scope_of(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on :class:`Complaint` that every read of ``actor`` passes."""
    return condition(reach(actor), actor.account_id, actor.person_id)


def require_read(actor: Actor) -> None:
    """Raise Denied for staff without the right to read complaints; strangers simply find nothing."""
    if actor.kind is ActorKind.STAFF and not actor.may(Permission.COMPLAINTS_READ):
        raise errors.Denied()

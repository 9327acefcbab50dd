"""Which complaints an actor may reach: one condition that every read passes; the default is nothing."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, true

from portal.domain import errors
from portal.domain.actor import Actor, ActorKind, Permission, Right

from .models import Complaint
from .states import State


def scope_of(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on :class:`Complaint` for ``actor``.

    1. A customer reaches the account in hand: everything with ``complaints:all``, with ``complaints:own`` only
       what this person filed; an unsent draft is its author's alone.
    2. Staff with ``any:complaint:read`` reach what was sent; a draft is none of their business.
    3. The system reaches everything; anybody else nothing.
    """
    if actor.kind is ActorKind.SYSTEM:
        return true()
    if actor.may(Permission.COMPLAINTS_READ):
        return Complaint.state.not_in([State.DRAFT.value, State.DISCARDED.value])
    if actor.is_customer and actor.account_id is not None and actor.person_id is not None:
        account = Complaint.account_id == actor.account_id
        own = Complaint.person_id == actor.person_id
        if actor.has_right(Right.COMPLAINTS_ALL):
            sent = Complaint.state.not_in([State.DRAFT.value, State.DISCARDED.value])
            return and_(account, or_(own, sent))
        if actor.has_right(Right.COMPLAINTS_OWN):
            return and_(account, own)
    return false()


def require_read(actor: Actor) -> None:
    """Raise Denied for staff without the right to read complaints; strangers simply find nothing."""
    if actor.kind is ActorKind.STAFF and not actor.may(Permission.COMPLAINTS_READ):
        raise errors.Denied()

"""Lists of complaints: columns only, one query each, keyed, and only through the scope of the one who asks."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)

from portal import db
from portal.domain import errors
from portal.domain.actor import Actor, Permission
from portal.prepared import Prepared
from portal.text import Lazy, _t

from . import places
from .lines import FOR_CUSTOMER, FOR_STAFF, Line, line
from .models import AWAITED, ENDED, OPEN, OWED, REVIEWED, UNASSIGNED, Complaint, Remedy
from .scope import Scope, condition, reach, require_read, scope_of
from .scope import values as scope_values
from .states import INFO, State, Waits

_FOR_US = [state.value for state, info in INFO.items() if info.open and info.waits_for is not Waits.CUSTOMER]
_FOR_CUSTOMER = [
    state.value for state, info in INFO.items() if info.open and info.waits_for is Waits.CUSTOMER
]

VIEWS: dict[str, Lazy] = {
    "due": _t("Due"),
    "mine": _t("Mine"),
    "unassigned": _t("Nobody's yet"),
    "waiting_customer": _t("Waiting for the customer"),
    "review": _t("In review"),
    "remedies": _t("To put right"),
    "written_after": _t("Written after the end"),
    "all_open": _t("All open"),
    "ended": _t("Ended"),
}
_c: Any = Complaint.__table__.c


class Finder:
    """The complaints that one actor may reach."""

    def __init__(self, actor: Actor) -> None:
        require_read(actor)
        self.actor = actor

    @cached_property
    def scope(self) -> ColumnElement[bool]:
        """The condition that every read of this actor passes."""
        return scope_of(self.actor)

    def get(self, uuid: uuidlib.UUID) -> Complaint:
        """Return one complaint; raise NotFound when there is none in the actor's scope.

        A unit of work that writes takes it at once, so that two acts on it queue up from here.
        """
        session = db.session()
        wanted = select(Complaint).where(Complaint.uuid == uuid, self.scope)
        if session.info.get("write"):
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        found = session.scalars(wanted).one_or_none()
        if found is None:
            raise errors.NotFound()
        if session.info.get("write"):
            session.info.setdefault("complaints_held", set()).add(found.id)
        return found

    def remedy(self, uuid: uuidlib.UUID, *, of: Complaint | None = None) -> Remedy:
        """Return one remedy of a complaint in scope (``of`` one, if given); raise NotFound otherwise."""
        found = (
            db.session()
            .scalars(
                select(Remedy)
                .join(Complaint, Complaint.id == Remedy.complaint_id)
                .where(Remedy.uuid == uuid, self.scope)
            )
            .one_or_none()
        )
        if found is None or (of is not None and found.complaint_id != of.id):
            raise errors.NotFound()
        return found

    def recent(self, after: Sequence[Any] | None = None, limit: int = 20, only: str = "all") -> list[Line]:
        """Return ``limit`` + 1 complaints, newest first, after the key of the last one shown.

        ``only`` is all, open, ended or drafts; discarded ones never show.
        """
        found = _recent(reach(self.actor), self.actor.is_staff, only if only in _ONLY else "", bool(after))
        values: dict[str, Any] = {**scope_values(self.actor), "rows": limit + 1}
        place = {"after_uuid": places.public_id(after[-1])} if after else {}
        return [line(row, self.actor) for row in found.all(**values, **place)]

    def of_account(self, account_id: int, after: Sequence[Any] | None = None, limit: int = 20) -> list[Line]:
        """Return the complaints of one account within the actor's scope, newest first, ``limit`` + 1 of them."""
        statement = self._columns.where(
            self.scope, _c.account_id == account_id, _c.state != State.DISCARDED.value
        )
        if after:
            statement = statement.where(
                _c.id < func.coalesce(_id_of(literal(places.public_id(after[-1]), _c.uuid.type)), 0)
            )
        return self._lines(statement.order_by(_c.id.desc()).limit(limit + 1))

    def waiting(self, limit: int = 20) -> list[Line]:
        """Return the complaints that wait for the customer, drafts apart, the nearest date first."""
        statement = FOR_CUSTOMER.where(self.scope, _c.state.in_(_FOR_CUSTOMER))
        return self._lines(statement.order_by(_c.due_at, _c.id).limit(limit))

    def queue(
        self,
        view: str = "due",
        after: Sequence[Any] | None = None,
        limit: int = 50,
        harm_only: bool = False,
        kind: str = "",
        subject: str = "",
    ) -> list[Line]:
        """Return ``limit`` + 1 complaints of a staff view: harm first, then what is due, after the key given.

        ``kind`` and ``subject`` narrow it to rows of the firm's lists, but for what has ended.

        Raises Denied without the right, NotFound for a view that does not exist.
        """
        self.actor.require(Permission.COMPLAINTS_READ)
        if view not in VIEWS:
            raise errors.NotFound()
        values: dict[str, Any] = {"me": self.actor.person_id or 0}
        place = places.by_instant(after) if view in _BY_INSTANT else places.by_due(after)
        chosen = {"kind_key": kind, "subject_key": subject} if view != "ended" else {}
        given = {name: key for name, key in chosen.items() if key}
        found = _queue(view, limit + 1, place is not None, harm_only, tuple(given))
        rows = found.all(**values, **given, **(place or {}))
        return [line(row, self.actor, view=view) for row in rows]

    def counts(self, cap: int = 100, views: Iterable[str] = tuple(VIEWS)) -> dict[str, int]:
        """Return how many complaints each staff view holds, counted up to ``cap``, in one query."""
        self.actor.require(Permission.COMPLAINTS_READ)
        names = tuple(views)
        values = {"me": self.actor.person_id or 0}
        return dict(zip(names, _counts(names, cap).all(**values)[0], strict=True))

    def by_ids(self, ids: Sequence[int]) -> list[Line]:
        """Return complaints by their internal keys, such as a search found, in the order given."""
        return self._in_order(_c.id.in_(list(ids)), list(ids), "internal") if ids else []

    def by_uuids(self, uuids: Sequence[uuidlib.UUID]) -> list[Line]:
        """Return complaints by their public ids, in the order given."""
        return self._in_order(_c.uuid.in_(list(uuids)), list(uuids), "uuid") if uuids else []

    @property
    def _columns(self) -> Select[Any]:
        return FOR_STAFF if self.actor.is_staff else FOR_CUSTOMER

    def _in_order(self, chosen: ColumnElement[bool], order: list[Any], name: str) -> list[Line]:
        found = _connection().execute(self._columns.where(self.scope, chosen))
        rows = {getattr(row, name): row for row in found}
        return [line(rows[one], self.actor) for one in order if one in rows]

    def _lines(self, statement: Select[Any]) -> list[Line]:
        return [line(row, self.actor) for row in _connection().execute(statement)]


def of(actor: Actor) -> Finder:
    """Return the complaints that ``actor`` may read; Denied for staff without the right."""
    return Finder(actor)


def _connection() -> Any:
    """Return the connection of this unit of work, with what it wrote so far, for plain columns."""
    session = db.session()
    if session.info.get("write"):
        session.flush()
    return session.connection()


# A raw condition stands exactly as in its partial index, so that both databases use that index.
_OPENED, _OVER = and_(OPEN), and_(ENDED)
_IN_REVIEW = ["in_review", "needs_customer_r", "review_offered"]
_ONLY = {"open": _OPENED, "ended": _OVER, "drafts": _c.state == State.DRAFT.value}
# These views go by an instant of their own: the end, or what was written after it.
_BY_INSTANT = {"ended": _c.ended_at, "written_after": _c.written_at}
_ME = bindparam("me", type_=_c.handler_id.type)
# In review a case is in the hands of the reviewer alone: who handled it before may not touch it.
_own: Any = Complaint.__table__.alias("own")
_HANDS = (
    (_own.c.handler_id == _ME, _own.c.state.not_in(_IN_REVIEW)),
    (_own.c.reviewer_id == _ME, _own.c.state.in_(_IN_REVIEW)),
)
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "due": and_(_OPENED, _c.state.in_(_FOR_US)),
    "unassigned": and_(UNASSIGNED),
    "waiting_customer": and_(AWAITED),
    "review": and_(REVIEWED),
    "remedies": and_(OWED),
    "written_after": _c.written_at.is_not(None),
    "all_open": _OPENED,
    "ended": and_(_OVER, _c.state != State.DISCARDED.value),
}


def _id_of(uuid: Any) -> Any:
    """Return the internal key of the row a page ended with; the address of a page carries only public ids."""
    inner: Any = Complaint.__table__.alias("ended_with")
    return select(inner.c.id).where(inner.c.uuid == uuid).scalar_subquery()


def _most(rows: int) -> Any:
    """Return a limit as part of the text: a plan that is kept for any limit reckons with a tenth of the table."""
    return literal_column(str(rows))


def _mine(rows: int, *narrowed: ColumnElement[bool], ordered: bool = False) -> Any:
    """Return the keys of what is in one's hands, at most so many of each kind; each kind has its own index."""
    parts = []
    for condition_ in _HANDS:
        part = select(_own.c.id).where(OPEN, *condition_, *narrowed).limit(_most(rows))
        part = part.order_by(_own.c.harm, _own.c.due_at, _own.c.id) if ordered else part
        parts.append(select(part.subquery().c.id))
    return union_all(*parts)


@lru_cache(maxsize=256)
def _queue(view: str, rows: int, after: bool, harm_only: bool, chosen: tuple[str, ...] = ()) -> Prepared:
    """Return the statement of a view, put together once per process."""
    statement = FOR_STAFF.limit(_most(rows))
    mine = view == "mine"
    of: Any = _own.c if mine else _c
    narrowed: list[ColumnElement[bool]] = [] if mine else [_CONDITIONS[view]]
    if harm_only:
        narrowed.append(of.harm == 0)
    narrowed += [of[name] == bindparam(name, type_=_c.kind_key.type) for name in chosen]
    here = func.coalesce(_id_of(bindparam("after_uuid", type_=_c.uuid.type)), 0)
    if view in _BY_INSTANT:
        column = _BY_INSTANT[view]
        own, place = tuple_(column, _c.id), tuple_(bindparam("after_at", type_=column.type), here)
        latest_first = view == "ended"
        if after:
            narrowed.append(own < place if latest_first else own > place)
        order = (column.desc(), _c.id.desc()) if latest_first else (column, _c.id)
        return Prepared(statement.where(*narrowed).order_by(*order))
    if after:
        at = bindparam("after_at", type_=_c.due_at.type)
        place = tuple_(bindparam("after_harm", type_=_c.harm.type), at, here)
        narrowed.append(tuple_(of.harm, of.due_at, of.id) > place)
    shown = [_c.id.in_(_mine(rows, *narrowed, ordered=True))] if mine else narrowed
    return Prepared(statement.where(*shown).order_by(_c.harm, _c.due_at, _c.id))


@lru_cache(maxsize=64)
def _recent(scope: Scope, staff: bool, only: str, after: bool) -> Prepared:
    """Return the statement of the newest complaints of a scope, put together once per process."""
    mine = condition(scope, bindparam("account", type_=_c.id.type), bindparam("person", type_=_c.id.type))
    columns = FOR_STAFF if staff else FOR_CUSTOMER
    statement = columns.where(mine, _c.state != State.DISCARDED.value).limit(bindparam("rows"))
    if only:
        statement = statement.where(_ONLY[only])
    if after:
        here = func.coalesce(_id_of(bindparam("after_uuid", type_=_c.uuid.type)), 0)
        statement = statement.where(_c.id < here)
    return Prepared(statement.order_by(_c.id.desc()))


@lru_cache(maxsize=16)
def _counts(names: tuple[str, ...], cap: int) -> Prepared:
    parts = []
    for name in names:
        inner: Any = _mine(cap) if name == "mine" else select(_c.id).where(_CONDITIONS[name])
        capped = inner.limit(_most(cap)).subquery()
        parts.append(select(func.count()).select_from(capped).scalar_subquery().label(name))
    return Prepared(select(*parts))

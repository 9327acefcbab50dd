"""Lists of complaints: columns only, one query each, keyed, and only through the scope of the one who asks."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from portal import db
from portal.domain import errors
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Actor, Permission
from portal.domain.references import spoken
from portal.text import Lazy, _t

from . import saying
from .models import ENDED, OPEN, Clock, Complaint, Remedy
from .scope import require_read, scope_of
from .states import INFO, K, State, Waits

_FOR_US = [state.value for state, info in INFO.items() if info.open and info.waits_for is not Waits.CUSTOMER]
_FOR_CUSTOMER = [state.value for state, info in INFO.items() if info.open and info.waits_for is Waits.CUSTOMER]
_THEIRS = [K.QUESTION.value, K.DECISION.value, K.CONFIRMATION.value]
_ZERO = uuidlib.UUID(int=0)

VIEWS: dict[str, Lazy] = {
    "due": _t("Due"),
    "mine": _t("Mine"),
    "unassigned": _t("Nobody's yet"),
    "waiting_customer": _t("Waiting for the customer"),
    "review": _t("In review"),
    "remedies": _t("Owed"),
    "written_after": _t("Written after the end"),
    "all_open": _t("All open"),
    "ended": _t("Ended"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One complaint as lists show it."""

    uuid: uuidlib.UUID
    number: str
    subject: Lazy | str
    state: str
    state_label: Lazy
    status: str
    next: Lazy | str
    why: Lazy
    due_at: datetime | None
    due_clock: str
    due_label: Lazy | str
    paused: bool
    handler_name: str
    reviewer_name: str
    handler_is_me: bool
    created_at: datetime
    received_at: datetime | None
    last_news_at: datetime | None
    ended_at: datetime | None
    ended_how: str
    harm: bool
    channel: str
    account_name: str
    account_uuid: uuidlib.UUID
    account_number: str
    person_name: str
    zone: str
    version: int
    key: list[Any]


_Handler, _Reviewer = aliased(Person), aliased(Person)


def _theirs() -> Any:
    """The date that the customer has, where it is the customer's move."""
    clock = (
        select(Clock.due_at)
        .where(Clock.complaint_id == Complaint.id, Clock.k.in_(_THEIRS), Clock.ended_at.is_(None))
        .limit(1)
    )
    return clock.correlate(Complaint).scalar_subquery()


def _put_together(*, for_staff: bool) -> Select[Any]:
    theirs = literal(None) if for_staff else _theirs()
    c = Complaint
    return (
        select(
            c.uuid, c.number, c.subject, c.state, c.next_step, c.due_at, c.due_clock, c.handler_id, c.reviewer_id,
            c.created_at, c.received_at, c.last_news_at, c.ended_at, c.ended_how, c.harm, c.channel, c.zone,
            c.version, c.written_at, c.id.label("internal"), theirs.label("theirs"),
            Account.name.label("account_name"), Account.uuid.label("account_uuid"),
            Account.number.label("account_number"), Person.name.label("person_name"),
            _Handler.name.label("handler_name"), _Reviewer.name.label("reviewer_name"),
        )
        .join(Account, Account.id == c.account_id)
        .join(Person, Person.id == c.person_id)
        .outerjoin(_Handler, _Handler.id == c.handler_id)
        .outerjoin(_Reviewer, _Reviewer.id == c.reviewer_id)
    )  # fmt: skip


_FOR_STAFF, _FOR_OTHERS = _put_together(for_staff=True), _put_together(for_staff=False)


def _select(*, for_staff: bool) -> Select[Any]:
    return _FOR_STAFF if for_staff else _FOR_OTHERS


def _line(row: Any, actor: Actor, *, ended: bool = False) -> Line:
    staff = actor.is_staff
    state = State(row.state)
    due_at, due_clock = row.due_at, row.due_clock
    if row.theirs is not None and INFO[state].waits_for is Waits.CUSTOMER:
        due_at, due_clock = row.theirs, next(k.value for k in INFO[state].running if k.value in _THEIRS)
    if ended:
        key = [row.ended_at.isoformat() if row.ended_at else "", str(row.uuid)]
    elif staff:
        key = [row.harm, row.due_at.isoformat() if row.due_at else "", str(row.uuid)]
    else:
        key = [str(row.uuid)]
    return Line(
        uuid=row.uuid,
        number=row.number,
        subject=row.subject or _t("Complaint {number}", number=spoken(row.number)),
        state=row.state,
        state_label=INFO[state].label,
        status=saying.status_of(row.state, due_at, due_clock),
        next=saying.next_words(row.state, row.next_step, for_staff=staff, reviewer=row.reviewer_id is not None),
        why=saying.why_words(due_clock, due_at, harm=row.harm == 0, written=row.written_at is not None),
        due_at=due_at,
        due_clock=due_clock,
        due_label=saying.clock_label(due_clock) if due_clock else "",
        paused=bool(INFO[state].paused),
        handler_name=row.handler_name or "",
        reviewer_name=row.reviewer_name or "",
        handler_is_me=actor.person_id is not None and actor.person_id in (row.handler_id, row.reviewer_id),
        created_at=row.created_at,
        received_at=row.received_at,
        last_news_at=row.last_news_at,
        ended_at=row.ended_at,
        ended_how=row.ended_how,
        harm=row.harm == 0,
        channel=row.channel,
        account_name=row.account_name,
        account_uuid=row.account_uuid,
        account_number=row.account_number,
        person_name=row.person_name,
        zone=row.zone,
        version=row.version,
        key=key,
    )


class Finder:
    """The complaints that one actor may reach."""

    def __init__(self, actor: Actor) -> None:
        require_read(actor)
        self.actor = actor
        self.scope = scope_of(actor)

    def get(self, uuid: uuidlib.UUID) -> Complaint:
        """Return one complaint; raise NotFound when there is none in the actor's scope."""
        found = db.session().scalars(select(Complaint).where(Complaint.uuid == uuid, self.scope)).one_or_none()
        if found is None:
            raise errors.NotFound()
        return found

    def remedy(self, uuid: uuidlib.UUID) -> Remedy:
        """Return one remedy of a complaint in scope; raise NotFound otherwise."""
        found = db.session().scalars(
            select(Remedy)
            .join(Complaint, Complaint.id == Remedy.complaint_id)
            .where(Remedy.uuid == uuid, self.scope)
        ).one_or_none()
        if found is None:
            raise errors.NotFound()
        return found

    def recent(self, after: Sequence[Any] | None = None, limit: int = 20, only: str = "all") -> list[Line]:
        """Return ``limit`` + 1 complaints, newest first, after the key of the last one shown.

        ``only`` is all, open, ended or drafts; discarded ones never show.
        """
        choices = {
            "open": text_clause(OPEN), "ended": text_clause(ENDED), "drafts": Complaint.state == State.DRAFT.value,
        }  # fmt: skip
        where = [self.scope, Complaint.state != State.DISCARDED.value]
        if only in choices:
            where.append(choices[only])
        if after:
            where.append(Complaint.id < _id_of(after[-1]))
        statement = _select(for_staff=self.actor.is_staff).where(*where)
        return self._lines(statement.order_by(Complaint.id.desc()).limit(limit + 1))

    def of_account(self, account_id: int, after: Sequence[Any] | None = None, limit: int = 20) -> list[Line]:
        """Return the complaints of one account within the actor's scope, newest first, ``limit`` + 1 of them."""
        statement = _select(for_staff=self.actor.is_staff).where(
            self.scope, Complaint.account_id == account_id, Complaint.state != State.DISCARDED.value
        )
        if after:
            statement = statement.where(Complaint.id < _id_of(after[-1]))
        return self._lines(statement.order_by(Complaint.id.desc()).limit(limit + 1))

    def waiting(self, limit: int = 20) -> list[Line]:
        """Return the complaints that wait for the customer, drafts apart, the nearest date first."""
        statement = _select(for_staff=False).where(self.scope, Complaint.state.in_(_FOR_CUSTOMER))
        return self._lines(statement.order_by(Complaint.due_at, Complaint.id).limit(limit))

    def waiting_count(self, cap: int = 99) -> int:
        """Return how many complaints wait for the customer, counted up to ``cap``."""
        found = select(literal(1)).where(self.scope, Complaint.state.in_(_FOR_CUSTOMER)).limit(cap)
        return db.session().scalar(select(func.count()).select_from(found.subquery())) or 0

    def queue(
        self, view: str = "due", after: Sequence[Any] | None = None, limit: int = 50, harm_only: bool = False
    ) -> list[Line]:
        """Return ``limit`` + 1 complaints of a staff view: harm first, then what is due, after the key given.

        Raises Denied without the right, NotFound for a view that does not exist.
        """
        self.actor.require(Permission.COMPLAINTS_READ)
        statement = _select(for_staff=True).where(self._view(view))
        if harm_only:
            statement = statement.where(Complaint.harm == 0)
        if view == "ended":
            return self._lines(_page_of_ended(statement, after, limit), ended=True)
        if view == "written_after":
            return self._lines(statement.order_by(Complaint.written_at, Complaint.id).limit(limit + 1))
        place = _place(after)
        if place is not None:
            statement = statement.where(tuple_(Complaint.harm, Complaint.due_at, Complaint.id) > place)
        ordered = statement.order_by(Complaint.harm, Complaint.due_at, Complaint.id)
        return self._lines(ordered.limit(limit + 1))

    def counts(self, cap: int = 100, views: Iterable[str] = VIEWS) -> dict[str, int]:
        """Return how many complaints each staff view holds, counted up to ``cap``, in one query."""
        self.actor.require(Permission.COMPLAINTS_READ)
        names = list(views)
        parts = []
        for name in names:
            inner = select(literal(1)).select_from(Complaint).where(self._view(name)).limit(cap).subquery()
            parts.append(select(func.count()).select_from(inner).scalar_subquery().label(name))
        row = db.session().execute(select(*parts)).one()
        return dict(zip(names, row, strict=True))

    def by_ids(self, ids: Sequence[int]) -> list[Line]:
        """Return complaints by their internal keys, such as a search found, in the order given."""
        if not ids:
            return []
        return self._in_order(Complaint.id.in_(list(ids)), list(ids), "internal")

    def by_uuids(self, uuids: Sequence[uuidlib.UUID]) -> list[Line]:
        """Return complaints by their public ids, in the order given."""
        if not uuids:
            return []
        return self._in_order(Complaint.uuid.in_(list(uuids)), list(uuids), "uuid")

    def _in_order(self, chosen: ColumnElement[bool], order: list[Any], name: str) -> list[Line]:
        statement = _select(for_staff=self.actor.is_staff).where(self.scope, chosen)
        rows = {getattr(row, name): row for row in db.session().execute(statement)}
        return [_line(rows[one], self.actor) for one in order if one in rows]

    def _lines(self, statement: Select[Any], *, ended: bool = False) -> list[Line]:
        return [_line(row, self.actor, ended=ended) for row in db.session().execute(statement)]

    def _view(self, view: str) -> ColumnElement[bool]:
        opened, me = text_clause(OPEN), self.actor.person_id
        owed = and_(Complaint.state.in_(["lapsed", "closed_unconfirmed"]), Complaint.due_clock == K.REMEDY.value)
        match view:
            case "due":
                return and_(opened, Complaint.state.in_(_FOR_US))
            case "mine" if me is not None:
                return and_(opened, or_(Complaint.handler_id == me, Complaint.reviewer_id == me))
            case "mine":
                return false()
            case "unassigned":
                received = and_(Complaint.state == State.RECEIVED.value, Complaint.handler_id.is_(None))
                review = and_(Complaint.state == State.IN_REVIEW.value, Complaint.reviewer_id.is_(None))
                return and_(opened, or_(received, review))
            case "waiting_customer":
                return and_(opened, Complaint.state.in_(_FOR_CUSTOMER))
            case "review":
                return and_(opened, Complaint.state.in_(["in_review", "needs_customer_r", "review_offered"]))
            case "remedies":
                return or_(Complaint.state == State.REMEDY_DUE.value, owed)
            case "written_after":
                return Complaint.written_at.is_not(None)
            case "all_open":
                return opened
            case "ended":
                return and_(text_clause(ENDED), Complaint.state != State.DISCARDED.value)
            case _:
                raise errors.NotFound()


def of(actor: Actor) -> Finder:
    """Return the complaints that ``actor`` may read; Denied for staff without the right."""
    return Finder(actor)


def text_clause(clause: Any) -> ColumnElement[bool]:
    """Return a raw condition, written exactly as in its partial index so that both databases use that index."""
    return and_(clause)


def _id_of(uuid: Any) -> Any:
    """Return the internal key of the row a page ended with; the address of a page carries only public ids."""
    inner = select(Complaint.id).where(Complaint.uuid == _uuid(uuid)).scalar_subquery()
    return func.coalesce(inner, 0)


def _uuid(text: Any) -> uuidlib.UUID:
    try:
        return uuidlib.UUID(str(text))
    except ValueError:
        return _ZERO


def _instant(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _place(after: Sequence[Any] | None) -> Any:
    if not after or len(after) != 3:
        return None
    due = _instant(after[1])
    if due is None or not isinstance(after[0], int):
        return None
    return tuple_(
        literal(after[0], Complaint.harm.type), literal(due, Complaint.due_at.type), _id_of(after[2])
    )


def _page_of_ended(statement: Select[Any], after: Sequence[Any] | None, limit: int) -> Select[Any]:
    if after and len(after) == 2 and (ended := _instant(after[0])):
        place = tuple_(literal(ended, Complaint.ended_at.type), _id_of(after[1]))
        statement = statement.where(tuple_(Complaint.ended_at, Complaint.id) < place)
    return statement.order_by(Complaint.ended_at.desc(), Complaint.id.desc()).limit(limit + 1)

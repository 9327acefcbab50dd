"""What an actor may read about permissions: each purpose with its state, the entries, the words, the effects."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from portal import db
from portal.domain import clock
from portal.domain.actor import Actor, Permission
from portal.domain.errors import NotFound
from portal.domain.outbox import Message

from .ledger import Scope, overrides
from .models import ConsentEvent, ConsentState, Override, Purpose, PurposeNotice, PurposeVersion, Topic
from .rules import SERVICE_BASES, Basis


class Standing(NamedTuple):
    """The current state of one scope of a purpose."""

    topic: str
    channel: str
    address: str
    mask: int
    status: str
    permits: bool
    purpose_version: int
    at: datetime
    expires_at: datetime | None
    ask_not_before: datetime | None
    times_asked: int
    event_id: int

    @property
    def scope(self) -> Scope:
        return Scope(self.topic, self.channel, self.address)


class PurposeView(NamedTuple):
    """One purpose as a person sees it: its words, its terms, and what they said about it."""

    purpose_id: int
    uuid: uuidlib.UUID
    key: str
    basis: str
    marketing: bool
    sends: bool
    channels: list[str]
    version: int
    asks_from_version: int
    published_at: datetime
    data_categories: list[str]
    recipients: list[str]
    retention_months: int
    valid_months: int | None
    benefit_by_days: int | None
    language: str
    title: str
    question: str
    text: str
    benefit: str
    data_text: str
    recipients_text: str
    text_hash: str
    last_used: datetime | None
    states: tuple[Standing, ...]

    @property
    def is_service(self) -> bool:
        """Tell whether a contract or a law carries it, so that there is no switch."""
        return self.basis in SERVICE_BASES

    @property
    def asks(self) -> bool:
        """Tell whether it needs a yes."""
        return self.basis == Basis.CONSENT

    @property
    def general(self) -> Standing | None:
        """Return the state that names no topic, channel or address."""
        return next((state for state in self.states if state.mask == 0), None)

    @property
    def exceptions(self) -> tuple[Standing, ...]:
        """Return the states of narrower scopes."""
        return tuple(state for state in self.states if state.mask)


class Line(NamedTuple):
    """One entry of the ledger as histories show it."""

    id: int
    uuid: uuidlib.UUID
    at: datetime
    kind: str
    purpose_id: int | None
    purpose_version: int | None
    topic: str
    channel: str
    address: str
    language: str
    notice_hash: str
    method: str
    method_detail: str
    actor_kind: str
    expires_at: datetime | None
    ask_not_before: datetime | None
    effect: dict[str, Any]


class Notice(NamedTuple):
    """The words of one version in one language, as they were shown."""

    number: int
    published_at: datetime
    language: str
    title: str
    question: str
    text: str
    benefit: str
    data_text: str
    recipients_text: str
    text_hash: str


class Desk:
    """The permissions of one person in one account."""

    def __init__(self, person_id: int | None, account_id: int | None, language: str) -> None:
        self.person_id, self.account_id, self.language = person_id, account_id, language

    def permissions(self) -> list[PurposeView]:
        """Return every living purpose in its order, in one query."""
        return _grouped(db.session().execute(self._purposes()).all())

    def get(self, uuid: uuidlib.UUID) -> PurposeView:
        """Return one purpose; raise NotFound when it does not exist."""
        found = _grouped(db.session().execute(self._purposes().where(Purpose.uuid == uuid)).all())
        if not found:
            raise NotFound()
        return found[0]

    def purpose(self, uuid: uuidlib.UUID) -> Purpose:
        """Return the row of a living purpose, for a verb; raise NotFound when there is none."""
        statement = select(Purpose).where(Purpose.uuid == uuid, Purpose.retired_at.is_(None))
        found = db.session().scalars(statement).one_or_none()
        if found is None:
            raise NotFound()
        return found

    def history(
        self, *, purpose_id: int | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[Line]:
        """Return the person's entries, newest first: all, or those that bear on one purpose; ``before`` is an id."""
        statement = select(*(getattr(ConsentEvent, name) for name in Line._fields)).where(self._own_events())
        if purpose_id is not None:
            statement = statement.where(
                or_(ConsentEvent.purpose_id == purpose_id, ConsentEvent.purpose_id.is_(None))
            )
        if before is not None:
            statement = statement.where(ConsentEvent.id < before)
        rows = db.session().execute(statement.order_by(ConsentEvent.id.desc()).limit(limit))
        return [Line._make(row) for row in rows]

    def entry(self, uuid: uuidlib.UUID) -> Line:
        """Return one of the person's own entries with its effect; raise NotFound for any other."""
        statement = select(*(getattr(ConsentEvent, name) for name in Line._fields))
        row = (
            db.session().execute(statement.where(ConsentEvent.uuid == uuid, self._own_events())).one_or_none()
        )
        if row is None:
            raise NotFound()
        return Line._make(row)

    def overrides(self, at: datetime | None = None) -> Sequence[Override]:
        """Return the stop-alls, objections, restrictions, pauses and signals that hold."""
        if self.person_id is None:
            return []
        return overrides(self.person_id, self.account_id, at or clock.now())

    def notice(self, purpose_id: int, text_hash: str) -> Notice:
        """Return the words with this hash among all versions of a purpose; raise NotFound when there are none."""
        notice, version = PurposeNotice, PurposeVersion
        row = db.session().execute(
            select(
                version.number, version.published_at, notice.language, notice.title, notice.question, notice.text,
                notice.benefit, notice.data_text, notice.recipients_text, notice.text_hash,
            )
            .join(version, version.id == notice.purpose_version_id)
            .where(version.purpose_id == purpose_id, notice.text_hash == text_hash)
            .order_by(version.number.desc())
            .limit(1)
        ).one_or_none()  # fmt: skip
        if row is None:
            raise NotFound()
        return Notice._make(row)

    def _own_events(self) -> Any:
        return and_(
            ConsentEvent.person_id == self.person_id,
            or_(ConsentEvent.account_id == self.account_id, ConsentEvent.account_id.is_(None)),
        )

    def _purposes(self) -> Select[Any]:
        used = (
            select(Message.purpose, func.max(Message.ended_at).label("at"))
            .where(
                Message.account_id == self.account_id,
                Message.person_id == self.person_id,
                Message.state.in_(("sent", "done")),
            )
            .group_by(Message.purpose)
            .subquery()
        )
        state = and_(
            ConsentState.purpose_id == Purpose.id,
            ConsentState.person_id == self.person_id,
            ConsentState.account_id == self.account_id,
        )
        columns = (getattr(ConsentState, name) for name in Standing._fields)
        return (
            _words(self.language, used.c.at.label("last_used"), *columns)
            .outerjoin(used, used.c.purpose == Purpose.key)
            .outerjoin(ConsentState, state)
            .order_by(Purpose.position, Purpose.id, ConsentState.mask, ConsentState.id)
        )


def _words(language: str, *more: Any) -> Select[Any]:
    """Select the living purposes with the words of their published version in ``language``, else in English."""
    mine, english = aliased(PurposeNotice), aliased(PurposeNotice)
    words = (
        func.coalesce(getattr(mine, name), getattr(english, name)).label(name)
        for name in (
            "language",
            "title",
            "question",
            "text",
            "benefit",
            "data_text",
            "recipients_text",
            "text_hash",
        )
    )
    return (
        select(
            Purpose.id.label("purpose_id"), Purpose.uuid, Purpose.key, Purpose.basis, Purpose.marketing, Purpose.sends,
            Purpose.channels, Purpose.version, Purpose.asks_from_version, PurposeVersion.published_at,
            PurposeVersion.data_categories, PurposeVersion.recipients, PurposeVersion.retention_months,
            PurposeVersion.valid_months, PurposeVersion.benefit_by_days, *words, *more,
        )
        .join(
            PurposeVersion,
            and_(PurposeVersion.purpose_id == Purpose.id, PurposeVersion.number == Purpose.version),
        )
        .join(english, and_(english.purpose_version_id == PurposeVersion.id, english.language == "en"))
        .outerjoin(mine, and_(mine.purpose_version_id == PurposeVersion.id, mine.language == language))
        .where(Purpose.retired_at.is_(None))
    )  # fmt: skip


def _grouped(rows: Sequence[Row[Any]]) -> list[PurposeView]:
    width = len(PurposeView._fields) - 1
    grouped: dict[int, tuple[Any, list[Standing]]] = {}
    for row in rows:
        _, states = grouped.setdefault(row.purpose_id, (tuple(row[:width]), []))
        if row.mask is not None:
            states.append(Standing(*row[width:]))
    return [PurposeView._make((*head, tuple(states))) for head, states in grouped.values()]


def of(actor: Actor, *, person_id: int | None = None, account_id: int | None = None) -> Desk:
    """Return the permissions an actor may read: one's own; staff with the permission name a person and an account."""
    if actor.is_customer:
        return Desk(actor.person_id, actor.account_id, actor.language)
    actor.require(Permission.CONSENT_READ)
    return Desk(person_id, account_id, actor.language)


def catalogue(language: str) -> list[PurposeView]:
    """Return every living purpose with its published words, for the public page; nobody's states are in it."""
    rows = db.session().execute(_words(language).order_by(Purpose.position, Purpose.id))
    return [PurposeView._make((*row, None, ())) for row in rows]


def topics(language: str) -> dict[str, str]:
    """Return the topics in their order, key to name in ``language`` or else in English."""
    rows = db.session().execute(select(Topic.key, Topic.names).order_by(Topic.position, Topic.id))
    return {key: names.get(language) or names.get("en") or key for key, names in rows}

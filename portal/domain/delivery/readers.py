"""Who a message is for and what its purpose is called: what the words and the envelope need."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import and_, exists, or_, select

from portal import db
from portal.domain import firm
from portal.domain.accounts.models import Account, Membership, Person
from portal.domain.consent.models import Purpose, PurposeNotice, PurposeVersion
from portal.domain.consent.rules import SERVICE_BASES
from portal.domain.outbox import Message, is_service


class ReaderOf(NamedTuple):
    """The person behind a message; without one, who an address alone belongs to."""

    name: str
    salutation: str
    language: str
    zone: str
    account_number: str
    account_zone: str
    link_account: str = ""  # public id for links, where the reader acts for a company or for several


class Lane(NamedTuple):
    """The purpose of a message: its name in the reader's language, and whether it is service."""

    title: str
    service: bool


def reader_of(message: Message, *, lock: bool = False) -> ReaderOf:
    """Return the reader of a message; ``lock`` lets the messages of one person leave one after the other."""
    language = str(message.data.get("language") or "en")
    nobody = ReaderOf("", "", language, firm.now().zone, "", "")
    if message.person_id is None:
        return nobody
    several = exists(
        select(Membership.id)
        .where(
            Membership.person_id == Person.id,
            Membership.ended_at.is_(None),
            Membership.account_id != message.account_id,
        )
        .correlate(Person)
    )
    statement = (
        select(
            Person.name,
            Person.salutation,
            Person.language,
            Person.zone,
            Account.number,
            Account.zone.label("its"),
            Account.uuid,
            or_(Account.kind == "company", several).label("named"),
        )
        .outerjoin(Account, Account.id == message.account_id)
        .where(Person.id == message.person_id)
    )
    if lock:
        statement = statement.with_for_update(of=Person, key_share=True)
    row = db.session().execute(statement).one_or_none()
    if row is None:
        return nobody
    named = str(row.uuid) if row.named and row.uuid is not None else ""
    return ReaderOf(row.name, row.salutation, row.language, row.zone, row.number or "", row.its or "", named)


def lane_of(purpose: str, language: str) -> Lane:
    """Return the published name of a purpose in ``language``, else in English, else its key."""
    rows = (
        db.session()
        .execute(
            select(Purpose.basis, PurposeNotice.language, PurposeNotice.title)
            .outerjoin(
                PurposeVersion,
                and_(PurposeVersion.purpose_id == Purpose.id, PurposeVersion.number == Purpose.version),
            )
            .outerjoin(
                PurposeNotice,
                and_(
                    PurposeNotice.purpose_version_id == PurposeVersion.id,
                    PurposeNotice.language.in_({language, "en"}),
                ),
            )
            .where(Purpose.key == purpose)
        )
        .all()
    )
    titles = {row.language: row.title for row in rows if row.title}
    basis = rows[0].basis if rows else ""
    title = titles.get(language) or titles.get("en") or ("" if is_service(purpose) else purpose)
    return Lane(title, is_service(purpose) or basis in SERVICE_BASES)

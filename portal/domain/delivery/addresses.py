"""Where a message goes: the address it names or the person's first one that still takes messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from portal import db
from portal.domain import firm
from portal.domain.accounts.models import Account, EmailAddress
from portal.domain.outbox import Message
from portal.domain.preferences.models import ContactPoint

# SMS goes to the numbers that a person gave for it, and else to the phone.
_KINDS = {"email": ("email",), "phone": ("phone",), "sms": ("sms", "phone"), "letter": ("letter",)}


class NoAddress(Exception):
    """There is no address on this channel (``no_address``) or it takes nothing any more (``address_bounced``)."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def choose(message: Message) -> str:
    """Return the address a message goes to, '' for the portal's own inbox; raise :class:`NoAddress`."""
    if message.channel == "inbox":
        return ""
    if message.address:
        if bounced(message.channel, message.address):
            raise NoAddress("address_bounced")
        return message.address
    if message.person_id is None:
        raise NoAddress("no_address")
    points = (
        db.session()
        .execute(
            select(ContactPoint.address, ContactPoint.bounced_at)
            .where(
                ContactPoint.person_id == message.person_id,
                ContactPoint.account_id == message.account_id,
                ContactPoint.channel.in_(_KINDS[message.channel]),
                ContactPoint.removed_at.is_(None),
            )
            .order_by(
                (ContactPoint.channel == message.channel).desc(), ContactPoint.first.desc(), ContactPoint.id
            )
        )
        .all()
    )
    found = [(row.address, row.bounced_at) for row in points]
    if message.channel == "email":
        mailboxes = db.session().execute(
            select(EmailAddress.address, EmailAddress.bounced_at)
            .where(EmailAddress.person_id == message.person_id)
            .order_by(EmailAddress.proved_at.is_(None), EmailAddress.id)
        )
        # A mailbox may stand in both tables; a bounce in either silences it.
        found += [(row.address, row.bounced_at) for row in mailboxes]
        dead = {address.casefold() for address, bounced_at in found if bounced_at is not None}
        found = [(a, b) for a, b in found if b is not None or a.casefold() not in dead]
    elif message.account_id is not None:
        known = {address for address, _ in found}
        found += [one for one in _of_account(message.account_id, message.channel) if one[0] not in known]
    for address, bounced_at in found:
        if bounced_at is None:
            return str(address)
    raise NoAddress("address_bounced" if found else "no_address")


def _of_account(account_id: int, channel: str) -> list[tuple[str, datetime | None]]:
    account = (
        db.session()
        .execute(
            select(
                Account.name, Account.phone, Account.street, Account.postcode, Account.city, Account.country
            ).where(Account.id == account_id)
        )
        .one_or_none()
    )
    if account is None:
        return []
    if channel == "letter":
        if not (account.street and account.city):
            return []
        place = f"{account.postcode} {account.city}".strip()
        abroad = account.country if account.country != firm.now().country else ""
        lines = (account.name, account.street, place, abroad)
        return [("\n".join(filter(None, lines)), None)]
    return [(account.phone, None)] if account.phone else []


def bounced(channel: str, address: str) -> bool:
    """Tell whether an address carries the bounce mark, whoever it belongs to."""
    points = select(ContactPoint.id).where(
        ContactPoint.channel == channel, ContactPoint.address == address, ContactPoint.bounced_at.is_not(None)
    )
    if db.session().scalar(points.limit(1)) is not None:
        return True
    if channel != "email":
        return False
    mailboxes = select(EmailAddress.id).where(
        EmailAddress.address == address, EmailAddress.bounced_at.is_not(None)
    )
    return db.session().scalar(mailboxes.limit(1)) is not None


def mark_bounced(message: Message, at: datetime) -> None:
    """Put the bounce mark on the address of a message; nothing goes there until the person mends or proves it."""
    session = db.session()
    marked = session.execute(
        update(ContactPoint)
        .where(
            ContactPoint.person_id == message.person_id,
            ContactPoint.channel == message.channel,
            ContactPoint.address == message.address,
        )
        .values(bounced_at=at)
        .returning(ContactPoint.id)
    ).all()
    if message.channel == "email":
        mailboxes = session.execute(
            update(EmailAddress)
            .where(EmailAddress.person_id == message.person_id, EmailAddress.address == message.address)
            .values(bounced_at=at)
            .returning(EmailAddress.id)
        )
        marked = [*marked, *mailboxes]
    if not marked and message.person_id is not None and message.account_id is not None:
        # It came from the account's own record, which has no place for the mark.
        session.add(
            ContactPoint(
                account_id=message.account_id, person_id=message.person_id, channel=message.channel,
                address=message.address, created_at=at, proved_at=None, bounced_at=at, removed_at=None,
            )
        )  # fmt: skip
        session.flush()

"""The cast of these tests, made by the verbs themselves."""

from __future__ import annotations

from sqlalchemy import select

from portal import db
from portal.domain import accounts, outbox
from portal.domain.actor import SYSTEM

PASSWORD = "seven green herons"


def customer(
    name: str = "Amina Nowak", email: str = "amina@example.org", *, password: str = PASSWORD
) -> accounts.Person:
    """A customer who has proved the mailbox and has a password."""
    _account, person = accounts.open_account(actor=SYSTEM, name=name, email=email, claimed=True)
    accounts.set_password(person, password)
    return person


def member_of_staff(
    name: str = "Sam Reed",
    email: str = "sam@example.org",
    *,
    roles: tuple[str, ...] = ("handler",),
    secret: str = "",
) -> accounts.Person:
    """A member of staff with a password, and with an authenticator app when ``secret`` is given."""
    accounts.seed_roles()
    person = accounts.add_staff(actor=SYSTEM, name=name, email=email, team="Care", roles=roles)
    accounts.set_password(person, PASSWORD)
    if secret:
        accounts.enrol_known(person, secret)
    return person


def letters(name: str = "") -> list[outbox.Message]:
    """The messages written so far, of one name or all."""
    statement = select(outbox.Message).order_by(outbox.Message.id)
    if name:
        statement = statement.where(outbox.Message.name == name)
    return list(db.session().scalars(statement))


def link_of(message: outbox.Message) -> str:
    """The token that the message would carry when it leaves."""
    return accounts.mint_link(
        message.secret, person_id=message.person_id, address=message.address, data=dict(message.data)
    )


def asked(kind: str, email: str, name: str = "Amina Nowak") -> str:
    """The token in the mail that answers a request to ``register`` or to ``reset``."""
    if kind == "register":
        accounts.ask_to_register(name=name, email=email, language="en")
    else:
        accounts.ask_to_reset(email=email, language="en")
    accounts.handle_mailbox_requests()
    return link_of(letters()[-1])

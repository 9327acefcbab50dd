"""“This was not me”: whoever a mail about security alarms shuts everything with one press, without signing in.

The link stands in the mail and so proves the mailbox, no more: it signs nobody in, and the password is chosen
anew through the usual link of one hour. What it undoes is what the mail was about, for three days: an address
that was changed comes back, and of customers a passkey or an app that was added goes. Who holds the mailbox had
all of this before the change, so nothing is opened that was shut then; staff go to an administrator instead.
"""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select, update

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.audit import Tag
from portal.domain.errors import NotFound

from . import devices, duty, factors, links, lost, mailboxes, messages, own_sessions, shapes
from .actors import first_account
from .credentials import Passkey, Password, Program, TotpFactor
from .models import EmailAddress, Person

UNDONE_WITHIN = timedelta(days=3)


class Alarm(NamedTuple):
    """What a link “this was not me” is about: the mail it stands in, and whether that can still be undone."""

    address: str
    undoes: str  # "", address, passkey, totp


def _about(link: links.Link) -> str:
    at = link.data.get("at")
    if not isinstance(at, str) or clock.now() - datetime.fromisoformat(at) > UNDONE_WITHIN:
        return ""
    if link.data.get("done") and link.data.get("undo"):
        return "address"
    staff = duty.is_staff(link.person_id or 0)
    if link.data.get("change") == "added" and not staff:
        return str(link.data.get("factor") or "")
    return ""


def peek_not_me(token: str) -> Alarm:
    """Return what the link is about, without using it; raise NotFound when it is over."""
    link = links.peek(links.NOT_ME, token)
    return Alarm(link.address, _about(link))


def not_me(token: str) -> Alarm:
    """Shut everything and begin a reset; return what was undone; raise NotFound when the link is over.

    1. every sign-in ends, programs stop, no browser is known, open links and steps are void; 2. what the mail was
    about is undone; 3. the password is void; 4. a link for a new one goes to the mailbox.
    """
    link = links.use(links.NOT_ME, token)
    session = db.session()
    person = session.get(Person, link.person_id)
    if person is None or person.deactivated_at is not None:
        raise NotFound()
    actor = Actor(
        ActorKind.CUSTOMER, person_id=person.id, account_id=first_account(person.id), name=person.name,
        language=person.language, zone=person.zone,
    )  # fmt: skip
    own_sessions.end_all(person.id, actor=actor, how="not_me")
    _stop_programs(person.id)
    devices.forget_devices(person.id)
    links.end_all(person.id, links.STEP, links.FACTOR, links.ADDRESS, links.RESET)
    lost.stop_wait(person.id, actor=actor, how="not_me")
    undone = _about(link)
    if undone == "address" and not _bring_back(link, actor):
        undone = ""
    elif undone in {"passkey", "totp"}:
        _take_away(link, undone, actor)
    session.execute(delete(Password).where(Password.person_id == person.id))
    audit.record(Tag.ALARM_RAISED, actor=actor, account_id=actor.account_id)
    address = session.scalar(select(EmailAddress.address).where(EmailAddress.person_id == person.id))
    if address:
        mailboxes.ask_to_reset(email=address, language=person.language)
    return Alarm(link.address, undone)


def _stop_programs(person_id: int) -> None:
    """Stop whatever acts in the person's name by a token: who had the mailbox may have made it."""
    mine = (Program.person_id == person_id, Program.stopped_at.is_(None))
    db.session().execute(update(Program).where(*mine).values(stopped_at=clock.now()))


def _bring_back(link: links.Link, actor: Actor) -> bool:
    """Give the person the mailbox back from which the alarm came, unless it is somebody else's by now."""
    session, wanted = db.session(), shapes.mailbox(link.address)
    own = session.scalar(select(EmailAddress).where(EmailAddress.person_id == actor.person_id))
    taken = session.scalar(select(EmailAddress.person_id).where(EmailAddress.address_key == wanted.key))
    if own is None or taken is not None:
        return False
    key = f"{link.id}-back"
    messages.address_changed(
        own.person_id, actor=actor, to=own.address, new=wanted.address, key=key, done=True
    )
    own.address, own.address_key, own.bounced_at = wanted.address, wanted.key, None
    session.flush()
    masked = messages.masked(wanted.address)
    audit.record(Tag.ADDRESS_CHANGED, actor=actor, account_id=actor.account_id, address=masked)
    return True


def _take_away(link: links.Link, factor: str, actor: Actor) -> None:
    """Remove the passkey or the app that the mail was about; an app set up since is another one and stays."""
    session, person_id = db.session(), actor.person_id or 0
    if factor == "passkey":
        which = (Passkey.person_id == person_id, Passkey.uuid == uuidlib.UUID(str(link.data["passkey"])))
        gone = session.execute(delete(Passkey).where(*which).returning(Passkey.id)).one_or_none()
    else:
        at = datetime.fromisoformat(str(link.data["at"]))
        mine = (TotpFactor.person_id == person_id, TotpFactor.created_at <= at)
        gone = session.execute(delete(TotpFactor).where(*mine).returning(TotpFactor.id)).one_or_none()
    if gone is not None:
        if not factors.factors_of(person_id).any:
            factors.forget_recovery_codes(person_id)
        audit.record(Tag.FACTOR_REMOVED, actor=actor, account_id=actor.account_id, factor=factor)

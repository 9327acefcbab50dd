"""Messages by letter: a print queue, a gate that is asked again at the post box, and letters that come back."""

from __future__ import annotations

import uuid as uuidlib

import orjson

from portal import db
from portal.domain import clock, timeline
from portal.domain.accounts import keys, links, seat
from portal.domain.actor import Actor, Permission
from portal.domain.errors import Conflict
from portal.domain.outbox import Message, State
from portal.text import _t

from . import endings
from .addresses import bounced, mark_bounced
from .asking import ask
from .parcel import BLOT

SEAL = "message-links"


def to_print(message: Message, *, actor: Actor) -> str:
    """Return the words of a letter as it is printed; raise Denied.

    A code in it is shown to who prints it until it is posted, and never to those who agreed that it goes out.
    """
    actor.require(Permission.LETTERS_PRINT)
    if message.sealed is None or message.secret != links.SEAT or seat.agreed_by(message.about_uuid, actor):
        return message.body_text
    try:
        code = orjson.loads(keys.unseal(SEAL, message.sealed)).get("secret", "")
    except keys.Unreadable:
        return message.body_text
    return message.body_text.replace(BLOT, code) if code else message.body_text


def posted(message: Message, *, actor: Actor) -> bool:
    """Note that a letter goes to the post now; False means that it must not, and its row says why.

    Raises Denied, Conflict when it does not wait for printing any more.
    """
    actor.require(Permission.LETTERS_PRINT)
    db.session().refresh(message, with_for_update=True)
    if message.channel != "letter" or message.state != State.WAITING:
        raise Conflict(_t("This letter does not wait for printing any more."), code="delivery.not_waiting")
    at = clock.now()
    decision = ask(message, "send", message.address, at)
    if not decision.allowed:
        endings.withhold(message, decision.reason, at)
        return False
    if bounced("letter", message.address):
        endings.withhold(message, "address_bounced", at)
        return False
    endings.done(message, "posted", at, actor=actor)
    return True


def returned(message: Message, *, actor: Actor) -> None:
    """Note that a posted letter came back: it is given up and its address takes no more letters until mended."""
    actor.require(Permission.LETTERS_PRINT)
    db.session().refresh(message, with_for_update=True)
    if message.channel != "letter" or message.state != State.DONE:
        raise Conflict(_t("Only a letter that was posted can come back."), code="delivery.not_posted")
    at = clock.now()
    mark_bounced(message, at)
    if message.account_id is not None and actor.may(Permission.CONTACTS_WRITE):
        timeline.log_contact(
            actor=actor, account_id=message.account_id, person_id=message.person_id, channel="letter",
            direction="out", outcome="returned", subject=message.subject or message.name,
            about_uuid=uuidlib.UUID(message.about_uuid) if message.about_uuid else None,
        )  # fmt: skip
    endings.give_up(message, "returned", at, actor=actor)

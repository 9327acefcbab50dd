"""One press in a mail program stops the lane that a message was sent under (RFC 8058)."""

from __future__ import annotations

from portal.domain import consent, errors, outbox
from portal.domain.accounts import keys
from portal.domain.actor import Actor, ActorKind
from portal.domain.outbox import Message

from .readers import reader_of


def stop_by_token(token: str) -> bool:
    """Stop what the link in a message stops, in this transaction; tell whether the link is one of ours.

    The lane is purpose and channel, in every topic and at every address: less would let the next one through. A
    second press changes nothing. The link works as long as the message exists, whatever has changed since.
    """
    message = outbox.by_mark(keys.digest(token)) if len(token) <= 200 else None
    if message is None or message.person_id is None:
        return False
    try:
        consent.withdraw(
            message.purpose, actor=_person(message), channel=message.channel, method="one_click",
            detail=f"message {message.uuid}",
        )  # fmt: skip
    except (errors.NotFound, errors.Invalid):
        # The purpose was retired or became service since: nothing is left that this link could stop.
        return True
    return True


def _person(message: Message) -> Actor:
    """Return the person who was written to: only they hold the link."""
    reader = reader_of(message)
    return Actor(
        ActorKind.CUSTOMER, person_id=message.person_id, account_id=message.account_id, name=reader.name,
        language=reader.language, zone=reader.zone,
    )  # fmt: skip

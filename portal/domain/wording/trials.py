"""A message as it would be, sent to the one who writes it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select

from portal import db
from portal.domain import clock, outbox
from portal.domain.actor import Actor, Permission
from portal.domain.errors import TooMany
from portal.text import _t

from .parsing import Message, own, problems

TRIAL = "text_trial"
MOST_AN_HOUR = 20


def send_trial(message: Message, words: Mapping[str, str], *, actor: Actor) -> None:
    """Send a message with these words and made-up values to the actor's own mailbox, in the language it is written in.

    Raise Denied, Invalid at a part that does not fit, TooMany above twenty an hour.
    """
    actor.require(Permission.TEXTS_WRITE)
    wrong = problems(message, words)
    if wrong:
        raise wrong[0]
    sent = select(func.count(outbox.Message.id)).where(
        outbox.Message.person_id == actor.person_id,
        outbox.Message.name == TRIAL,
        outbox.Message.created_at > clock.now() - timedelta(hours=1),
    )
    if (db.session().scalar(sent) or 0) >= MOST_AN_HOUR:
        raise TooMany(
            3600, _t("Those were many tests within an hour. Go on with the preview, or wait a little.")
        )
    outbox.write(
        TRIAL,
        key=f"{TRIAL}:{uuid.uuid4()}",
        account_id=None,
        person_id=actor.person_id,
        data={"of": message.name, "language": message.language, "words": own(message, words)},
        urgent=True,
        expires_at=clock.now() + timedelta(hours=6),
        actor_name=actor.name,
    )

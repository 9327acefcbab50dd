"""What runs out is removed: counted tries, used links, held forms, answered requests, invitations."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func

from portal import db
from portal.domain import clock

from .credentials import Attempt, HeldForm, KnownDevice, MailboxRequest, OneTimeLink, RefusedSignIn
from .devices import KEPT
from .links import PASSKEY
from .models import Invitation


def sweep() -> int:
    """Remove what has run out and return how many rows went; for the worker, once an hour is enough."""
    now, session = clock.now(), db.session()
    gone = 0
    for model, over in (
        (Attempt, Attempt.at < now - timedelta(days=2)),
        (HeldForm, HeldForm.expires_at < now),
        (OneTimeLink, OneTimeLink.expires_at < now - timedelta(days=30)),
        # Every look at a sign-in page makes a challenge; nobody asks for an old one.
        (OneTimeLink, (OneTimeLink.kind == PASSKEY) & (OneTimeLink.expires_at < now - timedelta(hours=1))),
        (KnownDevice, KnownDevice.last_seen_at < now - KEPT),
        (RefusedSignIn, RefusedSignIn.at < now - timedelta(days=90)),
        # Who was invited and never came is nobody we know.
        (Invitation, func.coalesce(Invitation.ended_at, Invitation.expires_at) < now - timedelta(days=90)),
        (MailboxRequest, MailboxRequest.handled_at < now - timedelta(days=30)),
    ):
        found = session.execute(
            delete(model).where(over).returning(model.id).execution_options(synchronize_session=False)
        )
        gone += len(found.all())
    return gone

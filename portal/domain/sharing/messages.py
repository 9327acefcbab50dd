"""What customers get outside of the dashboard about their sharing, and what partners without a webhook get."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime

from portal.domain import outbox
from portal.domain.accounts.links import SHARED
from portal.domain.actor import Actor

from .models import ShareEvent, ShareGrant, ShareRequest
from .rules import Happened


def receipt(event: ShareEvent, grant: ShareGrant, *, partner: str, actor: Actor) -> None:
    """Send the receipt of what happened to the person whose grant it is."""
    outbox.write(
        "share_receipt",
        key=f"{outbox.BY_RESTORE if event.kind == Happened.RESTORED else ''}share_receipt:{event.uuid}",
        account_id=grant.account_id,
        person_id=grant.person_id,
        data={
            "what": event.kind, "partner": partner, "at": event.at.isoformat(), "until": grant.until.isoformat(),
            "notice": event.notice, "keep_days": grant.keep_days, "by": actor.name if actor.person_id else "",
            "own": actor.person_id == grant.person_id,
        },
        about=("share", grant.uuid),
        actor_name=actor.name,
    )  # fmt: skip


def confirmed(event: ShareEvent, grant: ShareGrant, *, partner: str, at: datetime) -> None:
    """Send the receipt again: the partner has confirmed."""
    outbox.write(
        "share_confirmed",
        key=f"share_confirmed:{event.uuid}",
        account_id=grant.account_id,
        person_id=grant.person_id,
        data={
            "what": event.kind,
            "partner": partner,
            "happened": event.at.isoformat(),
            "at": at.isoformat(),
        },
        about=("share", grant.uuid),
    )


def asked(request: ShareRequest, *, person_id: int, partner: str) -> None:
    """Tell somebody who decides for the account that a partner asks."""
    outbox.write(
        "share_request",
        key=f"share_request:{request.uuid}:{person_id}",
        account_id=request.account_id,
        person_id=person_id,
        data={
            "partner": partner,
            "benefit": request.benefit,
            "until": request.expires_at.isoformat(),
            "request": str(request.uuid),
        },
        about=("share_request", request.uuid),
    )


def reminder(grants: list[tuple[ShareGrant, str]], *, at: datetime) -> None:
    """Remind a person of what is shared, all grants of an account in one mail."""
    first = grants[0][0]
    outbox.write(
        "share_reminder",
        key=f"share_reminder:{first.account_id}:{first.person_id}:{at.date().isoformat()}",
        account_id=first.account_id,
        person_id=first.person_id,
        data={
            "shares": [
                {
                    "partner": name,
                    "until": grant.until.isoformat(),
                    "since": grant.given_at.isoformat(),
                    "used": grant.used_at.isoformat() if grant.used_at else None,
                }
                for grant, name in grants
            ]
        },
    )


def to_partner(
    kind: str, grant: uuidlib.UUID, *, event: uuidlib.UUID, key: str, address: str, name: str, language: str
) -> None:
    """Tell a partner by mail, with the link by which it confirms; the mail names the grant and nobody."""
    outbox.write(
        "share_told",
        key=key,
        account_id=None,
        person_id=None,
        data={
            "what": str(kind),
            "partner": name,
            "grant": str(grant),
            "event": str(event),
            "language": language,
        },
        about=("share_event", event),
        address=address,
        secret=SHARED,
    )

"""The message about a new program: service, and in a hurry."""

from __future__ import annotations

from portal.domain import outbox
from portal.domain.accounts import mailbox_of
from portal.domain.accounts.links import NOT_ME
from portal.domain.actor import Actor

from .models import Program


def made(program: Program, *, actor: Actor) -> None:
    """Tell a person that a program may act in their name from now on."""
    outbox.write(
        "program_made",
        key=f"program_made:{program.uuid}",
        account_id=program.account_id,
        person_id=program.person_id,
        purpose="security",
        data={
            "program": program.name,
            "scopes": program.scopes,
            "at": program.created_at.isoformat(),
            "until": program.expires_at.isoformat(),
        },
        address=mailbox_of(program.person_id) or "",
        secret=NOT_ME,
        urgent=True,
        actor_name=actor.name,
    )

"""The messages of a company to those who act for it, or are asked to; all are service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from portal.domain import clock, outbox
from portal.domain.actor import Actor, Right

from . import links
from .finders import people_of
from .models import Account, Invitation, Membership, Person
from .rights import Held

BEFORE_THE_END = timedelta(days=3)


def invitation(account: Account, offered: Invitation, told: list[dict[str, Any]]) -> None:
    """Write the link by which the invited proves the mailbox, and what is offered by whom."""
    outbox.write(
        "invitation",
        key=f"invitation:{offered.uuid}:{offered.round}",
        account_id=None,  # whoever it reaches is nobody of this account yet
        person_id=None,
        address=offered.address,
        data={
            "language": offered.language, "name": offered.name, "company": account.name,
            "by": offered.invited_by_name, "rights": told, "until": offered.expires_at.isoformat(),
            "invitation": str(offered.uuid), "round": offered.round,
        },
        about=("invitation", offered.uuid),
        secret=links.COLLEAGUE,
        urgent=True,
        expires_at=offered.expires_at,
        actor_name=offered.invited_by_name,
    )  # fmt: skip


def invitation_answered(account: Account, offered: Invitation, *, accepted: bool, name: str) -> None:
    """Tell who invited what came of it."""
    outbox.write(
        "invitation_answered",
        key=f"invitation_answered:{offered.uuid}",
        account_id=account.id,
        person_id=offered.invited_by_id,
        data={"company": account.name, "name": name, "accepted": accepted},
    )


def rights_changed(
    account: Account, membership: Membership, person: Person, told: list[dict[str, Any]], *, actor: Actor
) -> None:
    """Tell a colleague what the administrator lets them do from now on."""
    outbox.write(
        "rights_changed",
        key=f"rights_changed:{membership.uuid}:{clock.now().isoformat()}",
        account_id=account.id,
        person_id=person.id,
        data={"company": account.name, "by": actor.name, "rights": told},
        about=("membership", membership.uuid),
        actor_name=actor.name,
    )


def membership_ended(account: Account, membership: Membership, person: Person, *, actor: Actor) -> None:
    """Tell somebody that they no longer act for a company."""
    outbox.write(
        "membership_ended",
        key=f"membership_ended:{membership.uuid}:{clock.now().isoformat()}",
        account_id=None,  # it reaches a person who no longer belongs to the account
        person_id=person.id,
        data={"company": account.name, "by": actor.name, "language": person.language},
        actor_name=actor.name,
    )


def colleague_left(account: Account, membership: Membership, person: Person, *, actor: Actor) -> None:
    """Tell who administers the company that a colleague has left it."""
    for one in people_of(account.id, Right.ADMINISTER):
        outbox.write(
            "colleague_left",
            key=f"colleague_left:{membership.uuid}:{one.person_id}:{clock.now().isoformat()}",
            account_id=account.id,
            person_id=one.person_id,
            data={"company": account.name, "name": person.name},
            about=("membership", membership.uuid),
            actor_name=actor.name,
        )


def remind(
    account: Account, membership: Membership, person: Person, wanted: Sequence[Held], *, actor: Actor
) -> None:
    """Promise a reminder three days before each end, to the colleague and to who set it; older ones are taken back."""
    take_back(membership, actor=actor)
    now = clock.now()
    for until in sorted({one.until for one in wanted if one.until is not None}):
        due = until - BEFORE_THE_END
        if due <= now:
            continue  # the message about the change says the same, and has just left
        told = [one.told(account.zone) for one in wanted if one.until == until]
        for reader_id in dict.fromkeys((person.id, actor.person_id)):
            outbox.write(
                "right_ends",
                key=f"right_ends:{membership.uuid}:{until:%Y%m%d}:{reader_id}:{now.isoformat()}",
                account_id=account.id,
                person_id=reader_id,
                data={"company": account.name, "name": person.name, "own": reader_id == person.id, "rights": told},
                about=("membership", membership.uuid),
                due_at=due,
                expires_at=until,
            )  # fmt: skip


def take_back(membership: Membership, *, actor: Actor) -> None:
    """Take back the reminders about rights that are no longer so."""
    outbox.recall(
        about=("membership", membership.uuid), names=["right_ends"], reason="rights_changed", actor=actor
    )

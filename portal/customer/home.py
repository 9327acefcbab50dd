"""Home: what waits now, for whom and until when; the last look at the customer's data, the last message and its why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, render_template

from portal import mail
from portal.domain import (
    audit,
    clock,
    complaints,
    consent,
    delivery,
    lookups,
    outbox,
    preferences,
    sharing,
    tasks,
)
from portal.domain.consent import PurposeView
from portal.ui import gates
from portal.ui.standing import Standing, standings

from . import blueprint
from .who_looked import looker

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Allowed:
    """How many of the uses that need a yes have one."""

    n: int
    of: int


@blueprint.get("/home")
@gates.customer()
def home() -> str:
    """Say at a glance where the relationship stands."""
    going = complaints.of(g.actor).recent(limit=SHOWN, only="open")[:SHOWN]
    purposes = consent.of(g.actor).permissions()
    look = lookups.of(g.actor).last()
    kept = complaints.kept_to(g.actor, sharing.waiting(g.actor), tasks.waiting(g.actor))
    requests, task = kept.beside
    return render_template(
        "customer/home/home.html",
        mine=[line for line in going if line.status == "waiting_you"],
        theirs=[line for line in going if line.status != "waiting_you"],
        look=look,
        looker=looker(look.team, look.purpose) if look else "",
        look_purpose=audit.word("purpose", look.purpose) if look else "",
        message=_last_message(purposes),
        allowed=_allowed(standings(purposes, account_id=g.actor.account_id, person_id=g.actor.person_id)),
        pause_until=_pause(),
        kept=kept,
        requests=requests,
        task=task,
    )


def _last_message(purposes: list[PurposeView]) -> dict[str, Any] | None:
    found = outbox.of(g.actor).page(view=outbox.Filter.SENT, limit=1)
    if not found:
        return None
    row = found[0]
    titles = mail.Titles(current_app, g.actor.language, g.actor.zone)
    purpose = next((one for one in purposes if one.key == row.purpose), None)
    return {
        "uuid": row.uuid,
        "at": row.ended_at or row.created_at,
        "subject": titles.of(row.name, row.subject, row.data),
        "channel": "portal" if row.channel == "inbox" else row.channel,
        "status": delivery.STATUS[row.state],
        "service": outbox.is_service(row.purpose),
        "purpose": purpose.title if purpose else "",
        "since": purpose.general.at if purpose and purpose.general and purpose.general.permits else None,
    }


def _allowed(found: list[Standing]) -> Allowed:
    asked = [one for one in found if one.purpose.asks]
    return Allowed(sum(one.allowed for one in asked), len(asked))


def _pause() -> Any:
    until = preferences.of(g.actor).pause_until
    return until if until is not None and until > clock.now() else None

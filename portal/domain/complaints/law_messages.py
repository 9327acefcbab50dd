"""What we write when the law acts: to the customer, and to the colleagues who have to see to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.domain import outbox
from portal.domain.actor import Actor, Permission
from portal.domain.references import spoken

from . import handling, messages
from .bodies import Body
from .models import Clock, Complaint, Remedy
from .states import K
from .ticking import Clocks

DESK = "complaint_desk"


def upheld(
    complaint: Complaint, remedy: Clock, legal: Clock, parts: Sequence[Remedy], until: datetime
) -> None:
    """Tell both sides that the law took our silence as a yes: what is owed, by when, until when to choose."""
    law = legal.explanation.get("law", {})
    was = legal.due_at or legal.promised_at
    data = {
        "was": was.isoformat() if was else None, "was_zone": legal.zone, "source": law.get("source", ""),
        "remedies": messages.remedies_told(parts), "until": until.isoformat(), "until_zone": remedy.zone,
        "asked": bool(complaint.remedy_wanted), **messages.promised(remedy),
    }  # fmt: skip
    messages.write(complaint, "complaint_law_upheld", data)
    to_staff(complaint, "upheld", {"was": data["was"], "zone": legal.zone, **messages.promised(remedy)})


def settled(complaint: Complaint, parts: Sequence[Remedy]) -> None:
    """Say that what was asked for is carried out now, by the date that was told."""
    messages.write(complaint, "complaint_law_settled", {"remedies": messages.remedies_told(parts)})


def chose_other(complaint: Complaint, clocks: Clocks, parts: Sequence[Remedy]) -> None:
    """Confirm that another remedy is wished for, and that what the law gives stays on the table."""
    data = {"remedies": messages.remedies_told(parts), **messages.promised(clocks.get(K.DECISION))}
    messages.write(complaint, "complaint_law_other", data)
    to_staff(complaint, "other", {})


def to_staff(complaint: Complaint, what: str, data: dict[str, Any]) -> None:
    """Tell who looks after it, who reviews it, and the supervisors: each once for one move."""
    people = {one for one in (complaint.handler_id, complaint.reviewer_id) if one is not None}
    people |= set(handling.active_ids(Permission.COMPLAINTS_SUPERVISE))
    for person_id in sorted(people):
        outbox.write(
            DESK,
            key=f"complaint:{complaint.uuid}:{DESK}:{what}:{complaint.version}:{person_id}",
            account_id=None,
            person_id=person_id,
            data={"number": spoken(complaint.number), "what": what, "complaint": str(complaint.uuid), **data},
            about=("desk", complaint.uuid),
            urgent=complaint.harm == 0,
        )


def outside_open(complaint: Complaint, legal: Clock, known: Sequence[Body]) -> None:
    """Say that we missed the legal date and that the way to an outside body is open, with its address."""
    law = legal.explanation.get("law", {})
    was = legal.due_at or legal.promised_at
    data = {
        "was": was.isoformat() if was else None, "was_zone": legal.zone, "source": law.get("source", ""),
        "outside_body": law.get("outside_body", ""), "bodies": [_told(one) for one in known],
        "next_step": complaint.next_step,
    }  # fmt: skip
    messages.write(complaint, "complaint_outside_open", data, key=f"{legal.k}:{legal.round}")
    to_staff(complaint, "open", {"was": data["was"], "zone": legal.zone})


def gone_outside(complaint: Complaint, clocks: Clocks, name: str, known: Body | None) -> None:
    """Confirm where it is now, how the body is reached, and by when we reply to it."""
    due = messages.promised(clocks.get(K.OUTSIDE))
    data = {"outside_body": name, "bodies": [_told(known)] if known else [], **due}
    messages.write(complaint, "complaint_gone_outside", data)
    to_staff(complaint, "gone", {"body": name, **due})


def back(complaint: Complaint, clocks: Clocks) -> None:
    """Say who looks now that it came back, and by when."""
    messages.review_started(complaint, clocks)
    to_staff(complaint, "back", {})


def replied_to_body(complaint: Complaint, clocks: Clocks, text: str, actor: Actor) -> None:
    """Show the customer what we wrote to the body, and when we ask it where it stands."""
    data = {"author": actor.name, "text": text, **messages.promised(clocks.get(K.OUTSIDE))}
    messages.write(complaint, "complaint_body_answered", data, actor=actor)


def body_decided(complaint: Complaint, clocks: Clocks, text: str, parts: Sequence[Remedy]) -> None:
    """Say what the body decided and what we owe now."""
    data = {"text": text, "remedies": messages.remedies_told(parts)}
    messages.write(complaint, "complaint_body_decided", data)


def extended(complaint: Complaint, legal: Clock, reason: str, source: str) -> None:
    """Say that the law allows more time, why we need it, and the new date."""
    data = {"reason": reason, "source": source, **messages.promised(legal)}
    messages.write(complaint, "complaint_law_extended", data)


def _told(body: Body) -> dict[str, str]:
    return {"name": body.name, "address": body.address, "web": body.web}

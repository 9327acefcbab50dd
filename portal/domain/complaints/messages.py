"""What we write about a complaint: one function per message; each goes out by the channel the customer chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.domain import outbox
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from portal.domain.references import spoken

from .models import Clock, Complaint, Entry, Offer, Remedy
from .states import K
from .ticking import Clocks

# By phone we call for what needs the customer or decides the matter; the rest lies in the inbox of the portal.
WORTH_A_CALL = frozenset(
    {
        "complaint_question",
        "complaint_answer",
        "complaint_review_answer",
        "complaint_remedy_done",
        "complaint_late",
        "complaint_law_upheld",
    }
)


def promised(clock: Clock | None, name: str = "due") -> dict[str, Any]:
    """Return the date of a clock for a template: the very instant and zone that the page shows."""
    at = clock.due_at if clock is not None and clock.ended_at is None else None
    return {name: at.isoformat() if at else None, f"{name}_zone": clock.zone if clock else None}


def write(
    complaint: Complaint, name: str, data: dict[str, Any], *, actor: Actor | None = None, key: str = ""
) -> str:
    """Write one message about a complaint to its customer, by the channel they chose, and return its key."""
    channel = complaint.contact_channel or "email"
    if channel == "phone" and name not in WORTH_A_CALL:
        channel = "inbox"
    return outbox.write(
        name,
        key=f"complaint:{complaint.uuid}:{name}:{key or complaint.version}",
        account_id=complaint.account_id,
        person_id=complaint.person_id,
        channel=channel,
        data={"number": spoken(complaint.number), **data},
        about=("complaint", complaint.uuid),
        urgent=complaint.harm == 0,
        actor_name=actor.name if actor else "",
    )


def remedies_told(remedies: Sequence[Remedy]) -> list[dict[str, Any]]:
    """Return remedies as a template lists them."""
    return [
        {
            "kind": one.kind,
            "text": one.text,
            "amount": str(one.amount) if one.amount is not None else None,
            "currency": one.currency,
            "due": one.due_at.isoformat() if one.due_at else None,
        }
        for one in remedies
    ]


def _receipt(complaint: Complaint, clocks: Clocks) -> dict[str, Any]:
    assert complaint.received_at is not None, "it has reached us"
    return {
        "received": complaint.received_at.isoformat(),
        "received_zone": complaint.zone,
        **promised(clocks.get(K.NAMED), "named_by"),
        **promised(clocks.get(K.LEGAL), "legal_by"),
    }


def received(complaint: Complaint, clocks: Clocks) -> str:
    """Say at once that we have it: its number, who will be named by when, the date of the law (ISO 10002)."""
    return write(complaint, "complaint_received", _receipt(complaint, clocks), key="first")


def entered(complaint: Complaint, clocks: Clocks, actor: Actor) -> None:
    """Say what we wrote down for somebody who called, wrote or came."""
    data = _receipt(complaint, clocks) | {"channel_in": complaint.channel}
    write(complaint, "complaint_entered", data, actor=actor, key="first")


def taken(complaint: Complaint, clocks: Clocks, actor: Actor, handler: str) -> None:
    """Name the person who looks after it, and the next step."""
    data = {"handler": handler, "next_step": complaint.next_step, **promised(clocks.get(K.ANSWER))}
    write(complaint, "complaint_taken", data, actor=actor)


def replied(complaint: Complaint, entry: Entry, actor: Actor) -> None:
    """Pass on what staff wrote."""
    write(complaint, "complaint_reply", {"author": actor.name, "text": entry.text}, actor=actor)


def news(complaint: Complaint, clocks: Clocks, entry: Entry, actor: Actor) -> None:
    """Pass on news with the next step and the date."""
    due = clocks.get(K.REVIEW if complaint.stage == 2 else K.ANSWER)
    data = {"author": actor.name, "text": entry.text, "next_step": complaint.next_step, **promised(due)}
    write(complaint, "complaint_news", data, actor=actor)


def asked(complaint: Complaint, clocks: Clocks, entry: Entry, actor: Actor) -> None:
    """Ask the one question, with the customer's ways out of it."""
    data = {"author": actor.name, "question": entry.text, **promised(clocks.get(K.QUESTION))}
    write(complaint, "complaint_question", data, actor=actor)


def offered(
    complaint: Complaint,
    clocks: Clocks,
    offer: Offer,
    remedies: Sequence[Remedy],
    actor: Actor,
    *,
    improved: bool,
) -> None:
    """Give the answer with what we offer, or the better offer that takes its place."""
    data = _offer(offer, remedies, actor) | promised(clocks.get(K.DECISION))
    write(complaint, "complaint_offer_improved" if improved else "complaint_answer", data, actor=actor)


def review_answered(
    complaint: Complaint, clocks: Clocks, offer: Offer, remedies: Sequence[Remedy], actor: Actor
) -> None:
    """Give the answer of the review and name the body outside."""
    legal = clocks.get(K.LEGAL)
    law = legal.explanation.get("law", {}) if legal else {}
    data = _offer(offer, remedies, actor) | promised(clocks.get(K.DECISION))
    write(
        complaint,
        "complaint_review_answer",
        data | {"outside_body": law.get("outside_body", "")},
        actor=actor,
    )


def _offer(offer: Offer, remedies: Sequence[Remedy], actor: Actor) -> dict[str, Any]:
    return {
        "author": actor.name, "finding": offer.finding, "reasons": offer.reasons, "version": offer.number,
        "remedies": remedies_told(remedies),
    }  # fmt: skip


def review_started(complaint: Complaint, clocks: Clocks) -> None:
    """Say that another person looks again, by when named and by when done."""
    data = promised(clocks.get(K.REVIEW)) | promised(clocks.get(K.NAMED), "named_by")
    write(complaint, "complaint_review_started", data)


def review_taken(complaint: Complaint, clocks: Clocks, actor: Actor) -> None:
    """Name the reviewer and the next step."""
    data = {"handler": actor.name, "next_step": complaint.next_step, **promised(clocks.get(K.REVIEW))}
    write(complaint, "complaint_review_taken", data, actor=actor)


def accepted(complaint: Complaint, remedies: Sequence[Remedy]) -> None:
    """Say what we owe now and by when."""
    write(complaint, "complaint_accepted", {"remedies": remedies_told(remedies)})


def remedy_done(complaint: Complaint, clocks: Clocks, remedy: Remedy, actor: Actor) -> None:
    """Say that it is done, with the proof, and ask whether it is."""
    data = {
        "remedy": remedies_told([remedy])[0], "evidence": remedy.evidence, **promised(clocks.get(K.CONFIRMATION)),
    }  # fmt: skip
    write(complaint, "complaint_remedy_done", data, actor=actor, key=f"{remedy.uuid}:{complaint.version}")


def not_done(complaint: Complaint, remedy: Remedy) -> None:
    """Confirm that we know it is not done, with the date that still holds."""
    told = remedies_told([remedy])[0]
    write(complaint, "complaint_not_done", {"remedy": told, "due": told["due"], "due_zone": complaint.zone})


def remedy_overdue(complaint: Complaint, clocks: Clocks) -> None:
    """Say that we were late with what we owe and that another person looks at it."""
    write(complaint, "complaint_remedy_overdue", promised(clocks.get(K.REVIEW)))


def resumed(complaint: Complaint, clocks: Clocks) -> None:
    """Say that we go on without the answer."""
    due = clocks.get(K.REVIEW if complaint.stage == 2 else K.ANSWER)
    write(complaint, "complaint_resumed", promised(due))


def closed(complaint: Complaint, clocks: Clocks) -> None:
    """Confirm the customer's own close, and until when it can be opened again."""
    write(complaint, "complaint_closed", promised(clocks.get(K.REOPENING), "reopen_until"))


def ended_silently(complaint: Complaint, clocks: Clocks, remedies: Sequence[Remedy]) -> None:
    """Say that it ended without a decision or a word, and what stays owed."""
    name = "complaint_lapsed" if complaint.state == "lapsed" else "complaint_closed_unconfirmed"
    data = promised(clocks.get(K.REOPENING), "reopen_until") | {"remedies": remedies_told(remedies)}
    write(complaint, name, data)


def withdrawn(complaint: Complaint, clocks: Clocks) -> None:
    """Confirm that it is withdrawn, and the way back."""
    write(complaint, "complaint_withdrawn", promised(clocks.get(K.REOPENING), "reopen_until"))


def reopened(complaint: Complaint, clocks: Clocks, handler: str) -> None:
    """Say that it is open again, who has it and by when."""
    due = clocks.get(K.REVIEW if complaint.stage == 2 else K.ANSWER)
    write(complaint, "complaint_reopened", {"handler": handler, **promised(due)})


def archived(complaint: Complaint) -> None:
    """Say that it can no longer be opened again."""
    write(complaint, "complaint_archived", {})


def late(complaint: Complaint, clock: Clock, was: datetime, aim: datetime | None) -> None:
    """Own up to a missed promise, to the customer, with the next step and the date we aim at now."""
    data = {
        "clock": clock.k, "was": was.isoformat(), "aim": aim.isoformat() if aim else None, "aim_zone": clock.zone,
        "next_step": complaint.next_step,
    }  # fmt: skip
    write(complaint, "complaint_late", data, key=f"{clock.k}:{clock.round}")


def reminded(complaint: Complaint, clock: Clock, n: int, question: str = "") -> str:
    """Remind the customer of a question, a decision, a confirmation or an unsent draft."""
    name = {
        K.QUESTION: "complaint_question_reminder", K.DECISION: "complaint_offer_reminder",
        K.CONFIRMATION: "complaint_confirm_reminder", K.DRAFT_KEPT: "complaint_draft_reminder",
    }[K(clock.k)]  # fmt: skip
    data = {"question": question, "began": complaint.created_at.isoformat(), **promised(clock)}
    return write(complaint, name, data, key=f"{clock.k}:{clock.round}:{n}")


def unreached(complaint: Complaint, clock: Clock, account: Account) -> str | None:
    """Let staff reach the customer another way, by a call or else a letter; None where neither is known.

    Returns the key of the message. ``clock`` is the new round; the reminders of the one before did not arrive.
    """
    ways = {"phone": account.phone, "letter": account.street and account.city}
    channel = next((way for way, there in ways.items() if there and way != complaint.contact_channel), None)
    if channel is None:
        return None
    return outbox.write(
        "complaint_unreached",
        key=f"complaint:{complaint.uuid}:complaint_unreached:{clock.k}:{clock.round}",
        account_id=complaint.account_id,
        person_id=complaint.person_id,
        channel=channel,
        data={"number": spoken(complaint.number), "clock": clock.k, **promised(clock)},
        about=("complaint", complaint.uuid),
        urgent=complaint.harm == 0,
    )

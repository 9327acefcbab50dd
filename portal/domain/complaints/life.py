"""The life of a complaint as dated stops, the log as sentences, and how remedies and ends are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.domain import audit, clock
from portal.text import Lazy, _t

from .acts import Act
from .models import Complaint, Remedy
from .saying import Promise
from .states import INFO, State, info
from .views import EventView, Stop

SENTENCES: dict[Act, Lazy] = {
    Act.START: _t("{actor} began to write"),
    Act.SEND: _t("{actor} sent the complaint"),
    Act.DISCARD: _t("{actor} discarded the draft"),
    Act.EXPIRE_DRAFT: _t("The draft was discarded after its time"),
    Act.ENTER: _t("{actor} wrote the complaint down"),
    Act.IMPORT_OPEN: _t("It came over from another register"),
    Act.IMPORT_CLOSED: _t("It came over from another register, closed there"),
    Act.ACKNOWLEDGE: _t("The acknowledgement was handed to the post"),
    Act.ADD: _t("{actor} added to it"),
    Act.WRITE: _t("{actor} wrote"),
    Act.CHANGE_WISH: _t("{actor} changed what would put it right"),
    Act.CHOOSE: _t("{actor} said that there is danger"),
    Act.TAKE: _t("{actor} looks after it"),
    Act.ASSIGN: _t("{actor} put it into the hands of {to}"),
    Act.ASK: _t("{actor} asked a question"),
    Act.ANSWER: _t("{actor} answered the question"),
    Act.DECIDE_WITHOUT_IT: _t("{actor} asked us to decide without an answer"),
    Act.SAY_IRRELEVANT: _t("{actor} said that the question does not matter"),
    Act.EXTEND: _t("{actor} took more time for the question"),
    Act.QUESTION_EXPIRES: _t("The question stayed open; it goes on with what is known"),
    Act.ASK_TO_SHARE: _t("{actor} asked whether {partner} may see a part of it"),
    Act.REFUSE_SHARING: _t("{actor} did not want {partner} to see it"),
    Act.DROP_TASK: _t("{actor} no longer wants to give {partner} a task"),
    Act.GIVE_TASK: _t("{actor} gave {partner} a task"),
    Act.ALLOW_TASK: _t("{actor} lets {partner} see a part of it, for one task"),
    Act.LIMIT_SHARING: _t("{actor} narrowed what {partner} may see"),
    Act.PARTNER_WRITES: _t("{actor} of {partner} wrote"),
    Act.RETURN_TASK: _t("{actor} of {partner} finished the task and sees nothing of it any more"),
    Act.CALL_BACK: _t("{actor} called the task back from {partner}, who sees nothing of it any more"),
    Act.TASK_EXPIRES: _t("The time of {partner} was over, who sees nothing of it any more"),
    Act.OFFER: _t("{actor} answered with offer {offer}"),
    Act.IMPROVE: _t("{actor} improved the offer: version {offer}"),
    Act.ACCEPT: _t("{actor} accepted offer {offer}"),
    Act.ESCALATE: _t("{actor} asked for another person"),
    Act.TAKE_REVIEW: _t("{actor}, who had no part in it, took the review"),
    Act.REVIEW_OFFER: _t("{actor} gave the answer of the review, offer {offer}"),
    Act.NEW_EVIDENCE: _t("{actor} brought something new"),
    Act.REMEDY_DONE: _t("{actor} said that a remedy is done"),
    Act.REMEDY_WRONG: _t("{actor} said that a remedy is late or wrong"),
    Act.REMEDY_OVERDUE: _t("What was agreed was not done in time; another person looks at it"),
    Act.CONFIRM: _t("{actor} said that it is done"),
    Act.NOT_DONE: _t("{actor} said that it is not done"),
    Act.LAPSE: _t("The time to decide ran out"),
    Act.CLOSE_UNCONFIRMED: _t("It ended without the customer's word"),
    Act.UNREACHED: _t("The reminders did not arrive, so the time begins anew"),
    Act.WITHDRAW: _t("{actor} withdrew it"),
    Act.REPLY: _t("{actor} wrote after the end"),
    Act.JUST_SAYING: _t("{actor} said that it asks for nothing"),
    Act.REOPEN: _t("{actor} opened it again"),
    Act.ARCHIVE: _t("It went to the archive"),
    Act.LAW_UPHOLDS: _t("The legal date passed without an answer: by law the complaint is accepted as asked"),
    Act.SETTLE_BY_LAW: _t("What the law gives is carried out, as it was asked"),
    Act.CHOOSE_OTHER: _t("{actor} asked for another remedy than the law gives"),
    Act.GO_OUTSIDE: _t("{actor} took it to an outside body: {body}"),
    Act.COME_BACK: _t("{actor} brought it back from the outside body"),
    Act.REPLY_TO_BODY: _t("{actor} wrote to the outside body"),
    Act.BODY_DECIDES: _t("{actor} wrote down what the outside body decided"),
    Act.LEGAL_EXTENSION: _t("{actor} used the longer time that the law allows, with a reason"),
    Act.RULE_CHOSEN: _t("{actor} said what it concerns; another rule of law holds now"),
    Act.OUTSIDE_LATE: _t("What we owed the outside body is late"),
    Act.ACK_LATE: _t("The acknowledgement was late"),
    Act.NOBODY_NAMED: _t("Nobody was named in time"),
    Act.ANSWER_LATE: _t("The promised answer is late"),
    Act.LEGAL_DATE_PASSED: _t("The legal date passed without an answer"),
    Act.NO_NEWS: _t("The customer heard nothing for too long"),
    Act.REVIEW_LATE: _t("The review is late"),
    Act.REMEDY_LATE: _t("What was agreed is late"),
}
PRIVATE = _t("{actor} wrote a private note")


def sentence(act: str, kind: str, name: str, data: Mapping[str, Any]) -> Lazy:
    """Return one line of the log as a sentence for either side."""
    known = PRIVATE if data.get("private") else SENTENCES.get(Act(act)) or _t("{actor}: {act}", act=act)
    values = {
        "actor": audit.who(kind, name),
        "offer": data.get("offer", ""),
        "to": data.get("to", ""),
        "partner": data.get("partner") or _t("the partner"),
        "body": data.get("body", ""),
        "act": act,
    }
    return Lazy(known.message, values)


def remedy_state(row: Remedy) -> str:
    """Return how a remedy stands: offered, due, late, done, confirmed or disputed."""
    if row.confirmed_at is not None:
        return "confirmed"
    if row.done_at is not None:
        return "done"
    if row.disputed_at is not None:
        return "disputed"
    if row.due_at is None:
        return "offered"
    return "late" if row.due_at < clock.now() else "due"


def ended_note(complaint: Complaint, events: list[EventView]) -> Lazy | None:
    """Return how it ended, in words that never count silence as content; None while it is open."""
    if complaint.ended_at is None:
        return None
    if complaint.ended_how == "source":
        reason = next((event.reason for event in events if event.act == Act.IMPORT_CLOSED), "")
        return _t("Closed by the source: {how}", how=reason) if reason else _t("Closed by the source")
    return info(complaint.state).sees


_LINE: tuple[tuple[Lazy, tuple[Act, ...], tuple[str, ...]], ...] = (
    (_t("Received"), (Act.SEND, Act.ENTER, Act.IMPORT_OPEN, Act.IMPORT_CLOSED), ()),
    (_t("In hand"), (Act.TAKE,), ("K2",)),
    (_t("Answered"), (Act.OFFER, Act.IMPROVE), ("K3", "K4")),
    (_t("Reviewed"), (Act.REVIEW_OFFER,), ("K9",)),
    (_t("Your decision"), (Act.ACCEPT, Act.SETTLE_BY_LAW), ("K8",)),
    (_t("Put right"), (Act.REMEDY_DONE,), ("K10",)),
    (_t("Closed by you"), (Act.CONFIRM,), ("K11",)),
)
_AT: dict[State, int] = {
    State.RECEIVED: 1, State.IN_HAND: 2, State.NEEDS_CUSTOMER: 2, State.WITH_PARTNER: 2, State.OFFERED: 4,
    State.IN_REVIEW: 3, State.NEEDS_CUSTOMER_R: 3, State.REVIEW_OFFERED: 4, State.LAW_UPHELD: 4,
    State.REMEDY_DUE: 5, State.TO_CONFIRM: 6,
}  # fmt: skip
_REVIEW, _LAST = 3, 6


def stops(
    complaint: Complaint, events: list[EventView], going: list[Promise], handler: str, reviewer: str
) -> list[Stop]:
    """Return the line of its life: what is done with its date, where it is now, what comes next by when."""
    state = State(complaint.state)
    if state in (State.DRAFT, State.DISCARDED):
        return []
    here = _AT.get(state)
    dues = {one.k: one for one in going}
    found = []
    for index, (label, acts, clocks) in enumerate(_LINE):
        if index == _REVIEW and complaint.stage < 2:
            continue  # it is no stop of a complaint that never needed it
        event = next((one for one in reversed(events) if one.act in acts), None)
        due = next((dues[k] for k in clocks if k in dues), None)
        by = {1: handler, _REVIEW: reviewer}.get(index, "")
        if here is not None and index == here:
            late = due is not None and due.late
            note = INFO[state].label
            found.append(
                Stop(label, "late" if late else "now", due=due.due_at if due else None, note=note, by=by)
            )
        elif event is not None and (here is None or index < here):
            at = complaint.received_at if index == 0 else event.at
            found.append(Stop(label, "done", at=at, by=by or (event.who if event.kind == "staff" else "")))
        elif here is None or index < here:
            found.append(Stop(label, "skipped"))
        else:
            found.append(Stop(label, "next", due=due.due_at if due else None))
    if INFO[state].finished or INFO[state].final:
        if state is State.CLOSED:
            found[-1] = Stop(_LINE[_LAST][0], "done", at=complaint.ended_at)
        else:
            found.append(Stop(INFO[state].label, "now", at=complaint.ended_at))
    return found

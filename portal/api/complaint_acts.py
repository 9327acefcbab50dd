"""What a customer does with a complaint: each act is posted to an address below it, and the state decides."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Annotated, Any

from flask import g
from pydantic import BaseModel, Field

from portal.domain import complaints
from portal.text import Lazy, _t

from .complaint_shapes import Complaint
from .complaints import LIMITS, RIGHTS, WRITE, Remedy, held, shown
from .operations import operation
from .shapes import Amount, Currency, Day, Given, letters


class Words(Given):
    """Something said."""

    text: Annotated[str, letters(LIMITS["text"], 1), Field(examples=["It happened again today."])]


class Reason(Given):
    """Why; nothing has to be said."""

    text: Annotated[str, letters(500)] = ""


class LongReason(Given):
    """What matters; after our last word something new is needed."""

    text: Annotated[str, letters(LIMITS["text"])] = ""


class Extension(Given):
    """Until when more time is needed."""

    until: Day


class Acceptance(Given):
    """The version of our answer that was read, and no other."""

    number: Annotated[int, Field(ge=1, le=100_000)]
    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description=str(_t("As the offer has it")))]


class Harm(Given):
    """Why it cannot wait."""

    reason: Annotated[str, letters(500, 1)]


class RemedyWanted(Given):
    """What would put it right."""

    remedy_wanted: Remedy
    remedy_text: Annotated[str, letters(LIMITS["remedy_text"])] = ""
    amount_wanted: Amount | None = None
    currency: Currency = ""


class Outside(Given):
    """Which outside body: the key of one that we list, or the name of another."""

    body: Annotated[str, letters(60)] = ""
    other: Annotated[str, letters(200)] = ""


Verb = Callable[..., Any]
ACTS: tuple[tuple[str, Verb, type[BaseModel] | None, Lazy, Lazy | None], ...] = (
    ("sending", complaints.send, None, _t("Send a draft"),
     _t("From now on our clocks run, and it has a number and dates.")),
    ("answer", complaints.answer, Words, _t("Answer our question"), None),
    ("decision-without-it", complaints.decide_without_it, None, _t("Let us decide without an answer"), None),
    ("irrelevance", complaints.say_irrelevant, Reason, _t("Say that our question does not matter"), None),
    ("extension", complaints.extend, Extension, _t("Take more time for our question"), None),
    ("acceptance", complaints.accept, Acceptance, _t("Accept our answer"),
     _t("What it offers is owed from then on; with nothing to do the complaint is closed.")),
    ("review", complaints.ask_for_review, LongReason, _t("Ask for another person"),
     _t("Somebody who had no part in it looks again.")),
    ("lawful-remedy", complaints.settle_by_law, None, _t("Take what the law gives"),
     _t("Where we were silent until the legal date: what was asked for is carried out.")),
    ("other-remedy", complaints.choose_other, RemedyWanted, _t("Choose something else than the law gives"),
     _t("What the law gives stays on the table.")),
    ("outside", complaints.go_outside, Outside, _t("Say that an outside body has it"),
     _t("Open once we answered or the legal date passed. Our duty to reply to the body runs from then on.")),
    ("outside-return", complaints.come_back, None, _t("Bring it back from the outside body"), None),
    ("agreement", complaints.agree, None, _t("Say that it is settled"),
     _t("Where the outside body gave nothing to carry out.")),
    ("harm", complaints.raise_harm, Harm, _t("Say that it is dangerous or cannot wait"), None),
    ("withdrawal", complaints.withdraw, Reason, _t("Withdraw it"), _t("It can be opened again at any time.")),
    ("reopening", complaints.reopen, LongReason, _t("Open it again"), _t("Under its number; no reason is needed.")),
    ("remark", complaints.just_saying, None, _t("Say that what was written after the end asks for nothing"), None),
)  # fmt: skip


def _act(place: str, verb: Verb, shape: type[BaseModel] | None, summary: Lazy, words: Lazy | None) -> None:
    """Make an operation of a verb; the request must have seen the present state of the complaint."""

    def act(id: uuid.UUID, body: BaseModel | None = None) -> Complaint:
        complaint = held(id)
        values = body.model_dump() if body is not None else {}
        verb(complaint, actor=g.actor, expected_version=complaint.version, **values)
        return shown(id)

    act.__name__ = "complaint_" + place.replace("-", "_")
    act.__doc__ = str(summary)
    operation(
        "POST", f"/complaints/<uuid:id>/{place}", WRITE, summary, words=words, rights=RIGHTS, body=shape,
        answer=Complaint, conditional=True,
    )(act)  # fmt: skip


for _one in ACTS:
    _act(*_one)


@operation(
    "POST", "/complaints/<uuid:id>/words", WRITE, _t("Say more"), rights=RIGHTS, body=Words, answer=Complaint,
    words=_t("Nothing is overwritten, so no state has to be named. After the end it opens nothing by itself."),
)  # fmt: skip
def complaint_words(id: uuid.UUID, body: Words) -> Complaint:
    """Add words to a complaint."""
    complaints.say_more(complaints.of(g.actor).get(id), actor=g.actor, text=body.text)
    return shown(id)


@operation(
    "PUT", "/complaints/<uuid:id>/remedy-wanted", WRITE, _t("Change what would put it right"), rights=RIGHTS,
    body=RemedyWanted, answer=Complaint, conditional=True, words=_t("Until we have answered."),
    example={"remedy_wanted": "replacement"},
)  # fmt: skip
def complaint_remedy_wanted(id: uuid.UUID, body: RemedyWanted) -> Complaint:
    """Change the wish; the one before stays in the record."""
    complaints.change_remedy(held(id), actor=g.actor, **body.model_dump())
    return shown(id)


@operation(
    "POST", "/complaints/<uuid:id>/remedies/<uuid:remedy>/confirmation", WRITE, _t("Say that a remedy is done"),
    rights=RIGHTS, answer=Complaint, conditional=True, words=_t("With the last one the complaint is closed."),
)  # fmt: skip
def complaint_remedy_confirmation(id: uuid.UUID, remedy: uuid.UUID) -> Complaint:
    """Say that something is done."""
    about = held(id)
    complaints.confirm(complaints.of(g.actor).remedy(remedy, of=about), actor=g.actor)
    return shown(id)


@operation(
    "POST", "/complaints/<uuid:id>/remedies/<uuid:remedy>/objection", WRITE, _t("Say that a remedy is not done"),
    rights=RIGHTS, body=Reason, answer=Complaint, conditional=True,
)  # fmt: skip
def complaint_remedy_objection(id: uuid.UUID, remedy: uuid.UUID, body: Reason) -> Complaint:
    """Say that something is not done, late or wrong."""
    about = held(id)
    complaints.not_done(complaints.of(g.actor).remedy(remedy, of=about), actor=g.actor, text=body.text)
    return shown(id)

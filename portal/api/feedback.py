"""Feedback: what the customer told us, what we replied and what came of it; and how an answer was, rated once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from flask import g, url_for
from pydantic import Field

from portal.domain import complaints, errors
from portal.domain import feedback as told
from portal.domain.programs import Scope
from portal.text import _t

from . import lists
from .complaints import RIGHTS, held
from .given import Answer
from .messages import About
from .operations import operation
from .shapes import Given, Paged, Shown, letters

READ, WRITE = Scope.FEEDBACK_READ, Scope.FEEDBACK_WRITE
Score = Annotated[int, Field(ge=min(told.SCALE), le=max(told.SCALE), examples=[4])]
HANDLING = str(_t("How we handled it, from 1 (very bad) to 5 (very good)"))
OUTCOME = str(_t("What came out of it, from 1 (very bad) to 5 (very good)"))


class Feedback(Shown):
    """One thing that the customer told us."""

    id: uuid.UUID
    kind: Annotated[Literal["answer", "tell_us"], Field(description=str(_t("A rated answer, or free words")))]
    about: Annotated[About | None, Field(description=str(_t("The complaint whose answer is rated")))]
    about_number: str
    handling: Annotated[int | None, Field(description=HANDLING)]
    outcome: Annotated[int | None, Field(description=OUTCOME)]
    text: str
    created_at: dt.datetime
    state: Literal["new", "replied", "done"]
    reply: str
    replied_at: dt.datetime | None
    came_of_it: str
    done_at: dt.datetime | None


class FeedbackList(lists.Listed):
    """A page of feedback, newest first."""

    items: list[Feedback]


class NewFeedback(Given):
    """Something to tell us."""

    text: Annotated[str, letters(told.TEXT_MAX, 1), Field(examples=["The dates in the list help me a lot."])]


class Rating(Given):
    """How an answer was: the way to it and its result are two things."""

    handling: Annotated[Score, Field(description=HANDLING)]
    outcome: Annotated[Score, Field(description=OUTCOME)]
    text: Annotated[str, letters(told.TEXT_MAX)] = ""


def _shown(row: Any) -> Feedback:
    return Feedback(
        id=row.uuid, kind=row.kind, about=About(kind="complaint", id=row.about_uuid) if row.about_uuid else None,
        about_number=row.about_label, handling=row.handling, outcome=row.outcome, text=row.text,
        created_at=row.created_at, state=row.state, reply=row.reply, replied_at=row.replied_at,
        came_of_it=row.came_of_it, done_at=row.done_at,
    )  # fmt: skip


def _made(row: told.Feedback) -> Answer:
    return Answer(_shown(row), {"Location": url_for("api.feedback", id=row.uuid)})


@operation(
    "GET", "/feedback", READ, _t("What was told us, and what came of it"), query=Paged, answer=FeedbackList
)
def feedback_list(query: Paged) -> Answer:
    """One's own feedback, for administrators that of the whole account; newest first."""
    rows = told.of(g.actor).page(after=query.after, limit=query.limit)
    return lists.page(FeedbackList, rows, query.limit, _shown)


@operation("GET", "/feedback/<uuid:id>", READ, _t("One piece of feedback"), answer=Feedback)
def feedback(id: uuid.UUID) -> Feedback:
    """What was said, our reply and what came of it."""
    return _shown(told.of(g.actor).get(id))


@operation(
    "POST", "/feedback", WRITE, _t("Tell us something"), body=NewFeedback, answer=Feedback, status=201,
    words=_t("A person reads it; the reply and what came of it stand in the list."),
)  # fmt: skip
def feedback_new(body: NewFeedback) -> Answer:
    """Tell us something."""
    return _made(told.tell_us(actor=g.actor, text=body.text))


@operation(
    "POST", "/complaints/<uuid:id>/rating", WRITE, _t("Rate our newest answer"), rights=RIGHTS, body=Rating,
    answer=Feedback, status=201, conditional=True,
    words=_t("Once for each answer. It changes nothing about the complaint: no date, and nothing that we owe."),
    example={"handling": 4, "outcome": 2},
)  # fmt: skip
def complaint_rating(id: uuid.UUID, body: Rating) -> Answer:
    """Say how the newest answer was handled and what came out of it, two numbers apart (ISO 10004)."""
    held(id)
    case = complaints.case(g.actor, id)
    if not case.offers:
        raise errors.Conflict(
            _t("There is no answer of ours yet that could be rated."), code="feedback.early"
        )
    newest = str(case.offers[0].number)
    if told.asked(g.actor, case.uuid, newest):
        raise errors.Conflict(
            _t("You have told us already what you think of this answer."), code="feedback.known"
        )
    values = body.model_dump()
    return _made(
        told.answer_questions(
            actor=g.actor, about_uuid=case.uuid, about_label=case.number, answer=newest, **values
        )
    )

"""Tasks for systems of partners: what the extranet shows and lets do, each access a look-up of the customer's."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Annotated, Any

from flask import Response, g, request, url_for
from pydantic import Field

from portal.domain import tasks
from portal.domain.clients import Scope
from portal.text import _t
from portal.ui.downloads import SHUT, named
from portal.ui.forms import say

from . import given, lists
from .complaints import Remedy
from .operations import partner_operation
from .shapes import Amount, Currency, Given, Paged, Query, Shown, letters

READ, WORK = Scope.TASKS_READ, Scope.TASKS_WORK


class TaskLine(Shown):
    """One task of a list; of one that has ended only that."""

    id: uuid.UUID
    number: str
    title: str
    due_at: dt.datetime
    zone: str
    opened_at: dt.datetime
    ended_at: dt.datetime | None
    ended: Annotated[str, Field(description=str(_t("How it ended; empty while it goes on")))]


class TaskList(lists.Listed):
    """A page of tasks."""

    items: list[TaskLine]


class TaskField(Shown):
    """One field of the matter that may be seen."""

    id: uuid.UUID
    key: str
    label: str
    value: str


class TaskEntry(Shown):
    """Something said: in the matter, or by yourselves."""

    id: uuid.UUID
    at: dt.datetime
    kind: str
    who: str
    text: str
    own: bool


class TaskFile(Shown):
    """A file that may be downloaded."""

    id: uuid.UUID
    name: str
    media_type: str
    size: int
    at: dt.datetime
    own: bool


class Task(Shown):
    """A task with all of the matter that may be seen for it, and nothing beside that."""

    id: uuid.UUID
    number: str
    version: Annotated[int, Field(description=str(_t("Every change of what may be seen raises it")))]
    title: str
    instructions: str
    due_at: dt.datetime
    zone: str
    opened_at: dt.datetime
    given_by: str
    may_write: Annotated[bool, Field(description=str(_t("To the customer, who says so")))]
    fields: list[TaskField]
    said: list[TaskEntry]
    files: list[TaskFile]


class TaskWords(Given):
    """Words to who gave the task, or to the customer where she allows it."""

    text: Annotated[
        str, letters(tasks.MAX_TEXT, 1), Field(examples=["The seal is worn; we come on Tuesday."])
    ]
    to_customer: bool = False


class TaskProposal(Given):
    """What would put it right."""

    kind: Remedy
    text: Annotated[str, letters(tasks.MAX_TEXT, 1)]
    amount: Amount | None = None
    currency: Currency = ""


class TaskResult(Given):
    """What came of it."""

    text: Annotated[str, letters(tasks.MAX_TEXT)] = ""


class TaskFileQuery(Query):
    """The name of a file."""

    name: Annotated[str, letters(200, 1)]


def _line(one: tasks.Line) -> TaskLine:
    return TaskLine(
        id=one.uuid, number=one.number, title=one.title, due_at=one.due_at, zone=one.zone, opened_at=one.opened_at,
        ended_at=one.ended_at, ended=say(one.ended) if one.ended is not None else "",
    )  # fmt: skip


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else say(value)


def _task(found: uuid.UUID) -> Task:
    one = tasks.of(g.actor).slice(found)
    return Task(
        id=one.uuid, number=one.number, version=one.version, title=one.title, instructions=one.instructions,
        due_at=one.due_at, zone=one.zone, opened_at=one.opened_at, given_by=one.given_by, may_write=one.may_write,
        fields=[TaskField(id=f.uuid, key=f.key, label=say(f.label), value=_text(f.value)) for f in one.fields],
        said=[TaskEntry(id=e.uuid, at=e.at, kind=e.kind, who=e.who, text=e.text, own=e.theirs) for e in one.said],
        files=[_file(f) for f in one.files],
    )  # fmt: skip


def _file(one: tasks.FileLine) -> TaskFile:
    return TaskFile(
        id=one.uuid, name=one.name, media_type=one.media_type, size=one.size, at=one.at, own=one.theirs
    )


@partner_operation(
    "GET", "/tasks", READ, _t("Tasks that go on"), query=Paged, answer=TaskList, words=_t("The nearest deadline first.")
)  # fmt: skip
def partner_tasks(query: Paged) -> given.Answer:
    """What is handed over and open now."""
    return lists.page(TaskList, tasks.of(g.actor).going(query.after, query.limit), query.limit, _line)


@partner_operation("GET", "/tasks/ended", READ, _t("Tasks that have ended"), query=Paged, answer=TaskList)
def partner_tasks_ended(query: Paged) -> given.Answer:
    """Their number, when and how they ended, and nothing else."""
    return lists.page(TaskList, tasks.of(g.actor).ended(query.after, query.limit), query.limit, _line)


@partner_operation(
    "GET", "/tasks/<uuid:id>", READ, _t("One task"), answer=Task,
    words=_t("Each access is written down, and the customer reads it. What is called back is not found any more."),
)  # fmt: skip
def partner_task(id: uuid.UUID) -> Task:
    """Exactly what may be seen for it at this instant."""
    return _task(id)


@partner_operation(
    "GET", "/tasks/<uuid:id>/files/<uuid:file>", READ, _t("Get a file"), download=True,
    words=_t("The bytes end short of the size when it may not be seen any more: keep no such piece."),
)  # fmt: skip
def partner_task_file(id: uuid.UUID, file: uuid.UUID) -> Response:
    """One file; each piece of it is preceded by the question whether it may still leave."""
    found = tasks.download(g.actor, id, file)
    answer = Response(found.chunks, mimetype=found.media_type)
    answer.headers["Content-Length"] = str(found.size)
    answer.headers["Content-Disposition"] = named(found.name)
    answer.headers["Content-Security-Policy"] = SHUT
    return answer


@partner_operation(
    "POST", "/tasks/<uuid:id>/words", WORK, _t("Write about a task"), body=TaskWords, answer=Task,
    words=_t("To the customer only where “may_write” says so."),
)  # fmt: skip
def partner_task_words(id: uuid.UUID, body: TaskWords) -> Task:
    """Write to who gave the task, or to the customer."""
    tasks.answer(id, actor=g.actor, text=body.text, to_customer=body.to_customer)
    return _task(id)


@partner_operation(
    "POST", "/tasks/<uuid:id>/proposal", WORK, _t("Propose what would put it right"), body=TaskProposal, answer=Task,
    words=_t("Whether it is offered is decided by whoever gave you the task."),
    example={"kind": "repair", "text": "A new seal is enough.", "amount": "120.00", "currency": "PLN"},
)  # fmt: skip
def partner_task_proposal(id: uuid.UUID, body: TaskProposal) -> Task:
    """Propose."""
    tasks.propose(
        id, actor=g.actor, kind=body.kind, text=body.text, amount=body.amount, currency=body.currency
    )
    return _task(id)


@partner_operation(
    "POST", "/tasks/<uuid:id>/files", WORK, _t("Add a file"), query=TaskFileQuery, answer=TaskFile, status=201,
    upload=True, fields={"files": ""},
    words=_t("The file is the content of the request; what it is decides its content, never its name."),
)  # fmt: skip
def partner_task_file_new(id: uuid.UUID, query: TaskFileQuery) -> given.Answer:
    """Attach a file to the matter, by way of the task."""
    part = tasks.attach(id, actor=g.actor, name=query.name, stream=io.BytesIO(request.get_data()))
    kept = next(one for one in tasks.of(g.actor).slice(id).files if one.uuid == part.uuid)
    place = url_for("api.partner_task_file", id=id, file=part.uuid)
    return given.Answer(_file(kept), {"Location": place})


@partner_operation(
    "POST", "/tasks/<uuid:id>/result", WORK, _t("Hand in the result"), body=TaskResult, answer=TaskLine,
    words=_t("The task ends, and with it everything that was shown for it."), example={"text": "The seal is new."},
)  # fmt: skip
def partner_task_result(id: uuid.UUID, body: TaskResult) -> TaskLine:
    """Hand in; the task is over."""
    tasks.hand_in(id, actor=g.actor, text=body.text)
    line = tasks.of(g.actor).over(id)
    assert line is not None, "it has just ended"
    return _line(line)

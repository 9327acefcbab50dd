"""One operation of the API: what it takes and gives stands here once, for the gate, the checks and the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, g
from pydantic import BaseModel

from portal.domain import clients
from portal.domain.actor import Right
from portal.domain.programs import Scope
from portal.text import Lazy
from portal.ui import gates
from portal.ui.problems import API, PARTNER_API

from . import asked, blueprint, given

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What the document says about one operation and what is checked before it runs."""

    name: str
    method: str
    path: str  # as Flask writes it, without the prefix
    subject: str
    scope: Scope | clients.Scope
    summary: Lazy
    words: Lazy | None = None
    rights: tuple[Right, ...] = ()
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    conditional: bool = False  # changes what was read before: If-Match is needed
    upload: bool = False  # the body is a file
    download: bool = False  # the answer is one
    fields: Mapping[str, str] = field(default_factory=dict)  # a rule's name of a field → the body's
    example: Mapping[str, Any] | None = None
    prefix: str = API
    ages: bool = False  # what it was asked with may be kept no more

    @property
    def once(self) -> bool:
        """Tell whether a repeated request must not act again, so that it needs a key."""
        return self.method == "POST"

    @property
    def address(self) -> str:
        """Return the address with parameters as OpenAPI writes them."""
        return self.prefix + self.path.replace("<uuid:", "{").replace(">", "}")


OPERATIONS: list[Operation] = []
PARTNER_OPERATIONS: list[Operation] = []


def operation(method: str, path: str, scope: Scope, summary: Lazy, **more: Any) -> Callable[[View], View]:
    """Make a view an operation; it gets its path parameters, and ``query`` and ``body`` where it names a shape."""

    def make(view: View) -> View:
        one = Operation(view.__name__, method, path, scope.value.partition(":")[0], scope, summary, **more)
        OPERATIONS.append(one)
        return _open(view, one, gates.program(scope.value, *one.rights))

    return make


def partner_operation(
    method: str, path: str, scope: clients.Scope, summary: Lazy, **more: Any
) -> Callable[[View], View]:
    """Make a view an operation for systems of partners, below their own address, in their own document."""

    def make(view: View) -> View:
        subject = scope.value.partition(":")[0]
        one = Operation(view.__name__, method, path, subject, scope, summary, prefix=PARTNER_API, **more)
        PARTNER_OPERATIONS.append(one)
        return _open(view, one, gates.client(scope.value))

    return make


def _open(view: View, one: Operation, guard: Callable[[View], View]) -> View:
    def run(**values: Any) -> Response:
        g.fields = one.fields
        asked.check_accept(download=one.download)
        query = asked.query(one.query)
        if one.query is not None:
            values["query"] = query
        if one.method not in ("GET", "DELETE") and not one.upload:
            body = asked.body(one.body)
            if one.body is not None:
                values["body"] = body
        elif one.method == "DELETE":
            asked.body(None)
        if one.upload:
            asked.check_upload()
        if one.conditional:
            asked.check_condition()
        if one.once:
            return given.once(lambda: given.finish(view(**values), one.status))
        return given.finish(view(**values), one.status)

    run.__name__ = one.name
    run.__doc__ = view.__doc__
    blueprint.add_url_rule(
        one.prefix + one.path, one.name, guard(run), methods=[one.method], provide_automatic_options=False
    )
    return view

"""One page of a list: what it holds, and where it goes on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from flask import request, url_for
from pydantic import Field

from portal.text import _t

from .given import Answer
from .shapes import Shown

Row = TypeVar("Row")


class Listed(Shown):
    """A page of a list; ``items`` is named by each list itself."""

    next: Annotated[
        uuid.UUID | None, Field(description=str(_t("Send it as “after” for the next page; none on the last")))
    ]


def page(shape: type[Listed], rows: Sequence[Row], limit: int, show: Callable[[Row], Any]) -> Answer:
    """Cut ``limit`` + 1 rows, each with a ``uuid``, to a page with its Link header (RFC 8288)."""
    kept = rows[:limit]
    more: Any = kept[-1] if len(rows) > limit else None
    answer = Answer(shape(items=[show(row) for row in kept], next=more.uuid if more else None))  # type: ignore[call-arg]
    if more is not None:
        query = {**request.args.to_dict(), "after": more.uuid}
        address = url_for(request.endpoint or "", **{**(request.view_args or {}), **query})
        answer.headers["Link"] = f'<{address}>; rel="next"'
    return answer

"""What was typed when a session had run out: held encrypted, given back once to the same person in this browser.

hold_request()     a form came with an ended sign-in: keep it, note it in the cookie
come_back(…)       after the sign-in: the page to return to, if what is held is this person's
values(form)       on that page: what goes into the form
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import Flask, g, request, session
from werkzeug.datastructures import MultiDict

from portal import db
from portal.domain import accounts
from portal.domain.accounts import Face
from portal.ui.session import READING, face_here, readable
from portal.ui.theme import parts_of

# Never kept, whatever form they stand in; files are not part of request.form.
SECRET = re.compile(r"(^|[_-])(password|passwort|current|code|otp|pin|token|secret)$", re.IGNORECASE)
ONCE = {"csrf_token", "next", "acting_for"}


def _typed() -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ONCE and not SECRET.search(name)
    ]


def _page() -> str:
    """Return the page the form stands on: its own address where that can be read, else the one it came from."""
    own = readable(request.path)
    if own:
        return own
    came = parts_of(request.referrer)
    if came.netloc == request.host:
        query = f"?{came.query}" if came.query else ""
        return readable(came.path + query) or "/"
    return "/"


def _hold(person_id: int) -> str:
    page = _page()
    g.held_now = True
    kept = accounts.hold(person_id, face=face_here(), path=page.partition("?")[0], values=_typed())
    if kept is not None:
        session["held"] = [str(kept), request.path]
    return page


def hold_request() -> str:
    """Hold what a form carried when its sign-in had ended, and return the page to come back to.

    Of a stranger, whom no row names, nothing is held.
    """
    over = g.get("over")
    return _page() if over is None else _hold(over.person_id)


def hold_own() -> str:
    """Hold what a signed-in person typed before a fresh proof, and return the page to come back to."""
    # Nothing of the refused act may stay, and the row that holds the words is committed apart.
    db.rollback()
    return _hold(g.actor.person_id)


def _mark() -> tuple[uuid.UUID, str] | None:
    mark = session.get("held")
    if not (isinstance(mark, list) and len(mark) == 2):
        return None
    try:
        return uuid.UUID(str(mark[0])), str(mark[1])
    except ValueError:
        return None


def come_back(person_id: int, *, face: Face) -> str | None:
    """Return the page whose form is held for this person; somebody else's is forgotten by this browser."""
    mark = _mark()
    path = accounts.held_path(mark[0], person_id=person_id, face=face) if mark else None
    if path is None:
        session.pop("held", None)
    return path


def values(form: type[Any]) -> MultiDict[str, str] | None:
    """Return what the signed-in person had typed into a form like ``form`` on this page, or None."""
    mark = _mark()
    if mark is None or g.actor.person_id is None:
        return None
    if "held_values" not in g:
        g.held_values = accounts.held_values(mark[0], person_id=g.actor.person_id, path=request.path)
    if not g.held_values:
        return None
    names = {name for name, _ in g.held_values}
    fields = {name for name in dir(form) if hasattr(getattr(form, name, None), "_formfield")}
    known = {name for name in names if name in fields or name.split("-")[0] in fields}
    # A page may carry several forms: the one that was sent knows most of the names, the others few or none.
    return MultiDict(g.held_values) if len(known) * 2 >= len(names) else None


def init_held(app: Flask) -> None:
    """Forget what is held once its form was sent and taken."""

    @app.after_request
    def _taken(response: Any) -> Any:
        if request.method not in READING and "unit" in g and g.get("actor") and g.actor.person_id is not None:
            mark = _mark()
            if mark and mark[1] == request.path and response.status_code < 400 and "held_now" not in g:
                accounts.forget_held(mark[0], person_id=g.actor.person_id)
                session.pop("held", None)
        return response

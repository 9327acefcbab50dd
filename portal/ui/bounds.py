"""How much a request may carry, judged before anything of it is read: files only from who has signed in here."""

from __future__ import annotations

from flask import Flask, request, session
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from portal.ui.problems import for_a_program
from portal.ui.session import READING

NOTHING = "\0"
URLENCODED = "application/x-www-form-urlencoded"


def init_bounds(app: Flask) -> None:
    """Bound forms; the API bounds each of its operations itself."""
    most, parts = app.config["MAX_FORM_MEMORY_SIZE"], app.config["MAX_FORM_PARTS"]

    def check() -> None:
        if NOTHING in request.path:
            raise NotFound()  # nothing of ours is called so, and PostgreSQL would not even look for it
        if request.method in READING or for_a_program():
            return
        if request.mimetype == URLENCODED:
            # Such a form is read at once and whole, however many fields it has.
            request.max_content_length = most
            if request.get_data().count(b"&") > parts:
                raise RequestEntityTooLarge()
        elif "token" not in session:
            request.max_content_length = most

    app.before_request_funcs.setdefault(None, []).insert(0, check)

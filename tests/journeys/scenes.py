"""What the stage shows beside the demo's own history: a complaint in every live state, and every error page."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, abort

from portal.dev import cases
from portal.dev.history import History
from portal.dev.stories import STORIES
from portal.domain import complaints
from portal.ui import gates

ERRORS = (400, 403, 404, 409, 413, 429, 500)
LAST_ACT = timedelta(hours=4)

# The acts that lead to each state; the customer is Ben.
STATES: dict[str, tuple[tuple[str, float], ...]] = {
    "received": (),
    "in_hand": cases.TAKEN,
    "needs_customer": cases.ASKED,
    "offered": cases.OFFERED,
    "remedy_due": cases.DUE,
    "to_confirm": cases.DONE,
    "closed": cases.CLOSED,
    "withdrawn": (*cases.TAKEN, ("withdraw", 30)),
    "in_review": cases.REVIEW,
    "review_taken": (*cases.REVIEW, ("take_review", 20)),
    "needs_customer_r": (*cases.REVIEW, ("take_review", 20), ("ask_in_review", 10)),
    "review_offered": cases.REVIEWED,
}


def every_state(history: History) -> None:
    """Put a complaint of Ben's into the replay for each state, and a draft."""
    end, ben = history.replay.end, history.cast["ben"]
    for number, script in enumerate(STATES.values()):
        hours = sum(hours for _, hours in script)
        case = cases.Case(history, ben, STORIES[number % len(STORIES)], "sam")
        case.schedule(script, end - LAST_ACT - timedelta(hours=hours) * 2)
    draft = cases.Case(history, ben, STORIES[2], "sam")

    def begin() -> None:
        draft.leave_draft()
        complaints.save_draft(draft.seen_by(draft.customer), actor=draft.customer, remedy_wanted="refund")

    history.replay.at(end - LAST_ACT, begin)


def error_pages(app: Flask) -> None:
    """Give each error page an address of its own; must run before the first request."""

    @app.get("/stage/errors/<int:code>", endpoint="stage.error")
    @gates.public
    def _error(code: int) -> str:
        abort(code)

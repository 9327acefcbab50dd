"""What the stage shows beside the demo's own history: a complaint in every live state, every error page, partners."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, abort, g, request, template_rendered

from portal import db
from portal.dev import cases, cast, demo
from portal.dev.history import History
from portal.dev.stories import STORIES
from portal.domain import accounts, complaints, partners
from portal.domain.actor import SYSTEM
from portal.domain.partners import people
from portal.ui import gates

BALTIC, BALTIC_DOMAIN = "Baltic Parts", "baltic.demo.example"
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


def partners_too() -> None:
    """Add what the demo's partners share and exchange, one whose provider is down, and somebody of two companies."""
    demo.complete()
    with db.unit_of_work():
        by_name = {one.name: one for one in partners.active()}
        baltic = partners.set_up(
            actor=SYSTEM, name=BALTIC, kind="supplier", country="PL", signs_in_by="oidc",
            contact_name="Lena Brzeska", contact_email=f"lena@{BALTIC_DOMAIN}",
        )  # fmt: skip
        partners.set_domains(baltic.uuid, [BALTIC_DOMAIN], actor=SYSTEM, verified=True)
        partners.set_provider(
            baltic.uuid, actor=SYSTEM, issuer="http://127.0.0.1:9", client_id="portal", proves_by=partners.BY_SECRET,
            secret="nobody-listens-on-this-port",
        )  # fmt: skip
        both = accounts.person_called("Eliza Mazur")
        northwind = db.session().get(partners.PartnerCompany, by_name[cast.NORTHWIND].id)
        assert northwind is not None
        people.begin(
            northwind, both, role=partners.PartnerRole.READER, regions=(), email=f"eliza@{cast.SUDETY_DOMAIN}",
            actor=SYSTEM,
        )  # fmt: skip


def say_what_made_it(app: Flask) -> None:
    """Let each page name its endpoint and its template in a header that a journey can read in the browser."""

    def note(_app: object, template: object, **_more: object) -> None:
        g.made_by = getattr(template, "name", "")

    template_rendered.connect(note, app, weak=False)

    @app.after_request
    def say(answer: Response) -> Response:
        if request.endpoint and answer.mimetype == "text/html":
            answer.headers.add("Server-Timing", f'page;desc="{request.endpoint} {g.get("made_by", "-")}"')
        return answer

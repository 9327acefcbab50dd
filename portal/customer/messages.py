"""Messages: everything we sent, mean to send, or did not send, each with its why; and the one-click link of mails."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from portal import mail
from portal.domain import consent, delivery, outbox
from portal.text import Lazy, _t, _tc
from portal.ui import gates, paging

from . import blueprint

SIZE = 20
VIEWS: dict[outbox.Filter, Lazy] = {
    outbox.Filter.ALL: _t("All"),
    outbox.Filter.UNREAD: _tc("many", "Unread"),
    outbox.Filter.SENT: _tc("many", "Sent"),
    outbox.Filter.WAITING: _tc("many", "Waiting"),
    outbox.Filter.NOT_SENT: _tc("many", "Not sent"),
}
# Pages of ours that a message can be about.
ABOUT = {"complaint": "customer.complaint"}


@blueprint.get("/messages")
@gates.customer()
def messages() -> str:
    """Every message to this person, newest first."""
    wanted = request.args.get("view", "")
    view = outbox.Filter(wanted) if wanted in set(outbox.Filter) else outbox.Filter.ALL
    box = outbox.of(g.actor)
    rows = box.page(view=view, before=paging.instant_key(), limit=SIZE + 1)
    page = paging.page(rows, SIZE, lambda row: [row.created_at.isoformat(), row.id])
    titles = mail.Titles(current_app, g.actor.language, g.actor.zone)
    lanes = {purpose.key: purpose.title for purpose in consent.catalogue(g.actor.language)}
    unread = box.unread_count()
    lines = [
        {
            "row": row,
            "subject": titles.of(row.name, row.subject, row.data),
            "channel": "portal" if row.channel == "inbox" else row.channel,
            "status": delivery.STATUS[row.state],
            "purpose": "" if outbox.is_service(row.purpose) else lanes.get(row.purpose, row.purpose),
            "at": row.ended_at or row.created_at,
        }
        for row in page.rows
    ]
    tabs = [
        {
            "label": label,
            "url": url_for("customer.messages", view=None if one is outbox.Filter.ALL else one.value),
            "active": one is view,
            "count": unread if one is outbox.Filter.UNREAD and unread else None,
        }
        for one, label in VIEWS.items()
    ]
    return render_template(
        "customer/messages/messages.html", page=page, lines=lines, tabs=tabs, view=view, unread=unread
    )


@blueprint.get("/messages/<uuid:uuid>")
@gates.customer()
def message(uuid: uuidlib.UUID) -> str:
    """One message: its words, and why it came or did not."""
    found = outbox.of(g.actor).get(uuid)
    title = mail.Titles(current_app, g.actor.language, g.actor.zone).of(found.name, found.subject, found.data)
    endpoint = ABOUT.get(found.about_kind)
    about_url = None
    if endpoint in current_app.view_functions and found.about_uuid:
        about_url = url_for(endpoint, uuid=found.about_uuid)
    return render_template(
        "customer/messages/message.html",
        message=found,
        title=title,
        body=mail.as_html(mail.without_footer(found.body_text)),
        why=delivery.why(found, g.actor.language),
        state=delivery.STATE_WORDS[found.state],
        status=delivery.STATUS[found.state],
        reason=delivery.reason_sentence(found.reason),
        is_unread=outbox.lies_unread(found),
        about_url=about_url,
    )


@blueprint.post("/messages/<uuid:uuid>/reading")
@gates.customer()
def message_reading(uuid: uuidlib.UUID) -> Response:
    """Note that a message of the inbox was read; the page sends this by itself where scripts run."""
    outbox.open_message(outbox.of(g.actor).get(uuid), actor=g.actor)
    if request.headers.get("HX-Request"):
        return make_response("", 204)
    return redirect(url_for("customer.message", uuid=uuid), 303)


@blueprint.get("/u/<token>")
@gates.link
def stop_by_link(token: str) -> Response:
    """What the link in a mail shows: scanners fetch links, so looking changes nothing, whatever the token is."""
    return _private(render_template("customer/messages/stop.html", token=token, done=False))


@blueprint.post("/u/<token>")
@gates.link
def stop_by_link_press(token: str) -> Response:
    """RFC 8058: one POST, without cookies, token of a form or sign-in; never a redirect, the same answer for all."""
    delivery.stop_by_token(token)
    return _private(render_template("customer/messages/stop.html", token=token, done=True))


@blueprint.record_once
def _without_csrf(state: BlueprintSetupState) -> None:
    """A mail program has no token of a form; the token in the address stands for the person."""
    csrf: Any = state.app.extensions.get("csrf")
    if csrf is not None:
        csrf.exempt(stop_by_link_press)


def _private(body: str) -> Response:
    answer = make_response(body)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer

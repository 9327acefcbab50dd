"""A message before anybody gets it: as mail, as plain text, as letter, with made-up values; tried and published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import mail
from portal.domain import clock, comparing, errors, firm, wording
from portal.domain.actor import Permission
from portal.text import Lazy, _t
from portal.ui import gates
from portal.ui.forms import say
from portal.ui.headers import content_policy
from portal.ui.session import require_fresh

from . import blueprint, texts
from .staff import Answer

VIEWS: dict[str, Lazy] = {"mail": _t("As e-mail"), "text": _t("As plain text"), "letter": _t("As letter")}
CHANNELS = {"mail": "email", "text": "email", "letter": "letter"}
# The mail stands alone in its frame: no script, no form, nothing from elsewhere, no origin of ours.
ALONE = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'"
)
WHERE = ["ul. Przykładowa 1", "00-001 Warszawa"]


def _words(message: wording.Message) -> Mapping[str, str]:
    """Return the words to show: those of a version, or what is being written."""
    number = request.args.get("version", "")
    if number.isdecimal() and len(number) < 7:
        return wording.version(g.actor, message, int(number)).body
    return wording.draft(g.actor, message).body


@blueprint.get("/texts/<string:name>/<string:language>/preview")
@gates.staff(Permission.TEXTS_WRITE)
def text_preview(name: str, language: str) -> Answer:
    """What the reader will get, and what is different from what is published."""
    return _page(texts.found(name, language))


def _page(message: wording.Message, problem: errors.Invalid | None = None) -> Answer:
    name, language = message.name, message.language
    now = wording.draft(g.actor, message)
    view = request.args.get("view", "mail")
    view = view if view in VIEWS else "mail"
    composer = mail.post(current_app).composer
    shown = composer.example(name, language, _words(message), CHANNELS[view])
    labels = texts.labels_of(message)
    published = wording.version(g.actor, message, now.version).body
    rows = []
    for part in message.parts:
        one, two = (body.get(part.key, part.default) for body in (published, now.body))
        if one != two:
            rows.append((labels[part.key], comparing.words(one, two)))
    wrong = {problem.field: say(problem.message)} if problem is not None else {}
    answer = make_response(
        render_template(
            "admin/texts/preview.html", message=message, now=now, view=view, shown=shown, rows=rows, wrong=wrong,
            views=_views(name, language, view), title=texts.title(name), firm=firm.now(), at=clock.now(),
            tabs=texts.tabs_of(name, language, "admin.text_preview"), to_lines=["Amina Nowak", *WHERE],
            why=request.form.get("why", ""), longest=wording.LONGEST_REASON,
            logo_src=url_for("customer.logo", digest=firm.now().logo) if firm.now().logo else None,
        ),
        422 if problem is not None else 200,
    )  # fmt: skip
    answer.headers["Content-Security-Policy"] = str(content_policy().frame_src("'self'").header_value)
    return answer


def _views(name: str, language: str, view: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": url_for("admin.text_preview", name=name, language=language, view=key),
            "active": key == view,
        }
        for key, label in VIEWS.items()
    ]


@blueprint.get("/texts/<string:name>/<string:language>/mail")
@gates.staff(Permission.TEXTS_WRITE)
def text_mail(name: str, language: str) -> Response:
    """The HTML of the mail alone, for its frame."""
    message = texts.found(name, language)
    words = mail.post(current_app).composer.example(name, language, _words(message))
    answer = make_response(words.html)
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/texts/<string:name>/<string:language>/trial")
@gates.staff(Permission.TEXTS_WRITE)
def text_trial(name: str, language: str) -> Answer:
    """Send it to the one who writes it."""
    message = texts.found(name, language)
    wording.send_trial(message, wording.draft(g.actor, message).body, actor=g.actor)
    flash(_("A test with made-up values is on its way to your mailbox."), "done")
    return redirect(url_for("admin.text_preview", name=name, language=language), 303)


@blueprint.post("/texts/<string:name>/<string:language>/publication")
@gates.staff(Permission.TEXTS_WRITE)
def text_publication(name: str, language: str) -> Answer:
    """Publish what was written."""
    require_fresh()
    message = texts.found(name, language)
    try:
        made = wording.publish(
            message, actor=g.actor, why=request.form.get("why", ""), expected=texts.when_seen()
        )
    except errors.Invalid as error:
        return _page(message, error)
    flash(_("Version %(n)s is published. What was sent stays as it was sent.", n=made), "done")
    return redirect(url_for("admin.text", name=name, language=language), 303)

"""The words of messages: every message of the product by concept, and the next version of one in a language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal import mail
from portal.domain import comparing, errors, wording
from portal.domain.actor import Permission
from portal.text import Lazy, _t
from portal.ui import gates
from portal.ui.assets import LANGUAGE_NAMES
from portal.ui.forms import say
from portal.ui.reader import reader_language
from portal.ui.session import require_fresh

from . import blueprint
from .staff import Answer

KINDS: dict[str, Lazy] = {
    "subject": _t("Subject"), "text": _t("Text"), "button": _t("Words on the button"), "label": _t("Label"),
    "own": _t("A paragraph of your own"),
}  # fmt: skip


def languages() -> list[tuple[str, str]]:
    """Return the languages of the portal with their own names."""
    return [(code, LANGUAGE_NAMES.get(code, code)) for code in current_app.config["SETTINGS"].languages]


def found(name: str, language: str) -> wording.Message:
    """Return a message in a language; raise NotFound."""
    if name not in mail.MESSAGES or language not in dict(languages()):
        raise errors.NotFound()
    return mail.message_parts(current_app, name, language)


def title(name: str) -> str:
    """Return what a message is called: its subject as it ships, in the reader's language."""
    parts = mail.message_parts(current_app, name, reader_language()).parts
    subject = next((part.default for part in parts if part.kind == "subject"), "")
    return subject or say(mail.MESSAGES[name].when)


@blueprint.get("/texts")
@gates.staff(Permission.TEXTS_WRITE)
def texts() -> str:
    """Every message by concept, with what was written of it in each language."""
    written = {(row.name, row.language): row for row in wording.rows(g.actor)}
    groups: dict[str, list[dict[str, Any]]] = {key: [] for key in mail.GROUPS}
    for name, told in mail.MESSAGES.items():
        cells = [(code, language, _state(written.get((name, code)))) for code, language in languages()]
        groups[told.group].append({"name": name, "title": title(name), "told": told, "cells": cells})
    return render_template("admin/texts/texts.html", groups=groups, names=mail.GROUPS, purposes=PURPOSES)


PURPOSES: dict[str, Lazy] = {"service": _t("service"), "security": _t("safety of the account")}


def _state(row: wording.Row | None) -> str:
    if row is None:
        return ""
    if row.body and wording.changed(
        mail.message_parts(current_app, row.name, row.language), row.body, row.base
    ):
        return "late"
    return "draft" if row.drafted else "own" if row.body else ""


@blueprint.route("/texts/<string:name>/<string:language>", methods=["GET", "POST"])
@gates.staff(Permission.TEXTS_WRITE)
def text(name: str, language: str) -> Answer:
    """Write the next version of a message in one language."""
    message = found(name, language)
    now = wording.draft(g.actor, message)
    words = {part.key: now.body.get(part.key, part.default) for part in message.parts}
    wrong: dict[str, str] = {}
    moved = False
    if request.method == "POST":
        words = {part.key: request.form.get(f"p-{part.key}", "") for part in message.parts}
        problems = wording.problems(message, words)
        wrong = {str(one.field): say(one.message) for one in problems}
        if not problems:
            try:
                wording.save(message, words, actor=g.actor, seen=request.form.get("seen"))
                return redirect(url_for("admin.text_preview", name=name, language=language), 303)
            except errors.Conflict:
                moved, now = True, wording.draft(g.actor, message)
    stale = {key: _stale(message, now, key) for key in wording.changed(message, now.body, now.base)}
    labels = labels_of(message)
    page = render_template(
        "admin/texts/text.html", message=message, now=now, words=words, wrong=wrong, labels=labels, stale=stale,
        told=mail.MESSAGES[name], title=title(name), tabs=tabs_of(name, language, "admin.text"), group=mail.GROUPS,
        problems=[(f"p-{key}", f"{labels[key]}: {reason}") for key, reason in wrong.items()],
        history=wording.history(g.actor, message, limit=20), longest=wording.LONGEST_REASON, moved=moved,
    )  # fmt: skip
    return (page, 422) if wrong else (page, 409) if moved else page


def _stale(message: wording.Message, now: wording.Draft, key: str) -> list[comparing.Piece]:
    part = message.part(key)
    return comparing.words(now.base.get(key, ""), part.default if part is not None else "")


def labels_of(message: wording.Message) -> dict[str, str]:
    """Return what each part is called on the page, numbered where there are several of a kind."""
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    for part in message.parts:
        label = say(KINDS[part.kind])
        if part.kind not in ("subject", "own"):
            counts[part.kind] = counts.get(part.kind, 0) + 1
            label = f"{label} {counts[part.kind]}"
        if part.count is not None:
            label = _("%(label)s, as with the number %(n)s", label=label, n=part.count)
        found[part.key] = label
    return found


def tabs_of(name: str, language: str, endpoint: str) -> list[dict[str, Any]]:
    """Return the same page in each language."""
    return [
        {"label": own, "url": url_for(endpoint, name=name, language=code), "active": code == language}
        for code, own in languages()
    ]


@blueprint.get("/texts/<string:name>/<string:language>/versions")
@gates.staff(Permission.TEXTS_WRITE)
def text_versions(name: str, language: str) -> str:
    """Two versions side by side, word by word, and the way back to one."""
    message = found(name, language)
    versions = wording.history(g.actor, message)
    newest = versions[0].number if versions else 0
    left = _number("from", max(newest - 1, 0))
    right = _number("to", newest)
    before, after = (wording.version(g.actor, message, number) for number in (left, right))
    labels = labels_of(message)
    rows = []
    for part in message.parts:
        one, two = (made.body.get(part.key, part.default) for made in (before, after))
        if one != two:
            rows.append((labels[part.key], comparing.words(one, two)))
    return render_template(
        "admin/texts/versions.html", message=message, versions=versions, left=left, right=right, rows=rows,
        newest=newest, title=title(name), tabs=tabs_of(name, language, "admin.text_versions"),
    )  # fmt: skip


def _number(name: str, otherwise: int) -> int:
    given = request.args.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 7 else otherwise


def when_seen() -> datetime | None:
    """Return the version of a draft that the page showed."""
    try:
        return datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        return None


@blueprint.post("/texts/<string:name>/<string:language>/versions/<int:number>/way-back")
@gates.staff(Permission.TEXTS_WRITE)
def text_way_back(name: str, language: str, number: int) -> Answer:
    """Publish an older version again."""
    require_fresh()
    if number >= 2**31:
        raise errors.NotFound()
    message = found(name, language)
    why = _("Back to version %(n)s", n=number) if number else _("Back to the text that ships")
    try:
        made = wording.go_back(message, number, actor=g.actor, why=why)
    except errors.Invalid as error:
        label = labels_of(message).get(error.field or "", "")
        flash(f"{label}: {say(error.message)}", "warn")
        return redirect(url_for("admin.text_versions", name=name, language=language), 303)
    flash(_("Version %(n)s is published. What was sent stays as it was sent.", n=made), "done")
    return redirect(url_for("admin.text_versions", name=name, language=language), 303)


@blueprint.post("/texts/<string:name>/<string:language>/draft/removal")
@gates.staff(Permission.TEXTS_WRITE)
def text_draft_removal(name: str, language: str) -> Answer:
    """Throw away what was written; the published words stay."""
    wording.throw_away(found(name, language), actor=g.actor)
    flash(_("Thrown away. What is published stays."), "done")
    return redirect(url_for("admin.text", name=name, language=language), 303)

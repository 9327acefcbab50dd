"""Letters: the print queue. See it, print it, post it; note it when it comes back."""

from __future__ import annotations

import uuid as uuidlib
from base64 import b64encode
from typing import Any

from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import mail
from portal.domain import accounts, delivery, errors, firm, lookups, outbox
from portal.domain.actor import Permission
from portal.text import _t, _tc
from portal.ui import gates, paging
from portal.ui.forms import say
from portal.ui.pdf import NoPdf, letter_pdf

from . import blueprint

SIZE = 25


@blueprint.get("/letters")
@gates.staff(Permission.LETTERS_PRINT, Permission.MESSAGES_READ)
def letters() -> str:
    """The letters that wait for the printer, the longest due first; or those that were posted."""
    lookups.open_list(actor=g.actor, kind="letter")
    box = outbox.of(g.actor)
    posted = request.args.get("view") == "posted"
    if posted:
        rows = box.done("letter", before=paging.instant_key(), limit=SIZE + 1)
    else:
        rows = box.waiting("letter", after=paging.instant_key(), limit=SIZE + 1)
    page = paging.page(rows, SIZE, lambda row: [(row.ended_at if posted else row.due_at).isoformat(), row.id])
    return render_template(
        "admin/letters/letters.html",
        page=page,
        lines=_lines(page.rows),
        posted=posted,
        views=[
            {"label": _t("To print"), "url": url_for("admin.letters"), "active": not posted},
            {
                "label": _tc("many", "Posted"),
                "url": url_for("admin.letters", view="posted"),
                "active": posted,
            },
        ],
    )


@blueprint.get("/letters/<uuid:uuid>")
@gates.staff(Permission.LETTERS_PRINT, Permission.MESSAGES_READ)
def letter(uuid: uuidlib.UUID) -> str:
    """One letter as it will be printed; the browser prints it without the buttons."""
    message = _opened(uuid)
    return render_template(
        "admin/letters/letter.html",
        **_sheet(message),
        may_post=message.state == outbox.State.WAITING,
        may_return=message.state == outbox.State.DONE,
        state=delivery.STATE_WORDS[message.state],
        reason=delivery.reason_words(message.reason) if message.reason else "",
    )


@blueprint.get("/letters/<uuid:uuid>/pdf")
@gates.staff(Permission.LETTERS_PRINT, Permission.MESSAGES_READ)
def letter_file(uuid: uuidlib.UUID) -> Response:
    """The letter as a PDF, in the language of its reader; where none can be made, the page that prints the same."""
    message = _opened(uuid)
    words = _sheet(message)
    # The reader of a letter is the customer, not the member of staff who prints it.
    composer = mail.post(current_app).composer
    with composer.reading_as(message.language or "en", firm.now().zone):
        template = current_app.jinja_env.get_template("admin/letters/sheet.html")
        # The maker of the PDF opens no address, so the picture goes in with the page.
        mark = firm.now().logo
        inside = f"data:image/png;base64,{b64encode(firm.logo(mark)).decode()}" if mark else None
        sheet = template.render(**words | {"logo_src": inside})
    try:
        content = letter_pdf(sheet)
    except NoPdf:
        flash(_("This machine cannot make a PDF. This page prints the same letter."), "info")
        return redirect(url_for("admin.letter", uuid=uuid), 303)
    answer = make_response(content)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="letter-{message.uuid}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/letters/<uuid:uuid>/posted")
@gates.staff(Permission.LETTERS_PRINT, Permission.MESSAGES_READ)
def letter_posted(uuid: uuidlib.UUID) -> Response:
    """Note that the letter goes to the post, if the gate still allows it."""
    message = _found(uuid)
    if delivery.letters.posted(message, actor=g.actor):
        flash(_("Noted: this letter is on its way."), "done")
    else:
        why = say(delivery.reason_words(message.reason))
        flash(_("Do not post this letter: %(why)s", why=why), "warn")
    return redirect(url_for("admin.letters"), 303)


@blueprint.post("/letters/<uuid:uuid>/returned")
@gates.staff(Permission.LETTERS_PRINT, Permission.MESSAGES_READ)
def letter_returned(uuid: uuidlib.UUID) -> Response:
    """Note that the letter came back; no more letters go to this address until it is mended."""
    delivery.letters.returned(_found(uuid), actor=g.actor)
    flash(_("Noted. No letter goes to this address until the customer mends it."), "done")
    return redirect(url_for("admin.letters", view="posted"), 303)


def _found(uuid: uuidlib.UUID) -> outbox.Message:
    message = outbox.of(g.actor).get(uuid)
    if message.channel != "letter":
        raise errors.NotFound()
    return message


def _opened(uuid: uuidlib.UUID) -> outbox.Message:
    message = _found(uuid)
    if message.account_id is not None:
        lookups.open(
            actor=g.actor, account_id=message.account_id, purpose=lookups.Purpose.LETTER,
            about_key=str(message.uuid), about_label=message.subject, item=("letter", message.uuid, message.subject),
        )  # fmt: skip
    return message


def _sheet(message: outbox.Message) -> dict[str, Any]:
    return {
        "message": message,
        "text": delivery.letters.to_print(message, actor=g.actor),
        "firm": firm.now(),
        "logo_src": url_for("customer.logo", digest=firm.now().logo) if firm.now().logo else None,
        "to_lines": message.address.split("\n"),
        "at": message.ended_at or message.created_at,
    }


def _lines(rows: Any) -> list[dict[str, Any]]:
    """Names and numbers only: what a list may show."""
    titles = mail.Titles(current_app, g.actor.language, g.actor.zone)
    ids = sorted({row.account_id for row in rows if row.account_id is not None})
    parties = {party.id: party for party in accounts.of(g.actor).by_ids(ids)} if ids else {}
    return [
        {
            "row": row,
            "title": titles.of(row.name, row.subject, row.data),
            "party": parties.get(row.account_id),
            "state": delivery.STATE_WORDS[row.state],
            "reason": delivery.reason_words(row.reason) if row.reason else "",
        }
        for row in rows
    ]

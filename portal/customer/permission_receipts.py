"""What a press about permissions really changed: the receipt that the page shows after it."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from typing import Any

from flask import current_app, g, request, url_for
from flask_babel import gettext as _

from portal import mail
from portal.domain import consent, errors, outbox
from portal.domain.audit import word
from portal.domain.consent import Kind, PurposeView
from portal.text import Lazy, _t
from portal.ui import formats
from portal.ui.forms import say

KINDS: dict[str, Lazy] = {
    Kind.GIVEN: _t("You allowed it"), Kind.RENEWED: _t("You allowed it again"), Kind.REFUSED: _t("You said no"),
    Kind.WITHDRAWN: _t("You stopped it"), Kind.DEFERRED: _t("You wanted to decide later"),
    Kind.EXPIRED: _t("It ended by its date"), Kind.REVOKED: _t("We ended it"),
    Kind.REQUESTED: _t("We asked you"), Kind.PENDING: _t("A yes that waits for the owner of the mailbox"),
    Kind.STOP_ALL: _t("You stopped everything that is not service"),
    Kind.OBJECTION: _t("You objected to direct marketing"),
    Kind.OBJECTION_LIFTED: _t("You took the objection to direct marketing back"),
    Kind.RESTRICTION: _t("You restricted the use of your data"),
    Kind.RESTRICTION_LIFTED: _t("You ended the restriction of your data"),
    Kind.PAUSE: _t("You paused our messages"), Kind.PAUSE_ENDED: _t("You ended the pause"),
    Kind.SIGNAL: _t("Your browser sent a privacy signal"),
}  # fmt: skip


def receipt(desk: consent.Desk, views: Sequence[PurposeView]) -> dict[str, Any] | None:
    """Return what the entry named in the address changed, or None; somebody else's entry shows nothing."""
    try:
        line = desk.entry(uuidlib.UUID(request.args.get("receipt", "")))
    except (ValueError, errors.NotFound):
        return None
    view = next((one for one in views if one.purpose_id == line.purpose_id), None)
    title = view.title if view else ""
    if line.channel and title:
        title = _("%(title)s (%(channel)s)", title=title, channel=say(word("channel", line.channel)))
    heads = {
        Kind.GIVEN: _("Allowed: %(title)s", title=title), Kind.RENEWED: _("Allowed again: %(title)s", title=title),
        Kind.REFUSED: _("You said no: %(title)s", title=title), Kind.WITHDRAWN: _("Stopped: %(title)s", title=title),
    }  # fmt: skip
    head = heads.get(Kind(line.kind)) if title else None
    return {
        "title": head or say(KINDS[line.kind]),
        "at": line.at,
        "effects": [*_effects(line, view), *_cancelled(line, views)],
        "notice": (view.uuid, line.notice_hash, line.purpose_version) if view and line.notice_hash else None,
    }


def _effects(line: consent.Line, view: PurposeView | None) -> list[Any]:
    found: list[Any] = []
    effect = line.effect
    match line.kind:
        case Kind.GIVEN | Kind.RENEWED:
            found.append(_("It holds from this moment on. You can stop it here with one press."))
            if view is not None and view.benefit and effect.get("benefit_by"):
                day = formats.date(effect["benefit_by"])
                found.append(_("What you get: %(benefit)s – by %(day)s.", benefit=view.benefit, day=day))
            if line.expires_at is not None:
                found.append(_("It ends by itself on %(day)s.", day=formats.date(line.expires_at)))
        case Kind.REFUSED | Kind.WITHDRAWN:
            found.append(_("Nothing more is sent or used under it from this moment on."))
            if line.ask_not_before is not None:
                found.append(
                    _("We will not ask you again before %(day)s.", day=formats.date(line.ask_not_before))
                )
        case Kind.STOP_ALL:
            found.append(
                _("Everything that is not needed for service has ended, in all your accounts with us.")
            )
            found.append(_("What you allow after this moment counts again, each for itself."))
        case Kind.OBJECTION:
            found.append(
                _("No direct marketing reaches you any more, on any channel, whatever was allowed before.")
            )
        case Kind.OBJECTION_LIFTED:
            found.append(_("What you had allowed counts again. Look through the list below."))
    return found


def _cancelled(line: consent.Line, views: Sequence[PurposeView]) -> list[Any]:
    number = line.effect.get("cancelled")
    if number is None:
        return []
    if not number:
        return [_("No message was waiting, so none had to be cancelled.")]
    titles = {view.key: view.title for view in views}
    found: list[Any] = [{"text": _("Waiting messages cancelled: %(number)s", number=number), "kind": "done"}]
    told = line.effect.get("messages", ())
    rows = outbox.of(g.actor).by_uuids([uuidlib.UUID(message["uuid"]) for message in told])
    names = mail.Titles(current_app, g.actor.language, g.actor.zone)
    for message in told:
        row = rows.get(uuidlib.UUID(message["uuid"]))
        text = _(
            "“%(subject)s”, %(purpose)s (%(channel)s), was to leave on %(day)s",
            subject=names.of(row.name, row.subject, row.data) if row else _("a message"),
            purpose=titles.get(message["purpose"], message["purpose"]),
            channel=say(word("channel", message["channel"])),
            day=formats.datetime(message["due_at"]),
        )
        found.append({"text": text, "url": url_for("customer.message", uuid=message["uuid"])})
    return found

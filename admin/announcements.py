"""Announcements to partners and suppliers, for staff: written once in each language, and who has read them."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField
from wtforms.validators import Optional

from portal.domain import calendars, clock, errors, exchange, firm, partners
from portal.domain.actor import Permission
from portal.ui import gates, paging
from portal.ui.audiences import AudienceForm
from portal.ui.forms import say

from . import blueprint
from .staff import Answer
from .texts import languages

SIZE = 50


class AnnouncementForm(AudienceForm):
    """From when to when, for whom, and whether they are asked to confirm; its words stand beside it."""

    from_day = DateField(_l("From"), [Optional()])
    until_day = DateField(_l("Until the end of"), [Optional()])
    asks = BooleanField(_l("Ask everybody to confirm that they have read it"))


@blueprint.get("/exchange/announcements")
@gates.staff(Permission.PARTNERS_WRITE)
def announcements() -> str:
    """Every announcement, newest first."""
    rows = exchange.announcements(g.actor, g.reader.language, after=paging.uuid_key(), limit=SIZE)
    return render_template(
        "admin/announcements/announcements.html",
        page=paging.page(rows, SIZE, lambda one: [str(one.row.uuid)]),
    )


@blueprint.route("/exchange/announcements/new", methods=["GET", "POST"])
@gates.staff(Permission.PARTNERS_WRITE)
def announcement_new() -> Answer:
    """Write one."""
    today = calendars.local_day(clock.now(), firm.now().zone)
    form = AnnouncementForm(audience=partners.Audience(), from_day=today)
    words = {
        code: exchange.Words(request.form.get(f"{code}-title", ""), request.form.get(f"{code}-text", ""))
        for code, _name in spoken()
    }
    wrong: dict[str, str] = {}
    if form.validate_on_submit():
        try:
            row = exchange.announce(
                words, actor=g.actor, audience=form.audience(), from_day=form.from_day.data,
                until_day=form.until_day.data, asks=bool(form.asks.data),
            )  # fmt: skip
            flash(_("Written. Partners read it from its first day on, and get a mail then."))
            return redirect(url_for("admin.announcement", uuid=row.uuid), 303)
        except errors.Invalid as error:
            if error.field in form:
                form.refuse(error)
            else:
                wrong = {error.field or "": say(error.message)}
            g.refused = True
    page = _form_page(form, words, wrong)
    return (page, 422) if wrong or not form.ok else page


def _form_page(form: AnnouncementForm, words: Mapping[str, exchange.Words], wrong: dict[str, str]) -> str:
    return render_template(
        "admin/announcements/new.html", form=form, words=words, languages=spoken(), wrong=wrong,
        found=[*form.all_errors(), *wrong.items()], title_max=exchange.TITLE_MAX, text_max=exchange.TEXT_MAX,
    )  # fmt: skip


@blueprint.get("/exchange/announcements/<uuid:uuid>")
@gates.staff(Permission.PARTNERS_WRITE)
def announcement(uuid: uuidlib.UUID) -> str:
    """One with everybody it is for: who has read it, and who has not."""
    one, readers = exchange.announcement(g.actor, uuid, g.reader.language)
    return render_template(
        "admin/announcements/announcement.html", one=one, readers=readers, languages=spoken()
    )


@blueprint.post("/exchange/announcements/<uuid:uuid>/withdrawal")
@gates.staff(Permission.PARTNERS_WRITE)
def announcement_withdrawal(uuid: uuidlib.UUID) -> Response:
    """Take one back."""
    exchange.withdraw(uuid, actor=g.actor)
    flash(_("Withdrawn. Nobody reads it on the extranet any more."))
    return redirect(url_for("admin.announcement", uuid=uuid), 303)


def spoken() -> list[tuple[str, str]]:
    """Return the languages of the portal, and English, in which every announcement is written."""
    found = languages()
    return found if "en" in dict(found) else [("en", "English"), *found]

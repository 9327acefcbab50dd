"""Contacts that staff write down: calls, letters, visits, mails, and attempts; the customer reads the same row."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.domain import accounts, clock, timeline
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.forms import Form, say

from . import blueprint
from .customers import stated


class ContactForm(Form):
    """One contact or attempt."""

    channel = RadioField(_l("How?"), [Optional()])
    direction = RadioField(_l("Who contacted whom?"), [Optional()])
    outcome = SelectField(_l("Result"), [Optional()])
    at = DateTimeLocalField(_l("When?"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    subject = StringField(_l("What was it about?"), [Length(max=timeline.SUBJECT_MAX)])
    text = TextAreaField(_l("What was said"), [Length(max=timeline.TEXT_MAX)])


@blueprint.route("/customers/<uuid:uuid>/contacts", methods=["GET", "POST"])
@gates.staff(Permission.CUSTOMERS_READ, Permission.CONTACTS_WRITE)
def log_contact(uuid: uuidlib.UUID) -> Any:
    """Write down a contact of this customer; the purpose of being here must be known."""
    account = accounts.of(g.actor).get(uuid)
    if not stated(account, item=("customer_page", account.uuid, "")):
        return redirect(url_for("admin.customer", uuid=uuid), 303)
    form = ContactForm()
    form.channel.choices = [(key, say(label)) for key, label in timeline.CHANNELS.items()]
    form.direction.choices = [(key, say(label)) for key, label in timeline.DIRECTIONS.items()]
    form.outcome.choices = [("", "–"), *((key, say(label)) for key, label in timeline.OUTCOMES.items())]
    if not form.is_submitted() and form.at.data is None:
        form.at.data = (
            clock.now().astimezone(ZoneInfo(g.actor.zone)).replace(tzinfo=None, second=0, microsecond=0)
        )
    if form.validate_on_submit():
        with form.catching():
            timeline.log_contact(
                actor=g.actor,
                account_id=account.id,
                channel=form.channel.data or "",
                direction=form.direction.data or "",
                outcome=form.outcome.data or "",
                subject=form.subject.data or "",
                text=form.text.data or "",
                at=_instant(form.at.data),
            )
            flash(_("The contact is on the timeline. The customer reads it too."))
            return redirect(url_for("admin.customer", uuid=uuid, kind="contacts"), 303)
    page = render_template("admin/contacts/log_contact.html", account=account, form=form)
    return page if form.ok else (page, 422)


def _instant(typed: datetime | None) -> datetime | None:
    """Return what was typed on the clock of the one who typed it."""
    return typed.replace(tzinfo=ZoneInfo(g.actor.zone)) if typed else None

"""Shared data: what customers let this partner see, what it asks them for, and what it has to confirm."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain import clock, sharing
from portal.domain.actor import PartnerRight
from portal.domain.sharing import Terms
from portal.text import Lazy, _t
from portal.ui import formats, gates
from portal.ui.forms import Form, say

from . import blueprint

TELLS: dict[str, Lazy] = {
    "given": _t("A customer began to share with you"), "amended": _t("A customer changed what is shared"),
    "extended": _t("A customer lets it go on for longer"), "reestablished": _t("A customer shares with you again"),
    "stopped": _t("A customer stopped sharing"), "expired": _t("A share ended on its day"),
    "restored": _t("Ended"),
    "erase_asked": _t("A customer asks you to erase what you hold"),
}  # fmt: skip
needed = InputRequired(_l("Please fill this in."))


OFTEN: dict[str, Lazy] = {
    "any": _t("as often as you need it"), "daily": _t("once a day at most"), "once": _t("a single time"),
}  # fmt: skip


class AskForm(Form):
    """Whom, what for, which data, how long, and what the customer gets for it."""

    number = StringField(
        _l("Customer number"), [needed, Length(max=20)],
        description=_l("Ten digits, which the customer reads out to you.")
    )  # fmt: skip
    purpose = RadioField(_l("What for?"), validate_choice=False)
    words = TextAreaField(
        _l("What for, in your words"), [needed, Length(max=500)],
        description=_l("The customer reads it as you write it.")
    )  # fmt: skip
    benefit = StringField(
        _l("What does the customer get?"), [needed, Length(max=300)],
        description=_l("Something you can keep, such as “we come a day earlier”."),
    )  # fmt: skip
    fields = SelectMultipleField(
        _l("Which data?"), validate_choice=False, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        description=_l("Ask for what you need and nothing else. The customer can share less."),
    )  # fmt: skip
    often = RadioField(_l("How often do you need to look?"), default="any", validate_choice=False)
    days = IntegerField(_l("For how many days?"), [needed], default=30)
    keep_days = IntegerField(_l("For how many days do you keep it after the end?"), [needed], default=30)
    sub_recipients = StringField(
        _l("Who else gets it from you?"), [Optional(), Length(max=300)],
        description=_l("By name, with a comma between two. The customer decides about each. Empty if nobody does."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose.choices = [(key, say(words)) for key, words in sharing.PURPOSES.items()]
        self.often.choices = [(key, say(words)) for key, words in OFTEN.items()]
        self.fields.choices = [
            (key, f"{say(one.short)}: {say(words)}")
            for one in sharing.CLUSTERS.values()
            for key, words in one.attributes.items()
        ]


@blueprint.get("/shares")
@gates.partner(PartnerRight.SHARES_READ)
def shares() -> str:
    """What is shared with this partner, what waits to be confirmed, what was asked for."""
    held = sharing.held(g.actor)
    return render_template(
        "extranet/shares/shares.html",
        running=[one for one in held if one.runs],
        ended=[one for one in held if not one.runs],
        unconfirmed=[(one, event) for one in held for event in one.unconfirmed],
        sent=sharing.sent(g.actor),
        purposes=sharing.PURPOSES,
        often=OFTEN,
        tells=TELLS,
        administers=g.actor.partner_may(PartnerRight.PEOPLE_MANAGE),
        may_ask=g.actor.partner_may(PartnerRight.SHARES_REQUEST),
    )


@blueprint.get("/shares/<uuid:uuid>")
@gates.partner(PartnerRight.SHARES_READ)
def share(uuid: uuidlib.UUID) -> str:
    """The slice of one customer, as it is at this instant; each opening is written down for the customer."""
    found = sharing.look(uuid, actor=g.actor)
    return render_template(
        "extranet/shares/share.html",
        one=found,
        purposes=sharing.PURPOSES,
        often=OFTEN,
        clusters=[
            (
                sharing.CLUSTERS[one.key].short,
                [
                    [(say(label).capitalize(), _value(label, value)) for label, value in group]
                    for group in one.groups
                ],
            )
            for one in found.clusters
        ],
    )


def _value(label: Any, value: Any) -> str:
    if label is sharing.ATTRIBUTES["contact.phone"] and isinstance(value, str):
        return formats.phone(value)
    return formats.datetime(value) if isinstance(value, datetime) else str(say(value))


@blueprint.post("/shares/confirmations/<uuid:uuid>")
@gates.partner(PartnerRight.SHARES_READ)
def share_known(uuid: uuidlib.UUID) -> Response:
    """Confirm that one knows it, or has erased what was held."""
    sharing.confirm(uuid, actor=g.actor)
    flash(_("Thank you. The customer reads that you have confirmed it."), "done")
    return redirect(url_for("extranet.shares"), 303)


@blueprint.route("/shares/requests/new", methods=["GET", "POST"])
@gates.partner(PartnerRight.SHARES_REQUEST)
def share_ask() -> Any:
    """Ask a customer to share."""
    form = AskForm()
    if form.validate_on_submit():
        with form.catching():
            terms = Terms(
                purpose=form.purpose.data or "", fields=tuple(form.fields.data or ()), until=clock.now(),
                often=form.often.data or "", words=form.words.data or "",
                sub_recipients=form.sub_recipients.data or "", keep_days=form.keep_days.data or 0,
            )  # fmt: skip
            sharing.ask(
                form.number.data or "",
                terms,
                benefit=form.benefit.data or "",
                days=form.days.data or 0,
                actor=g.actor,
            )
            flash(_("The request is on its way, if that is the number of one of our customers."), "done")
            return redirect(url_for("extranet.shares"), 303)
    page = render_template("extranet/shares/ask.html", form=form)
    return page if form.ok else (page, 422)


@blueprint.post("/shares/requests/<uuid:uuid>/end")
@gates.partner(PartnerRight.SHARES_REQUEST)
def share_ask_end(uuid: uuidlib.UUID) -> Response:
    """Take a request back."""
    sharing.take_back(uuid, actor=g.actor)
    return redirect(url_for("extranet.shares"), 303)


@blueprint.route("/shares/confirm/<string:token>", methods=["GET", "POST"])
@gates.link
def share_confirm(token: str) -> Any:
    """Confirm by the link of a mail: opening it changes nothing, the press does."""
    done = request.method == "POST"
    event = sharing.confirm_by_link(token) if done else sharing.peek_link(token)
    return render_template("extranet/shares/confirm.html", event=event, done=done, tells=TELLS)

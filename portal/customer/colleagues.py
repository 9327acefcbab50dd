"""Colleagues: who acts for the company, by which rights; an administrator sets them, names deputies, ends them."""

from __future__ import annotations

import uuid as uuidlib
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, SelectField, StringField

from portal.domain import accounts, errors
from portal.domain import timeline as record
from portal.domain.accounts import LIMITABLE, Grant, Held
from portal.domain.actor import Right
from portal.text import _t
from portal.ui import gates, paging
from portal.ui.forms import Form, say
from portal.ui.record import right_words, rows, with_days

from . import blueprint
from .complaint_forms import DayField, currencies, digits

ADMIN = gates.customer(Right.ADMINISTER)
SIZE = 30


class RightsForm(Form):
    """One box for each right, with an amount where it is about sums and a last day where it should end by itself."""

    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for right in LIMITABLE:
            field = self[f"currency_{key(right)}"]
            field.choices = currencies(field.data or current_app.config["SETTINGS"].firm_currency)

    def grants(self) -> list[Grant]:
        """Return what is ticked; raise Invalid at an amount that is none."""
        return [self._grant(right) for right in Right if self[key(right)].data]

    def _grant(self, right: Right) -> Grant:
        name = key(right)
        if right not in LIMITABLE:
            return Grant(right, until=self[f"until_{name}"].data)
        typed = self[f"amount_{name}"].data or ""
        try:
            amount = Decimal(typed) if typed else None
        except InvalidOperation:
            message = _t("Write the amount in digits, such as 500 or 149.90.")
            raise errors.Invalid(message, field=f"amount_{name}") from None
        return Grant(right, amount, self[f"currency_{name}"].data or "", until=self[f"until_{name}"].data)

    def fill(self, rights: list[Held], zone: str) -> None:
        """Put what somebody has into the form."""
        for one in rights:
            name = key(one.right)
            self[name].data = True
            self[f"until_{name}"].data = one.last_day(zone)
            if one.right in LIMITABLE and one.amount is not None:
                self[f"amount_{name}"].data = digits(one.amount)
                self[f"currency_{name}"].choices = currencies(one.currency)
                self[f"currency_{name}"].data = one.currency


def key(right: Right) -> str:
    """Return the name of a right in forms."""
    return right.name.lower()


for _right in Right:
    setattr(
        RightsForm, key(_right), BooleanField(str(accounts.NAMES[_right]))
    )  # its page says it in the reader's language
    if _right in LIMITABLE:
        setattr(
            RightsForm,
            f"amount_{key(_right)}",
            StringField(_l("Up to which amount"), filters=[lambda typed: digits(typed)]),
        )
        setattr(RightsForm, f"currency_{key(_right)}", SelectField(_l("Currency"), validate_choice=False))
    setattr(RightsForm, f"until_{key(_right)}", DayField(_l("Until the end of")))


class DeputyForm(Form):
    """Who stands in, and for which days."""

    deputy = SelectField(_l("Who stands in?"), validate_choice=False)
    since = DayField(_l("From the beginning of"))
    until = DayField(_l("Until the end of"))


def zone() -> str:
    """Return the zone of the company in hand, in which days begin and end; raise NotFound where it is none."""
    if not g.actor.acting_for:
        raise errors.NotFound()
    return accounts.account_by_id(g.actor.account_id).zone


@blueprint.get("/colleagues")
@ADMIN
def colleagues() -> str:
    """Everybody who acts for the company, and what is offered to whom."""
    return render_template(
        "customer/colleagues/colleagues.html",
        company=g.actor.acting_for,
        people=accounts.colleagues_of(g.actor),
        invitations=accounts.invitations_of(g.actor),
        zone=zone(),
    )


@blueprint.route("/colleagues/<uuid:uuid>", methods=["GET", "POST"])
@ADMIN
def colleague(uuid: uuidlib.UUID) -> Any:
    """What one colleague may do, to read and to set."""
    one, here = accounts.colleague_of(g.actor, uuid), zone()
    form = RightsForm()
    if form.validate_on_submit():
        with form.catching():
            try:
                changed = accounts.set_rights(uuid, form.grants(), actor=g.actor, seen=form.seen.data or "")
            except errors.Conflict as error:
                form.refuse(error)
                return _page(one, form, here), 409
            flash(_told(uuid, here) if changed else _("Nothing was different, so nothing has changed."),
                  "done" if changed else "info")  # fmt: skip
            return redirect(url_for("customer.colleagues"), 303)
    elif request.method == "GET" and form.seen.data is None:
        form.fill([given.held for given in one.rights], here)
        form.seen.data = one.seen
    page = _page(one, form, here)
    return page if form.ok else (page, 422)


def _page(one: Any, form: RightsForm, here: str) -> str:
    return render_template(
        "customer/colleagues/colleague.html", one=one, form=form, rights=list(Right), key=key,
        limitable=LIMITABLE, names=accounts.NAMES, meanings=accounts.MEANINGS, company=g.actor.acting_for,
        zone=here,
    )  # fmt: skip


def _told(uuid: uuidlib.UUID, here: str) -> str:
    """Say what somebody may do from now on; of whom one's own change has shut out of this page, nothing more."""
    actor = accounts.actor_of(g.actor.person_id, account_id=g.actor.account_id)
    if not actor.administers:
        return _("Your own rights have changed. You no longer administer the company.")
    one = accounts.colleague_of(actor, uuid)
    may = "; ".join(right_words(given.held.told(here)) for given in one.rights)
    if not may:
        return _("%(name)s may do nothing for the company from now on.", name=one.name)
    return _("%(name)s may do this from now on: %(rights)s.", name=one.name, rights=may)


@blueprint.route("/colleagues/<uuid:uuid>/end", methods=["GET", "POST"])
@ADMIN
def colleague_end(uuid: uuidlib.UUID) -> Any:
    """End what a colleague may do for the company, after one more look."""
    one, refused = accounts.colleague_of(g.actor, uuid), ""
    if one.me:
        return redirect(url_for("customer.leave_company"), 303)
    if request.method == "POST":
        try:
            name = accounts.end_membership(uuid, actor=g.actor)
        except (errors.Conflict, errors.Denied) as error:
            refused = say(error.message)
        else:
            flash(_("%(name)s no longer acts for the company and has been told.", name=name), "done")
            return redirect(url_for("customer.colleagues"), 303)
    page = render_template(
        "customer/colleagues/end.html", one=one, company=g.actor.acting_for, refused=refused
    )
    return (page, 409) if refused else page


@blueprint.route("/colleagues/deputy", methods=["GET", "POST"])
@ADMIN
def colleague_deputy() -> Any:
    """Let a colleague administer the company for a few days."""
    people = [one for one in accounts.colleagues_of(g.actor) if not one.me and not one.administers]
    form = DeputyForm()
    form.deputy.choices = [("", _("Choose a colleague")), *((str(one.uuid), one.name) for one in people)]
    if form.validate_on_submit():
        with form.catching():
            chosen = next((one for one in people if str(one.uuid) == form.deputy.data), None)
            if chosen is None:
                raise errors.Invalid(_t("Choose a colleague."), field="deputy")
            accounts.name_deputy(chosen.uuid, since=form.since.data, until=form.until.data, actor=g.actor)
            flash(_("%(name)s stands in and has been told. It ends by itself.", name=chosen.name), "done")
            return redirect(url_for("customer.colleagues"), 303)
    page = render_template(
        "customer/colleagues/deputy.html", form=form, people=people, company=g.actor.acting_for
    )
    return page if form.ok else (page, 422)


@blueprint.get("/colleagues/history")
@ADMIN
def colleagues_history() -> str | Response:
    """Who got what from whom, and when; the same rows as on the timeline."""
    found = record.of(g.actor).page(after=paging.uuid_key(), limit=SIZE, kinds=["colleagues"])
    page = paging.page(found, SIZE, lambda row: [str(row.uuid)])
    return render_template(
        "customer/colleagues/history.html",
        page=page,
        rows=with_days(rows(page.rows)),
        company=g.actor.acting_for,
    )

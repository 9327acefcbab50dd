"""Invitations: an administrator offers, the owner of the mailbox looks at it and says yes or no."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import Length

from portal.domain import accounts, errors
from portal.domain.accounts import LIMITABLE, Face, Way
from portal.domain.actor import Right
from portal.ui import gates, signing
from portal.ui.browser import device, network
from portal.ui.forms import Form
from portal.ui.session import language_choices, reading

from . import blueprint
from .colleagues import ADMIN, RightsForm, key, zone


class InviteForm(RightsForm):
    """Whom, where, in which language, and what for."""

    name = StringField(_l("Name"), [signing.needed, Length(max=120)])
    email = EmailField(_l("E-mail address"), [signing.needed, Length(max=320)])
    language = SelectField(_l("We write to this person in"))


class NewForm(Form):
    """Who says yes for the first time: a name and a password."""

    name = StringField(_l("Your name"), [signing.needed, Length(max=120)])
    password = PasswordField(_l("Password"), [signing.needed, Length(max=4096)])


class PressForm(Form):
    """One button, so that a program that follows links changes nothing."""


@blueprint.route("/colleagues/invitation", methods=["GET", "POST"])
@ADMIN
def invite() -> Any:
    """Offer somebody to act for the company; the answer is the same whether the address is known or not."""
    here = zone()
    form = InviteForm(language=g.actor.language)
    form.language.choices = language_choices()
    status = 422
    if form.validate_on_submit():
        with form.catching():
            try:
                offered = accounts.invite_colleague(
                    name=form.name.data or "", email=form.email.data or "", language=form.language.data,
                    grants=form.grants(), actor=g.actor,
                )  # fmt: skip
            except errors.TooMany as error:
                form.refuse(error)
                status = 429
            else:
                flash(_sent(offered), "done")
                return redirect(url_for("customer.colleagues"), 303)
    page = render_template(
        "customer/colleagues/invite.html", form=form, rights=list(Right), key=key, limitable=LIMITABLE,
        names=accounts.NAMES, meanings=accounts.MEANINGS, company=g.actor.acting_for, zone=here,
    )  # fmt: skip
    return page if form.ok else (page, status)


def _sent(offered: accounts.Offered) -> str:
    return _(
        "We have sent the invitation to %(address)s. It is open for seven days; you see below what becomes of it.",
        address=offered.address,
    )


@blueprint.post("/colleagues/invitations/<uuid:uuid>/again")
@ADMIN
def invite_again(uuid: uuidlib.UUID) -> Response:
    """Send an invitation once more; the older link is dead."""
    flash(_sent(accounts.send_again(uuid, actor=g.actor)), "done")
    return redirect(url_for("customer.colleagues"), 303)


@blueprint.post("/colleagues/invitations/<uuid:uuid>/cancel")
@ADMIN
def invite_cancel(uuid: uuidlib.UUID) -> Response:
    """Take an invitation back."""
    name = accounts.cancel_invitation(uuid, actor=g.actor)
    flash(_("The invitation of %(name)s is taken back. Its link is dead.", name=name), "done")
    return redirect(url_for("customer.colleagues"), 303)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@gates.link
def invitation(token: str) -> Any:
    """Read what is offered by whom; accept with a new password, or as who is signed in."""
    try:
        with reading():
            offered = accounts.invitation_of(token, actor=g.actor)
        form = NewForm(name=offered.name) if offered.way is Way.PASSWORD else PressForm()
        if form.validate_on_submit():
            with form.catching():
                return _accept(token, form, offered)
    except errors.NotFound:
        return _over()
    page = render_template(
        "customer/invitation/invitation.html", form=form, offered=offered, token=token, ways=Way
    )
    return page if form.ok else (page, 422)


def _accept(token: str, form: Form, offered: accounts.Offered) -> Any:
    if isinstance(form, NewForm):
        proved = accounts.accept_with_password(
            token, name=form.name.data or "", password=form.password.data or ""
        )
        step = accounts.after_link(proved.person_id, device=device(), network=network())
        if step is None:
            raise errors.NotFound()
        answer = signing.proceed(step, Face.CUSTOMER, home=url_for("customer.home"))
        flash(_("Welcome. You now act for %(name)s.", name=offered.company), "done")
        return answer
    account = accounts.accept_as_self(token, actor=g.actor)
    accounts.take_in_hand(g.actor, account.uuid)
    flash(_("Welcome. You are now acting for %(name)s.", name=account.name), "done")
    return redirect(url_for("customer.home"), 303)


@blueprint.post("/invitation/<token>/no")
@gates.link
def invitation_declined(token: str) -> Any:
    """Say no; who invited is told."""
    try:
        offered = accounts.decline_invitation(token)
    except errors.NotFound:
        return _over()
    return render_template("customer/invitation/declined.html", offered=offered)


def _over() -> Any:
    """Say that a link is over, in the same words for every reason."""
    return render_template("customer/invitation/over.html"), 404

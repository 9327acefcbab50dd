"""Registering, choosing a new password, proving a mailbox: a link shows its page on GET and acts on POST only."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import Length

from portal.domain import accounts, errors
from portal.domain.accounts import Face, Proved
from portal.ui import gates, signing
from portal.ui.browser import device, network
from portal.ui.forms import Form
from portal.ui.session import language_choices

from . import blueprint
from .sign_in import home


class RegisterForm(Form):
    """A name, a mailbox, a language: nothing else is asked."""

    name = StringField(_l("Your name"), [signing.needed, Length(max=120)])
    email = EmailField(_l("E-mail address"), [signing.needed, Length(max=320)])
    language = SelectField(_l("We write to you in"))


class ResetForm(Form):
    """The mailbox of the account."""

    email = EmailField(_l("E-mail address"), [signing.needed, Length(max=320)])


class ChooseForm(Form):
    """A new password, once: it can be shown and pasted."""

    password = PasswordField(_l("Password"), [signing.needed, Length(max=4096)])


class PressForm(Form):
    """One button, so that a program that follows links changes nothing."""


@blueprint.route("/register", methods=["GET", "POST"])
@gates.public
def register() -> Any:
    """Ask for an account; the answer is the same whether the address is known or not."""
    form = RegisterForm(language=g.reader.language)
    form.language.choices = language_choices()
    if form.validate_on_submit():
        with form.catching():
            accounts.ask_to_register(
                name=form.name.data or "", email=form.email.data or "", language=form.language.data
            )
            return redirect(url_for("customer.register_sent"), 303)
    page = render_template("customer/register/register.html", form=form)
    return page if form.ok else (page, 422)


@blueprint.get("/register/sent")
@gates.public
def register_sent() -> Any:
    """Say what happens next; no address is repeated here."""
    return render_template("customer/register/register_sent.html")


@blueprint.route("/proof/<token>", methods=["GET", "POST"])
@gates.link
def proof(token: str) -> Any:
    """Open the account, or take over the imported record, with a password."""
    return _choose(token, accounts.PROOF, "customer/register/proof.html")


@blueprint.route("/reset", methods=["GET", "POST"])
@gates.public
def reset() -> Any:
    """Ask for a new password; the answer is the same whether the address is known or not."""
    form = ResetForm()
    if form.validate_on_submit():
        with form.catching():
            accounts.ask_to_reset(email=form.email.data or "", language=g.reader.language)
            return redirect(url_for("customer.reset_sent"), 303)
    page = render_template("customer/register/reset.html", form=form)
    return page if form.ok else (page, 422)


@blueprint.get("/reset/sent")
@gates.public
def reset_sent() -> Any:
    """Say what happens next; no address is repeated here."""
    return render_template("customer/register/reset_sent.html")


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@gates.link
def reset_password(token: str) -> Any:
    """Choose a new password; the second step is still asked for."""
    return _choose(token, accounts.RESET, "customer/register/reset_password.html")


def _choose(token: str, kind: str, template: str) -> Any:
    form = ChooseForm()
    if form.validate_on_submit():
        try:
            with form.catching():
                use = accounts.register if kind == accounts.PROOF else accounts.reset
                return _go_on(use(token, form.password.data or ""))
        except errors.NotFound:
            return _over()
    try:
        address = accounts.peek_link(kind, token)
    except errors.NotFound:
        return _over()
    page = render_template(template, form=form, address=address)
    return page if form.ok else (page, 422)


def _go_on(proved: Proved) -> Any:
    step = accounts.after_link(proved.person_id, device=device(), network=network())
    if step is None:
        flash(_("Your password is changed. Sign in with it."), "done")
        return redirect(url_for("admin.sign_in"), 303)
    onward = url_for("customer.profile") if proved.claimed else home()
    answer = signing.proceed(step, Face.CUSTOMER, home=onward)
    if proved.claimed:
        flash(_("We know you already: this is the record we have of you. Please look it over."), "done")
    return answer


def _over() -> Any:
    """Say that a link is over, in the same words for every reason."""
    return render_template("customer/register/link_over.html"), 404


@blueprint.route("/new-address/<token>", methods=["GET", "POST"])
@gates.customer()
def new_address(token: str) -> Any:
    """Prove a new mailbox, signed in as who asked for it."""
    form = PressForm()
    try:
        if form.validate_on_submit():
            address = accounts.change_address(g.actor, token)
            flash(_("From now on your address is %(address)s.", address=address), "done")
            return redirect(url_for("customer.profile"), 303)
        address = accounts.wanted_address(g.actor, token)
    except errors.NotFound:
        return _over()
    return render_template("customer/register/new_address.html", form=form, address=address)

"""My details: name, language, zone, phone, postal address, and the mailbox."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from flask import flash, g, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, SelectField, StringField
from wtforms.validators import Length

from portal.domain import accounts, references
from portal.domain.accounts import Profile
from portal.ui import gates, signing
from portal.ui.forms import Form
from portal.ui.session import language_choices, require_fresh

from . import blueprint


class OwnForm(Form):
    """What is the person's own."""

    name = StringField(_l("Your name"), [signing.needed, Length(max=120)])
    salutation = StringField(_l("How we address you"), [Length(max=120)])
    language = SelectField(_l("Language"))
    zone = SelectField(_l("Time zone"))


class ProfileForm(OwnForm):
    """What is the person's own, and what belongs to the account in hand."""

    phone = StringField(_l("Phone"), [Length(max=40)])
    street = StringField(_l("Street and number"), [Length(max=200)])
    postcode = StringField(_l("Postcode"), [Length(max=20)])
    city = StringField(_l("Town"), [Length(max=100)])
    country = SelectField(_l("Country"))


class AddressForm(Form):
    """The new mailbox."""

    email = EmailField(_l("New e-mail address"), [signing.needed, Length(max=320)])


@lru_cache(maxsize=1)
def zone_choices() -> tuple[tuple[str, str], ...]:
    """Return the time zones that are places, Europe first."""
    areas = ("Europe", "Africa", "America", "Asia", "Atlantic", "Australia", "Indian", "Pacific")
    found = [name for name in available_timezones() if name.partition("/")[0] in areas]
    found.sort(key=lambda name: (areas.index(name.partition("/")[0]), name))
    return (*((name, name.replace("_", " ").replace("/", ", ", 1)) for name in found), ("UTC", "UTC"))


def country_choices() -> list[tuple[str, str]]:
    """Return the countries by their names in the reader's language."""
    names = get_locale().territories
    return sorted(
        ((code, name) for code, name in names.items() if code.isalpha() and code in accounts.COUNTRIES),
        key=lambda pair: pair[1],
    )


def _filled(profile: Profile) -> OwnForm:
    form = ProfileForm(obj=profile) if profile.may_change_account else OwnForm(obj=profile)
    form.language.choices = language_choices()
    form.zone.choices = _with(list(zone_choices()), profile.zone)
    if isinstance(form, ProfileForm):
        form.country.choices = _with(country_choices(), profile.country)
    return form


def _with(choices: list[tuple[str, str]], present: str) -> list[tuple[str, str]]:
    """Keep a value that is set already, even where the list of today has no such thing."""
    return choices if present in {value for value, _name in choices} else [*choices, (present, present)]


@blueprint.route("/profile", methods=["GET", "POST"])
@gates.customer()
def profile() -> Any:
    """Show and change the details."""
    details = accounts.profile_of(g.actor)
    form = _filled(details)
    if form.validate_on_submit():
        given = {name: value or "" for name, value in form.data.items() if name != "csrf_token"}
        with form.catching():
            changed = accounts.change_profile(g.actor, **given)
            flash(_changed(changed), "done" if changed else "info")
            return redirect(url_for("customer.profile"), 303)
    page = render_template(
        "customer/profile/index.html",
        form=form,
        profile=details,
        number=references.spoken(details.account_number),
    )
    return page if form.ok else (page, 422)


def _changed(fields: list[str]) -> str:
    """Say what changed, not that something was saved."""
    words = {
        "name": _("your name"), "salutation": _("how we address you"), "language": _("the language"),
        "zone": _("the time zone"), "phone": _("the phone number"), "street": _("the postal address"),
        "postcode": _("the postal address"), "city": _("the postal address"), "country": _("the postal address"),
    }  # fmt: skip
    if not fields:
        return _("Nothing was different, so nothing has changed.")
    return _("Changed: %(what)s.", what=", ".join(dict.fromkeys(words[field] for field in fields)))


@blueprint.route("/profile/address", methods=["GET", "POST"])
@gates.customer()
def profile_address() -> Any:
    """Ask for another mailbox: proved there, told to the old one."""
    require_fresh()
    form = AddressForm()
    if form.validate_on_submit():
        with form.catching():
            address = accounts.ask_address_change(g.actor, form.email.data or "")
            text = _(
                "We have sent a link to %(address)s. Your address changes when you press it.", address=address
            )
            flash(text, "done")
            return redirect(url_for("customer.profile"), 303)
    page = render_template("customer/profile/address.html", form=form)
    return page if form.ok else (page, 422)

"""The firm: what pages, mails and letters say of it, and its logo."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import EmailField, HiddenField, SelectField, StringField
from wtforms.validators import Length

from portal.domain import accounts, firm, search
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.forms import Form, say
from portal.ui.pictures import LogoForm
from portal.ui.reader import locale
from portal.ui.session import language_choices, require_fresh
from portal.ui.signing import needed

from . import blueprint
from .staff import Answer


@lru_cache(maxsize=1)
def _zones() -> list[str]:
    return sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix"))
    )


class FirmForm(Form):
    """What the firm says of itself."""

    name = StringField(validators=[needed, Length(max=80)])
    legal_name = StringField(validators=[needed, Length(max=160)])
    address = StringField(validators=[needed, Length(max=300)])
    register = StringField(validators=[Length(max=120)])
    mail = EmailField(validators=[needed, Length(max=320)])
    phone = StringField(validators=[needed, Length(max=40)])
    privacy_mail = EmailField(validators=[needed, Length(max=320)])
    sender_name = StringField(validators=[Length(max=80)])
    reply_mail = EmailField(validators=[needed, Length(max=320)])
    zone = SelectField()
    country = SelectField()
    language = SelectField()
    sector = SelectField()
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, label in (
            (self.name, _("Name")), (self.legal_name, _("Legal name")), (self.address, _("Address of the seat")),
            (self.register, _("Register")), (self.mail, _("E-mail address")), (self.phone, _("Phone")),
            (self.privacy_mail, _("Contact for data protection")), (self.sender_name, _("Name of the sender")),
            (self.reply_mail, _("Replies go to")), (self.zone, _("Time zone")), (self.country, _("Country")),
            (self.language, _("Default language")), (self.sector, _("What the firm deals in")),
        ):  # fmt: skip
            field.label.text = label
        names = locale().territories
        countries = sorted(
            ((names[code], code) for code in accounts.COUNTRIES if code in names),
            key=lambda one: search.fold(one[0]),
        )
        self.zone.choices = [(zone, zone.replace("_", " ")) for zone in _zones()]
        self.country.choices = [(code, name) for name, code in countries]
        self.language.choices = language_choices()
        self.sector.choices = [(key, say(words)) for key, words in firm.SECTORS.items()]


@blueprint.route("/firm", methods=["GET", "POST"])
@gates.staff(Permission.SETTINGS_WRITE)
def firm_page() -> Answer:
    """Read and change what the firm says of itself."""
    require_fresh()
    versions = firm.history(g.actor)
    here = versions[0].firm if versions else firm.now()
    form = FirmForm(**here.body(), version=str(here.version))
    if form.validate_on_submit():
        with form.catching():
            seen = form.version.data or ""
            made = firm.change(
                actor=g.actor,
                expected=int(seen) if seen.isdigit() else None,
                **{key: getattr(form, key).data or "" for key in firm.FIELDS},
            )
            same = made.version == here.version
            flash(
                _("Nothing is different from before.")
                if same
                else _("Pages, mails and letters say it from now on, everywhere within seconds."),
                "info" if same else "done",
            )
            return redirect(url_for("admin.firm_page"), 303)
    page = _page(form, LogoForm(formdata=None), here, versions)
    return page if form.ok else (page, 422)


def _page(form: FirmForm, logo: LogoForm, here: firm.Firm, versions: list[firm.Version]) -> str:
    return render_template(
        "admin/firm/firm.html", form=form, logo=logo, firm=here, versions=versions, fields=firm.FIELDS
    )


@blueprint.post("/firm/logo")
@gates.staff(Permission.SETTINGS_WRITE)
def firm_logo() -> Answer:
    """Put a logo up."""
    require_fresh()
    form = LogoForm()
    if form.validate_on_submit():
        with form.catching():
            firm.put_logo(form.content(), actor=g.actor)
            flash(_("The logo stands on every page from now on."), "done")
            return redirect(url_for("admin.firm_page"), 303)
    versions = firm.history(g.actor)
    here = versions[0].firm if versions else firm.now()
    return _page(FirmForm(formdata=None, **here.body(), version=str(here.version)), form, here, versions), 422


@blueprint.post("/firm/logo/removal")
@gates.staff(Permission.SETTINGS_WRITE)
def firm_logo_removal() -> Answer:
    """Take the logo down."""
    require_fresh()
    firm.remove_logo(actor=g.actor)
    flash(_("The logo is taken down."), "done")
    return redirect(url_for("admin.firm_page"), 303)

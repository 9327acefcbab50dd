"""The form of a prospect, the same for partners and for our staff."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.domain import errors, exchange, firm
from portal.ui.forms import Form


class ProspectForm(Form):
    """A company that may become a customer, and who may be asked there."""

    company = StringField(_l("Name of the company"), [Length(max=160)])
    number = StringField(_l("Number for VAT"), [Length(max=40)])
    country = StringField(_l("Country"), [Length(max=2)])
    city = StringField(_l("Place"), [Length(max=80)])
    about = TextAreaField(_l("What it is about"), [Length(max=exchange.ABOUT_MAX)])
    contact_name = StringField(_l("Name"), [Length(max=120)])
    contact_email = EmailField(_l("E-mail address"), [Length(max=320)])
    contact_phone = StringField(_l("Telephone"), [Length(max=60)])
    agreed = BooleanField(_l("This person agreed that the name and address are given on for this"))
    agreed_on = DateField(_l("Agreed on"), [Optional()])
    agreed_how = StringField(_l("How the person agreed"), [Length(max=200)])

    def prospect(self) -> exchange.Prospect:
        """Return what was typed."""
        names = (
            "company", "number", "city", "about", "contact_name", "contact_email", "contact_phone", "agreed_how",
        )  # fmt: skip
        texts = {name: str(self[name].data or "") for name in names}
        return exchange.Prospect(
            country=str(self.country.data or firm.now().country), agreed=bool(self.agreed.data),
            agreed_on=self.agreed_on.data, **texts,
        )  # fmt: skip

    def take(self, faults: list[errors.Invalid]) -> bool:
        """Put each fault at its field; tell whether there was none."""
        for fault in faults:
            self.refuse(fault)
        return not faults

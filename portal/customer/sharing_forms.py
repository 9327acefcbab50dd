"""What a customer fills in to let a partner see something, first or otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.domain import calendars, clock, errors, partners, sharing
from portal.domain.sharing import Terms
from portal.ui.forms import Form, say

from .complaint_forms import DayField
from .preference_forms import Checks

DEFAULT_DAYS = 90


class ShareForm(Form):
    """With whom, what for, which data, from when, how often, until when, and what comes after."""

    partner = SelectField(_l("With whom?"), validate_choice=False)
    version = HiddenField()
    purpose = RadioField(_l("What for?"), validate_choice=False)
    words = StringField(
        _l("In your words"), [Optional(), Length(max=500)],
        description=_l("Such as “the new kitchen door”. The partner reads it."),
    )  # fmt: skip
    contact = Checks()
    reach = Checks()
    complaints = Checks()
    sub_recipients = Checks(
        _l("Who may get it from them?"), description=_l("They named them. Whoever is not ticked may not get it."),
        validate_choice=False,
    )  # fmt: skip
    data_since = DayField(_l("Nothing older than"), description=_l("Leave it empty for whatever there is."))
    often = RadioField(_l("How often may they look?"), default="any", validate_choice=False)
    until = DayField(
        _l("Until the end of"), description=_l("At most a year away. You can stop it at any time before.")
    )
    keep_days = IntegerField(
        _l("After that they may keep it for so many days"),
        [InputRequired(_l("Write a number of days, 0 for none."))], default=30,
    )  # fmt: skip

    def __init__(self, *args: Any, offered: list[sharing.Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose.choices = [(key, say(words)) for key, words in sharing.PURPOSES.items()]
        self.often.choices = [(key, say(words)) for key, words in sharing.OFTEN.items()]
        self.partner.choices = [
            ("", _("Choose a partner")),
            *((str(one.uuid), one.name) for one in partners.active()),
        ]
        self.clusters = [self[one.key] for one in offered]
        for one in sharing.CLUSTERS.values():
            field = self[one.key]
            field.label.text = say(one.title)
            field.description = say(one.source)
            field.choices = [(key, say(words)) for key, words in one.attributes.items()]

    def refuse(self, error: errors.DomainError) -> None:
        """Put a refusal of the data at its first group."""
        field = self.clusters[0].name if error.field == "fields" and self.clusters else error.field
        super().refuse(type(error)(error.message, code=error.code, field=field))

    def narrow(self, fields: tuple[str, ...]) -> None:
        """Offer only what a partner asked for."""
        for field in list(self.clusters):
            field.choices = [(key, words) for key, words in field.choices if key in fields]
            if not field.choices:
                self.clusters.remove(field)

    def name_others(self, named: Sequence[str], chosen: Sequence[str] = ()) -> None:
        """Let the customer say which of those whom a partner named may get it too; without any it is not asked."""
        if not named:
            del self.sub_recipients
            return
        self.sub_recipients.choices = [(one, one) for one in named]
        if not self.is_submitted():
            self.sub_recipients.data = list(chosen)

    def fill(self, terms: Terms, zone: str) -> None:
        """Put what holds into the form."""
        self.purpose.data, self.words.data, self.often.data = terms.purpose, terms.words, terms.often
        self.data_since.data, self.keep_days.data = terms.data_since, terms.keep_days
        self.until.data = calendars.local_day(terms.until - timedelta(seconds=1), zone)
        for field in self.clusters:
            field.data = [key for key, _words in field.choices if key in terms.fields]

    def terms(self, *, kept: tuple[str, ...] = (), words: str | None = None) -> Terms:
        """Return what is filled in; raise Invalid where no last day is. ``kept`` stands, whoever fills this in."""
        zone = g.actor.zone
        if self.until.data is None:
            raise errors.Invalid(sharing.NO_DAY, field="until")
        chosen = [key for field in self.clusters for key in field.data or []]
        others = ", ".join(self.sub_recipients.data or ()) if self.sub_recipients else ""
        return Terms(
            purpose=self.purpose.data or "", fields=(*chosen, *kept), often=self.often.data or "",
            until=calendars.day_end(self.until.data, zone), data_since=self.data_since.data,
            words=(self.words.data or "").strip() if words is None else words, sub_recipients=others,
            keep_days=self.keep_days.data if self.keep_days.data is not None else -1,
        )  # fmt: skip


def today() -> date:
    """Return the day it is for the reader."""
    return calendars.local_day(clock.now(), g.actor.zone)

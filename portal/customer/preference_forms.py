"""The form of the preferences: what it shows of the settings, and the settings that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.calendars import WEEKDAYS
from portal.domain.preferences import CHANNELS, Settings
from portal.text import _t
from portal.ui.forms import Form
from portal.ui.session import language_choices

DAY_NAMES = {
    "mon": _t("Monday"), "tue": _t("Tuesday"), "wed": _t("Wednesday"), "thu": _t("Thursday"), "fri": _t("Friday"),
    "sat": _t("Saturday"), "sun": _t("Sunday"),
}  # fmt: skip
CHANNEL_LABELS = {
    "email": _l("E-mail"), "inbox": _l("Inbox in this portal"), "sms": _l("SMS"), "phone": _l("Phone"),
    "letter": _l("Letter"),
}  # fmt: skip
PERIODS = {1: _l("a day"), 7: _l("a week"), 30: _l("a month")}
COUNTS = (1, 2, 3, 4, 5, 10)
MIDNIGHT = {"24:00": "00:00"}


class Checks(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PreferencesForm(Form):
    """All that the sentence says; the hours of the week stand beside it, three inputs a day."""

    version = HiddenField()
    language = SelectField(_l("Language"), description=_l("The language of everything we write to you."))
    channels = Checks(
        _l("Channels you want"), description=_l("What the service needs still comes by e-mail or here.")
    )
    first_channel = SelectField(_l("Try this one first"))
    topics = Checks(_l("Topics you want to hear about"))
    budget_count = SelectField(_l("At most"))
    budget_days = SelectField(_l("Messages"))
    hours = StringField()  # never drawn: the place where a refusal of the week lands


class PauseForm(Form):
    """Until when we keep silent."""

    until = DateField(
        _l("Pause until"), [InputRequired(_l("Choose the day on which we may write again."))],
        description=_l("The first day on which we may write again."),
    )  # fmt: skip


class AddressForm(Form):
    """One more address on a channel."""

    channel = SelectField(_l("For"), choices=[])
    address = TextAreaField(
        _l("Number or postal address"), [Length(max=320), Optional()],
        description=_l("A number with its country, like +48 500 600 700; or a postal address on several lines."),
    )  # fmt: skip


def filled(settings: Settings, topics: Mapping[str, str], *, kept: bool = False) -> PreferencesForm:
    """Return the form as it was sent, and as it is ``kept`` where another form or none was sent."""
    form = PreferencesForm(
        **({"formdata": None} if kept else {}),
        data={
            "version": str(settings.version),
            "language": settings.language,
            "channels": [key for key in CHANNELS if key not in settings.channels_off],
            "first_channel": settings.channel_order[0],
            "topics": [key for key in topics if key not in settings.topics_off],
            "budget_count": str(settings.budget_count or ""),
            "budget_days": str(settings.budget_days or 7),
        },
    )
    form.language.choices = _with(language_choices(), settings.language)
    form.channels.choices = form.first_channel.choices = [(key, CHANNEL_LABELS[key]) for key in CHANNELS]
    form.topics.choices = list(topics.items())
    counts = sorted({*COUNTS, *([settings.budget_count] if settings.budget_count else [])})
    form.budget_count.choices = [("", _("no limit")), *((str(count), str(count)) for count in counts)]
    periods = {**PERIODS}
    if settings.budget_days and settings.budget_days not in periods:
        periods[settings.budget_days] = ngettext("%(num)d day", "%(num)d days", settings.budget_days)
    form.budget_days.choices = [(str(days), name) for days, name in sorted(periods.items())]
    return form


def address_form(formdata: Any = ...) -> AddressForm:
    """Return the form for one more address, of this request unless ``formdata`` says otherwise."""
    form = AddressForm() if formdata is ... else AddressForm(formdata=formdata)
    form.channel.choices = [(key, CHANNEL_LABELS[key]) for key in ("sms", "phone", "letter")]
    return form


def _with(choices: list[tuple[str, str]], present: str) -> list[tuple[str, str]]:
    return choices if present in {value for value, _name in choices} else [*choices, (present, present)]


def number(text: str | None) -> int | None:
    """Return a whole number, or None for an empty or senseless text."""
    return int(text) if text and text.isdecimal() and len(text) < 9 else None


def wanted(form: PreferencesForm, settings: Settings, topics: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form asks for, as the verb takes it."""
    on = form.channels.data or []
    return {
        "language": form.language.data,
        "channels_off": [key for key in CHANNELS if key not in on],
        "channel_order": [
            form.first_channel.data,
            *(k for k in settings.channel_order if k != form.first_channel.data),
        ],
        "topics_off": [key for key in topics if key not in (form.topics.data or [])],
        "budget_count": number(form.budget_count.data),
        "budget_days": number(form.budget_days.data) if form.budget_count.data else None,
        "hours": _hours(settings),
    }


def _shown(spans: Any) -> tuple[str, str]:
    """Return the one stretch that a day's row shows: from its first hour to its last."""
    return (spans[0][0], MIDNIGHT.get(spans[-1][1], spans[-1][1])) if spans else ("", "")


def _hours(settings: Settings) -> dict[str, list[list[str]]]:
    """Read the week; a day whose row was not touched keeps its stretches, also where it has several."""
    week: dict[str, list[list[str]]] = {}
    for day in WEEKDAYS:
        start, end = (request.form.get(f"{day}_{part}", "")[:5] for part in ("from", "to"))
        if not request.form.get(f"{day}_on"):
            week[day] = []
        elif settings.week[day] and (start, end) == _shown(settings.week[day]):
            week[day] = [list(span) for span in settings.week[day]]
        else:
            week[day] = [[start, "24:00" if end == "00:00" else end]]
    return week


def week_rows(settings: Settings, posted: Any, errors_of_week: Any) -> list[dict[str, Any]]:
    """Return the week as rows of the grid: as it was sent, else as it is kept."""
    rows = []
    wrong = _("Write from when until when, the end after the start.")
    for day in WEEKDAYS:
        start, end = _shown(settings.week[day])
        on = bool(settings.week[day])
        if posted is not None:
            on = bool(posted.get(f"{day}_on"))
            start, end = posted.get(f"{day}_from", ""), posted.get(f"{day}_to", "")
        refused = bool(errors_of_week) and on and not (start and end and (start < end or end == "00:00"))
        rows.append(
            {
                "label": DAY_NAMES[day], "on": on, "on_name": f"{day}_on", "from": start, "from_name": f"{day}_from",
                "to": end, "to_name": f"{day}_to", "error": wrong if refused else None,
            }
        )  # fmt: skip
    return rows


def changed(before: Settings, now: Settings) -> str:
    """Say what is different now, not that something was saved."""
    words = {
        "language": _("the language"), "channels_off": _("the channels"), "channel_order": _("the order of channels"),
        "topics_off": _("the topics"), "budget_count": _("how often"), "budget_days": _("how often"),
        "hours": _("the hours"),
    }  # fmt: skip
    names = dict.fromkeys(said for name, said in words.items() if getattr(before, name) != getattr(now, name))
    if not names:
        return _("Nothing was different, so nothing has changed.")
    return _("Changed: %(what)s. It holds for every message from now on.", what=", ".join(names))

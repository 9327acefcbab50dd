"""Opening hours, public holidays and days of the firm's own on which it is closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from portal.domain import calendars, clock, errors, firm
from portal.domain.actor import Permission
from portal.text import Lazy, _t
from portal.ui import gates
from portal.ui.forms import Form, say
from portal.ui.session import require_fresh

from . import blueprint
from .staff import Answer

DAY_NAMES: dict[str, Lazy] = {
    "mon": _t("Monday"), "tue": _t("Tuesday"), "wed": _t("Wednesday"), "thu": _t("Thursday"), "fri": _t("Friday"),
    "sat": _t("Saturday"), "sun": _t("Sunday"),
}  # fmt: skip
YEARS = 3


class ClosureForm(Form):
    """Days on which the firm is closed, and why."""

    first = DateField()
    last = DateField()
    reason = StringField(validators=[Length(max=80)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, label in (
            (self.first, _("First day")),
            (self.last, _("Last day")),
            (self.reason, _("Why")),
        ):
            field.label.text = label
            field.validators = [InputRequired(_("Please fill this in.")), *field.validators]


@blueprint.get("/calendar")
@gates.staff(Permission.SETTINGS_WRITE)
def calendar() -> str:
    """The week, the holidays of a year, the days to come on which the firm is closed."""
    return _show()


def _number(name: str) -> int | None:
    text = request.values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _year(today: date) -> int:
    wanted = _number("year")
    return wanted if wanted is not None and today.year <= wanted < today.year + YEARS else today.year


def _region(country: str) -> str:
    known = firm.hours.regions(country)
    wanted = request.values.get("region", "")
    return wanted if wanted in known else ""


def _show(form: Form | None = None, problem: errors.Invalid | None = None) -> str:
    now = firm.hours.calendar()
    today = calendars.local_day(clock.now(), now.zone)
    year, country = _year(today), firm.now().country
    region = _region(country)
    posted = request.form if problem is not None and problem.field in DAY_NAMES else None
    closures = [one for one in now.closures if one.day >= today]
    return render_template(
        "admin/calendar/calendar.html",
        now=now,
        rows=_rows(now, posted, problem),
        year=year,
        years=[
            {
                "label": str(one),
                "url": url_for("admin.calendar", year=one, region=region or None, _anchor="holidays"),
                "active": one == year,
            }
            for one in range(today.year, today.year + YEARS)
        ],
        proposal=firm.hours.proposal(year, region=region),
        approved=any(one.day.year == year for one in now.closures),
        country=country,
        region=region,
        regions=firm.hours.regions(country),
        closures=closures[:60],
        form=form or ClosureForm(formdata=None),
        problem=[(problem.field and f"{problem.field}_from", say(problem.message))] if problem else [],
    )


def _rows(
    now: calendars.WorkingCalendar, posted: Any, problem: errors.Invalid | None
) -> list[dict[str, Any]]:
    rows = []
    for place, day in enumerate(calendars.WEEKDAYS):
        spans = now.week[place]
        on, (start, end) = bool(spans), _envelope(spans)
        if posted is not None:
            on, start, end = (
                bool(posted.get(f"{day}_on")),
                posted.get(f"{day}_from", ""),
                posted.get(f"{day}_to", ""),
            )
        wrong = say(problem.message) if problem is not None and problem.field == day else None
        rows.append(
            {
                "label": DAY_NAMES[day], "on": on, "on_name": f"{day}_on", "from": start, "from_name": f"{day}_from",
                "to": "00:00" if end == "24:00" else end, "to_name": f"{day}_to", "error": wrong,
            }
        )  # fmt: skip
    return rows


def _envelope(spans: tuple[calendars.Span, ...]) -> tuple[str, str]:
    return (spans[0].to_json()[0], spans[-1].to_json()[1]) if spans else ("09:00", "17:00")


def _done(made: calendars.WorkingCalendar, before: int | None, anchor: str) -> Response:
    if made.version == before:
        flash(_("Nothing is different from before."), "info")
    else:
        flash(
            _(
                "Version %(n)s counts for every promise that begins now. What has begun keeps its own.",
                n=made.version,
            ),
            "done",
        )
    year = request.form.get("year") or None
    region = request.form.get("region") or None
    return redirect(url_for("admin.calendar", year=year, region=region, _anchor=anchor), 303)


@blueprint.post("/calendar/week")
@gates.staff(Permission.SETTINGS_WRITE)
def calendar_week() -> Answer:
    """Set the hours of the week."""
    require_fresh()
    week: dict[str, tuple[str, str] | None] = {}
    for day in calendars.WEEKDAYS:
        start, end = (request.form.get(f"{day}_{part}", "")[:5] for part in ("from", "to"))
        week[day] = (start, "24:00" if end == "00:00" else end) if request.form.get(f"{day}_on") else None
    try:
        made = firm.hours.set_week(week, actor=g.actor, expected=_number("version"))
    except errors.Invalid as problem:
        return _show(problem=problem), 422
    return _done(made, _number("version"), "week")


@blueprint.post("/calendar/holidays")
@gates.staff(Permission.SETTINGS_WRITE)
def calendar_holidays() -> Answer:
    """Approve the holidays of a year: closed on the chosen ones."""
    require_fresh()
    now = firm.hours.calendar()
    year = _year(calendars.local_day(clock.now(), now.zone))
    try:
        days = {date.fromisoformat(text) for text in request.form.getlist("day")}
    except ValueError:
        raise errors.NotFound() from None
    made = firm.hours.approve_holidays(
        year, days, actor=g.actor, region=_region(firm.now().country), expected=_number("version")
    )
    return _done(made, _number("version"), "holidays")


@blueprint.post("/calendar/closures")
@gates.staff(Permission.SETTINGS_WRITE)
def calendar_closure() -> Answer:
    """Close on days of the firm's own."""
    require_fresh()
    form = ClosureForm()
    if form.validate_on_submit():
        with form.catching():
            assert form.first.data is not None and form.last.data is not None
            made = firm.hours.close(
                form.first.data,
                form.last.data,
                form.reason.data or "",
                actor=g.actor,
                expected=_number("version"),
            )
            return _done(made, _number("version"), "closures")
    return _show(form), 422


@blueprint.post("/calendar/closures/<string:day>/removal")
@gates.staff(Permission.SETTINGS_WRITE)
def calendar_reopening(day: str) -> Answer:
    """Open after all."""
    require_fresh()
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise errors.NotFound() from None
    made = firm.hours.reopen(wanted, actor=g.actor, expected=_number("version"))
    return _done(made, _number("version"), "closures")

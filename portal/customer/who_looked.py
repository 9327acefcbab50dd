"""Who looked: every time somebody of the firm opened what belongs to this customer, by team and purpose."""

from __future__ import annotations

import calendar
import uuid
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import g, render_template, request, url_for
from flask_babel import gettext as _

from portal.domain import audit, clock, lookups
from portal.domain.lookups import Seen
from portal.ui import formats, gates, paging
from portal.ui.record import place

from . import blueprint

SIZE = 25


@blueprint.get("/who-looked")
@gates.customer()
def who_looked() -> str:
    """One month as a strip of days, and the list."""
    today = clock.now().astimezone(ZoneInfo(g.actor.zone)).date()
    first = _month(today)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    day = _day()
    seen = lookups.of(g.actor)
    counts = seen.days(first, last)
    page = paging.page(
        seen.page(after=paging.uuid_key(), limit=SIZE, day=day), SIZE, lambda row: [str(row.uuid)]
    )
    before = (first - timedelta(days=1)).replace(day=1)
    after = last + timedelta(days=1)
    return render_template(
        "customer/who_looked/who_looked.html",
        page=page,
        lines=[_line(row) for row in page.rows],
        days=[{"date": one, "count": n} for one, n in counts.items() if one <= today],
        busy=[one for one, n in counts.items() if n],
        counts=counts,
        total=sum(counts.values()),
        month=first,
        month_name=format_date(first, "LLLL y", locale=formats.locale()),
        day=day,
        before_url=url_for("customer.who_looked", month=f"{before:%Y-%m}"),
        after_url=url_for("customer.who_looked", month=f"{after:%Y-%m}") if after <= today else None,
    )


def looker(team: str, purpose: str) -> str:
    """Return who looked, as the customer reads it: a team of ours, or a partner by its name."""
    if purpose in lookups.BY_PARTNERS:
        return team
    return _("Team %(team)s", team=team) if team else _("Our staff")


def _line(row: Seen) -> dict[str, Any]:
    url = None
    if row.purpose == lookups.Purpose.CASE:
        try:
            url = place("complaint", uuid.UUID(row.about_key))
        except ValueError:
            url = None
    return {
        "at": row.first_at,
        "who": looker(row.team, row.purpose),
        "purpose": audit.word("purpose", row.purpose),
        "ref": row.about_label,
        "ref_url": url,
        "opened": [thing.label for thing in row.opened],
        "why": row.why,
    }


def _month(today: date) -> date:
    try:
        wanted = date.fromisoformat(f"{request.args.get('month', '')[:7]}-01")
    except ValueError:
        return today.replace(day=1)
    return wanted if date(2000, 1, 1) <= wanted <= today else today.replace(day=1)


def _day() -> date | None:
    try:
        wanted = date.fromisoformat(request.args.get("day", "")[:10])
    except ValueError:
        return None
    return wanted if 2000 <= wanted.year <= 2200 else None

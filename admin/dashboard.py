"""The dashboard: what is due, what is late, what waits for whom, and how well promises are kept."""

from __future__ import annotations

from flask import g, render_template

from portal.domain import complaints, feedback, lookups
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.forms import say

from . import blueprint
from .words import STATES

MINE = 8
CAP = 100
BARS = 8


@blueprint.get("/")
@gates.staff(Permission.DASHBOARD_READ)
def dashboard() -> str:
    """Figures counted to a cap over an index, and the next cases of the one who looks."""
    cases = g.actor.may(Permission.COMPLAINTS_READ)
    mine = complaints.of(g.actor).queue("mine", limit=MINE)[:MINE] if cases else []
    if mine:
        lookups.open_list(actor=g.actor, kind="queue")
    told = g.actor.may(Permission.FEEDBACK_READ)
    return render_template(
        "admin/dashboard/dashboard.html",
        pressing=complaints.pressing(g.actor, cap=CAP) if cases else None,
        cap=CAP,
        kept=complaints.kept_promises(g.actor),
        mine=mine,
        works=g.actor.may(Permission.COMPLAINTS_WRITE),
        states=STATES,
        waiting_feedback=feedback.of(g.actor).counts(cap=CAP) if told else None,
        figures=feedback.of(g.actor).figures() if told else None,
        sorts=_sorts(),
    )


def _sorts() -> list[tuple[str, list[dict[str, object]]]]:
    """Return what the complaints of the last 90 days were about, by each list of the firm, as bars."""
    lists, language = complaints.categories, g.reader.language
    found = [
        (
            say(title),
            [
                {"label": lists.name_of(sort, one.key, language), "value": one.n}
                for one in complaints.sorted_lately(g.actor, sort)[:BARS]
            ],
        )
        for sort, title in lists.SORTS.items()
    ]
    return [(title, bars) for title, bars in found if bars]

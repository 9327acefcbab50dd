"""The queue: danger first, then what is due, with the reason it is here and the next act on each row."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from typing import NamedTuple

from flask import g, render_template, request, url_for
from markupsafe import Markup

from portal.domain import clock, complaints, errors, lookups
from portal.domain.actor import Permission
from portal.domain.complaints import Line
from portal.domain.references import spoken
from portal.text import Lazy, _t
from portal.ui import gates, paging, times

from . import blueprint
from .words import CHANNELS, IN_REVIEW, STATES, Speaker, state_badge

SIZE = 25
CAP = 100
SOON = 24 * 60 * 60
UNCOUNTED = "ended"  # what is over only grows, so a number says nothing
NO_CASE = uuidlib.UUID(int=0)
YOU, NOBODY = _t("You"), _t("Nobody yet")
EMPTY: dict[str, tuple[Lazy, Lazy]] = {
    "due": (
        _t("Nothing waits for us"),
        _t("What waits for an act of ours appears here, the nearest date first."),
    ),
    "mine": (
        _t("Nothing is in your hands"),
        _t("Take a complaint from “Nobody’s yet”, and it appears here."),
    ),
    "unassigned": (
        _t("Everything has a name"),
        _t("New complaints and reviews without a person appear here."),
    ),
    "waiting_customer": (
        _t("No customer is asked for anything"),
        _t("Open questions, answers to decide on and remedies to confirm appear here."),
    ),
    "review": (_t("No reviews"), _t("When a customer asks for another person, it appears here.")),
    "remedies": (
        _t("Nothing is owed"),
        _t("What was agreed appears here until it is carried out, with its date."),
    ),
    "written_after": (
        _t("Nobody has written after the end"),
        _t("What a customer writes on a finished complaint appears here, so that somebody reads it."),
    ),
    "all_open": (_t("No open complaints"), _t("Every complaint that is not at an end appears here.")),
    "ended": (
        _t("Nothing has ended yet"),
        _t("Complaints that came to an end appear here, the latest first."),
    ),
}


class Row(NamedTuple):
    """One row, in words: a page of many rows formats nothing in its template."""

    href: str
    number: str
    subject: str
    customer: str
    person: str
    due: str
    due_iso: str
    due_exact: str
    due_class: str
    next: str
    why: str
    badge: Markup
    who: str
    mine: bool
    harm: bool


@blueprint.get("/queue")
@gates.staff(Permission.COMPLAINTS_READ)
def queue() -> str:
    """One view of the queue, 25 rows at a time; four statements whatever its length."""
    view = request.args.get("view", "due")
    if view not in complaints.VIEWS:
        raise errors.NotFound()
    harm = request.args.get("harm") == "1"
    lookups.open_list(actor=g.actor, kind="queue")
    finder = complaints.of(g.actor)
    chosen = _chosen() if view != "ended" else {}
    found = finder.queue(view, after=paging.key_from_request(), limit=SIZE, harm_only=harm, **chosen)
    page = paging.page(found, SIZE, lambda line: line.key)
    say = Speaker()
    return render_template(
        "admin/queue/queue.html",
        rows=_rows(page.rows, say, ended=view == "ended"),
        next_url=page.next_url,
        first_url=page.first_url,
        filters=_filters(chosen) if view != "ended" else [],
        chosen=chosen,
        views=_views(view, finder.counts(CAP, [name for name in complaints.VIEWS if name != UNCOUNTED]), say),
        view=view,
        harm=harm,
        ended=view == "ended",
        harm_url=_harm_url(view, on=not harm),
        empty=[say(text) for text in EMPTY[view]],
        may_enter=g.actor.may(Permission.COMPLAINTS_INTAKE),
    )


def _chosen() -> dict[str, str]:
    """Return the rows of the firm's lists by which the queue is narrowed; what is on no list narrows nothing."""
    known = {
        sort.value: {one.key for one in complaints.categories.every(sort)}
        for sort in complaints.categories.Sort
    }
    return {name: key for name in known if (key := request.args.get(name, "")) in known[name]}


def _filters(chosen: dict[str, str]) -> list[tuple[str, Lazy, list[tuple[str, str]], str]]:
    """Return (name, label, choices, chosen) of each list that has rows."""
    return [
        (sort.value, label, choices, chosen.get(sort.value, ""))
        for sort, label in complaints.categories.SORTS.items()
        if (choices := complaints.categories.choices(sort, g.reader.language, present=chosen.get(sort.value)))
    ]


def _harm_url(view: str, *, on: bool) -> str:
    asked = ([f"view={view}"] if view != "due" else []) + (["harm=1"] if on else [])
    return url_for("admin.queue") + ("?" + "&".join(asked) if asked else "")


def _views(view: str, counts: dict[str, int], say: Speaker) -> list[dict[str, object]]:
    here = url_for("admin.queue")
    return [
        {
            "label": say(label),
            "url": here if name == "due" else f"{here}?view={name}",
            "active": name == view,
            "count": f"{CAP - 1}+" if counts.get(name, 0) >= CAP else counts.get(name),
        }
        for name, label in complaints.VIEWS.items()
    ]


def _rows(lines: Sequence[Line], say: Speaker, *, ended: bool) -> list[Row]:
    now, me = clock.now(), g.actor.name
    place = url_for("admin.case", uuid=NO_CASE).removesuffix(str(NO_CASE))
    you, nobody = say(YOU), say(NOBODY)
    channels = {key: say(label) for key, label in CHANNELS.items()}
    badges: dict[tuple[str, str], Markup] = {}
    by, left_or_late = times.spellers()
    rows = []
    for line in lines:
        look = (line.status, line.state)
        badge = badges.get(look)
        if badge is None:
            badge = badges[look] = state_badge(line.status, say(STATES[line.state]))
        at = line.ended_at if ended else line.due_at
        due, due_iso, due_exact, urgency = "", "", "", ""
        if at is not None:
            due_iso = at.isoformat()
            if ended:
                due, due_exact = times.relative(at), times.datetime(at)
            else:
                due_exact, left = by(at, line.zone), (at - now).total_seconds()
                due, urgency = left_or_late(left), _urgency(line, left)
        # A review is in the reviewer's hands, even while there is none yet.
        name = line.reviewer_name if line.state in IN_REVIEW else line.handler_name
        mine = line.handler_is_me and name == me
        rows.append(
            Row(
                f"{place}{line.uuid}",
                f"{spoken(line.number)} · {channels.get(line.channel, line.channel)}",
                say(line.subject),
                line.account_name,
                line.person_name if line.person_name != line.account_name else "",
                due,
                due_iso,
                due_exact,
                urgency,
                say(line.next),
                say(line.why),
                badge,
                you if mine else name or nobody,
                mine,
                line.harm,
            )
        )
    return rows


def _urgency(line: Line, left: float) -> str:
    if left >= SOON:
        return ""
    if left < 0:
        # A date of the customer's that has passed is no lateness of ours.
        return "is-late" if line.status == "late" else ""
    return "is-soon"

"""The first page of a partner's people: what waits for me, for whom I act, and whom I ask."""

from __future__ import annotations

from flask import g, render_template

from portal.domain import exchange, partners, sharing, tasks
from portal.ui import gates

from . import blueprint

WAITING = 5  # tasks that the first page names


@blueprint.get("")
@gates.partner()
def home() -> str:
    """What waits, what my role lets me do, and who looks after the people of my company."""
    return render_template(
        "extranet/home/home.html",
        waiting=tasks.of(g.actor).going(limit=WAITING),
        role=partners.role_of(g.actor),
        leads=exchange.waiting(g.actor),
        news=exchange.unread(g.actor),
        shares=sharing.pending(g.actor),
        regions=sorted(g.actor.regions),
        administrators=partners.administrators(g.actor.partner_id),
    )

"""Search for staff: customers by name, mail, phone in any spelling and number; complaints by words and number."""

from __future__ import annotations

from flask import g, render_template, request

from portal.domain import accounts, complaints, lookups, search
from portal.domain.actor import Permission
from portal.ui import gates

from . import blueprint
from .words import STATES

CUSTOMERS, CASES = 10, 25


@blueprint.get("/search", endpoint="search")
@gates.staff(Permission.CUSTOMERS_SEARCH)
def search_all() -> str:
    """Show the newest customers and complaints that hold every word; names and numbers only, logged as one list."""
    query = request.args.get("q", "")[:200].strip()
    parties, cases = [], []
    more_parties = more_cases = False
    if search.terms(query):
        lookups.open_list(actor=g.actor, kind="search", label=search.fold(query))
        ids = search.find("account", query, limit=CUSTOMERS + 1)
        more_parties = len(ids) > CUSTOMERS
        parties = accounts.of(g.actor).by_ids(ids[:CUSTOMERS])
        if g.actor.may(Permission.COMPLAINTS_READ):
            ids = search.find("complaint", query, limit=CASES + 1)
            more_cases = len(ids) > CASES
            cases = complaints.of(g.actor).by_ids(ids[:CASES])
    return render_template(
        "admin/search/search.html",
        query=query,
        search_query=query,
        asked=bool(search.terms(query)),
        parties=parties,
        more_parties=more_parties,
        cases=cases,
        more_cases=more_cases,
        states=STATES,
    )

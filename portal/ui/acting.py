"""For whom a page acts: every form names the account it was made for, every link in a mail the one it is about.

A person may act for several accounts, in several windows at once. What one window shows is sent for that account or
not at all.
"""

from __future__ import annotations

import uuid as uuidlib
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import flash, g, has_request_context, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from portal import db
from portal.domain import accounts, partners

FIELD = "acting_for"  # of every form of a customer
LINK = "for"  # in the address of a link in a mail
READING = {"GET", "HEAD"}


def mark() -> Markup:
    """Return the hidden input that names the account in hand; nothing where nobody acts for one."""
    me = g.get("me") if has_request_context() else None
    uuid = me.account_uuid if me is not None else None
    if uuid is None:
        return Markup()
    return _mark(uuid)


@lru_cache(maxsize=64)
def _mark(uuid: uuidlib.UUID) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, uuid)


def _named(text: str | None) -> uuidlib.UUID | None:
    if not text:
        return None
    try:
        return uuidlib.UUID(text)
    except ValueError:
        return None


def elsewhere() -> Any:
    """Return the page to show instead, where this request is about another account than the one in hand; else None.

    A form is refused with 409 and kept; a link asks first. An account that is none of the person's is not named.
    """
    reads = request.method in READING
    wanted = _named(request.args.get(LINK) if reads else request.form.get(FIELD))
    if wanted is None or wanted == g.me.account_uuid:
        return None
    if reads:
        other = _mine(wanted)
        if other is None:
            return None
        query = urlencode([pair for pair in request.args.items(multi=True) if pair[0] != LINK])
        path = request.path + (f"?{query}" if query else "")
        return render_template(f"{_folder()}/acting_for/other.html", other=other, path=path)
    from portal.ui import held

    page = held.hold_own()
    with db.unit_of_work(write=False):
        other = _mine(wanted)
    name = "extranet/acting_for/elsewhere.html" if g.actor.is_partner else "errors/other_account.html"
    return render_template(name, other=other, path=page), 409


def _folder() -> str:
    return "extranet" if g.actor.is_partner else "customer"


def _mine(uuid: uuidlib.UUID) -> accounts.InHand | partners.InReach | None:
    if g.actor.is_partner:
        return next((one for one in partners.in_reach(g.actor) if one.uuid == uuid), None)
    return next((one for one in accounts.accounts_in_reach(g.actor) if one.uuid == uuid), None)


def begin_for(token: str, path: str) -> None:
    """Let a new sign-in act for the account that the link named which led here, and say so."""
    wanted = _named(parse_qs(urlsplit(path).query).get(LINK, [""])[0])
    name = accounts.begin_with(token, wanted) if wanted is not None else None
    if name is not None:
        flash(_("You are now acting for %(name)s.", name=name), "info")

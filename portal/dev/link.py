"""The one-time sign-in address of the demo: opens the face of its person at once, without password and code."""

from __future__ import annotations

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from portal import db
from portal.domain import accounts
from portal.domain.accounts import Face
from portal.ui import browser, gates, session

from . import blueprint


@blueprint.get("/link/<token>")
@gates.dev
def link(token: str) -> Response:
    """Sign in by a link that works once; a script can follow it, so it acts on GET, apart from this request."""
    with db.apart():
        step, face = accounts.enter_by_link(token, device=browser.device(), network=browser.network())
    g.face = face
    session.enter(step.token)
    homes = {Face.STAFF: "admin.dashboard", Face.PARTNER: "extranet.home"}
    return redirect(url_for(homes.get(face, "customer.home")), 303)

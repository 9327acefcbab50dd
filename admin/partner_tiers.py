"""The tiers of partners, as the firm calls them: names in each language, and which are offered."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.domain import errors, partners
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.forms import say

from . import blueprint
from .announcements import spoken
from .staff import Answer


@blueprint.get("/partner-tiers")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_tiers() -> str:
    """Every tier, the lowest first."""
    return _page()


@blueprint.post("/partner-tiers")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_tier_new() -> Answer:
    """Put one above the others."""
    try:
        partners.add_tier(_names(), actor=g.actor)
    except errors.Invalid as error:
        return _page(None, _names(), error), 422
    flash(_("Added. It can be chosen for partners from now on."), "done")
    return redirect(url_for("admin.partner_tiers"), 303)


@blueprint.post("/partner-tiers/<uuid:uuid>")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_tier(uuid: uuidlib.UUID) -> Answer:
    """Give one other names, or offer it no more or again."""
    try:
        partners.change_tier(uuid, actor=g.actor, names=_names(), offered=bool(request.form.get("offered")))
    except errors.Invalid as error:
        return _page(uuid, _names(), error), 422
    flash(_("The changes hold from now on."), "done")
    return redirect(url_for("admin.partner_tiers"), 303)


def _names() -> dict[str, str]:
    return {code: request.form.get(f"name-{code}", "") for code, _name in spoken()}


def _page(
    of: uuidlib.UUID | None = None, typed: Mapping[str, str] | None = None, error: errors.DomainError | None = None
) -> str:  # fmt: skip
    """Render the list; ``of``: which tier was refused, none of them for a new one."""
    wrong = {error.field or "": say(error.message)} if error else {}
    mark = of or "new"
    return render_template(
        "admin/partner_tiers/tiers.html", tiers=partners.tiers(every=True), languages=spoken(),
        refused=mark if error else "", typed=typed or {}, wrong=wrong, language=g.reader.language,
        problems=[(f"{mark}-{field}", message) for field, message in wrong.items()],
    )  # fmt: skip

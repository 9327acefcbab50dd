"""The logo of a partner, put up by our staff where the partner has not done it."""

from __future__ import annotations

import uuid as uuidlib

from flask import flash, g
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain import partners
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.pictures import LogoForm
from portal.ui.session import require_fresh

from . import blueprint
from .partners import _back, _show
from .staff import Answer


@blueprint.post("/partners/<uuid:uuid>/logo")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_logo(uuid: uuidlib.UUID) -> Answer:
    """Put a logo up."""
    require_fresh()
    form = LogoForm()
    if form.validate_on_submit():
        with form.catching():
            partners.put_logo(uuid, form.content(), actor=g.actor)
            flash(_("Customers see it from now on."), "done")
            return _back(uuid)
    return _show(uuid, logo=form), 422


@blueprint.post("/partners/<uuid:uuid>/logo/removal")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_logo_removal(uuid: uuidlib.UUID) -> Response:
    """Take the logo down."""
    require_fresh()
    partners.remove_logo(uuid, actor=g.actor)
    flash(_("The logo is taken down."), "done")
    return _back(uuid)

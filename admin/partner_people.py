"""The people of a partner, as our staff look after them where it has no administrator of its own yet."""

from __future__ import annotations

import uuid as uuidlib

from flask import flash, g
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain import partners
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.session import require_fresh

from . import blueprint
from .partners import PersonForm, _back, _show
from .staff import Answer


@blueprint.post("/partners/<uuid:uuid>/people")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_invite(uuid: uuidlib.UUID) -> Answer:
    """Ask somebody in."""
    require_fresh()
    form = PersonForm()
    if form.validate_on_submit():
        with form.catching():
            row = partners.invite(
                partners.company(g.actor, uuid), actor=g.actor, name=form.name.data or "", email=form.email.data or "",
                role=form.role.data or "", regions=form.regions.data or "", language=form.language.data,
            )  # fmt: skip
            flash(
                _("An invitation goes to %(address)s. It works for two weeks.", address=row.address), "done"
            )
            return _back(uuid)
    return _show(uuid, person=form), 422


@blueprint.post("/partners/<uuid:uuid>/people/<uuid:member>/end")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_person_end(uuid: uuidlib.UUID, member: uuidlib.UUID) -> Response:
    """End what somebody may do for a partner."""
    require_fresh()
    name = partners.end_member(member, actor=g.actor)
    flash(_("%(name)s is signed out and comes in no more.", name=name), "done")
    return _back(uuid)


@blueprint.post("/partners/<uuid:uuid>/invitations/<uuid:member>/again")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_invitation_again(uuid: uuidlib.UUID, member: uuidlib.UUID) -> Response:
    """Send an invitation once more."""
    require_fresh()
    address = partners.send_again(member, actor=g.actor)
    flash(_("A new link goes to %(address)s. The one before it no longer works.", address=address), "done")
    return _back(uuid)


@blueprint.post("/partners/<uuid:uuid>/invitations/<uuid:member>/cancel")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_invitation_cancel(uuid: uuidlib.UUID, member: uuidlib.UUID) -> Response:
    """Take an invitation back."""
    require_fresh()
    name = partners.cancel_invitation(member, actor=g.actor)
    flash(_("The invitation of %(name)s is taken back.", name=name), "done")
    return _back(uuid)

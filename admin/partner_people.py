"""The people of a partner, as our staff look after them where it has no administrator of its own yet."""

from __future__ import annotations

import uuid as uuidlib

from flask import flash, g
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain import clients, partners
from portal.domain.actor import Permission
from portal.ui import gates, partner_people
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
            partner_people.invite(partners.company(g.actor, uuid), form)
            return _back(uuid)
    return _show(uuid, person=form), 422


@blueprint.post("/partners/<uuid:uuid>/people/<uuid:member>/end")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_person_end(uuid: uuidlib.UUID, member: uuidlib.UUID) -> Response:
    """End what somebody may do for a partner."""
    partner_people.end(member)
    return _back(uuid)


@blueprint.post("/partners/<uuid:uuid>/people/<uuid:member>/second-step")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_person_second_step(uuid: uuidlib.UUID, member: uuidlib.UUID) -> Response:
    """Take away the second step that somebody has lost."""
    require_fresh()
    name = partners.reset_second_step(member, actor=g.actor)
    flash(_("%(name)s sets up a new second step at the next sign-in.", name=name), "done")
    return _back(uuid)


@blueprint.post("/partners/<uuid:uuid>/invitations/<uuid:member>/again")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_invitation_again(uuid: uuidlib.UUID, member: uuidlib.UUID) -> Response:
    """Send an invitation once more."""
    partner_people.send_again(member)
    return _back(uuid)


@blueprint.post("/partners/<uuid:uuid>/invitations/<uuid:member>/cancel")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_invitation_cancel(uuid: uuidlib.UUID, member: uuidlib.UUID) -> Response:
    """Take an invitation back."""
    partner_people.take_back(member)
    return _back(uuid)


@blueprint.post("/partners/<uuid:uuid>/systems/<uuid:system>/end")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_system_end(uuid: uuidlib.UUID, system: uuidlib.UUID) -> Response:
    """Shut a system of a partner out, with every token that it holds."""
    require_fresh()
    partners.company(g.actor, uuid)
    found = clients.revoke(system, actor=g.actor)
    flash(_("“%(name)s” is shut out. Its next call is refused.", name=found.name), "done")
    return _back(uuid)

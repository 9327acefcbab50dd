"""The people of a partner, looked after by its own administrators: asked in, roles, regions, ended."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import EmailField, RadioField, SelectField, StringField
from wtforms.validators import Length

from portal.domain import errors, partners
from portal.domain.actor import PartnerRight
from portal.ui import gates, partner_people
from portal.ui.forms import Form, say
from portal.ui.pictures import LogoForm
from portal.ui.session import language_choices, reading, require_fresh
from portal.ui.signing import needed

from . import blueprint

Answer = Response | str | tuple[str, int]


class RoleForm(Form):
    """Role and regions of somebody."""

    role = RadioField(_l("Role"), default="worker")
    regions = StringField(_l("Regions"), [Length(max=300)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(key.value, say(spec.name)) for key, spec in partners.ROLES.items()]


class InviteForm(RoleForm):
    """Who is asked in."""

    name = StringField(_l("Name"), [needed, Length(max=120)])
    email = EmailField(_l("E-mail address"), [needed, Length(max=320)])
    language = SelectField(_l("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = language_choices()


def _effects() -> dict[str, str]:
    return {key.value: say(spec.text) for key, spec in partners.ROLES.items()}


@blueprint.get("/people")
@gates.partner(PartnerRight.PEOPLE_MANAGE)
def people() -> str:
    """Everybody of the company, and who is asked in."""
    found = partners.colleagues(g.actor)
    return render_template(
        "extranet/people/people.html",
        people=[one for one in found if one.ended_at is None],
        former=[one for one in found if one.ended_at is not None],
        invitations=partners.invitations_of(g.actor.partner_id, actor=g.actor),
        role_name=partners.role_name,
        own_id=g.actor.person_id,
    )


@blueprint.route("/company", methods=["GET", "POST"])
@gates.partner(PartnerRight.PEOPLE_MANAGE)
def own_company() -> Answer:
    """How customers see the company: its name and its logo."""
    form = LogoForm()
    if form.validate_on_submit():
        require_fresh()
        with form.catching():
            partners.put_logo(_own().uuid, form.content(), actor=g.actor)
            flash(_("Customers see it from now on."), "done")
            return redirect(url_for("extranet.own_company"), 303)
    page = render_template("extranet/people/company.html", form=form, company=_own())
    return page if form.ok else (page, 422)


@blueprint.post("/company/logo/removal")
@gates.partner(PartnerRight.PEOPLE_MANAGE)
def own_logo_removal() -> Response:
    """Take the logo down."""
    require_fresh()
    partners.remove_logo(_own().uuid, actor=g.actor)
    flash(_("The logo is taken down."), "done")
    return redirect(url_for("extranet.own_company"), 303)


def _own() -> partners.PartnerCompany:
    return partners.own_company(g.actor)


@blueprint.route("/people/new", methods=["GET", "POST"])
@gates.partner(PartnerRight.PEOPLE_MANAGE)
def person_new() -> Answer:
    """Ask somebody in."""
    require_fresh()
    with reading():
        language = partners.first_language(partners.own_company(g.actor).country)
    form = InviteForm(language=language)
    if form.validate_on_submit():
        with form.catching():
            partner_people.invite(partners.own_company(g.actor), form)
            return _back()
    page = render_template("extranet/people/new.html", form=form, effects=_effects())
    return page if form.ok else (page, 422)


def _back() -> Response:
    return redirect(url_for("extranet.people"), 303)


@blueprint.route("/people/<uuid:uuid>", methods=["GET", "POST"])
@gates.partner(PartnerRight.PEOPLE_MANAGE)
def person(uuid: uuidlib.UUID) -> Answer:
    """Role and regions of somebody."""
    found = next(
        (one for one in partners.colleagues(g.actor) if one.uuid == uuid and one.ended_at is None), None
    )
    if found is None:
        raise errors.NotFound()
    require_fresh()
    form = RoleForm(role=found.role, regions=", ".join(found.regions))
    refused = ""
    if form.validate_on_submit():
        try:
            with form.catching():
                partners.change_member(
                    uuid, actor=g.actor, role=form.role.data or "", regions=form.regions.data or ""
                )
                flash(_("It holds from the next page that %(name)s opens.", name=found.name), "done")
                return (
                    redirect(url_for("extranet.home"), 303)
                    if found.person_id == g.actor.person_id
                    else _back()
                )
        except errors.Conflict as error:
            refused = say(error.message)
    page = render_template(
        "extranet/people/person.html", form=form, person=found, effects=_effects(), refused=refused
    )
    return page if form.ok and not refused else (page, 409 if refused else 422)


@blueprint.post("/people/<uuid:uuid>/end")
@gates.partner(PartnerRight.PEOPLE_MANAGE)
def person_end(uuid: uuidlib.UUID) -> Response:
    """End what somebody may do for the company: every sign-in for it ends now."""
    partner_people.end(uuid)
    return _back()


@blueprint.post("/people/invitations/<uuid:uuid>/again")
@gates.partner(PartnerRight.PEOPLE_MANAGE)
def person_invitation_again(uuid: uuidlib.UUID) -> Response:
    """Send an invitation once more."""
    partner_people.send_again(uuid)
    return _back()


@blueprint.post("/people/invitations/<uuid:uuid>/cancel")
@gates.partner(PartnerRight.PEOPLE_MANAGE)
def person_invitation_cancel(uuid: uuidlib.UUID) -> Response:
    """Take an invitation back."""
    partner_people.take_back(uuid)
    return _back()

"""Staff: who works here, in which roles; invited, absent, deactivated, taken back."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import DateField, EmailField, SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import Length, Optional

from portal.domain import accounts, audit, complaints
from portal.domain.actor import Permission
from portal.ui import gates, paging
from portal.ui.forms import Form, say
from portal.ui.session import language_choices, require_fresh
from portal.ui.signing import needed

from . import blueprint

SIZE = 50
Answer = Response | str | tuple[str, int]


class Boxes(SelectMultipleField):
    """Several of a list, each a box to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class RolesForm(Form):
    """The roles of somebody."""

    roles = Boxes()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles.label.text = _("Roles")
        self.roles.choices = [(one.key, say(one.name)) for one in accounts.roles_of_firm(g.actor)]


class InviteForm(RolesForm):
    """Who is invited, and to what."""

    name = StringField(validators=[needed, Length(max=120)])
    email = EmailField(validators=[needed, Length(max=320)])
    team = StringField(validators=[needed, Length(max=60)])
    language = SelectField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.label.text, self.email.label.text = _("Name"), _("E-mail address")
        self.team.label.text, self.language.label.text = _("Team"), _("Language")
        self.language.choices = language_choices()


class TeamForm(Form):
    """The team of somebody."""

    team = StringField(validators=[needed, Length(max=60)])


class AbsenceForm(Form):
    """The last day of an absence; empty ends it."""

    last_day = DateField(validators=[Optional()])


@blueprint.get("/staff")
@gates.staff(Permission.STAFF_ADMIN)
def staff() -> str:
    """Who works here, by name."""
    view = request.args.get("view", "working")
    rows = accounts.staff_list(g.actor, view=view, after=paging.key_from_request(), limit=SIZE)
    page = paging.page(rows, SIZE, lambda row: [row.name, str(row.uuid)])
    views = [
        {"label": label, "url": url_for("admin.staff", view=None if key == "working" else key), "active": key == view}
        for key, label in accounts.STAFF_VIEWS.items()
    ]  # fmt: skip
    return render_template("admin/staff/staff.html", page=page, view=view, views=views)


@blueprint.route("/staff/new", methods=["GET", "POST"])
@gates.staff(Permission.STAFF_ADMIN)
def staff_new() -> Answer:
    """Invite somebody by e-mail."""
    require_fresh()
    form = InviteForm(language=g.reader.language)
    if form.validate_on_submit():
        with form.catching():
            person = accounts.invite(
                actor=g.actor, name=form.name.data or "", email=form.email.data or "", team=form.team.data or "",
                roles=form.roles.data or [], language=form.language.data,
            )  # fmt: skip
            flash(_("%(name)s gets a link by e-mail that works for three days.", name=person.name), "done")
            return redirect(url_for("admin.staff_one", uuid=person.uuid), 303)
    page = render_template("admin/staff/new.html", form=form, teams=accounts.teams(g.actor))
    return page if form.ok else (page, 422)


@blueprint.get("/staff/<uuid:uuid>")
@gates.staff(Permission.STAFF_ADMIN)
def staff_one(uuid: uuidlib.UUID) -> str:
    """One colleague: roles, team, absence, open cases, and what was changed."""
    return _show(uuid)


def _show(uuid: uuidlib.UUID, **forms: Form) -> str:
    found = accounts.staff_file(g.actor, uuid)
    away = found.line.absent_until
    shown: dict[str, Any] = {
        "roles_form": forms.get("roles") or RolesForm(formdata=None, roles=sorted(found.line.role_keys)),
        "team_form": forms.get("team") or TeamForm(formdata=None, team=found.line.team),
        "absence_form": forms.get("absence") or AbsenceForm(formdata=None),
    }
    acts = audit.of_firm(g.actor, about=uuid, limit=8)[:8] if g.actor.may(Permission.AUDIT_READ) else []
    return render_template(
        "admin/staff/one.html",
        file=found,
        line=found.line,
        away=away,
        cases=complaints.in_hands_of(found.line.person_id),
        may_hand_over=g.actor.may(Permission.COMPLAINTS_SUPERVISE)
        and g.actor.may(Permission.COMPLAINTS_READ),
        teams=accounts.teams(g.actor),
        acts=acts,
        wrong=next(iter(forms.values()), None),
        **shown,
    )


def _back(uuid: uuidlib.UUID) -> Response:
    return redirect(url_for("admin.staff_one", uuid=uuid), 303)


@blueprint.post("/staff/<uuid:uuid>/roles")
@gates.staff(Permission.STAFF_ADMIN)
def staff_roles(uuid: uuidlib.UUID) -> Answer:
    """Change what somebody may do, from their next request on."""
    require_fresh()
    found, form = accounts.staff_file(g.actor, uuid), RolesForm()
    if form.validate_on_submit():
        with form.catching():
            accounts.set_roles(found.line.person_id, form.roles.data or [], actor=g.actor)
            flash(_("The roles of %(name)s hold from the next page they open.", name=found.line.name), "done")
            return _back(uuid)
    return _show(uuid, roles=form), 422


@blueprint.post("/staff/<uuid:uuid>/team")
@gates.staff(Permission.STAFF_ADMIN)
def staff_team(uuid: uuidlib.UUID) -> Answer:
    """Move somebody to another team."""
    require_fresh()
    form = TeamForm()
    if form.validate_on_submit():
        with form.catching():
            accounts.change_team(uuid, form.team.data or "", actor=g.actor)
            flash(_("The team is changed."), "done")
            return _back(uuid)
    return _show(uuid, team=form), 422


@blueprint.post("/staff/<uuid:uuid>/absence")
@gates.staff(Permission.STAFF_ADMIN)
def staff_absence(uuid: uuidlib.UUID) -> Answer:
    """Note until when somebody is away, or that they are back."""
    require_fresh()
    form = AbsenceForm()
    if form.validate_on_submit():
        with form.catching():
            last_day = None if request.form.get("back") else form.last_day.data
            accounts.set_absence(uuid, last_day, actor=g.actor)
            if last_day is None:
                flash(_("Noted: here again, and offered for new work."), "done")
            else:
                flash(_("Noted. Until then nobody can put new work into their hands."), "done")
            return _back(uuid)
    return _show(uuid, absence=form), 422


@blueprint.post("/staff/<uuid:uuid>/deactivation")
@gates.staff(Permission.STAFF_ADMIN)
def staff_deactivation(uuid: uuidlib.UUID) -> Answer:
    """End the work of somebody here: every sign-in ends now."""
    require_fresh()
    found = accounts.staff_file(g.actor, uuid)
    accounts.end_staff(found.line.person_id, actor=g.actor)
    flash(_("%(name)s is deactivated and signed out everywhere.", name=found.line.name), "done")
    return _back(uuid)


@blueprint.post("/staff/<uuid:uuid>/reactivation")
@gates.staff(Permission.STAFF_ADMIN)
def staff_reactivation(uuid: uuidlib.UUID) -> Answer:
    """Let somebody work here again."""
    require_fresh()
    accounts.take_back(uuid, actor=g.actor)
    flash(_("They can sign in again, in the roles they had."), "done")
    return _back(uuid)


@blueprint.post("/staff/<uuid:uuid>/invitation")
@gates.staff(Permission.STAFF_ADMIN)
def staff_invitation(uuid: uuidlib.UUID) -> Answer:
    """Send a new link to somebody who has not used theirs."""
    require_fresh()
    address = accounts.invite_again(uuid, actor=g.actor)
    flash(_("A new link goes to %(address)s. The one before it no longer works.", address=address), "done")
    return _back(uuid)


@blueprint.post("/staff/<uuid:uuid>/second-step")
@gates.staff(Permission.STAFF_ADMIN)
def staff_second_step(uuid: uuidlib.UUID) -> Answer:
    """Take away the second step that somebody has lost."""
    require_fresh()
    found = accounts.staff_file(g.actor, uuid)
    accounts.reset_second_step(uuid, actor=g.actor)
    flash(_("%(name)s sets up a new second step at the next sign-in.", name=found.line.name), "done")
    return _back(uuid)

"""Roles: what each may do, read from the table that the gate reads, and roles of the firm's own."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from portal.domain import accounts
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.forms import Form, say
from portal.ui.session import require_fresh
from portal.ui.signing import needed

from . import blueprint
from .staff import Answer, Boxes


class RoleForm(Form):
    """The name of a role and what it may do."""

    name = StringField(validators=[needed, Length(max=60)])
    permissions = Boxes()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.label.text, self.permissions.label.text = _("Name"), _("Whoever holds it may")
        self.permissions.choices = [
            (one.value, say(words)[:1].upper() + say(words)[1:])
            for one, words in accounts.PERMISSION_WORDS.items()
        ]


@blueprint.get("/roles")
@gates.staff(Permission.STAFF_ADMIN)
def roles() -> str:
    """Every role beside every permission, and what each permission opens."""
    opened: dict[Permission, list[gates.Opening]] = defaultdict(list)
    for opening in gates.openings():
        for permission in opening.permissions:
            opened[permission].append(opening)
    return render_template(
        "admin/roles/roles.html",
        roles=accounts.roles_of_firm(g.actor),
        groups=accounts.PERMISSION_GROUPS,
        words=accounts.PERMISSION_WORDS,
        opened=opened,
    )


@blueprint.route("/roles/new", methods=["GET", "POST"])
@gates.staff(Permission.STAFF_ADMIN)
def role_new() -> Answer:
    """Make a role, empty or from one that exists."""
    require_fresh()
    start: dict[str, Any] = {}
    if request.method == "GET" and request.args.get("like"):
        like = accounts.role_of_firm(g.actor, request.args["like"])
        start = {
            "name": _("%(role)s, changed", role=say(like.name))[:60],
            "permissions": sorted(one.value for one in like.permissions),
        }
    form = RoleForm(**start)
    if form.validate_on_submit():
        with form.catching():
            accounts.make_role(
                actor=g.actor, name=form.name.data or "", permissions=form.permissions.data or []
            )
            flash(_("The role is made. Give it to somebody on their page."), "done")
            return redirect(url_for("admin.roles"), 303)
    page = render_template("admin/roles/role.html", form=form, role=None)
    return page if form.ok else (page, 422)


@blueprint.route("/roles/<key>", methods=["GET", "POST"])
@gates.staff(Permission.STAFF_ADMIN)
def role(key: str) -> Answer:
    """One role: who ships with Reins is only read, an own one can be changed."""
    found = accounts.role_of_firm(g.actor, key)
    if found.own:
        require_fresh()
    form = RoleForm(name=say(found.name), permissions=sorted(one.value for one in found.permissions))
    if form.validate_on_submit():
        with form.catching():
            accounts.change_role(
                key, actor=g.actor, name=form.name.data or "", permissions=form.permissions.data or []
            )
            flash(_("The role is changed. It holds from the next page that its people open."), "done")
            return redirect(url_for("admin.roles"), 303)
    page = render_template("admin/roles/role.html", form=form, role=found, words=accounts.PERMISSION_WORDS)
    return page if form.ok else (page, 422)


@blueprint.post("/roles/<key>/removal")
@gates.staff(Permission.STAFF_ADMIN)
def role_removal(key: str) -> Response:
    """Remove an own role that nobody holds."""
    require_fresh()
    accounts.remove_role(key, actor=g.actor)
    flash(_("The role is removed."), "done")
    return redirect(url_for("admin.roles"), 303)

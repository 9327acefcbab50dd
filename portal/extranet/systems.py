"""Systems: programs of a partner that act for it by the API; made, given another secret and shut out by its own."""

from __future__ import annotations

import uuid as uuidlib
from datetime import timedelta
from typing import Any

from flask import current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain import calendars, clients, clock
from portal.domain.actor import PartnerRight
from portal.ui import gates
from portal.ui.forms import Form, say
from portal.ui.session import require_fresh
from portal.ui.signing import needed

from . import blueprint

DEFAULT_DAYS = 180
MANAGES = gates.partner(PartnerRight.CLIENTS_MANAGE)


class SystemForm(Form):
    """A name, what it may, and its last day."""

    name = StringField(
        _l("What do you call it?"), [needed, Length(max=80)],
        description=_l("Customers read this name where it looked at their data, such as “Workshop”."),
    )  # fmt: skip
    scopes = SelectMultipleField(
        _l("What may it do?"), validate_choice=False, widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(), description=_l("Give it only what it needs."),
    )  # fmt: skip
    until = DateField(
        _l("Its last day"), [InputRequired(_l("Choose the last day on which it may act."))],
        description=_l("At most a year away. You can shut it out at any time before."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes.choices = [(scope.value, say(words)) for scope, words in clients.WORDS.items()]


@blueprint.get("/systems", endpoint="systems")
@MANAGES
def system_list() -> str:
    """The systems that may act for the company, and those that no longer may."""
    lines = clients.clients_of(g.actor.partner_id, actor=g.actor)
    return render_template(
        "extranet/systems/systems.html",
        living=[one for one in lines if one.state == "live"],
        ended=[one for one in lines if one.state != "live"],
        words={scope.value: words for scope, words in clients.WORDS.items()},
    )


@blueprint.route("/systems/new", methods=["GET", "POST"])
@MANAGES
def system_new() -> Any:
    """Let a system in, after a fresh proof; its secret stands on this answer and nowhere else."""
    require_fresh()
    today = calendars.local_day(clock.now(), g.actor.zone)
    form = SystemForm(data={"until": today + timedelta(days=DEFAULT_DAYS)})
    if form.validate_on_submit():
        with form.catching():
            assert form.until.data is not None  # the form asks for it
            made, secret = clients.make(
                form.name.data or "", form.scopes.data or (), form.until.data, actor=g.actor
            )
            return _secret(made, secret)
    page = render_template(
        "extranet/systems/new.html",
        form=form,
        first=today.isoformat(),
        last=(today + timedelta(days=clients.MOST_DAYS)).isoformat(),
    )
    return page if form.ok else (page, 422)


@blueprint.post("/systems/<uuid:uuid>/secret")
@MANAGES
def system_secret(uuid: uuidlib.UUID) -> str:
    """Draw another secret and show it once; the one before is good too for a day."""
    require_fresh()
    return _secret(*clients.rotate(uuid, actor=g.actor))


def _secret(found: clients.PartnerClient, secret: str) -> str:
    return render_template(
        "extranet/systems/secret.html",
        system=found,
        secret=secret,
        base=current_app.config["SETTINGS"].base_url,
    )


@blueprint.post("/systems/<uuid:uuid>/end")
@MANAGES
def system_end(uuid: uuidlib.UUID) -> Response:
    """Shut a system out, with every token that it holds."""
    found = clients.revoke(uuid, actor=g.actor)
    flash(_("“%(name)s” is shut out. Its next call is refused.", name=found.name), "done")
    return redirect(url_for("extranet.systems"), 303)

"""Events: the address at which a partner's systems hear of everything at once, its secret, and what did not arrive."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal import outbound
from portal.domain import errors, webhooks
from portal.domain.actor import PartnerRight
from portal.text import _t
from portal.ui import gates
from portal.ui.forms import Form
from portal.ui.session import require_fresh

from . import blueprint

SIZE = 25
ADMINISTERS = gates.partner(PartnerRight.PEOPLE_MANAGE)


class EndpointForm(Form):
    """Where events go."""

    url = StringField(
        _l("Address of your receiver"), [InputRequired(_l("Please fill this in.")), Length(max=500)],
        description=_l("Such as https://partner.example/reins. It answers with 2xx within eight seconds."),
    )  # fmt: skip


@blueprint.route("/events", methods=["GET", "POST"])
@ADMINISTERS
def events() -> Any:
    """The address with its state, and the events newest first; setting an address shows its secret once."""
    endpoint = webhooks.endpoint_of(g.actor.partner_id, actor=g.actor)
    stopped = None if endpoint else webhooks.stopped_of(g.actor.partner_id, actor=g.actor)
    known = endpoint or stopped
    form = EndpointForm(data={"url": known.url if known else ""})
    if form.validate_on_submit():
        require_fresh()
        with form.catching():
            wanted = (form.url.data or "").strip()
            try:
                outbound.check(wanted)
            except outbound.Forbidden:
                message = _t("We call only public addresses that begin with https://, on the usual ports.")
                raise errors.Invalid(message, field="url") from None
            secret = webhooks.set_endpoint(g.actor.partner_id, wanted, actor=g.actor)
            if secret is None:
                return redirect(url_for("extranet.events"), 303)
            return render_template("extranet/events/secret.html", secret=secret)
    last = request.args.get("after", "")
    lines = webhooks.events(
        g.actor.partner_id,
        actor=g.actor,
        before=int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None,
        limit=SIZE,
    )
    page = render_template(
        "extranet/events/events.html", form=form, endpoint=endpoint, stopped=stopped, lines=lines[:SIZE],
        next_url=url_for("extranet.events", after=lines[SIZE - 1].id) if len(lines) > SIZE else None,
    )  # fmt: skip
    return page if form.ok else (page, 422)


@blueprint.post("/events/secret")
@ADMINISTERS
def event_secret() -> str:
    """Draw a new secret and show it once; the one before signs too for a day."""
    require_fresh()
    return render_template(
        "extranet/events/secret.html", secret=webhooks.rotate(g.actor.partner_id, actor=g.actor)
    )


@blueprint.post("/events/trial")
@ADMINISTERS
def event_trial() -> Response:
    """Send an event that only says that events arrive."""
    webhooks.trial(g.actor.partner_id, actor=g.actor)
    flash(_("An event to try it is on its way. It stands below with what became of it."), "done")
    return redirect(url_for("extranet.events"), 303)


@blueprint.post("/events/end")
@ADMINISTERS
def events_end() -> Response:
    """Take no events any more: what happens is told by mail then."""
    webhooks.stop(g.actor.partner_id, actor=g.actor)
    return redirect(url_for("extranet.events"), 303)


@blueprint.post("/events/<uuid:uuid>/again")
@ADMINISTERS
def event_again(uuid: uuidlib.UUID) -> Response:
    """Let an event that was given up go again."""
    webhooks.send_again(g.actor.partner_id, uuid, actor=g.actor)
    flash(_("It is on its way again."), "done")
    return redirect(url_for("extranet.events"), 303)

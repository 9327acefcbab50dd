"""A new key or secret of ours at a partner's provider: shown or written, tried there, and only then in force."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import replace

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import Length

from portal import config, oidc
from portal.domain import errors, partners
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.forms import Form, say
from portal.ui.session import reading, require_fresh
from portal.ui.signing import needed

from . import blueprint
from .staff import Answer


class SecretForm(Form):
    """The secret that the provider gave for our client."""

    secret = PasswordField(_l("New secret"), [needed, Length(max=4000)])


def redirect_address(provider: partners.Provider) -> str:
    """Return where a provider leads back to."""
    return config.load().base_url.rstrip("/") + url_for("extranet.sign_in_answer", uuid=provider.uuid)


def _back(uuid: uuidlib.UUID) -> Response:
    return redirect(url_for("admin.partner", uuid=uuid, _anchor="sign-in"), 303)


@blueprint.post("/partners/<uuid:uuid>/key")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_key_new(uuid: uuidlib.UUID) -> Response:
    """Show a new key beside the present one."""
    require_fresh()
    secret, public = oidc.new_key()
    partners.show_key(uuid, actor=g.actor, secret=secret, public_key=public)
    flash(_("The new key is shown beside the old one. Try it, and it takes its place."), "done")
    return _back(uuid)


@blueprint.post("/partners/<uuid:uuid>/key/take")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_key_take(uuid: uuidlib.UUID) -> Response:
    """Try the key that waits, and take it where the provider does."""
    require_fresh()
    with reading():
        provider = partners.to_try(g.actor, uuid, waiting=True)
    step = oidc.try_proof(provider, redirect=redirect_address(provider))
    if step.state != "ok":
        flash(_("The old key stays in force: %(words)s", words=say(step.words)), "warn")
        return _back(uuid)
    partners.take_key(uuid, actor=g.actor)
    flash(_("The new key is in force. The old one is shown for a day more."), "done")
    return _back(uuid)


@blueprint.post("/partners/<uuid:uuid>/key/drop")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_key_drop(uuid: uuidlib.UUID) -> Response:
    """Leave it at the present key."""
    require_fresh()
    partners.drop_key(uuid, actor=g.actor)
    flash(_("The new key is gone. The old one stays in force."), "done")
    return _back(uuid)


@blueprint.route("/partners/<uuid:uuid>/secret", methods=["GET", "POST"])
@gates.staff(Permission.PARTNERS_WRITE)
def partner_secret(uuid: uuidlib.UUID) -> Answer:
    """Try a new secret, and take it where the provider does."""
    require_fresh()
    with reading():
        company = partners.company(g.actor, uuid)
        provider = partners.to_try(g.actor, uuid)
    if provider.proves_by != partners.BY_SECRET:
        raise errors.NotFound()
    form = SecretForm()
    if form.validate_on_submit():
        with form.catching():
            secret = form.secret.data or ""
            step = oidc.try_proof(replace(provider, secret=secret), redirect=redirect_address(provider))
            if step.state != "ok":
                raise errors.Invalid(step.words, code="partners.secret", field="secret")
            partners.take_secret(uuid, secret, actor=g.actor)
            flash(_("The provider took the new secret. It is in force."), "done")
            return _back(uuid)
    page = render_template("admin/partners/secret.html", form=form, company=company)
    return page if form.ok else (page, 422)

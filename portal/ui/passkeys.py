"""Passkeys through the browser: JSON in, JSON out, with the same proof of the page that forms carry.

The token of a ceremony lives in a cookie of its own, so that an answer that arrives late never overwrites the
cookie of a sign-in. Every way works on both faces.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from portal.domain import accounts, errors
from portal.domain.accounts import Ceremony, Face
from portal.ui import gates, signing, watch
from portal.ui.browser import device, network
from portal.ui.cookies import BLUEPRINTS
from portal.ui.errors import STATUS
from portal.ui.forms import Form, say
from portal.ui.session import face_here, next_path, reading, renew, require_fresh

LIFE = 300
LARGEST = 64 * 1024  # bytes of one answer; the largest real ones stay below four thousand
View = Callable[..., Any]


class NameForm(Form):
    """What a passkey is called."""

    name = StringField(_l("Name"), [signing.needed, Length(max=60)])


def _cookie() -> str:
    name = f"reins-passkey-{face_here().value}"
    return f"__Host-{name}" if current_app.config["SETTINGS"].secure else name


def _token() -> str:
    return request.cookies.get(_cookie(), "")[:100]


def _begun(ceremony: Ceremony) -> Response:
    answer = jsonify(ceremony.options)
    secure = current_app.config["SETTINGS"].secure
    answer.set_cookie(
        _cookie(), ceremony.token, max_age=LIFE, secure=secure, httponly=True, samesite="Strict", path="/"
    )
    return answer


def _body() -> dict[str, Any]:
    """Return the JSON object that was posted; raise Invalid for anything else."""
    request.max_content_length = LARGEST
    try:
        found = orjson.loads(request.get_data(cache=False) or b"{}")
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise errors.Invalid()
    return found


def _answering(view: View) -> View:
    """Let a view answer in JSON when a rule says no: words for the page, or where to go first."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except errors.FreshSignInNeeded as error:
            here = BLUEPRINTS[face_here()]
            onward = url_for(f"{here}.confirm", next=url_for(f"{here}.security"))
            return jsonify(message=say(error.message), next=onward), 403
        except errors.DomainError as error:
            status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
            return jsonify(message=say(error.message)), status

    return answered


def passkey_doors(blueprint: Blueprint, face: Face, home: Callable[[], str]) -> None:
    """Give ``blueprint`` the ways in by passkey: alone, or behind the password as the second step."""

    @blueprint.post("/sign-in/passkey/options")
    @gates.public
    @_answering
    def sign_in_passkey_options() -> Any:
        if _body().get("step"):
            return _begun(accounts.begin_passkey_step(str(session.get("step") or ""), face))
        return _begun(accounts.begin_passkey_sign_in(face))

    @blueprint.post("/sign-in/passkey")
    @gates.public
    @_answering
    def sign_in_passkey() -> Any:
        body = _body()
        given = body.get("credential")
        where: Any = {"face": face, "device": device(), "network": network()}
        try:
            if body.get("step"):
                step = accounts.step_by_passkey(str(session.get("step") or ""), _token(), given, **where)
            else:
                step = accounts.sign_in_by_passkey(_token(), given, **where)
        except errors.DomainError:
            watch.note("sign_in.passkey_refused", face=face.value, network=network())
            raise
        if g.actor.person_id is not None:
            accounts.sign_out(g.actor)  # one browser, one sign-in on each face
        watch.good("sign_in.passkey", face=face.value, person=step.person_id, network=network())
        onward = signing.proceed(step, face, home=next_path(home(), wanted=str(body.get("next") or "")))
        return jsonify(next=onward.headers["Location"])


def passkey_pages(blueprint: Blueprint, gate: Callable[[Any], Any], folder: str) -> None:
    """Give ``blueprint`` the pages and ways on which people keep their passkeys."""
    name = blueprint.name

    def home() -> Response:
        return redirect(url_for(f"{name}.security"), 303)

    @blueprint.post("/security/passkeys/options")
    @gate
    @_answering
    def security_passkeys_options() -> Any:
        require_fresh()
        return _begun(accounts.begin_passkey(g.actor))

    @blueprint.post("/security/passkeys")
    @gate
    @_answering
    def security_passkeys() -> Any:
        require_fresh()
        added = accounts.add_passkey(g.actor, _token(), _body().get("credential"), device=device())
        flash(_("Your passkey is kept. Give it a name by which you know it again."), "done")
        return jsonify(next=url_for(f"{name}.security_passkey", uuid=added))

    @blueprint.route("/security/passkeys/<uuid:uuid>", methods=["GET", "POST"])
    @gate
    def security_passkey(uuid: uuid.UUID) -> Any:
        with reading():
            one = accounts.passkey_of(g.actor, uuid)
        form = NameForm(name=one.name)
        if form.validate_on_submit():
            with form.catching():
                accounts.rename_passkey(g.actor, uuid, form.name.data or "")
                return home()
        page = render_template(f"{folder}/security/passkey.html", prefix=name, form=form, one=one)
        return page if form.ok else (page, 422)

    @blueprint.post("/security/passkeys/<uuid:uuid>/remove")
    @gate
    def security_passkey_remove(uuid: uuid.UUID) -> Any:
        gone = accounts.remove_passkey(g.actor, uuid)
        flash(
            _("The passkey “%(name)s” no longer signs you in. Delete it on your device too.", name=gone),
            "done",
        )
        return home()

    @blueprint.post("/security/confirm/passkey/options")
    @gate
    @_answering
    def security_confirm_options() -> Any:
        return _begun(accounts.begin_passkey_confirm(g.actor))

    @blueprint.post("/security/confirm/passkey")
    @gate
    @_answering
    def security_confirm() -> Any:
        body = _body()
        renew(accounts.confirm_by_passkey(g.actor, _token(), body.get("credential")))
        onward = next_path(url_for(f"{name}.security"), wanted=str(body.get("next") or ""))
        return jsonify(next=onward)

"""Out to the identity provider of a partner and back: the only pages that speak with it."""

from __future__ import annotations

import hashlib
import uuid as uuidlib
from typing import Any

from flask import after_this_request, current_app, flash, g, jsonify, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal import config, db, oidc
from portal.domain import accounts, errors, partners
from portal.domain.partners import Why
from portal.ui import gates, watch
from portal.ui.browser import device, network
from portal.ui.reader import reader_language
from portal.ui.session import enter, next_path, reading, renew

from . import blueprint
from .refusals import refused

LIFE = 600  # seconds of the cookie of a browser on its way
SPENT = 120  # seconds more once it came back: a page loaded again says that it was used


def _cookie(state: str) -> str:
    """Return the name of the cookie of one way: two windows may be on theirs at once."""
    return _cookies() + hashlib.sha256(state.encode()).hexdigest()[:12]


def _cookies() -> str:
    """Return how the names of all those cookies begin."""
    return "__Host-reins-oidc-" if current_app.config["SETTINGS"].secure else "reins-oidc-"


def _carry(answer: Response, state: str, token: str, *, seconds: int) -> None:
    answer.set_cookie(
        _cookie(state), token, max_age=seconds, secure=current_app.config["SETTINGS"].secure, httponly=True,
        samesite="Lax", path="/",
    )  # fmt: skip


def address_of(endpoint: str, **values: Any) -> str:
    """Return a whole address of this installation, as a provider knows it."""
    return config.load().base_url.rstrip("/") + url_for(endpoint, **values)


def redirect_of(provider: uuidlib.UUID) -> str:
    """Return where this provider leads back to: each has its own address, against mix-up."""
    return address_of("extranet.sign_in_answer", uuid=provider)


def set_out(
    provider: partners.Provider, *, hint: str = "", why: Why = Why.ENTER, invitation: uuidlib.UUID | None = None
) -> Any:  # fmt: skip
    """Let this browser set out for the provider: a page that leads on, since a form may not.

    All but a new sign-in is about the one of this browser. Nothing else is written by this request: the token is
    committed before the provider is asked, so nobody waits for its answer.
    """
    session_id = None if why is Why.ENTER else g.actor.session_id
    with db.apart():
        token = partners.mint_flow(
            provider, next_path=next_path(""), why=why, session_id=session_id, invitation=invitation
        )
    try:
        address = oidc.begin(
            provider, token=token, redirect=redirect_of(provider.uuid), hint=hint, language=reader_language(),
            anew=why in partners.FRESH,
        )  # fmt: skip
    except oidc.Refused as error:
        return refused(error.reason, company=provider.company, detail=error.detail, provider=provider.uuid)
    page = render_template(
        "extranet/sign_in/going.html",
        address=address,
        title=_("On to %(company)s", company=provider.company),
        lead=_("You sign in at your own company. We never see your password."),
    )
    answer = current_app.make_response(page)
    _carry(answer, oidc.state_of(token), token, seconds=LIFE)
    return answer


@blueprint.get("/sign-in/answer/<uuid:uuid>")
@gates.public
def sign_in_answer(uuid: uuidlib.UUID) -> Any:
    """Where a provider leads back to, with its answer in the address."""
    company = ""
    try:
        token, flow = _flow(uuid)
        with db.unit_of_work(write=False):
            provider = partners.provider_by_uuid(flow.provider)
        company = provider.company
        since = float(flow.at) if flow.why in partners.FRESH else None
        found = oidc.finish(
            provider, request.args.to_dict(), token=token, redirect=redirect_of(uuid), proved_since=since
        )
        came = partners.Came(
            sub=found.sub, email=found.email, email_verified=found.email_verified, name=found.name,
            locale=found.locale, sid=found.sid, id_token=found.id_token,
        )  # fmt: skip
        return _entered(provider, came, flow) if flow.why is Why.ENTER else _went_on(provider, came, flow)
    except oidc.Refused as error:
        return refused(error.reason, company=company, detail=error.detail, provider=uuid)
    except partners.NotLetIn as error:
        return refused(error.reason, company=company, provider=uuid)
    except errors.NotFound:
        return refused(partners.Refusal.COMPANY, company=company, provider=uuid)


def _flow(uuid: uuidlib.UUID) -> tuple[str, partners.Flow]:
    """Return the token of this browser and where it had set out for; a way is walked once."""
    given = request.args
    state = given.get("state", "")
    if not state or not (given.get("code") or given.get("error")) or len(state) > 200:
        raise oidc.Refused(oidc.Reason.BARE)
    if any(len(given.getlist(name)) > 1 for name in given):
        raise oidc.Refused(oidc.Reason.TWICE)
    token = request.cookies.get(_cookie(state), "")[:100]
    if not token or not oidc.is_state_of(token, state):
        on_its_way = any(name.startswith(_cookies()) for name in request.cookies)
        raise oidc.Refused(oidc.Reason.STATE if on_its_way else oidc.Reason.NOT_HERE)

    @after_this_request
    def _spent(answer: Response) -> Response:
        _carry(answer, state, token, seconds=SPENT)
        return answer

    try:
        with db.apart():
            flow = partners.take_flow(token)
    except errors.NotFound:
        raise oidc.Refused(oidc.Reason.OVER) from None
    if flow.provider != uuid:
        raise oidc.Refused(oidc.Reason.ISSUER_WRONG, "another provider answers")
    return token, flow


def _entered(provider: partners.Provider, came: partners.Came, flow: partners.Flow) -> Any:
    # The one GET that signs in: the provider leads back by an address, and whoever holds it proved all there is.
    with db.apart():
        if g.actor.person_id is not None:
            accounts.sign_out(g.actor)  # one browser, one sign-in on each face
        let_in = partners.enter(provider, came, device=device(), network=network())
    enter(let_in.token)
    watch.good("sign_in.provider", face="partner", person=let_in.person_id, network=network())
    return redirect(next_path(url_for("extranet.home"), wanted=flow.next_path), 303)


def _went_on(provider: partners.Provider, came: partners.Came, flow: partners.Flow) -> Any:
    """Go on in the same sign-in: proved anew, for another partner, or for one more."""
    if g.actor.session_id is None or g.actor.session_id != flow.session_id:
        raise oidc.Refused(oidc.Reason.NOT_HERE)
    with db.apart():
        if flow.why is Why.SWITCH:
            token = partners.take_by_proof(g.actor, provider, came)
        elif flow.why is Why.JOIN and flow.invitation is not None:
            token = partners.join_by_proof(g.actor, provider, came, invitation=flow.invitation)
        else:
            token = partners.prove_again(g.actor, provider, came)
    renew(token)
    if flow.why is not Why.AGAIN:
        flash(_("You are now acting for %(name)s.", name=provider.company), "info")
    return redirect(next_path(url_for("extranet.home"), wanted=flow.next_path), 303)


def sign_out_there(provider: partners.Provider, id_token: str) -> str:
    """Return the address at which the provider signs somebody out too; '' where there is none."""
    return oidc.sign_out_address(provider, id_token=id_token, back=address_of("extranet.signed_out"))


@blueprint.post("/sign-out-notices/<uuid:uuid>")
@gates.public
def sign_out_notice(uuid: uuidlib.UUID) -> Any:
    """A provider tells that somebody signed out there (OpenID Connect Back-Channel Logout 1.0)."""
    try:
        with reading():
            provider = partners.provider_by_uuid(uuid)
        notice = oidc.read_notice(provider, request.form.get("logout_token", ""))
        ended = partners.sign_out_by_notice(
            provider, sub=notice.sub, sid=notice.sid, jti=notice.jti, until=notice.expires
        )
        if ended is None:
            raise oidc.Refused(oidc.Reason.OVER)
    except errors.NotFound:
        watch.note("partner.notice_refused", reason="unknown", network=network())
        return _machine({"error": "invalid_request"}, 400)
    except oidc.Refused as error:
        watch.note("partner.notice_refused", reason=error.reason.value, provider=str(uuid), network=network())
        return _machine({"error": "invalid_request", "error_description": error.reason.value}, 400)
    watch.good("partner.notice_taken", provider=str(uuid), ended=ended)
    return _machine({}, 200)


def _machine(said: dict[str, Any], status: int) -> Response:
    answer = jsonify(said)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/providers/<uuid:uuid>/keys")
@gates.public
def provider_keys(uuid: uuidlib.UUID) -> Response:
    """The public halves of the keys by which we prove ourselves to this provider, as it fetches them."""
    return _machine({"keys": partners.public_keys(uuid)}, 200)


@blueprint.record_once
def _without_csrf(state: BlueprintSetupState) -> None:
    """A provider has no token of a form; what it has signed stands for it."""
    csrf: Any = state.app.extensions.get("csrf")
    if csrf is not None:
        csrf.exempt(sign_out_notice)

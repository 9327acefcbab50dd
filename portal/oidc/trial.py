"""Trying a provider out, step by step, so that staff read in words what is wrong and who mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.integrations.base_client import OAuthError

from portal.domain.partners import Provider
from portal.text import Lazy, _t

from . import discovery, tokens
from .calls import Deadline, fitted, within
from .flow import session_for
from .refusals import Reason, Refused

DOWN = _t("Nobody answers there. Is the address right, and is the provider running?")
SLOW = _t("It did not answer within seven seconds.")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trial: ``ok``, ``warn`` or ``bad``, or ``left`` out because one before it failed."""

    key: str
    title: Lazy
    state: str
    words: Lazy


def _unread(error: Refused) -> Lazy:
    match error.reason:
        case Reason.DOWN:
            return _t("{what} ({detail})", what=DOWN, detail=error.detail) if error.detail else DOWN
        case Reason.SLOW:
            return SLOW
    return _t("Its answer cannot be used: {detail}.", detail=error.detail or error.reason.value)


def _about_itself(provider: Provider) -> tuple[Step, dict[str, Any]]:
    title = _t("What the provider says of itself")
    discovery.forget(provider.issuer)
    try:
        found = within(lambda deadline: discovery.metadata_of(provider.issuer, deadline))
    except Refused as error:
        return Step("discovery", title, "bad", _unread(error)), {}
    return Step(
        "discovery", title, "ok", _t("It answers, and calls itself {issuer}.", issuer=provider.issuer)
    ), found


def _keys(provider: Provider) -> Step:
    title = _t("Its keys")
    try:
        found = within(lambda deadline: discovery.keys_of(provider.issuer, deadline))
    except Refused as error:
        return Step("keys", title, "bad", _unread(error))
    if not found:
        words = _t("It has no key that can prove a signature: RSA from 2048 bits, or an elliptic curve.")
        return Step("keys", title, "bad", words)
    return Step("keys", title, "ok", _t("Keys that can be used: {count}.", count=len(found)))


def _algorithms(found: dict[str, Any]) -> Step:
    title = _t("How it signs")
    said = found.get("id_token_signing_alg_values_supported")
    known = [one for one in said if one in tokens.ALGORITHMS] if isinstance(said, list) else []
    if not known:
        words = _t(
            "It names no algorithm that we accept. We accept: {names}.",
            names=", ".join(sorted(tokens.ALGORITHMS)),
        )
        return Step("algorithms", title, "bad", words)
    return Step("algorithms", title, "ok", _t("Algorithms that we accept: {names}.", names=", ".join(known)))


def _protections(found: dict[str, Any]) -> Step:
    title = _t("Protection against mixed-up and stolen answers")
    methods = found.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        return Step("protections", title, "bad", _t("It does not take PKCE with S256, which we always use."))
    if found.get("authorization_response_iss_parameter_supported") is not True:
        words = _t(
            "It does not name itself in its answers (RFC 9207). That works; newer releases of most providers do."
        )
        return Step("protections", title, "warn", words)
    return Step("protections", title, "ok", _t("It names itself in its answers, and takes PKCE."))


def _client(provider: Provider, found: dict[str, Any], redirect: str) -> Step:
    """Send a code that nobody gave out: who takes us says that the code is wrong, who does not says so."""
    title = _t("Whether it takes us")
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if provider.proves_by not in methods:
        words = _t(
            "It does not take {method}. It takes: {names}.",
            method=provider.proves_by,
            names=", ".join(map(str, methods))[:200],
        )
        return Step("client", title, "bad", words)

    def work(deadline: Deadline) -> str:
        try:
            with session_for(provider, redirect, deadline) as session:
                session.fetch_token(
                    found["token_endpoint"],
                    grant_type="authorization_code",
                    code="a-trial",
                    code_verifier="x" * 43,
                )
        except OAuthError as error:
            return str(error.error)
        except (ValueError, TypeError, AttributeError, KeyError, requests.HTTPError) as error:
            raise Refused(Reason.NONSENSE, type(error).__name__) from None
        return ""

    try:
        said = within(work)
    except Refused as error:
        return Step("client", title, "bad", _unread(error))
    if said in {"invalid_client", "unauthorized_client"}:
        words = _t("It does not take us: the client or its secret (or our key) is not the one it knows.")
        return Step("client", title, "bad", words)
    return Step("client", title, "ok", _t("It knows this client and takes its proof."))


def _address(provider: Provider, found: dict[str, Any], redirect: str) -> Step:
    """Ask without a person: who knows our address answers there, who does not shows a page of its own."""
    title = _t("The address to come back to")
    unknown = _t(
        "The provider does not know this address. Register it there, letter by letter: {address}",
        address=redirect,
    )

    def work(deadline: Deadline) -> requests.Response:
        with session_for(provider, redirect, deadline) as session:
            address, _state = session.create_authorization_url(
                found["authorization_endpoint"],
                state="trial",
                code_verifier="x" * 43,
                prompt="none",
                nonce="trial",
            )
        with fitted(requests.Session(), deadline) as bare:
            bare.max_redirects = 1  # it is not followed, only looked at
            return bare.get(address, allow_redirects=False)

    try:
        answer = within(work)
    except Refused as error:
        return Step("redirect", title, "bad", _unread(error))
    leads = answer.headers.get("Location", "")
    if not (300 <= answer.status_code < 400 and leads.startswith(redirect)):
        return Step("redirect", title, "bad", unknown)
    said = parse_qs(urlsplit(leads).query).get("error", [""])[0]
    if said in {
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
        "",
    }:
        return Step("redirect", title, "ok", _t("It knows this address: {address}", address=redirect))
    return Step("redirect", title, "bad", _t("It refuses what we ask for: {error}", error=said[:60]))


def _sign_out(found: dict[str, Any]) -> Step:
    title = _t("Signing out there too")
    if not found.get("end_session_endpoint"):
        return Step(
            "sign_out", title, "warn", _t("It offers none: whoever signs out here stays signed in there.")
        )
    if found.get("backchannel_logout_supported") is not True:
        words = _t("It signs out when we ask, but does not tell us when somebody signs out there.")
        return Step("sign_out", title, "warn", words)
    return Step("sign_out", title, "ok", _t("Both ways."))


def try_out(provider: Provider, *, redirect: str) -> list[Step]:
    """Return each step of a trial in words; without a person, and without changing anything there."""
    first, found = _about_itself(provider)
    steps: list[Callable[[], Step]] = [
        lambda: _keys(provider),
        lambda: _algorithms(found),
        lambda: _protections(found),
        lambda: _client(provider, found, redirect),
        lambda: _address(provider, found, redirect),
        lambda: _sign_out(found),
    ]
    return [first, *(step() for step in steps)] if found else [first]


def try_proof(provider: Provider, *, redirect: str) -> Step:
    """Return whether the provider takes our proof, in words; without a person, and without changing anything there."""
    first, found = _about_itself(provider)
    return _client(provider, found, redirect) if found else first

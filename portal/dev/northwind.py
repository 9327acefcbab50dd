"""The identity provider of Northwind Repairs, in the demo: somewhere else, with a look of its own.

What its people are known by, its key and what it knows of the portal stand in the instance folder; nothing of the
portal's database is read or written here.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import requests
from flask import Flask, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from joserfc import jwk

from portal import config
from portal.domain import errors
from portal.ui import gates

from . import blueprint, cast
from .identity import Client, Issuer, new_key

CLIENT = "reins"
PATH = "/dev/northwind"


def _person(one: cast.PartnerPerson, words: str) -> dict[str, Any]:
    return {
        "sub": one.key,
        "name": one.name,
        "email": one.email,
        "verified": True,
        "words": words,
    }


PEOPLE: dict[str, dict[str, Any]] = {
    "nils": _person(cast.NILS, "works on what customers hand over"),
    "astrid": _person(cast.ASTRID, "looks after Northwind’s people at Vistula"),
    "ida": {
        "sub": "ida", "name": "Ida Moe", "email": f"ida@{cast.NORTHWIND_DOMAIN}", "verified": True,
        "words": "new at Northwind: comes in by its mail domain, and may only read",
    },
    "ulf": {
        "sub": "ulf", "name": "Ulf Strand", "email": "ulf@strand.demo.example", "verified": True,
        "words": "somebody unknown: nobody has asked him in",
    },
    "liv": {
        "sub": "liv", "name": "Liv Aas", "email": f"liv@{cast.NORTHWIND_DOMAIN}", "verified": False,
        "words": "never confirmed her mail address",
    },
}  # fmt: skip
_lock = threading.Lock()


def address() -> str:
    """Return the issuer."""
    return config.load().base_url.rstrip("/") + PATH


def _file() -> Path:
    return Path(config.load().instance_dir) / "northwind.json"


def _kept() -> dict[str, Any]:
    try:
        return dict(orjson.loads(_file().read_bytes()))
    except FileNotFoundError:
        return {}


def register(*, redirect: str, keys_at: str, notices: str, back: str) -> None:
    """Note what the portal is here: its addresses, and where it shows its key. The provider's own key stays."""
    kept = _kept()
    kept.setdefault("key", new_key().as_dict(private=True))
    kept["client"] = {"redirect": redirect, "keys_at": keys_at, "notices": notices, "back": back}
    draft = _file().with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(orjson.dumps(kept))
    draft.replace(_file())


def _issuer() -> Issuer:
    """Return the provider of this process; raise NotFound where nothing is registered."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with _lock:
        found = app.extensions.get("reins.northwind")
        if found is None:
            kept = _kept()
            if "client" not in kept:
                raise errors.NotFound()
            client = Client(CLIENT, "private_key_jwt", **kept["client"])
            found = Issuer(address(), {CLIENT: client}, keys=[jwk.import_key(kept["key"])])
            found.attach(app)
            app.extensions["reins.northwind"] = found
    return found


def _page(page: str, status: int = 200, **values: Any) -> tuple[str, int]:
    return render_template(f"dev/northwind/{page}.html", **values), status


@blueprint.get("/northwind/.well-known/openid-configuration")
@gates.dev
def northwind_metadata() -> Response:
    """What the provider says of itself."""
    return jsonify(_issuer().metadata())


@blueprint.get("/northwind/keys")
@gates.dev
def northwind_keys() -> Response:
    """The keys by which its signatures are checked."""
    return jsonify(_issuer().public_keys())


@blueprint.get("/northwind/authorize")
@gates.dev
def northwind_authorize() -> Any:
    """Ask who is there."""
    issuer, asked = _issuer(), request.args.to_dict()
    if issuer.asks(asked) is None:
        return _page("unknown", 400)
    if asked.get("prompt") == "none":
        return redirect(issuer.answer(asked, None, error="login_required"))
    hint = asked.get("login_hint", "")
    return _page(
        "choose", people=PEOPLE, asked=asked, first=next((k for k, p in PEOPLE.items() if p["email"] == hint), "nils")
    )  # fmt: skip


@blueprint.post("/northwind/authorize")
@gates.dev
def northwind_chosen() -> Any:
    """Lead back with the answer."""
    issuer, asked = _issuer(), request.form.to_dict()
    if issuer.asks(asked) is None:
        return _page("unknown", 400)
    person: Mapping[str, Any] | None = PEOPLE.get(asked.get("who", ""))
    if person is not None:
        person = {**person, "sid": secrets.token_hex(8)}
    return redirect(issuer.answer(asked, person), 303)


@blueprint.post("/northwind/token")
@gates.dev
def northwind_token() -> Response:
    """Give out the proof for a code."""
    return _issuer().token()


@blueprint.get("/northwind/userinfo")
@gates.dev
def northwind_userinfo() -> Any:
    """Say who an access token is about."""
    found = _issuer().userinfo(request.headers.get("Authorization", ""))
    return jsonify(found) if found is not None else (jsonify(error="invalid_token"), 401)


@blueprint.get("/northwind")
@gates.dev
def northwind_people() -> Any:
    """Who can sign out everywhere from here."""
    return _page("people", people={key: PEOPLE[key] for key in ("nils", "astrid", "ida")})


@blueprint.post("/northwind/sign-out")
@gates.dev
def northwind_sign_out() -> Any:
    """Sign somebody out, and tell the portal."""
    issuer, who = _issuer(), PEOPLE.get(request.form.get("who", ""))
    if who is None:
        raise errors.NotFound()
    client = issuer.clients[CLIENT]
    with requests.Session() as session:
        session.trust_env = False
        told = session.post(
            client.notices, data={"logout_token": issuer.notice(client, sub=who["sub"])}, timeout=8
        )
    return _page("signed_out", name=who["name"], told=told.ok, back="")


@blueprint.get("/northwind/logout")
@gates.dev
def northwind_logout() -> Any:
    """Sign out who came from the portal, and lead back there."""
    back = _issuer().clients[CLIENT].back
    wanted = request.args.get("post_logout_redirect_uri", "")
    return _page(
        "signed_out", name="", told=False, back=back if wanted == back else url_for(".northwind_people")
    )


@blueprint.record_once
def _without_csrf(state: BlueprintSetupState) -> None:
    """The portal asks for tokens as a program; what it proves itself by stands for the token of a form."""
    csrf: Any = state.app.extensions.get("csrf")
    if csrf is not None:
        csrf.exempt(northwind_token)

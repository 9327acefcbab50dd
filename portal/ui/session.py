"""Who is at the other end: one cookie per face, a sign-in that lives in the database, and the reader it makes.

The cookie carries the token of the sign-in row, the proof of forms and what is said once; nothing else. Whether
the token is worth anything is asked of the database at each request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import (
    Flask,
    current_app,
    g,
    redirect,
    request,
    session,
    url_for,
)
from flask_login import LoginManager, UserMixin
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from portal import db
from portal.domain import accounts, firm
from portal.domain.accounts import Life
from portal.domain.actor import ANONYMOUS, Actor
from portal.domain.errors import FreshSignInNeeded
from portal.ui.assets import LANGUAGE_NAMES
from portal.ui.cookies import BLUEPRINTS, FaceCookies, face_here, proof_of
from portal.ui.formats import Reader
from portal.ui.me import Me
from portal.ui.problems import for_a_program
from portal.ui.theme import local_path

READING = {"GET", "HEAD", "OPTIONS"}
LANGUAGE = "language"
# They answer when the database does not: nobody is looked up for them.
ASKED_BY_MACHINES = frozenset({"customer.healthz", "customer.readyz", "customer.metrics"})


class Visitor(UserMixin):
    """The signed-in person as Flask-Login knows one."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        return str(self.actor.person_id)


def init_session(app: Flask) -> None:
    """Give every request its actor and reader, and the templates ``me``."""
    from portal.ui import held

    app.session_interface = FaceCookies()
    app.config.update(
        SESSION_COOKIE_SECURE=app.config["SETTINGS"].secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    held.init_held(app)
    manager = LoginManager()
    manager.session_protection = None  # a row on the server does better than a hash of the browser's name
    manager.init_app(app, add_context_processor=False)
    manager.request_loader(lambda _request: Visitor(g.actor) if _signed_in() else None)
    app.before_request(_who)
    app.context_processor(lambda: {"me": g.get("me")})
    app.jinja_env.globals["passkey_origin"] = lambda: accounts.passkey_site()[1]


def _signed_in() -> bool:
    return "actor" in g and g.actor.person_id is not None


@contextmanager
def reading() -> Iterator[None]:
    """Read in the request's own session, or for a POST apart, so that its write begins as late as it can.

    Counted tries, touches and held forms are committed apart: on SQLite they wait for a write that has begun.
    """
    if request.method in READING:
        yield
        return
    with db.reading():
        yield


def _who() -> None:
    g.actor, g.me, g.over, g.proved_at = ANONYMOUS, None, None, None
    if request.endpoint in ASKED_BY_MACHINES:
        g.reader = Reader("en", "UTC")
        return
    proved = session.get("csrf_token")
    if isinstance(proved, str):
        g.csrf_token = proof_of(current_app.config["WTF_CSRF_SECRET_KEY"], proved)
    # A cookie speaks for nobody at the API: only a token that is sent on purpose does.
    token = session.get("token") if "unit" in g and not for_a_program() else None
    if isinstance(token, str):
        if request.method in READING:
            resumed = accounts.resume(token, face=face_here())
        else:
            with reading():
                resumed = accounts.resume(token, face=face_here())
        if resumed is not None and resumed.life is Life.LIVE:
            g.actor, g.proved_at = resumed.actor, resumed.proved_at
            g.me = Me(
                name=resumed.actor.name,
                mark=accounts.mark_of(resumed.actor.person_id or 0),
                account_name=resumed.account_name,
                account_uuid=resumed.account_uuid,
                company=bool(resumed.actor.acting_for),
                administers=resumed.actor.administers,
                several=resumed.several,
                role=resumed.roles[0] if resumed.roles else "",
            )
            if resumed.touch_due:
                accounts.touch(resumed.id)
        else:
            g.over = resumed
    g.reader = _reader(g.actor)


def _reader(actor: Actor) -> Reader:
    settings = current_app.config["SETTINGS"]
    if actor.person_id is not None:
        return Reader(actor.language, actor.zone)
    chosen = request.cookies.get(LANGUAGE, "")
    if chosen not in settings.languages:
        own = firm.now().language
        first = own if own in settings.languages else settings.languages[0]
        chosen = request.accept_languages.best_match(settings.languages) or first
    return Reader(chosen, firm.now().zone)


def switch_language() -> Response:
    """Remember the posted ``language``, for a signed-in person on their record too, and go back to ``next``."""
    settings = current_app.config["SETTINGS"]
    answer = redirect(local_path(request.form.get("next")), code=303)
    chosen = request.form.get("language", "")
    if chosen in settings.languages:
        if g.actor.person_id is not None:
            accounts.set_language(g.actor, chosen)
        answer.set_cookie(
            LANGUAGE,
            chosen,
            max_age=31_536_000,
            secure=settings.secure,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return answer


def enter(token: str) -> None:
    """Put a new sign-in into the cookie of this face; what the stranger's cookie carried is gone."""
    held = session.get("held")
    session.clear()
    g.pop("csrf_token", None)  # forms on this same answer need the new proof
    session["token"] = token
    if held:
        session["held"] = held


def renew(token: str) -> None:
    """Put the new token of the same sign-in into the cookie, after a fresh proof."""
    session["token"] = token


def leave() -> None:
    """Forget everything this face's cookie carried."""
    session.clear()
    g.pop("csrf_token", None)


def next_path(default: str, *, wanted: str = "") -> str:
    """Return the posted or given ``next`` when it is a page of this site that can be read, else ``default``."""
    wanted = wanted or request.form.get("next") or request.args.get("next") or ""
    return readable(wanted) or default


def readable(path: str) -> str | None:
    """Return ``path`` when it leads to a page of this site that a GET can show, and is not a way in or out."""
    if not path or local_path(path) != path or path.startswith("/\\"):
        return None
    adapter = current_app.url_map.bind(request.host.split(":")[0])
    try:
        endpoint, _ = adapter.match(path.partition("?")[0], method="GET")
    except (RequestRedirect, HTTPException):
        return None
    if endpoint.rpartition(".")[2] in {
        "sign_in",
        "sign_in_code",
        "sign_in_enrol",
        "sign_out",
        "confirm",
        "register",
    }:
        return None
    return path


def require_fresh() -> None:
    """Raise FreshSignInNeeded unless this sign-in was proved within the last minutes; asks no database."""
    if g.proved_at is None or not accounts.is_fresh(g.proved_at):
        raise FreshSignInNeeded()


def language_choices() -> list[tuple[str, str]]:
    """Return the languages of this installation, each under its own name, for a form."""
    return [(code, LANGUAGE_NAMES.get(code, code)) for code in current_app.config["SETTINGS"].languages]


def to_confirm() -> Response:
    """Lead to the fresh proof and back; what the form carried is held."""
    from portal.ui import held

    here = request.full_path.rstrip("?") if request.method == "GET" else held.hold_own()
    return redirect(url_for(f"{BLUEPRINTS[face_here()]}.confirm", next=here), 303)

"""The cookies: one per face, signed, read and proved as cheaply as they can be."""

from __future__ import annotations

import time
from copy import deepcopy
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.globals import _cv_app, _cv_request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from portal.domain.accounts import Face

FACES = {"/admin": Face.STAFF, "/extranet": Face.PARTNER}
BLUEPRINTS = {Face.CUSTOMER: "customer", Face.STAFF: "admin", Face.PARTNER: "extranet"}
_NAMES = {face: f"reins-{face.value}" for face in Face}


def face_here() -> Face:
    """Return the face of this request: by its path, unless the view has opened another one's door."""
    around, here = _cv_app.get(None), _cv_request.get(None)  # asked some times a page: past the proxies
    opened: Face | None = around.g.get("face") if around is not None else None
    if opened is not None:
        return opened
    path = here.request.path if here is not None else "/"
    for prefix, face in FACES.items():
        if path == prefix or path.startswith(prefix + "/"):
            return face
    return Face.CUSTOMER


@lru_cache(maxsize=4096)
def carried_by(signer: Any, carried: str, _hour: int, max_age: int) -> dict[str, Any]:
    """Return what a cookie carries; raise BadSignature for one of somebody else, of which nothing is kept."""
    found: dict[str, Any] = signer.loads(carried, max_age=max_age)
    return found


@lru_cache(maxsize=4096)
def proof_of(secrets: tuple[str, ...], of: str) -> str:
    """Return the proof of forms of one cookie, as Flask-WTF makes it: signed once, not for every page."""
    return str(URLSafeTimedSerializer(secrets, salt="wtf-csrf-token").dumps(of))


class FaceCookies(SecureCookieSessionInterface):
    """Signed cookies, one name per face, so that all of them can be open side by side in one browser."""

    def get_cookie_name(self, app: Flask) -> str:
        """Return the cookie of the face that is asked."""
        name = _NAMES[face_here()]
        return f"__Host-{name}" if app.config["SETTINGS"].secure else name

    def get_signing_serializer(self, app: Flask) -> Any:
        """Return what signs and reads the cookies: made once, since deriving its key costs more than using it."""
        made = app.extensions.get("reins.cookies")
        if made is None:
            made = app.extensions["reins.cookies"] = super().get_signing_serializer(app)
        return made

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie; one whose signature was found good within this hour is not checked again."""
        carried = request.cookies.get(self.get_cookie_name(app))
        if not carried:
            return self.session_class()
        signer, hour = self.get_signing_serializer(app), int(time.time()) // 3600
        try:
            found = carried_by(signer, carried, hour, self._max_age(app))
        except BadSignature:
            return self.session_class()
        return self.session_class(
            {name: value if isinstance(value, str) else deepcopy(value) for name, value in found.items()}
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie where what it carries has changed; else only say that the answer depends on it."""
        if session.modified or not session:
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")

    @staticmethod
    def _max_age(app: Flask) -> int:
        return int(app.permanent_session_lifetime.total_seconds())

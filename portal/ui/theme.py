"""Light, dark or as the device says: a cookie that names no person."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from flask import current_app, has_request_context, redirect, request
from werkzeug.wrappers import Response

COOKIE = "theme"
YEAR = 31_536_000
THEMES = ("light", "dark")


def theme() -> str:
    """Return "light" or "dark" where the reader chose, otherwise nothing."""
    cookies = request.cookies if has_request_context() else {}
    chosen = cookies[COOKIE] if COOKIE in cookies else ""  # noqa: SIM401 - a miss of get() is dear here
    return chosen if chosen in THEMES else ""


def parts_of(address: str | None) -> SplitResult:
    """Return the parts of an address that somebody wrote; none at all where it cannot be read."""
    try:
        return urlsplit(address or "")
    except ValueError:
        return urlsplit("")


def local_path(target: str | None) -> str:
    """Return ``target`` when it is a path within this site, otherwise the start page."""
    target = (target or "").replace("\\", "/")
    parts = parts_of(target)
    inside = target.startswith("/") and not target.startswith("//") and not parts.scheme and not parts.netloc
    return target if inside and all(ord(sign) >= 32 for sign in target) else "/"


def switch_theme() -> Response:
    """Remember the posted ``theme`` (light, dark, else as the device says) and go back to ``next``."""
    answer = redirect(local_path(request.form.get("next")), code=303)
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        https = current_app.config["SETTINGS"].secure
        answer.set_cookie(COOKIE, chosen, max_age=YEAR, secure=https, httponly=True, samesite="Lax", path="/")
    else:
        answer.delete_cookie(COOKIE, path="/")
    return answer

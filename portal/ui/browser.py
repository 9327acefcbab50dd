"""The browser at the other end: what people call it, where it is, and the cookie by which it is known again."""

from __future__ import annotations

import re
from typing import Any

from flask import after_this_request, current_app, request

from portal.domain import accounts
from portal.domain.accounts import Face
from portal.ui.session import face_here

DEVICE_LIFE = 400 * 86_400  # seconds; the longest that browsers keep a cookie


def device_words(agent: str) -> str:
    """Return a browser and a system as people call them, from its own account of itself: ``Firefox, Windows``."""
    browsers = (
        (r"Edg(?:e|A|iOS)?/", "Edge"), (r"OPR/|Opera", "Opera"), (r"SamsungBrowser/", "Samsung Internet"),
        (r"Firefox/|FxiOS/", "Firefox"), (r"Chrome/|CriOS/|Chromium/", "Chrome"), (r"Safari/", "Safari"),
        (r"curl/", "curl"),
    )  # fmt: skip
    systems = (
        (r"iPhone", "iPhone"), (r"iPad", "iPad"), (r"Android", "Android"), (r"Windows", "Windows"),
        (r"Mac OS X|Macintosh", "Mac"), (r"CrOS", "ChromeOS"), (r"Linux", "Linux"),
    )  # fmt: skip
    agent = agent[:400]
    found = [
        next((name for pattern, name in kinds if re.search(pattern, agent)), "")
        for kinds in (browsers, systems)
    ]
    return ", ".join(filter(None, found))


def device() -> str:
    """Return this request's browser and system as people call them; '' when it does not say."""
    return device_words(request.headers.get("User-Agent", ""))


def network() -> str:
    """Return the address this request came from."""
    return (request.remote_addr or "")[:60]


def _device_cookie() -> str:
    name = f"reins-device-{face_here().value}"
    return f"__Host-{name}" if current_app.config["SETTINGS"].secure else name


def recognise(person_id: int, face: Face) -> None:
    """Know this browser again at the next sign-in of this person on this face; a new one is told by mail."""
    seen = request.cookies.get(_device_cookie(), "")[:100]
    token = accounts.recognise(person_id, face=face, seen=seen, device=device(), network=network())

    @after_this_request
    def _remember(answer: Any) -> Any:
        secure = current_app.config["SETTINGS"].secure
        answer.set_cookie(
            _device_cookie(),
            token,
            max_age=DEVICE_LIFE,
            secure=secure,
            httponly=True,
            samesite="Lax",
            path="/",
        )
        return answer

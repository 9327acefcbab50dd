"""What every answer says about itself: policy, sniffing, referrers, isolation, transport, caching."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

# Cookies that say nothing about a person: an answer to a request with only these may be kept by the browser.
PLAIN_COOKIES = frozenset({"theme", "language"})
PRIVATE = "no-store"
PUBLIC = "private, no-cache"

UNUSED_FEATURES = (
    "browsing_topics",
    "camera",
    "display_capture",
    "geolocation",
    "microphone",
    "payment",
    "usb",
)

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


def content_policy() -> ContentSecurityPolicy:
    """Return the policy (CSP level 3) from ``default-src 'none'``: all from this site, nothing inline."""
    return (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src("'self'", "data:")
        .font_src("'self'")
        .connect_src("'self'")
        .form_action("'self'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
    )


def fixed_headers(*, https: bool) -> list[tuple[str, str]]:
    """Return the headers of every answer; HSTS (one year) only where the site is served by https."""
    permissions = PermissionsPolicy()
    for feature in UNUSED_FEATURES:
        getattr(permissions, feature)()
    built = Secure(
        csp=content_policy(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        referrer=ReferrerPolicy().same_origin(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=permissions,
        hsts=StrictTransportSecurity().max_age(31_536_000).include_subdomains() if https else None,
    )
    return [(name, value) for name, value in built.header_items()]


def _is_private(environ: dict[str, Any], headers: list[tuple[str, str]]) -> bool:
    """Tell whether an answer may hold something of a person: it knows one by a cookie, or sets one."""
    if environ.get("HTTP_AUTHORIZATION") or any(name.lower() == "set-cookie" for name, _ in headers):
        return True
    carried = environ.get("HTTP_COOKIE")
    if not carried:
        return False
    # What cannot be read as a plain cookie is somebody's all the same.
    return any(
        part.partition("=")[0].strip().removeprefix("__Host-") not in PLAIN_COOKIES
        for part in carried.split(";")
    )


class Headers:
    """The outermost WSGI layer; an answer of any kind passes here, errors and files too."""

    def __init__(self, application: Wsgi, *, https: bool) -> None:
        self.application = application
        self.fixed = [(name.lower(), (name, value)) for name, value in fixed_headers(https=https)]

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            present = {name.lower(): value for name, value in headers}
            if "server" in present:
                headers = [(n, v) for n, v in headers if n.lower() != "server"]
            headers += [whole for name, whole in self.fixed if name not in present]
            caching = present.get("cache-control")
            # Flask gives a sent file a mild header of its own; what is somebody's is stored nowhere all the same.
            if _is_private(environ, headers) and "public" not in (caching or ""):
                headers = [(n, v) for n, v in headers if n.lower() != "cache-control"]
                headers.append(("Cache-Control", PRIVATE))
            elif caching is None:
                headers.append(("Cache-Control", PUBLIC))
            return start_response(status, headers, *rest)

        return self.application(environ, start)


def init_headers(app: Flask) -> None:
    """Put the headers on every answer; static files get the same from :func:`portal.ui.assets.init_assets`."""
    app.wsgi_app = Headers(app.wsgi_app, https=app.config["SETTINGS"].secure)  # type: ignore[method-assign]

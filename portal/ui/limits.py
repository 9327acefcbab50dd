"""A coarse limit in front of the pages that strangers post to; the exact ones are counted in the database.

It runs before the proof of the form and before the database, so that refused forms count and cost nothing.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask_limiter import Limiter

from portal.domain import accounts
from portal.ui.session import READING

OPEN_DOORS = {
    "customer.sign_in", "customer.sign_in_code", "customer.register", "customer.proof", "customer.reset",
    "customer.reset_password", "customer.not_me", "customer.sign_in_enrol", "customer.sign_in_lost",
    "customer.second_step_wait", "customer.second_step_regain", "customer.feedback", "admin.sign_in",
    "admin.sign_in_code", "admin.sign_in_enrol", "customer.sign_in_passkey",
    "customer.sign_in_passkey_options", "admin.sign_in_passkey", "admin.sign_in_passkey_options",
}  # fmt: skip


def _not_counted() -> bool:
    return request.method in READING or request.endpoint not in OPEN_DOORS


def _only_counted(after: Any, *, answers: bool) -> Any:
    """Return what the limiter does after a request, for those that it counted."""
    if answers:
        return lambda response: response if _not_counted() else after(response)
    return lambda error=None: None if _not_counted() else after(error)


def init_limits(app: Flask) -> None:
    """Count posts at the open doors per network; the counter belongs to this application object alone."""
    settings = app.config["SETTINGS"]
    limiter = Limiter(
        key_func=lambda: accounts.network_of(request.remote_addr or ""),
        application_limits=[f"{settings.doors_per_minute} per minute"],
        application_limits_exempt_when=_not_counted,
        storage_uri="memory://",
        strategy="moving-window",
        headers_enabled=False,
    )
    limiter.init_app(app)
    checks = app.before_request_funcs[None]
    check: Any = checks.pop()
    # Only what counts is asked about: the limiter itself would weigh every page.
    checks.insert(0, lambda: None if _not_counted() else check())
    for funcs, answers in ((app.after_request_funcs[None], True), (app.teardown_request_funcs[None], False)):
        after: Any = funcs.pop()
        funcs.append(_only_counted(after, answers=answers))

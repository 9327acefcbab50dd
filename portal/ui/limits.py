"""A coarse limit in front of the pages that strangers post to; the exact ones are counted in the database.

It runs before the proof of the form and before the database, so that refused forms count and cost nothing.
"""

from __future__ import annotations

import math
import time

from flask import Flask, request
from limits import RateLimitItemPerMinute
from werkzeug.exceptions import TooManyRequests

from portal.domain import accounts
from portal.ui import watch
from portal.ui.counting import Counts
from portal.ui.session import READING

OPEN_DOORS = {
    "customer.sign_in", "customer.sign_in_code", "customer.register", "customer.proof", "customer.reset",
    "customer.reset_password", "customer.not_me", "customer.sign_in_enrol", "customer.sign_in_lost",
    "customer.second_step_wait", "customer.second_step_regain", "customer.feedback", "admin.sign_in",
    "admin.sign_in_code", "admin.sign_in_enrol", "customer.sign_in_passkey",
    "customer.sign_in_passkey_options", "admin.sign_in_passkey", "admin.sign_in_passkey_options",
    "customer.invitation", "customer.invitation_declined", "admin.invitation", "admin.way_back",
    "extranet.sign_in", "extranet.sign_in_code", "extranet.sign_in_enrol", "extranet.sign_in_passkey",
    "extranet.sign_in_passkey_options", "extranet.share_confirm", "extranet.invitation",
    "extranet.sign_in_password", "api.token", "api.token_revocation",
}  # fmt: skip


def _not_counted() -> bool:
    return request.method in READING or request.endpoint not in OPEN_DOORS


def init_limits(app: Flask) -> None:
    """Count posts at the open doors per network, in this process or in all through Redis."""
    settings = app.config["SETTINGS"]
    counts = Counts(settings.redis_url.get_secret_value())
    item = RateLimitItemPerMinute(settings.doors_per_minute)

    def check() -> None:
        if _not_counted():
            return
        network = accounts.network_of(request.remote_addr or "")
        if not counts.hit(item, "doors", network):
            watch.note("access.too_many", network=network)
            over = counts.window(item, "doors", network).reset_time
            raise TooManyRequests(retry_after=max(1, math.ceil(over - time.time())))

    # First of all: before the proof of the form and before the database.
    app.before_request_funcs.setdefault(None, []).insert(0, check)

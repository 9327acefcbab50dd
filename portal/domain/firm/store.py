"""The firm as it is now, read once in a few seconds by each process and not by each page."""

from __future__ import annotations

import time

from sqlalchemy import select

from portal import config, db

from .firm import Firm, from_body, from_settings
from .models import FirmVersion

FRESH = 5.0  # seconds for which a process trusts what it read


def now() -> Firm:
    """Return the newest version, or the settings file where there is none."""
    if not db.is_configured():
        return from_settings(config.load())
    kept = db.database().kept
    known: tuple[float, Firm] | None = kept.get("firm")
    if known is not None and known[0] > time.monotonic():
        return known[1]
    found = newest()
    # A pinned connection is a test's: what it reads changes only by its own acts, which say so.
    fresh = float("inf") if db.database().pinned is not None else time.monotonic() + FRESH
    kept["firm"] = (fresh, found)
    return found


def newest() -> Firm:
    """Read the newest version apart from what the caller has in hand."""
    first = from_settings(config.load())
    with db.unit_of_work(write=False) as session:
        row = session.execute(
            select(FirmVersion.number, FirmVersion.body).order_by(FirmVersion.number.desc()).limit(1)
        ).one_or_none()
    return first if row is None else from_body(row.body, row.number, first)


def forget() -> None:
    """Read it anew next time: for the process that has just changed it."""
    db.database().kept.pop("firm", None)

"""Customers of an older register who were removed: known again by a mark that nobody can read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal import db

from . import keys
from .models import Account


def marks(source: str, source_key: str) -> tuple[str, ...]:
    """Return what stands in place of the key of a removed customer, by each secret that holds, the newest first."""
    return tuple(f"gone:{one}" for one in keys.fingerprints("removed-customer", f"{source}\n{source_key}"))


def removed_at(source: str, source_key: str) -> datetime | None:
    """Return when the customer with this key in a register was removed here; None for all others."""
    return db.session().scalar(
        select(Account.closed_at).where(
            Account.source == source, Account.source_key.in_(marks(source, source_key))
        )
    )

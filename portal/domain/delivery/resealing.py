"""Seal anew the links of messages on their way."""

from __future__ import annotations

from sqlalchemy import select

from portal.domain import accounts, outbox

from .sending import SEAL


def reseal(*, only_count: bool = False) -> accounts.Resealed:
    """Seal the links of every message that has not left by the newest secret; running it again changes nothing."""
    going = select(outbox.Message).where(
        outbox.Message.sealed.is_not(None),
        outbox.Message.state.not_in([state.value for state in outbox.ENDED]),
    )
    return accounts.reseal_rows(going, SEAL, outbox.Message.sealed, only_count=only_count)

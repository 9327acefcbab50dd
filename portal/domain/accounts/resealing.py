"""Seal anew what an older secret has sealed, so that the older one can go."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from portal import db

from . import keys
from .credentials import TotpFactor


class Resealed(NamedTuple):
    """How many rows were sealed anew, and how many no secret of this installation opens."""

    anew: int
    unreadable: int


def reseal(*, only_count: bool = False) -> Resealed:
    """Seal every secret of an authenticator app by the newest secret; running it again changes nothing."""
    anew = unreadable = 0
    for row in db.session().scalars(select(TotpFactor).order_by(TotpFactor.id).with_for_update()):
        try:
            sealed = keys.resealed("totp", row.secret)
        except keys.Unreadable:
            unreadable += 1
            continue
        if sealed is not None:
            anew += 1
            if not only_count:
                row.secret = sealed
    if not only_count:
        db.session().flush()
    return Resealed(anew, unreadable)

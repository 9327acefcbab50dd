"""Seal anew what an older secret has sealed, so that the older one can go: one rule for every table."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Select, select

from portal import db

from . import keys
from .credentials import TotpFactor


class Resealed(NamedTuple):
    """How many rows were sealed anew, and how many no secret of this installation opens."""

    anew: int
    unreadable: int


def reseal(*, only_count: bool = False) -> Resealed:
    """Seal every secret of an authenticator app by the newest secret; running it again changes nothing."""
    return reseal_rows(select(TotpFactor), "totp", TotpFactor.secret, only_count=only_count)


def reseal_rows(rows: Select[Any], use: str, column: Any, *, only_count: bool = False) -> Resealed:
    """Seal ``column`` of each row, which is sealed for ``use``, by the newest secret; the rows are locked meanwhile.

    What the newest secret has sealed stays as it is, and so does what no secret opens. With ``only_count`` nothing is
    written.
    """
    anew = unreadable = 0
    entity = column.class_
    for row in db.session().scalars(rows.order_by(entity.id).with_for_update()):
        try:
            sealed = keys.resealed(use, getattr(row, column.key))
        except keys.Unreadable:
            unreadable += 1
            continue
        if sealed is not None:
            anew += 1
            if not only_count:
                setattr(row, column.key, sealed)
    if not only_count:
        db.session().flush()
    return Resealed(anew, unreadable)

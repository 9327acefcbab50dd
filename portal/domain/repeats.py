"""A request is done once: its answer is kept beside the act, and given again to the same request.

The row is written before the act and in its transaction. A second request with the same key at the same instant
waits for the first (the unique key on PostgreSQL, the one writer on SQLite) and then finds the answer, or, when the
first was refused and left nothing, acts itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.text import _t

from . import clock
from .errors import Invalid

KEPT = timedelta(hours=48)
Kept = TypeVar("Kept", bound=Any)


def once(
    model: type[Kept], whose: Mapping[str, int], key: str, fingerprint: str, **more: Any
) -> tuple[Kept, bool]:
    """Return the kept answer and True, or the row of ``model`` to keep one in and False.

    ``whose`` names the one column that is unique with the key; ``fingerprint`` stands for the request. Raises Invalid
    (``programs.key_reused``) when the key came with another.
    """
    session = db.session()
    (owner,) = whose

    def find() -> Any:
        return session.scalars(select(model).filter_by(**whose, key=key)).one_or_none()

    found = find()
    if found is None:
        made = model(
            **whose,
            **more,
            key=key,
            fingerprint=fingerprint,
            created_at=clock.now(),
            status=0,
            headers={},
            body="",
        )
        try:
            with session.begin_nested():
                session.add(made)
            return made, False
        except IntegrityError as error:
            if db.constraint_of(error) != f"uq_{model.__tablename__}_{owner}_key":
                raise
            found = find()
            assert found is not None, "who has the key has committed"
    if found.fingerprint != fingerprint:
        message = _t("This key came with another request before. Use a new key for a new request.")
        raise Invalid(message, code="programs.key_reused")
    return found, True

"""A request is done once: its answer is kept beside the act, and given again to the same request.

The row is written before the act and in its transaction. A second request with the same key at the same instant
waits for the first (the unique key on PostgreSQL, the one writer on SQLite) and then finds the answer, or, when the
first was refused and left nothing, acts itself.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import clock
from portal.domain.errors import Invalid
from portal.text import _t

from .models import Reply

KEPT = timedelta(hours=48)


def once(program_id: int, account_id: int | None, key: str, fingerprint: str) -> tuple[Reply, bool]:
    """Return the kept answer and True, or the row to keep one in and False.

    ``fingerprint`` stands for the request; raises Invalid (``programs.key_reused``) when the key came with another.
    """
    session = db.session()
    found = _find(program_id, key)
    if found is None:
        made = Reply(
            program_id=program_id,
            account_id=account_id,
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
            if db.constraint_of(error) != "uq_program_reply_program_id_key":
                raise
            found = _find(program_id, key)
            assert found is not None, "who has the key has committed"
    if found.fingerprint != fingerprint:
        message = _t("This key came with another request before. Use a new key for a new request.")
        raise Invalid(message, code="programs.key_reused")
    return found, True


def _find(program_id: int, key: str) -> Reply | None:
    return (
        db.session()
        .scalars(select(Reply).where(Reply.program_id == program_id, Reply.key == key))
        .one_or_none()
    )

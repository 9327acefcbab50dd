"""After a restore: what waited at the backup, or is written anew by a clock, may have left already.

So nothing leaves until somebody decides: such messages are cancelled (each said on the record of its customer) or sent
all the same, under the Message-ID they had. What people cause after the restore leaves in either case.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import SYSTEM
from portal.domain.audit import Tag

from .models import Message, Restoration
from .states import State

BY_RESTORE = "restored:"  # begins the keys of what says what the restore did: none of it has left before


class Waiting(NamedTuple):
    """What waits after a restore: from before the backup, by clocks since, and by people since."""

    taken_at: datetime
    restored_at: datetime
    at_backup: int
    by_clocks: int
    by_people: int


def hold(taken_at: datetime) -> Restoration:
    """Let no message leave from now on; ``taken_at`` is the instant of the backup."""
    made = Restoration(taken_at=taken_at, restored_at=clock.now())
    db.session().add(made)
    db.session().flush()
    return made


def on_hold() -> bool:
    """Tell whether messages wait for a decision after a restore."""
    return (
        db.session().scalar(select(Restoration.id).where(Restoration.released_at.is_(None)).limit(1))
        is not None
    )


def waiting_since_restore() -> Waiting | None:
    """Return what waits for the decision, or None when there is none to make."""
    held = _held()
    if held is None:
        return None
    counts = db.session().execute(
        select(
            func.count().filter(_from_backup(held)),
            func.count().filter(_by_clocks(held)),
            func.count(),
        ).where(_on_its_way())
    )
    backup, clocks, whole = counts.one()
    return Waiting(held.taken_at, held.restored_at, backup, clocks, whole - backup - clocks)


def release_hold(*, send: bool) -> int:
    """Let messages leave again; return how many doubtful ones were sent on (``send``) or cancelled.

    A second call changes nothing and returns 0.
    """
    session, held = db.session(), _held()
    if held is None:
        return 0
    doubtful = and_(_on_its_way(), or_(_from_backup(held), _by_clocks(held)))
    if send:
        count = session.scalar(select(func.count()).select_from(Message).where(doubtful)) or 0
    else:
        count = _cancel(doubtful)
    held.released_at, held.messages = clock.now(), count
    held.doubtful = "sent" if send else "cancelled"
    session.flush()
    return count


def _cancel(doubtful: ColumnElement[bool]) -> int:
    gone = db.session().execute(
        update(Message)
        .where(doubtful)
        .values(
            state=State.CANCELLED.value, reason="restored", ended_at=clock.now(), sealed=None, leased_by="",
            leased_until=None,
        )
        .returning(Message.uuid, Message.account_id, Message.channel, Message.purpose)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    rows = gone.all()
    for row in rows:
        audit.record(
            Tag.MESSAGE_CANCELLED, actor=SYSTEM, account_id=row.account_id, subject=("message", row.uuid),
            channel=row.channel, purpose=row.purpose, reason="restored",
        )  # fmt: skip
    return len(rows)


def _held() -> Restoration | None:
    statement = select(Restoration).where(Restoration.released_at.is_(None)).order_by(Restoration.id.desc())
    return db.session().scalars(statement.limit(1)).one_or_none()


def _on_its_way() -> ColumnElement[bool]:
    return Message.state.in_([State.QUEUED.value, State.LEASED.value])


def _from_backup(held: Restoration) -> ColumnElement[bool]:
    return Message.created_at <= held.taken_at


def _by_clocks(held: Restoration) -> ColumnElement[bool]:
    """Written since by something that happened by itself: nobody's name stands on it."""
    return and_(
        Message.created_at > held.taken_at,
        Message.actor_name.in_(["", SYSTEM.name]),
        ~Message.key.startswith(BY_RESTORE),
    )

"""Write a change down, in the transaction of the act that it is of."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime

from portal import db
from portal.domain import clock, outbox

from .models import PartnerChange
from .rules import Subject, What


def note(
    partner_id: int, subject: Subject, uuid: uuidlib.UUID, what: What, *, until: datetime | None = None
) -> None:
    """Write that something changed for a partner; the caller holds a lock on what it is about.

    The row has no number yet: numbers that were drawn here would be in another order than the commits, and a reader
    past a higher one would never see a lower one that is committed late.
    """
    db.session().add(
        PartnerChange(
            uuid=uuidlib.uuid4(), partner_id=partner_id, number=None, numbered_at=None, at=clock.now(),
            subject=subject.value, subject_uuid=uuid, what=what.value, until=until,
        )
    )  # fmt: skip
    db.after_commit(outbox.ring)

"""When the way to an outside body is open: by our answer, by the legal date, or by a review that is late."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.domain import clock

from .states import K


def is_open(clocks: Iterable[Any], *, answered: bool) -> bool:
    """Say whether a customer may go outside now, by the clocks of the complaint.

    Our answer opens the way (DISP 1.6: the final response names the ombudsman), and so do the legal date and the
    date of the review when they passed; where no law sets a date, that of our own promise does.
    """
    if answered:
        return True
    now = clock.now()
    by_key = {K(one.k): one for one in clocks}
    opening = (K.LEGAL, K.REVIEW) if K.LEGAL in by_key else (K.ANSWER, K.REVIEW)
    return any(
        k in by_key
        and by_key[k].ended_at is None
        and by_key[k].due_at is not None
        and by_key[k].due_at <= now
        for k in opening
    )

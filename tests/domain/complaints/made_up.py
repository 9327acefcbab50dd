"""Made-up people, offers and rounds of clocks for complaints on paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from portal.domain.calendars import Due, Pause
from portal.domain.complaints.acts import Role
from portal.domain.complaints.clock_changes import Status
from portal.domain.complaints.offer_rules import Finding, OfferTerms, RemedyKind, RemedyTerms
from portal.domain.complaints.states import K

PEOPLE = {  # who may come in which part; handlers try to review and reviewers to handle
    Role.CUSTOMER: (1,),
    Role.REPRESENTATIVE: (2,),
    Role.HANDLER: (10, 11),
    Role.REVIEWER: (10, 11, 20, 21, 22),
    Role.SUPERVISOR: (11, 30),
    Role.PARTNER: (40,),
    Role.BODY: (50,),
    Role.TIMER: (0,),
    Role.SYSTEM: (0,),
    Role.LAW: (0,),
    Role.SOURCE: (0,),
}


@dataclass
class Round:
    """One round of a clock: where it began, when it is due, and its pauses."""

    k: K
    started: datetime
    base: Due
    due: Due | None
    status: Status = Status.RUNNING
    pauses: list[Pause] = field(default_factory=list)
    ended: datetime | None = None
    shown: datetime | None = None  # the date last promised
    moved: timedelta = timedelta()  # by consent

    @property
    def due_at(self) -> datetime | None:
        return None if self.due is None else self.due.at + self.moved


def some_offer(chance: Random) -> OfferTerms:
    remedies = tuple(
        RemedyTerms(RemedyKind.REFUND, Decimal(chance.randrange(10, 60)), "PLN")
        if chance.random() < 0.5
        else RemedyTerms(
            chance.choice((RemedyKind.APOLOGY, RemedyKind.REPAIR)), days=chance.choice((None, 3, 20))
        )
        for _ in range(chance.randrange(3))
    )
    return OfferTerms(chance.choice(tuple(Finding)), remedies)

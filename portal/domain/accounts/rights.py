"""What a colleague may do for an account: a right, up to an amount, for a time; and which rights live at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from portal.domain import calendars, clock
from portal.domain.actor import Right
from portal.domain.errors import Invalid
from portal.text import Lazy, _t

from .models import MembershipRight

MOST = Decimal("10000000")
LONGEST = timedelta(days=3660)
# Only these are about sums of money; a permission or a document has none.
LIMITABLE = frozenset({Right.COMPLAINTS_ALL, Right.COMPLAINTS_OWN, Right.ORDERS})
NAMES: dict[Right, Lazy] = {
    Right.ADMINISTER: _t("Administrator"),
    Right.COMPLAINTS_ALL: _t("Complaints of everybody"),
    Right.COMPLAINTS_OWN: _t("Own complaints"),
    Right.DOCUMENTS: _t("Documents"),
    Right.PERMISSIONS: _t("Permissions"),
    Right.ORDERS: _t("Orders"),
}
MEANINGS: dict[Right, Lazy] = {
    Right.ADMINISTER: _t(
        "Sees and does everything for the company, without a limit, and decides who else may."
    ),
    Right.COMPLAINTS_ALL: _t("Reads and answers what anybody at the company complained about, and can file."),
    Right.COMPLAINTS_OWN: _t("Files complaints for the company, and reads and answers the own ones."),
    Right.DOCUMENTS: _t("Reads the papers of the company: contracts, invoices, letters."),
    Right.PERMISSIONS: _t("Decides for the company what we may use its data for."),
    Right.ORDERS: _t("Orders for the company and sees its orders."),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A right as somebody gives it: up to an amount, from the first to the last day, each where it is set."""

    right: Right
    amount: Decimal | None = None
    currency: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A right as a membership has it, by its instants."""

    right: Right
    amount: Decimal | None
    currency: str
    starts_at: datetime | None
    until: datetime | None

    def lives(self, at: datetime) -> bool:
        """Tell whether the right is there at ``at``; it falls away at the very instant of its end."""
        return (self.starts_at is None or self.starts_at <= at) and (self.until is None or at < self.until)

    def last_day(self, zone: str) -> date | None:
        """Return the last whole day of the right in the zone of the account."""
        return calendars.local_day(self.until - timedelta(seconds=1), zone) if self.until else None

    def first_day(self, zone: str) -> date | None:
        """Return the first day of the right in the zone of the account, where it was set."""
        return calendars.local_day(self.starts_at, zone) if self.starts_at else None

    def told(self, zone: str) -> dict[str, Any]:
        """Return the right as the record and messages keep it: days, not instants, for people read days."""
        first, last = self.first_day(zone), self.last_day(zone)
        return {
            "right": self.right.value,
            "amount": f"{self.amount:.2f}" if self.amount is not None else None,
            "currency": self.currency,
            "since": first.isoformat() if first else None,
            "until": last.isoformat() if last else None,
        }


def live(at: Any) -> ColumnElement[bool]:
    """Return the condition by which a row of :class:`MembershipRight` counts at ``at`` (instant or parameter)."""
    return and_(
        MembershipRight.ended_at.is_(None),
        or_(MembershipRight.starts_at.is_(None), MembershipRight.starts_at <= at),
        or_(MembershipRight.until.is_(None), MembershipRight.until > at),
    )


def held(row: MembershipRight) -> Held:
    """Return a row as the value that rules are written for."""
    return Held(Right(row.right), row.amount_limit, row.currency, row.starts_at, row.until)


def checked(grant: Grant, zone: str) -> Held:
    """Return what is given by its instants: the end of the last day in ``zone``; raise Invalid at the field.

    Fields are ``amount_<right>``, ``since_<right>`` and ``until_<right>``.
    """
    name = grant.right.name.lower()
    amount, currency = _amount(grant, f"amount_{name}")
    today = calendars.local_day(clock.now(), zone)
    since, until = grant.since, grant.until
    if until is not None:
        if until < today:
            raise Invalid(_t("This day is over. Choose today or a later day."), field=f"until_{name}")
        if until > today + LONGEST:
            raise Invalid(_t("Choose a day within the next ten years."), field=f"until_{name}")
        if since is not None and since > until:
            raise Invalid(_t("The last day lies before the first."), field=f"until_{name}")
    if since is not None and since > today + LONGEST:
        raise Invalid(_t("Choose a day within the next ten years."), field=f"since_{name}")
    return Held(
        grant.right,
        amount,
        currency,
        calendars.day_start(since, zone) if since is not None and since > today else None,
        calendars.day_end(until, zone) if until is not None else None,
    )


def _amount(grant: Grant, field: str) -> tuple[Decimal | None, str]:
    if grant.amount is None:
        return None, ""
    if grant.right not in LIMITABLE:
        raise Invalid(_t("This right has nothing to do with sums, so it takes no amount."), field=field)
    try:
        amount = Decimal(grant.amount).quantize(Decimal("0.01"))
    except (InvalidOperation, ValueError):
        raise Invalid(_t("Write the amount in digits, such as 500 or 149.90."), field=field) from None
    if not 0 < amount <= MOST:
        raise Invalid(_t("Write an amount above 0 and at most {most}.", most=f"{MOST:,.0f}"), field=field)
    currency = grant.currency.strip().upper()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise Invalid(_t("Write the currency as three letters, such as PLN."), field=field)
    return amount, currency

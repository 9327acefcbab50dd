"""What counts of a material on a day: in each language the newest version that has begun, while it is valid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.text import Lazy, _t

SOON = timedelta(days=30)  # before a version expires staff are shown that it will


class Standing(StrEnum):
    """Where a version is on a day."""

    COMING = "coming"
    VALID = "valid"
    REPLACED = "replaced"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


STANDINGS: dict[Standing, Lazy] = {
    Standing.COMING: _t("to come"),
    Standing.VALID: _t("valid"),
    Standing.REPLACED: _t("replaced"),
    Standing.EXPIRED: _t("expired"),
    Standing.WITHDRAWN: _t("withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Dates:
    """A version as far as its days go; all are days of the firm, ``expires_on`` the last on which it is valid."""

    language: str
    number: int
    valid_from: date
    expires_on: date | None = None
    withdrawn_on: date | None = None

    def began(self, today: date) -> bool:
        """Tell whether it was ever valid up to today; one withdrawn before its first day never was."""
        return self.valid_from <= today and (
            self.withdrawn_on is None or self.withdrawn_on >= self.valid_from
        )


def standing(one: Dates, all_of_it: Iterable[Dates], today: date) -> Standing:
    """Return where a version is today among all versions of its material.

    What was replaced never comes back: not when the newer one expires, nor when it is withdrawn.
    """
    if one.withdrawn_on is not None:
        return Standing.WITHDRAWN
    if not one.began(today):
        return Standing.COMING
    if any(
        other.language == one.language and other.number > one.number and other.began(today)
        for other in all_of_it
    ):
        return Standing.REPLACED
    if one.expires_on is not None and today > one.expires_on:
        return Standing.EXPIRED
    return Standing.VALID


def valid(all_of_it: Sequence[Dates], today: date) -> dict[str, int]:
    """Return the number of the version that is valid today, for each language that has one."""
    return {
        one.language: one.number for one in all_of_it if standing(one, all_of_it, today) is Standing.VALID
    }


def chosen(languages: Iterable[str], wanted: str) -> str | None:
    """Return in which of these languages somebody reads: the own one, else English, else the first by name."""
    there = sorted(languages)
    return next((one for one in (wanted, "en", *there) if one in there), None)


def expires_soon(one: Dates, today: date) -> bool:
    """Tell whether a version that is valid ends within a month."""
    return one.expires_on is not None and one.expires_on - today <= SOON

"""The pure part of preferences: the shape of hours and budgets, their defaults, and when a budget has room again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.domain.calendars import WAKING_WEEK, WEEKDAYS, week_from_json, week_to_json
from portal.domain.errors import Invalid
from portal.text import _t

CHANNELS = ("email", "inbox", "sms", "phone", "letter")
LANGUAGES = ("en", "pl", "bg", "ru")
Hours = Mapping[str, Sequence[Sequence[str]]]
DEFAULT_HOURS: dict[str, list[list[str]]] = week_to_json(WAKING_WEEK)
MOST_MESSAGES, MOST_DAYS = 50, 365


def hours_of(given: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """Return weekly hours in their one shape, every weekday named; empty means the default of waking hours.

    Days may also be numbered from Monday, "0" to "6". Raises Invalid on a wrong time or when no hour is left.
    """
    if not given:
        return {}
    named = {
        WEEKDAYS[int(day)] if day in {"0", "1", "2", "3", "4", "5", "6"} else day: spans
        for day, spans in given.items()
    }
    try:
        week = week_to_json(week_from_json(named))
    except Invalid as error:
        raise Invalid(error.message, code="preferences.hours", field="hours") from None
    if not any(week.values()):
        message = _t("Leave us at least one hour in the week, or pause our messages instead.")
        raise Invalid(message, code="preferences.hours", field="hours")
    return {} if week == DEFAULT_HOURS else week


def budget_of(count: int | None, days: int | None) -> tuple[int | None, int | None]:
    """Return a budget of ``count`` messages in ``days`` days, or no limit; raise Invalid outside its bounds."""
    if count is None:
        return None, None
    if not 1 <= count <= MOST_MESSAGES:
        message = _t("Choose a number from 1 to {most}.", most=MOST_MESSAGES)
        raise Invalid(message, code="preferences.budget", field="budget_count")
    if days is None or not 1 <= days <= MOST_DAYS:
        raise Invalid(_t("Choose a number of days from 1 to {most}.", most=MOST_DAYS), field="budget_days")
    return count, days


def channels_of(given: Sequence[str], field: str) -> list[str]:
    """Return channels without repetition; raise Invalid at ``field`` for one that does not exist."""
    if set(given) - set(CHANNELS):
        raise Invalid(_t("Choose channels from the list."), code="preferences.channel", field=field)
    return list(dict.fromkeys(given))


def order_of(given: Sequence[str]) -> list[str]:
    """Return all channels in the person's order, those not named last in ours."""
    return list(dict.fromkeys([*given, *CHANNELS]))


def free_at(sent: Sequence[datetime], count: int | None, days: int | None, at: datetime) -> datetime:
    """Return ``at``, or the instant at which a budget has room again, given when messages went."""
    if count is None or days is None:
        return at
    window = timedelta(days=days)
    recent = sorted(when for when in sent if when > at - window)
    return at if len(recent) < count else recent[-count] + window

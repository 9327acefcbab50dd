"""One sentence that says all of a person's preferences, put together so that each language can order its own words."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.calendars import WEEKDAYS
from portal.text import Lazy, _t, _tn

from .rules import CHANNELS, DEFAULT_HOURS, Hours, order_of

_LANGUAGE = {"en": _t("in English"), "pl": _t("in Polish"), "bg": _t("in Bulgarian"), "ru": _t("in Russian")}
_CHANNEL = {
    "email": _t("by e-mail"), "inbox": _t("in your inbox here"), "sms": _t("by SMS"), "phone": _t("by phone"),
    "letter": _t("by letter"),
}  # fmt: skip
_DAY = {
    "mon": _t("on Monday"), "tue": _t("on Tuesday"), "wed": _t("on Wednesday"), "thu": _t("on Thursday"),
    "fri": _t("on Friday"), "sat": _t("on Saturday"), "sun": _t("on Sunday"),
}  # fmt: skip
_WORK, _REST = frozenset(WEEKDAYS[:5]), frozenset(WEEKDAYS[5:])


def summary(
    *,
    language: str,
    channels_off: Sequence[str] = (),
    channel_order: Sequence[str] = (),
    hours: Hours | None = None,
    budget_count: int | None = None,
    budget_days: int | None = None,
    topics_off: Sequence[str] = (),
    paused_until: str = "",
) -> Lazy:
    """Return the sentence; ``topics_off`` are names, ``paused_until`` is a day as its reader writes it.

    "We write to you in Polish, by e-mail, on weekdays 9:00-17:00, at most twice a week."
    """
    spoken = _LANGUAGE.get(language) or _LANGUAGE["en"]
    open_channels = [
        _CHANNEL[key] for key in order_of(channel_order) if key in CHANNELS and key not in channels_off
    ]
    if not open_channels:
        said = _t("We write to you {language}, and only what the service needs.", language=spoken)
    else:
        said = _t(
            "We write to you {language}, {channels}, {hours}, {frequency}.",
            language=spoken,
            channels=_joined(open_channels, _t("{first} or {last}")),
            hours=_hours(hours or DEFAULT_HOURS),
            frequency=_frequency(budget_count, budget_days),
        )
        if topics_off:
            names = _joined(list(topics_off), _t("{first} or {last}"))
            said = _t("{sentence} Not about {topics}.", sentence=said, topics=names)
    if paused_until:
        said = _t(
            "Paused: until {day} we write only what the service needs. After that: {sentence}",
            day=paused_until,
            sentence=said,
        )
    return said


def _joined(parts: Sequence[Lazy | str], last: Lazy) -> Lazy | str:
    """Join parts by commas and ``last``, which has {first} and {last}."""
    if not parts:
        return ""
    found: Lazy | str = parts[0]
    for part in parts[1:-1]:
        found = _t("{first}, {next}", first=found, next=part)
    return found if len(parts) == 1 else Lazy(last.message, {"first": found, "last": parts[-1]})


def _hours(hours: Hours) -> Lazy | str:
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for day in WEEKDAYS:
        spans = tuple((str(start), str(end)) for start, end in hours.get(day, ()))
        if spans:
            groups.setdefault(spans, []).append(day)
    said: list[Lazy | str] = [
        _t(
            "{days} {times}",
            days=_days(days),
            times=_joined([_times(*span) for span in spans], _t("{first} and {last}")),
        )
        for spans, days in groups.items()
    ]
    return _joined(said, _t("{first} and {last}"))


def _times(start: str, end: str) -> str:
    return f"{start.removeprefix('0')}–{end.removeprefix('0')}"


def _days(days: Sequence[str]) -> Lazy | str:
    named = frozenset(days)
    if len(named) == len(WEEKDAYS):
        return _t("every day")
    if named == _WORK:
        return _t("on weekdays")
    if named == _REST:
        return _t("at weekends")
    return _joined([_DAY[day] for day in days], _t("{first} and {last}"))


def _frequency(count: int | None, days: int | None) -> Lazy:
    if count is None or days is None:
        return _t("as often as there is something to say")
    if days == 1:
        return _tn("at most once a day", "at most {count} times a day", count)
    if days == 7:
        return (
            _t("at most twice a week")
            if count == 2
            else _tn("at most once a week", "at most {count} times a week", count)
        )
    if days == 30:
        return (
            _t("at most twice a month")
            if count == 2
            else _tn("at most once a month", "at most {count} times a month", count)
        )
    span = _tn("in one day", "in {count} days", days)
    return _tn("at most once {span}", "at most {count} times {span}", count, span=span)

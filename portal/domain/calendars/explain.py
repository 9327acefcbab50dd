"""“Explain this date”: from stored inputs to sentences, counted rows, and a second reckoning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.domain.calendars import rules
from portal.domain.calendars.due import Due, Row
from portal.domain.calendars.pauses import Pause, with_pauses
from portal.domain.calendars.week import WorkingCalendar
from portal.text import Lazy, _t, _tn

SET = "set"  # by somebody, case by case: there is nothing to reckon
_BY_DAYS: dict[str, Callable[..., Due]] = {
    "calendar_days": rules.add_calendar_days,
    "weeks": rules.add_weeks,
    "months": rules.add_months,
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a date is what it is: sentences, the rows counted or left out, and whether it holds today."""

    due: Due
    sentences: tuple[Lazy, ...]
    rows: tuple[Row, ...]
    agrees: bool  # a second reckoning from the stored inputs gives the same instant


def explain(due_json: Mapping[str, Any], cal: WorkingCalendar | None = None) -> Explanation:
    """Return the explanation of a stored due instant.

    With ``cal``, the calendar version it names, the date is reckoned anew from its inputs; without it, a
    date of a working calendar is checked by adding up its stored rows. Dates without a calendar are always
    reckoned anew.
    """
    due = Due.from_json(due_json)
    if due.calendar and (cal is None or cal.content_hash != due.calendar_hash):
        agrees = cal is None and _rows_add_up(due)
    else:
        agrees = _again(due, cal).at == due.at
    return Explanation(due, tuple(_sentences(due)), due.counted, agrees)


def told(due_json: Mapping[str, Any]) -> tuple[list[Lazy], list[Row]]:
    """Return the sentences that explain a stored due instant and the days left out, without reckoning it anew."""
    left_out = [Row.from_json(row) for row in due_json["counted"] if not row.get("counts", True)]
    return _sentences(Due.from_json({**due_json, "counted": ()})), left_out


def _again(due: Due, cal: WorkingCalendar | None) -> Due:
    """Reckon the due instant anew from its inputs."""
    inputs = due.inputs
    start = datetime.fromisoformat(inputs["start"])
    if due.rule == SET:
        return due
    if due.rule in _BY_DAYS:
        fresh = _BY_DAYS[due.rule](start, inputs["n"], inputs["zone"], inputs["customer_zone"])
    elif due.rule == "business_days":
        assert cal is not None
        fresh = rules.add_business_days(cal, start, inputs["n"])
    else:
        assert cal is not None
        fresh = rules.add_working(cal, start, timedelta(seconds=inputs["seconds"]))
    pauses = [Pause(*map(datetime.fromisoformat, pair)) for pair in inputs.get("pauses", ())]
    moved = with_pauses(cal, fresh, pauses)
    assert moved is not None, "stored pauses have ended"
    return moved


def _rows_add_up(due: Due) -> bool:
    rows = [row for row in due.counted if row.counts]
    moved = due.inputs.get("moved_seconds", 0)
    if due.rule == "business_days":
        days, rest = rows[: due.inputs["n"]], rows[due.inputs["n"] :]
        if len(days) != due.inputs["n"] or _seconds(rest) != moved:
            return False
    elif _seconds(rows) != due.inputs["seconds"] + moved:
        return False
    return not rows or rows[-1].end == due.at


def _seconds(rows: list[Row]) -> float:
    return sum((row.end - row.start).total_seconds() for row in rows if row.start and row.end)


def _sentences(due: Due) -> list[Lazy]:
    inputs = due.inputs
    n = inputs.get("n", 0)
    if due.rule == "working_time":
        length = _length(inputs["seconds"])
        said = [_t("{length} of opening hours are counted, and only opening hours.", length=length)]
    elif due.rule == "business_days":
        said = [
            _tn("It ends at closing time of the first business day.",
                "It ends at closing time of business day {count}.", n),
            _t("The day of receipt is not counted, nor are closed days."),
        ]  # fmt: skip
    elif due.rule == SET:
        said = [_t("The date was set when it began.")]
    else:
        if due.rule == "calendar_days":
            length = _tn("It ends after {count} day.", "It ends after {count} days.", n)
        elif due.rule == "weeks":
            length = _tn("It ends after {count} week.", "It ends after {count} weeks.", n)
        else:
            length = _tn("It ends after {count} month.", "It ends after {count} months.", n)
        said = [
            length,
            _t("The day of receipt is not counted, weekends and holidays are."),
            _t("The last day is {day}; it counts to its end, 24:00.", day=due.day),
        ]
    if inputs.get("pauses"):
        moved = _length(inputs["moved_seconds"])
        said.append(_t("The clock stood still for {length}, which was added.", length=moved))
    if inputs.get("customer_zone") == due.zone != inputs.get("zone"):
        said.append(_t("Your day ends earlier than ours, so your time zone decides."))
    if due.calendar:
        said.append(
            _t("Calendar “{calendar}”, version {version}.", calendar=due.calendar, version=due.version)
        )
    said.append(_t("Time zone {zone}, zone data {tzdata}.", zone=due.zone, tzdata=due.tzdata))
    return said


def _length(seconds: float) -> Lazy:
    hours, rest = divmod(round(seconds), 3600)
    minutes = round(rest / 60)
    if not minutes:
        return _tn("{count} hour", "{count} hours", hours)
    if not hours:
        return _tn("{count} minute", "{count} minutes", minutes)
    return _t("{hours} h {minutes} min", hours=hours, minutes=minutes)

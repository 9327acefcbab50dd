"""Working calendars and date arithmetic: what is due when, and why exactly then."""

from portal.domain.calendars.due import Due, Row
from portal.domain.calendars.explain import SET, Explanation, explain, told
from portal.domain.calendars.pauses import Pause, with_pauses
from portal.domain.calendars.rules import (
    CLOSED,
    add_business_days,
    add_calendar_days,
    add_months,
    add_weeks,
    add_working,
    before,
    next_open,
    waking,
    warning,
    working_between,
)
from portal.domain.calendars.seeds import (
    OFFICE_WEEK,
    ROUND_THE_CLOCK,
    ROUND_THE_CLOCK_WEEK,
    WAKING_WEEK,
    closures_for,
    office_calendar,
    round_the_clock,
)
from portal.domain.calendars.store import OFFICE, approve, current, seed, version
from portal.domain.calendars.week import (
    WEEKDAYS,
    Closure,
    Opening,
    Span,
    Week,
    WorkingCalendar,
    week_from_json,
    week_to_json,
)
from portal.domain.calendars.zones import (
    day_end,
    day_start,
    end_of_day_after,
    last_day,
    local_day,
    zone_data_version,
    zone_of,
)

__all__ = [
    # calendars as values
    "WorkingCalendar", "Week", "Span", "Closure", "Opening", "WEEKDAYS", "week_from_json", "week_to_json",
    "OFFICE_WEEK", "WAKING_WEEK", "ROUND_THE_CLOCK_WEEK", "ROUND_THE_CLOCK",
    "closures_for", "office_calendar", "round_the_clock",
    # approved versions in the database
    "current", "version", "approve", "seed", "OFFICE",
    # due instants
    "Due", "Row", "Pause", "add_working", "add_business_days", "add_calendar_days", "add_weeks", "add_months",
    "with_pauses", "working_between", "before", "warning", "next_open", "waking",
    # why
    "explain", "told", "Explanation", "CLOSED", "SET",
    # zones and local days
    "zone_of", "zone_data_version", "local_day", "day_start", "day_end", "end_of_day_after",
    "last_day",
]  # fmt: skip

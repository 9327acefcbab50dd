"""Made-up calendars and instants for the properties, thick around the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from portal.domain.calendars import Closure, Opening, Span, WorkingCalendar

ZONES = ("Europe/Warsaw", "Europe/Sofia", "Europe/London", "America/New_York")
CHANGES = (  # UTC instants at which the clocks of those zones change in 2027
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2027, 10, 31, 1, tzinfo=UTC),
    datetime(2027, 3, 14, 7, tzinfo=UTC),
    datetime(2027, 11, 7, 6, tzinfo=UTC),
)
SECOND = timedelta(seconds=1)


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Opening hours of one day: none, one, two or three, some of them until 24:00."""
    edges = draw(st.lists(st.integers(0, 96), unique=True, max_size=6).map(sorted))
    return tuple(Span(a * 15, b * 15) for a, b in zip(edges[::2], edges[1::2], strict=False))


days = st.dates(date(2027, 1, 1), date(2027, 12, 31))


def _opens_enough(week: list[tuple[Span, ...]]) -> bool:
    return sum(span.end - span.start for day in week for span in day) >= 8 * 60


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """A calendar that opens eight hours a week or more, with closures and extra openings."""
    week = draw(st.lists(spans(), min_size=7, max_size=7).filter(_opens_enough))
    closures = draw(st.lists(days, max_size=4, unique=True))
    openings = draw(st.lists(days, max_size=2, unique=True))
    return WorkingCalendar(
        "made-up",
        draw(st.integers(1, 9)),
        draw(st.sampled_from(ZONES)),
        tuple(week),
        tuple(Closure(day, "holiday") for day in closures),
        tuple(Opening(day, Span(600, 780), "fair") for day in openings),
    )


instants = st.one_of(
    st.integers(0, 365 * 24 * 60).map(
        lambda minutes: datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.builds(
        lambda at, minutes: at + timedelta(minutes=minutes),
        st.sampled_from(CHANGES),
        st.integers(-2000, 2000),
    ),
)
lengths = st.integers(0, 40 * 3600).map(lambda seconds: seconds * SECOND)

"""The pure part: hours, budgets, and the sentence that says them all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.errors import Invalid
from portal.domain.preferences import DEFAULT_HOURS, budget_of, hours_of, summary
from portal.domain.preferences.rules import free_at

pytestmark = pytest.mark.pure

OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_days_may_be_numbered_and_the_default_is_nothing() -> None:
    assert hours_of({"0": [["09:00", "17:00"]]})["mon"] == [["09:00", "17:00"]]
    assert hours_of({"0": [["09:00", "17:00"]]})["sun"] == []
    assert hours_of(DEFAULT_HOURS) == {} == hours_of({})


@pytest.mark.parametrize(
    "wrong",
    [{"mon": []}, {"mon": [["17:00", "09:00"]]}, {"mon": [["9", "10"]]}, {"someday": [["09:00", "10:00"]]}],
)
def test_wrong_hours_name_their_field(wrong: dict[str, list[list[str]]]) -> None:
    with pytest.raises(Invalid) as caught:
        hours_of(wrong)
    assert caught.value.field == "hours"


def test_a_budget_has_bounds() -> None:
    assert budget_of(None, 7) == (None, None) and budget_of(2, 7) == (2, 7)
    for count, days, name in (
        (0, 7, "budget_count"),
        (99, 7, "budget_count"),
        (2, None, "budget_days"),
        (2, 999, "budget_days"),
    ):
        with pytest.raises(Invalid) as caught:
            budget_of(count, days)
        assert caught.value.field == name


def test_a_budget_has_room_again_when_the_oldest_of_its_messages_leaves_the_window() -> None:
    sent = [AT - timedelta(days=6), AT - timedelta(days=2), AT - timedelta(days=40)]
    assert free_at(sent, 3, 7, AT) == AT
    assert free_at(sent, 2, 7, AT) == AT + timedelta(days=1)
    assert free_at(sent, 1, 7, AT) == AT + timedelta(days=5)
    assert free_at(sent, None, None, AT) == AT


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"language": "pl", "hours": OFFICE, "budget_count": 2, "budget_days": 7,
             "channels_off": ("inbox", "sms", "phone", "letter")},
            "We write to you in Polish, by e-mail, on weekdays 9:00–17:00, at most twice a week.",
        ),
        (
            {"language": "en", "channels_off": ("phone", "letter")},
            "We write to you in English, by e-mail, in your inbox here or by SMS, every day 8:00–20:00, "
            "as often as there is something to say.",
        ),
        (
            {"language": "en", "channels_off": ("phone", "letter", "sms"), "channel_order": ("inbox", "email"),
             "hours": {"sat": [["10:00", "14:00"]], "sun": [["10:00", "14:00"]],
                       "mon": [["07:00", "09:00"], ["18:00", "20:00"]]},
             "budget_count": 1, "budget_days": 1, "topics_off": ("Garden", "Kitchen")},
            "We write to you in English, in your inbox here or by e-mail, on Monday 7:00–9:00 and 18:00–20:00 "
            "and at weekends 10:00–14:00, at most once a day. Not about Garden or Kitchen.",
        ),
        (
            {"language": "en", "channels_off": ("email", "inbox", "sms", "phone", "letter")},
            "We write to you in English, and only what the service needs.",
        ),
        (
            {"language": "en", "channels_off": ("inbox", "sms", "phone", "letter"), "budget_count": 3,
             "budget_days": 10, "paused_until": "1 April 2026"},
            "Paused: until 1 April 2026 we write only what the service needs. After that: We write to you in English, "
            "by e-mail, every day 8:00–20:00, at most 3 times in 10 days.",
        ),
    ],
)  # fmt: skip
def test_one_sentence_says_it_all(settings: dict[str, object], expected: str) -> None:
    assert str(summary(**settings)) == expected  # type: ignore[arg-type]

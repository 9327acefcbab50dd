"""What a reader sees of an instant, an amount, a text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask, g
from markupsafe import escape

from portal.domain import clock
from portal.text import Country, Money, _t, _tn
from portal.ui import formats, times
from portal.ui.templating import Catalogue, Templates, stopped

NOW = datetime(2026, 3, 14, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def here(face: Flask) -> Iterator[None]:
    with face.test_request_context("/"), clock.at(NOW):
        g.reader = formats.Reader("en", "Europe/Warsaw")
        yield


def test_a_time_is_shown_in_the_readers_zone():
    assert times.datetime(NOW) == "14 Mar 2026, 17:00"


def test_a_stored_text_of_a_time_reads_the_same():
    assert times.datetime(NOW.isoformat()) == times.datetime(NOW)
    assert times.date("2026-03-14") == "14 Mar 2026"


def test_a_promise_names_its_zone_only_where_it_differs_from_the_readers():
    assert times.datetime(NOW, "Europe/Berlin") == "14 Mar 2026, 17:00"
    assert times.datetime(NOW, "Europe/Sofia") == "14 Mar 2026, 18:00 (Sofia time)"


MIDNIGHT = datetime(
    2026, 11, 30, 23, 0, tzinfo=UTC
)  # 1 December begins in Warsaw; in Sofia it is an hour old


def test_a_promise_for_a_day_ends_at_24_of_that_day_and_never_on_the_next():
    assert times.deadline(MIDNIGHT) == "30 Nov 2026, 24:00" == times.deadline(MIDNIGHT.isoformat())
    assert times.deadline_day(MIDNIGHT) == "30 Nov 2026"
    assert times.deadline(MIDNIGHT - timedelta(minutes=1)) == "30 Nov 2026, 23:59"
    assert times.deadline(MIDNIGHT + timedelta(seconds=30)) == "1 Dec 2026, 00:00"
    assert times.deadline(date(2026, 11, 30)) == times.deadline_day("2026-11-30") == "30 Nov 2026"
    assert times.deadline(None) == times.deadline_day(None) == "–"


def test_a_promise_is_shown_in_the_zone_that_governs_it_and_names_it_where_the_reader_has_another():
    for_ben = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)  # a day of Sofia ends
    assert times.deadline(for_ben, "Europe/Sofia") == "30 Nov 2026, 24:00 (Sofia time)"
    at_the_office = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert times.deadline(at_the_office, "Europe/Sofia") == "30 Nov 2026, 17:00"
    by, _ = times.spellers()
    assert by(for_ben, "Europe/Sofia") == times.deadline(for_ben, "Europe/Sofia")
    g.reader = formats.Reader("en", "Europe/Sofia")
    assert times.deadline(for_ben) == "30 Nov 2026, 24:00" == times.deadline(for_ben, "Europe/Sofia")
    for zone in (None, "Europe/Sofia", "Europe/Warsaw"):
        assert times.deadline(at_the_office, zone) == "30 Nov 2026, 17:00 (Warsaw time)"
        assert times.deadline(MIDNIGHT, zone) == "30 Nov 2026, 24:00 (Warsaw time)"
        assert times.deadline_day(MIDNIGHT, zone) == "30 Nov 2026"


def test_a_day_without_its_midnight_ends_when_the_next_one_begins():
    beirut = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)  # clocks jump from 24:00 to 1:00
    assert times.deadline(beirut, "Asia/Beirut") == "28 Mar 2026, 24:00 (Beirut time)"


def test_days_inside_a_sentence_are_written_as_the_reader_writes_them():
    assert formats.say(_t("The last day is {day}.", day=date(2026, 11, 30))) == "The last day is 30 Nov 2026."


def test_amounts_and_countries_inside_a_sentence_are_written_as_the_reader_writes_them():
    whole = _t(
        "{what}. {where}", what=_t("{a} was offered", a=Money(Decimal("149.9"), "EUR")), where=Country("PL")
    )
    assert str(whole) == "149.90 EUR was offered. PL"
    assert formats.say(whole) == "€149.90 was offered. Poland"
    g.reader = formats.Reader("ru", "Europe/Warsaw")
    assert "149,90" in formats.say(whole) and "Польша" in formats.say(whole)


def test_a_title_begins_with_a_capital():
    assert formats.capital(_t("a repair")) == "A repair" and formats.capital(None) == ""


def test_what_is_left_is_rounded_down_and_what_is_late_is_late_at_once():
    assert times.due(NOW + timedelta(days=4) - timedelta(seconds=1)) == "3 days left"
    assert times.due(NOW + timedelta(hours=1, minutes=59)) == "1 hour left"
    assert times.due(NOW - timedelta(seconds=1)) == "0 minutes late"
    assert times.due(NOW - timedelta(days=2, hours=3)) == "2 days late"


def test_a_day_is_due_until_it_ends_where_the_reader_is():
    assert times.due(date(2026, 3, 14)) == "6 hours left"
    assert not times.is_past(date(2026, 3, 14))
    assert times.is_past(date(2026, 3, 13))


def test_days_are_counted_on_the_calendar_and_instants_by_the_clock():
    assert times.relative(date(2026, 3, 15)) == "tomorrow"
    assert times.relative(date(2026, 3, 11)) == "3 days ago"
    assert times.relative(NOW + timedelta(hours=47)) == "in 1 day"
    assert times.relative(NOW - timedelta(days=100)) == "3 months ago"
    assert times.relative(NOW) == "just now"


def test_nothing_is_a_dash():
    for show in (times.date, times.datetime, times.relative, times.due, formats.number, formats.filesize):
        assert show(None) == "–"


def test_an_amount_stands_apart_from_its_currency():
    assert formats.money(Decimal("1499.5"), "PLN") == "PLN\N{NO-BREAK SPACE}1,499.50"
    assert formats.money(Decimal("12"), "EUR") == "€12.00"
    g.reader = formats.Reader("pl", "Europe/Warsaw")
    assert formats.money(Decimal("12"), "PLN").replace("\N{NO-BREAK SPACE}", " ") == "12,00 zł"


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 byte"), (900, "900 byte"), (88_200, "88 kB"), (2_431_000, "2.4 MB")]
)
def test_sizes_are_in_powers_of_a_thousand(size: int, shown: str):
    assert formats.filesize(size) == shown


def test_a_span_is_told_in_its_two_largest_units():
    assert formats.duration(timedelta(days=2, hours=3, minutes=5)) == "2 days 3 hrs"
    assert formats.duration(0) == "0 secs"


def test_what_people_typed_is_escaped_and_keeps_its_lines():
    assert formats.lines("<b>one\ntwo\n\nthree & four") == (
        "<p>&lt;b&gt;one<br>two</p>\n<p>three &amp; four</p>"
    )


def test_lazy_texts_are_said_with_their_parameters_and_per_cents():
    assert formats.say(_t("{name} gets 100 % back", name=_t("Amina"))) == "Amina gets 100 % back"
    assert formats.say(_tn("{count} file, 5 %", "{count} files, 5 %", 2)) == "2 files, 5 %"


def test_our_numbers_and_telephone_numbers_stand_in_groups_and_other_texts_as_they_are():
    assert formats.spoken("4827713095") == "482 771 3095" == formats.spoken("482 771 3095")
    assert formats.spoken("Task 7") == "Task 7" and formats.spoken(None) == ""
    assert formats.phone("+48225550100") == "+48 22 555 01 00"
    for other in ("amina+48600100200@example.com", "+1", "ul. Długa 4", ""):
        assert formats.phone(other) == other


def test_a_country_is_named_in_the_readers_language():
    assert formats.country("pl") == "Poland" and formats.country("") == "" and formats.country("qq") == "qq"
    g.reader = formats.Reader("bg", "Europe/Sofia")
    assert formats.country("PL") == "Полша"


def test_initials_stand_for_a_name():
    assert formats.initials("Amina Nowak") == "AN"
    assert formats.initials("Łucja") == "Ł"
    assert formats.initials("") == ""


LANGUAGES = {
    "en": ("14 Mar 2026, 17:00", "14 March 2026", "1,499.50", "3 days left", "3 days ago", "2.4 MB", "82%"),
    "pl": ("14 mar 2026, 17:00", "14 marca 2026", "1 499,50 zł", "3 dni", "3 dni temu", "2,4 MB", "82%"),
    "bg": ("14.03.2026, 17:00", "14 март 2026", "1 499,50", "3 дни", "преди 3 дни", "2,4 MB", "82%"),
    "ru": ("14 мар. 2026, 17:00", "14 марта 2026", "1 499,50", "3 дня", "3 дня назад", "2,4 МБ", "82 %"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_writes_dates_sums_spans_and_sizes_its_own_way(language: str):
    g.reader = formats.Reader(language, "Europe/Warsaw")
    instant, long, sum_, left, ago, size, share = LANGUAGES[language]

    def plain(text: str) -> str:
        return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")

    assert plain(times.datetime(NOW)) == instant
    assert plain(times.date(NOW, "long")) == long
    assert sum_ in plain(formats.money(Decimal("1499.5"), "PLN"))
    assert left in plain(times.due(NOW + timedelta(days=3, minutes=1)))
    assert plain(times.relative(NOW - timedelta(days=3, minutes=1))) == ago
    assert plain(formats.filesize(2_400_000)) == size
    assert plain(formats.percent(0.82)) == share


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("length", ["short", "medium", "long", "full"])
def test_a_sentence_may_end_in_a_date_and_gets_one_full_stop(language: str, length: str):
    g.reader = formats.Reader(language, "Europe/Warsaw")
    for day in (NOW, date(2026, 11, 30), NOW + timedelta(days=200)):
        assert not times.date(day, length).endswith(".")
        assert not times.datetime(day).endswith(".")
    assert not times.deadline(MIDNIGHT).endswith(".")
    assert not times.weekday_date(NOW).endswith(".")
    assert formats.say(_t("The last day is {day}.", day=date(2026, 11, 30))).count("..") == 0


def test_an_amount_is_offered_for_typing_as_its_reader_writes_it():
    shown = {}
    for language in LANGUAGES:
        g.reader = formats.Reader(language, "Europe/Warsaw")
        shown[language] = formats.plain(Decimal("1499.9"))
    assert shown == {"en": "1499.90", "pl": "1499,90", "bg": "1499,90", "ru": "1499,90"}


SENTENCE = '{{ _("You act for %(name)s.", name=name) }}'


@pytest.mark.parametrize(
    ("name", "said"), [("Lipa sp. z o.o.", "Lipa sp. z o.o."), ("Lipa", "Lipa."), ("<b>.", "<b>.")]
)
def test_a_name_that_brings_its_own_full_stop_ends_a_sentence_with_one(face: Flask, name: str, said: str):
    assert Catalogue().gettext("You act for %(name)s.", name=name) == f"You act for {said}"
    templates = Templates(face, autoescape=True)
    templates.language, templates.filters["stopped"] = "en", stopped
    assert templates.from_string(SENTENCE).render(name=name) == f"You act for {escape(said)}"


def test_a_full_stop_within_a_sentence_and_three_of_them_stay_as_they_are():
    told = Catalogue().gettext
    assert told("%(name)s in Łódź", name="sp. z o.o.") == "sp. z o.o. in Łódź"
    assert told("Wait for %(name)s...", name="Ola") == "Wait for Ola..."
    assert told("%(a)s and %(a)s.", a="Inc.") == "Inc. and Inc."

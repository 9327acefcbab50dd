"""How values look to a reader: money, numbers, sizes and lazy texts; and the filters of the templates."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

import phonenumbers
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from flask import Flask
from markupsafe import Markup, escape

from portal.domain import references
from portal.text import Country, Lazy, Money
from portal.ui import drawing
from portal.ui.charts import plot_line
from portal.ui.reader import Reader, locale, locale_of, reader, reader_language
from portal.ui.templating import catalogue
from portal.ui.times import (
    NOTHING,
    date,
    datetime,
    day_of_month,
    deadline,
    deadline_day,
    due,
    is_past,
    is_soon,
    isotime,
    relative,
    strip_cells,
    time,
    weekday_date,
    weekday_names,
    weekday_number,
    zone_city,
)

__all__ = ["FILTERS", "Reader", "init_formats", "reader", "reader_language"]


def money(value: Any, currency: str) -> str:
    """Return an amount with its currency as the reader's language writes it."""
    return NOTHING if value is None else _spelled_amount(Decimal(value), currency, reader_language())


@lru_cache(maxsize=4096)
def _spelled_amount(value: Decimal, currency: str, language: str) -> str:
    text = str(format_currency(value, currency, locale=locale_of(language)))
    # A code of letters stands apart from the figures: "PLN 120.00".
    return re.sub(r"(?<=[A-Z])(?=\d)", "\N{NO-BREAK SPACE}", text)


def plain(value: Decimal) -> str:
    """Return an amount as the reader would type it: two decimals, no groups, no currency."""
    return str(format_decimal(value, "0.00", locale=locale()))


def number(value: Any) -> str:
    """Return a number with the separators of the reader's language."""
    return NOTHING if value is None else _spelled_number(value, reader_language())


@lru_cache(maxsize=2048)
def _spelled_number(value: Any, language: str) -> str:
    return str(format_decimal(value, locale=locale_of(language)))


def price(value: Any) -> str:
    """Return what one unit costs, without its currency: at least two decimals, and as many as it has."""
    return NOTHING if value is None else str(format_decimal(value, "#,##0.00##", locale=locale()))


def quantity(value: Any) -> str:
    """Return a quantity with as many decimals as it needs."""
    return NOTHING if value is None else str(format_decimal(Decimal(value), "#,##0.###", locale=locale()))


def percent(value: Any, digits: int = 0) -> str:
    """Return a share between 0 and 1 as per cent."""
    pattern = locale().percent_formats[None].pattern
    pattern = pattern.replace("##0", "##0." + "0" * digits) if digits else pattern
    return NOTHING if value is None else str(format_percent(value, pattern, locale=locale()))


def filesize(value: int | None) -> str:
    """Return a size in bytes, kB or MB (powers of 1,000, as phones and desks show it)."""
    return NOTHING if value is None else _spelled_size(value, reader_language())


@lru_cache(maxsize=1024)
def _spelled_size(value: int, language: str) -> str:
    for unit, size in (("megabyte", 1_000_000), ("kilobyte", 1_000)):
        if value >= size:
            shown = round(value / size, 1 if value < 10 * size else 0)
            return str(format_unit(shown, f"digital-{unit}", length="short", locale=locale_of(language)))
    return str(format_unit(value, "digital-byte", length="short", locale=locale_of(language)))


def duration(value: Any) -> str:
    """Return a span (timedelta or seconds) in its two largest units: "2 days 3 hrs"."""
    if value is None:
        return NOTHING
    left = int(value.total_seconds() if isinstance(value, dt.timedelta) else value)
    parts: list[str] = []
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count or (unit == "second" and not parts):
            parts.append(str(format_unit(count, f"duration-{unit}", length="short", locale=locale())))
        if len(parts) == 2:
            break
    return " ".join(parts)


def say(value: Any) -> Any:
    """Return a text of the domain in the reader's language; other texts pass unchanged."""
    if value is None:
        return ""
    if isinstance(value, (str, int, float, Decimal)):
        return value
    if isinstance(value, Lazy):
        translations = catalogue(reader_language())
        return value.render(translations.ugettext, translations.ungettext, shown)
    if hasattr(value, "__html__"):
        return value
    return str(value)


def shown(value: Any) -> Any:
    """Return what stands inside a text as this reader writes it: an amount, a country, a day; others unchanged."""
    match value:
        case Money(amount, currency):
            return money(amount, currency)
        case Country(code):
            return country(code)
        case dt.date() if not isinstance(value, dt.datetime):
            return date(value)
    return value


def lines(value: Any) -> Markup:
    """Return a person's plain text as escaped paragraphs and line breaks."""
    text = str(say(value)).replace("\r\n", "\n").strip()
    if "\n" not in text:
        return Markup(f"<p>{escape(text)}</p>") if text else Markup()  # noqa: S704 - escaped
    parts = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    return Markup("\n").join(
        Markup("<p>%s</p>") % Markup("<br>").join(escape(line) for line in part.split("\n")) for part in parts
    )


def spoken(value: Any) -> str:
    """Return a number of ours in groups, as people say it; another text as it is."""
    return references.spoken(str(value or ""))


def phone(value: Any) -> str:
    """Return a telephone number in groups with its country, as in "+48 22 555 01 00"; another text as it is."""
    return _grouped(str(value or ""))


@lru_cache(maxsize=1024)
def _grouped(text: str) -> str:
    if not text.startswith("+"):
        return text
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return text
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def country(value: Any) -> str:
    """Return the name of a country by its code, in the reader's language; another text as it is."""
    return str(locale().territories.get(str(value or "").upper(), value or ""))


def capital(value: Any) -> str:
    """Return a text with its first letter as at the beginning of a sentence."""
    text = str(say(value))
    return text[:1].upper() + text[1:]


def initials(value: Any) -> str:
    """Return one or two letters that stand for a name."""
    words = [word for word in re.split(r"[\s\-]+", str(say(value))) if word[:1].isalnum()]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words[:1])).upper()


FILTERS = (
    date,
    time,
    datetime,
    deadline,
    deadline_day,
    weekday_date,
    zone_city,
    isotime,
    relative,
    due,
    is_past,
    is_soon,
    money,
    number,
    price,
    quantity,
    percent,
    filesize,
    duration,
    say,
    lines,
    capital,
    spoken,
    phone,
    country,
    initials,
    weekday_number,
    day_of_month,
    strip_cells,
    plot_line,
)


def init_formats(app: Flask) -> None:
    """Give the templates the filters, the reader's language, and how inputs are drawn."""
    for one in FILTERS:
        app.jinja_env.filters[one.__name__] = one
    app.jinja_env.globals.update(
        reader_language=reader_language,
        weekday_names=weekday_names,
        choices_of=drawing.choices,
        described_by=drawing.described_by,
        field_attributes=drawing.field_attributes,
    )

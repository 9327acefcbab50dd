"""Numbers and dates as people write them, read only where they can mean one thing; nothing is rounded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.errors import Invalid
from portal.text import Lazy, _t

DECIMALS: dict[str, Lazy] = {"": _t("find out"), ",": _t("comma: 12,50"), ".": _t("point: 12.50")}
DATES: dict[str, Lazy] = {
    "": _t("2026-05-31"), "dmy": _t("day, month, year: 31.05.2026"), "mdy": _t("month, day, year: 05/31/2026"),
}  # fmt: skip
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_OTHER = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", re.ASCII)
_EARLIEST, _LATEST = 1990, 2100


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read, where it was declared; '' is to be found out (of dates: as ISO 8601)."""

    encoding: str = ""
    decimal: str = ""
    dates: str = ""


def decimal_sign(texts: Iterable[str]) -> str | None:
    """Return the decimal sign that these numbers show: ',', '.', '' where none needs one, None where it is unclear.

    ``1.234,50`` and ``12,5`` show a comma, ``1,234.50`` and ``0.125`` a point; ``1.234`` alone may be either.
    """
    shown: set[str] = set()
    unclear = False
    for text in texts:
        found = _shows(text)
        unclear |= found is None
        shown |= {found} if found else set()
    if len(shown) == 1:
        return shown.pop()
    return None if unclear or shown else ""


def _shows(text: str) -> str | None:
    plain = re.sub(r"[^\d.,]", "", text, flags=re.ASCII)
    points, commas = plain.count("."), plain.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        return max(".,", key=plain.rfind)
    sign, other = (".", ",") if points else (",", ".")
    if max(points, commas) > 1:
        return other
    before, _, after = plain.partition(sign)
    return sign if len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0") else None


def number(text: str, sign: str, *, field: str, places: int) -> Decimal:
    """Return a number written with this decimal sign ('' or '.': a point); raise Invalid at ``field``.

    Groups of thousands may be parted by spaces or by the other sign; more than ``places`` decimals are refused.
    """
    sign = sign or "."
    plain = _SPACES.sub(" ", text).strip().replace("\u2212", "-")
    other = "," if sign == "." else "."
    whole = rf"\d{{1,3}}(?:(?P<part>[ {re.escape(other)}'])\d{{3}})(?:(?P=part)\d{{3}})*|\d+"
    if not re.fullmatch(rf"[+-]?(?:{whole})(?:{re.escape(sign)}\d+)?", plain, re.ASCII) or len(plain) > 30:
        example = "1234,50" if sign == "," else "1234.50"
        message = _t("“{value}” is no number like {example}.", value=text[:40], example=example)
        raise Invalid(message, code="sheets.number", field=field)
    before, _, after = plain.partition(sign)
    after = after.rstrip("0")
    if len(after) > places:
        message = _t(
            "“{value}” has more than {places} decimals; we do not round.", value=text[:40], places=places
        )
        raise Invalid(message, code="sheets.places", field=field)  # fmt: skip
    return Decimal(re.sub(r"[^\d+-]", "", before) + ("." + after if after else ""))


def day(text: str, form: str, *, field: str) -> date:
    """Return a date, as ISO 8601 or in the declared order; raise Invalid at ``field``."""
    plain = text.strip()
    try:
        if iso := _ISO.fullmatch(plain):
            return _bounded(date(int(iso[1]), int(iso[2]), int(iso[3])))
        if form and (other := _OTHER.fullmatch(plain)):
            first, second = int(other[1]), int(other[3])
            month, of_month = (second, first) if form == "dmy" else (first, second)
            return _bounded(date(int(other[4]), month, of_month))
    except ValueError:
        pass
    example = {"dmy": "31.05.2026", "mdy": "05/31/2026"}.get(form, "2026-05-31")
    message = _t("“{value}” is no date like {example}.", value=text[:40], example=example)
    raise Invalid(message, code="sheets.date", field=field)


def _bounded(found: date) -> date:
    if not _EARLIEST <= found.year <= _LATEST:
        raise ValueError
    return found

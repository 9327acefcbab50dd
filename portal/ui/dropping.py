"""The form of a dropped file, the same for partners and for our staff, and the lists that we give as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, FileField, SelectField, StringField
from wtforms.validators import Length, Optional

from portal import config
from portal.domain import drops, errors, sheets
from portal.domain.sheets import Reading
from portal.text import Lazy
from portal.ui.downloads import SHUT, named
from portal.ui.forms import Form, say


class ReadingForm(Form):
    """How a file is to be read, where it cannot be found out."""

    encoding = SelectField(_l("Encoding"), validate_choice=False)
    decimal = SelectField(_l("Decimal sign"), validate_choice=False)
    dates = SelectField(_l("Dates"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.encoding.choices = [("", say(sheets.DECIMALS[""])), *sheets.ENCODINGS.items()]
        self.decimal.choices = _choices(sheets.DECIMALS)
        self.dates.choices = _choices(sheets.DATES)

    def reading(self) -> Reading:
        """Return what was chosen."""
        return Reading(self.encoding.data or "", self.decimal.data or "", self.dates.data or "")


class DropForm(ReadingForm):
    """A file, how it is to be read, and for a price list its money and days."""

    file = FileField(_l("The file"))
    currency = StringField(_l("Currency"), [Length(max=3)])
    starts = DateField(_l("Valid from"), [Optional()])
    ends = DateField(_l("Valid to"), [Optional()])
    retroactive = BooleanField(_l("The prices are meant to begin on a day that is over"))

    @classmethod
    def new(cls, **more: Any) -> Any:
        """Return the form as it is shown first, or as it was sent."""
        return cls(currency=config.load().firm_currency, **more)

    def said(self) -> drops.Said:
        """Return what was said of the file."""
        reading = self.reading()
        return drops.Said(
            encoding=reading.encoding, decimal=reading.decimal, dates=reading.dates, currency=self.currency.data or "",
            starts=self.starts.data, ends=self.ends.data, retroactive=bool(self.retroactive.data),
        )  # fmt: skip


def sent() -> tuple[bytes, str]:
    """Return the file of this request with its name; not more of it than is needed to see that it is too large."""
    one = request.files.get("file")
    if one is None or not one.filename:
        return b"", ""
    return one.stream.read(drops.MOST_BYTES + 1), one.filename


def kind_of(key: str, kinds: Iterable[drops.Kind]) -> drops.Kind:
    """Return the kind of files with this key; raise NotFound for one that the reader does not drop."""
    found = next((one for one in kinds if one.key == key), None)
    if found is None:
        raise errors.NotFound()
    return found


def listed(name: str, head: Sequence[Lazy | str], rows: Iterable[Sequence[str]]) -> Response:
    """Return rows as a file that spreadsheets open and compute nothing of."""
    lines = list(sheets.write([say(one) for one in head], rows))
    answer = Response("".join(lines), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = named(name)
    answer.headers["Content-Security-Policy"] = SHUT
    answer.headers["Cache-Control"] = "no-store"
    return answer


def example(kind: drops.Kind) -> Response:
    """Return a file of this kind with one line, to be filled in."""
    head = [one.key for one in kind.columns]
    return listed(f"{kind.key}.csv", head, [[one.example for one in kind.columns]])


def faults(line: drops.FileLine, found: Iterable[drops.FaultLine]) -> Response:
    """Return what is wrong in a file, line by line."""
    head = (_l("Line"), _l("Column"), _l("What to mend"))
    rows = ([str(one.line), one.column, say(one.message)] for one in found)
    return listed(f"{line.name.rpartition('.')[0] or line.name}-mend.csv", [str(one) for one in head], rows)


def _choices(known: dict[str, Lazy]) -> list[tuple[str, str]]:
    return [(key, say(text)) for key, text in known.items()]

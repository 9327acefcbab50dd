"""Price lists and promises of stock, for whoever shows them: as a file, and the forms of what is done about them."""

from __future__ import annotations

from decimal import Decimal

from flask import Response
from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.domain import supply
from portal.ui import paging
from portal.ui.dropping import listed
from portal.ui.forms import Form


class StepForm(Form):
    """What is done about a promise: another day, delivered, withdrawn; and why."""

    act = StringField()
    by = DateField(_l("The new day"), [Optional()])
    on = DateField(_l("Delivered on"), [Optional()])
    reason = TextAreaField(_l("Why"), [Length(max=supply.REASON_MAX)])


def as_file(line: supply.ListLine, lines: list[supply.PriceLine]) -> Response:
    """Return a price list in the columns in which one is taken."""
    rows = [[one.number, one.name, one.unit, _plain(one.price), _plain(one.least)] for one in lines]
    name = f"prices-{line.starts.isoformat()}-{line.version}-{line.currency}.csv"
    return listed(name, ("number", "name", "unit", "price", "least"), rows)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def position(name: str = "after") -> int | None:
    """Return after which line a page goes on, or None for the first page or a nonsense value."""
    match paging.key_from_request(name):
        case [int(key)]:
            return key
        case _:
            return None

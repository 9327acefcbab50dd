"""Files that we give: UTF-8 with its mark, as spreadsheets expect it, and no cell that one would compute.

A text that begins like a formula gets an apostrophe before it (OWASP, CSV injection); read again, it is gone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

_COMPUTED = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_QUOTED = frozenset(_COMPUTED + "'")


def shown(text: str) -> str:
    """Return a cell that no spreadsheet computes."""
    return f"'{text}" if text and text[0] in _QUOTED else text


def unquoted(text: str) -> str:
    """Return a cell as it was before :func:`shown`."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in _QUOTED else text


def write(head: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str = ",") -> Iterator[str]:
    """Yield a file line by line, the names of the columns first."""
    yield "\ufeff"
    for row in chain([head], rows):
        target = io.StringIO()
        csv.writer(target, delimiter=delimiter, lineterminator="\r\n").writerow([shown(cell) for cell in row])
        yield target.getvalue()

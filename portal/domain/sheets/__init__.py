"""Sheets: delimited files (CSV) as programs write them, read line by line, and written so that nobody is harmed.

header(path, shape) · records(path, shape)     the names of the columns · every record, or its fault
match(names, words)                            which column is which field, by its name or another word for it
look(path, columns, reading, …)                encoding, delimiter, columns, decimal sign of a file, or Unreadable
read(columns, fields, reading)                 the fields of a record as values, with a mend for each that is none
write(head, rows)                              a file that spreadsheets open and compute nothing of
"""

from __future__ import annotations

from .columns import Column, Fault, Sort, match, read
from .encodings import ENCODINGS
from .looking import Sheet, look
from .parsing import Record, Shape, Unreadable, header, records
from .values import DATES, DECIMALS, Reading
from .writing import shown, write

__all__ = [
    "Column", "Fault", "Sort", "match", "read", "Sheet", "look", "Record", "Shape", "Unreadable", "header", "records",
    "Reading", "DATES", "DECIMALS", "ENCODINGS", "write", "shown",
]  # fmt: skip

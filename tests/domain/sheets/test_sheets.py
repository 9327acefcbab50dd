"""Files as people's programs write them: what is written is read again, and what could mean two things is asked."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain import sheets
from portal.domain.errors import Invalid
from portal.domain.sheets import Column, Reading, Sort, Unreadable
from portal.domain.sheets import values as numbers
from portal.domain.sheets.encodings import page_of
from portal.text import _t

pytestmark = pytest.mark.pure
COLUMNS = (
    Column("number", _t("Item number"), ("sku", "indeks"), needed=True, most=60),
    Column("price", _t("Price"), ("cena", "cena netto"), needed=True, sort=Sort.NUMBER, places=4),
    Column("by", _t("By day"), ("termin",), sort=Sort.DATE),
)


def kept(folder: Path, content: bytes | str, encoding: str = "utf-8") -> Path:
    path = folder / "file.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def look(
    folder: Path, content: bytes | str, encoding: str = "utf-8", reading: Reading | None = None
) -> sheets.Sheet:
    return sheets.look(kept(folder, content, encoding), COLUMNS, reading or Reading(), most=100)


def rows(sheet: sheets.Sheet) -> list[tuple[object, ...]]:
    found = [sheets.read(COLUMNS, sheet.fields(one), sheet.reading) for one in sheet.records()]
    assert not [wrong for _, wrong in found if wrong]
    return [tuple(values.values()) for values, _ in found]


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")) | st.sampled_from(" =+-@'\",;\n"),
    max_size=12,
).map(str.strip)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(CELL.filter(bool), CELL), min_size=1, max_size=5), st.sampled_from([",", ";", "\t"])
)
def test_what_is_written_is_read_again(tmp_path: Path, cells: list[tuple[str, str]], delimiter: str) -> None:
    """Whatever stands in a cell comes back, and no cell of the file begins like a formula."""
    text = "".join(sheets.write(["one", "two"], cells, delimiter=delimiter))
    shape = sheets.Shape(delimiter=delimiter)
    found = list(sheets.records(kept(tmp_path, text), shape))
    assert all(one.fault is None for one in found)
    columns = (Column("one", _t("one")), Column("two", _t("two")))
    back = [sheets.read(columns, one.values, Reading())[0] for one in found]
    assert [(one["one"], one["two"]) for one in back] == cells
    assert not [value for one in found for value in one.values.values() if value[:1] in tuple("=+-@\t")]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("\ufeffsku,price\nZF-20,12.50\nŻÓŁW,1\n", "utf-8"),
        ("Indeks;Cena netto\nZF-20;12,50\nŻÓŁW;1,00\n", "cp1250"),
        ("PRICE\tItem_Number\n12,50\tZF-20\n1\tŻÓŁW\n", "utf-8"),
        ('indeks;ignored;cena\n"ZF-20";"a;b\nc";"12,5"\nŻÓŁW;;1\n', "cp1250"),
    ],
)
def test_columns_encodings_and_signs_are_found_out(tmp_path: Path, content: str, encoding: str) -> None:
    found = rows(look(tmp_path, content, encoding))
    assert [one[:2] for one in found] == [("ZF-20", Decimal("12.5")), ("ŻÓŁW", Decimal(1))]


def test_french_is_not_polish() -> None:
    def counts(text: str, page: str) -> dict[int, int]:
        return {byte: 1 for byte in text.encode(page) if byte >= 0x80}

    assert page_of(counts("pièce à côté", "cp1252")) == "cp1252"
    assert page_of(counts("część żółta", "cp1250")) == "cp1250"
    assert page_of(counts("Öl für Tür", "cp1252")) in {"cp1250", "cp1252"}  # the same letters in both
    with pytest.raises(Unreadable, match="encoding"):
        page_of({0xA6: 1, 0xB1: 1, 0xA1: 1})


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["12,5"], ","), (["12.5"], "."), (["1.234,50"], ","), (["1,234.50"], "."), (["1 234,50"], ","),
        (["1.234.567"], ","), (["1,234,567"], "."), (["0.125"], "."), (["1234.125"], "."), (["5", "17"], ""),
        (["1.234"], None), (["1,234"], None), (["1.234", "2,5"], ","), (["1,5", "1.5"], None), (["", "abc"], ""),
    ],
)  # fmt: skip
def test_the_decimal_sign_is_found_out_or_asked(texts: list[str], sign: str | None) -> None:
    assert numbers.decimal_sign(texts) == sign


@given(
    st.decimals(-(10**9), 10**9, places=4, allow_nan=False),
    st.sampled_from([",", "."]),
    st.sampled_from(["", " ", "\u00a0", "x"]),
)
def test_a_number_means_what_it_says(value: Decimal, sign: str, group: str) -> None:
    """Written in any usual way a number is read exactly, and never rounded."""
    other = "," if sign == "." else "."
    grouped = (
        f"{value:,.4f}".replace(",", "G").replace(".", sign).replace("G", other if group == "x" else group)
    )
    assert numbers.number(grouped, sign, field="price", places=4) == value


@pytest.mark.parametrize(
    "text", ["", "1.2.3", "12,5", "1 2", "1e5", "NaN", "Infinity", "٣", "0x10", "1,23,4", "--1", "9" * 40]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        numbers.number(text, ".", field="price", places=2)


def test_more_decimals_than_are_kept_are_refused_and_not_rounded() -> None:
    assert numbers.number("1.2300", ".", field="price", places=2) == Decimal("1.23")
    with pytest.raises(Invalid, match="do not round"):
        numbers.number("1.235", ".", field="price", places=2)


def test_dates_are_read_by_iso_or_as_declared() -> None:
    assert numbers.day("2026-05-03", "", field="by") == date(2026, 5, 3)
    assert numbers.day("03.05.2026", "dmy", field="by") == numbers.day("05/03/2026", "mdy", field="by")
    for text, form in (("03.05.2026", ""), ("31/02/2026", "dmy"), ("1.2-2026", "dmy"), ("2026-13-01", ""),
                       ("0026-01-01", ""), ("٢٠٢٦-01-01", "")):  # fmt: skip
        with pytest.raises(Invalid):
            numbers.day(text, form, field="by")


def packed() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", b"0" * 10_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed(), "workbook or an archive"), (b"\xd0\xcf\x11\xe0" + b"x" * 50, "old Excel"), (b"", "empty"),
        (b"sku,price\n\x00,1\n", "no text"), ("sku,price\nA,1\n".encode("utf-16"), "UTF-16"), (b"\n\n", "first line"),
        (b"sku,sku,price\nA,B,1\n", "stands twice"), (b"sku,name\nA,B\n", "no column"),
        (b"sku,price\n", "nothing below"),
        (b"sku,price\nA," + b"9" * 30_000 + b"\n", "longer than"), (b"x" * 60_000, "longer than"),
        (b"sku,price\nA\xa1,1\n", "encoding"), (b"sku;price\nA;1.234\n", "decimal sign"),
        (b"sku,price\n" + b"A,1\n" * 101, "more than 100"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        look(tmp_path, content)


def test_a_broken_line_costs_itself_alone(tmp_path: Path) -> None:
    sheet = look(tmp_path, b'sku,price\nA,1\nB\n"C,3\nD,4\x07\nE,\xff5\n', reading=Reading("utf-8-sig"))
    found = {one.line: str(one.fault) for one in sheet.records()}
    assert found == {
        2: "None", 3: "it has 1 columns, the first line names 2", 4: "a quotation mark is opened and never closed",
        5: "price contains a control character", 6: "price is not valid UTF-8",
    }  # fmt: skip


def test_quotes_that_never_close_do_not_stop_the_reading(tmp_path: Path) -> None:
    many = b"sku,price\n" + b'"x,1\n' * 99
    assert all(one.fault is not None for one in look(tmp_path, many).records())

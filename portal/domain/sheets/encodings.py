"""Which encoding a file is in: UTF-8 where it can be, else the Windows code page whose letters it makes sense in."""

from __future__ import annotations

import codecs
from collections import Counter
from pathlib import Path

from portal.text import Lazy, _t

from .parsing import Unreadable

# What may be declared; what Python calls it, and what people call it.
ENCODINGS: dict[str, str] = {
    "utf-8-sig": "UTF-8", "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1252": "Windows-1252",
}  # fmt: skip
PIECE = 64 * 1024
# Letters of the languages that are written in each page; what both pages show alike decides nothing.
_LETTERS = {
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽľôäöüőűßÄÖÜŐŰăîâşţĂÎÂŞŢđĐ€–„”…",
    "cp1252": "àâæçèéêëîïôœùûüÿñáíóúäößåøãõÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸÑÁÍÓÚÄÖÅØÃÕ€–„”…",
}
_PACKED: dict[bytes, Lazy] = {
    b"PK\x03\x04": _t(
        "This is a workbook or an archive, not a CSV file. Open it and save it as “CSV UTF-8”."
    ),
    b"\xd0\xcf\x11\xe0": _t("This is an old Excel workbook. Open it and save it as “CSV UTF-8”."),
    b"\x1f\x8b": _t("This file is packed. Unpack it and send the CSV file."),
    b"%PDF": _t("This is a PDF, not a CSV file. Save the list as “CSV UTF-8”."),
    b"\xff\xfe": _t("This file is in UTF-16. Save it as “CSV UTF-8”."),
    b"\xfe\xff": _t("This file is in UTF-16. Save it as “CSV UTF-8”."),
}


def detect(path: Path, declared: str = "") -> str:
    """Return the encoding of a file, read piece by piece; raise :class:`Unreadable` for what is no text.

    1. a known mark of another kind of file, or a zero byte: no text; 2. what was declared; 3. UTF-8 when every byte
    fits; 4. of Windows-1250 and -1252 the one in which more bytes are letters; 5. where both are as good but read
    differently, it must be declared.
    """
    decoder, utf8, counts = codecs.getincrementaldecoder("utf-8")(), True, Counter[int]()
    with path.open("rb") as source:
        first = True
        while piece := source.read(PIECE):
            if first:
                _refuse_other_kinds(piece)
                first = False
            if 0 in piece:
                raise Unreadable(_t("This is no text file. Save the list as “CSV UTF-8”."))
            if utf8:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    utf8 = False
            counts.update(piece)
    if first:
        raise Unreadable(_t("The file is empty."))
    if declared:
        return declared
    if utf8:
        try:
            decoder.decode(b"", final=True)
            return "utf-8-sig"
        except UnicodeDecodeError:
            pass
    return page_of({byte: count for byte, count in counts.items() if byte >= 0x80})


def page_of(counts: dict[int, int]) -> str:
    """Return the code page of a text by how often each byte above 127 stands in it; raise :class:`Unreadable`."""
    scores = {
        page: sum(count for byte, count in counts.items() if _sign(byte, page) in letters)
        for page, letters in _LETTERS.items()
    }
    if scores["cp1250"] == scores["cp1252"] and any(
        _sign(byte, "cp1250") != _sign(byte, "cp1252") for byte in counts
    ):
        raise Unreadable(
            _t(
                "We cannot tell in which encoding the file is. Name it when you send it, or save it as “CSV UTF-8”."
            )
        )  # fmt: skip
    return max(scores, key=lambda page: scores[page])


def _sign(byte: int, page: str) -> str:
    return bytes((byte,)).decode(page, "replace")


def _refuse_other_kinds(piece: bytes) -> None:
    for mark, message in _PACKED.items():
        if piece.startswith(mark):
            raise Unreadable(message)

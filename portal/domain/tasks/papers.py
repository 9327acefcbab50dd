"""What a paper knows beside its words leaves it before a partner gets it: author, program, place, older versions.

A PDF is written anew from its pages, a package (DOCX, XLSX, ODT) from its parts. What is to be read stays as it was.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from portal.domain import files

PDF = "application/pdf"
PACKAGES = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.text",
    }
)
KINDS = frozenset({PDF, *PACKAGES})
MOST_UNPACKED = 200 * 1024 * 1024  # as much as is taken at all
MOST_NESTED = 100
DAY = (1980, 1, 1, 0, 0, 0)
# Of every object of a PDF: descriptions, places on the earth, and what programs keep for themselves.
_HIDDEN = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AA", "/VP", "/LGIDict")
_OF_NOTES = ("/T", "/NM", "/M", "/CreationDate")  # who made a note, and when; what it says stays
_EMPTY = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core'
    b'-properties"/>',
    "docProps/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    b' office:version="1.2"/>',
}  # fmt: skip
# Names of people in comments, tracked changes and lists of authors; a template's place on somebody's disk.
_NAMES: tuple[tuple[re.Pattern[bytes], bytes], ...] = (
    (re.compile(rb'\b(w:author|w:initials|w15:author|w15:userId)="[^"]*"'), rb'\1=""'),
    (re.compile(rb'(<(?:\w+:)?person\b[^>]*?\bdisplayName)="[^"]*"'), rb'\1=""'),
    (re.compile(rb"<author>[^<]*</author>"), b"<author></author>"),
    (re.compile(rb"<(dc:creator|meta:creator-initials|meta:initial-creator)>[^<]*<"), rb"<\1><"),
    (re.compile(rb'Target="file:[^"]*"'), b'Target="file:///-"'),
)
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PN": "image/png", b"RIF": "image/webp"}


class Unreadable(Exception):
    """It cannot be written anew: damaged, or locked by a password."""


def bare(media_type: str, content: bytes) -> bytes:
    """Return a paper without what it knows beside its words; raise :class:`Unreadable`."""
    try:
        return _pdf(content) if media_type == PDF else _package(content)
    except Unreadable:
        raise
    except Exception as error:  # whatever a damaged paper sets off in its reader
        raise Unreadable(type(error).__name__) from error


def _pdf(content: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("locked")
    cleaned, writer = PdfWriter(), PdfWriter()
    for page in reader.pages:  # and nothing of the document around them: no attached files, no programs
        cleaned.add_page(page)
    if not cleaned.pages:
        raise Unreadable("empty")
    for page in cleaned.pages:
        _without_files(page)
    for held in cleaned._objects:
        _cleaned(held, 0)
    for page in cleaned.pages:  # once more: what nothing refers to any more stays behind
        writer.add_page(page)
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _without_files(page: Any) -> None:
    from pypdf.generic import ArrayObject

    notes = page.get("/Annots")
    if notes is not None:
        kept = [one for one in notes.get_object() if one.get_object().get("/Subtype") != "/FileAttachment"]
        page[_name("/Annots")] = ArrayObject(kept)


def _cleaned(held: Any, depth: int) -> None:
    """Clean an object with what lies directly in it; what it refers to is in the list of its own."""
    from pypdf.generic import ArrayObject, DictionaryObject

    if depth > MOST_NESTED:
        raise Unreadable("nested")
    if isinstance(held, ArrayObject):
        for one in held:
            _cleaned(one, depth + 1)
    if not isinstance(held, DictionaryObject):
        return
    for name in _HIDDEN:
        held.pop(name, None)
    if "/Subtype" in held and "/Rect" in held:
        subtype = str(held["/Subtype"])
        if subtype == "/FileAttachment":
            held.pop("/FS", None)
        for name in _OF_NOTES if subtype != "/Widget" else ():
            held.pop(name, None)
    _pixels_only(held)
    for one in list(held.values()):
        _cleaned(one, depth + 1)


def _name(text: str) -> Any:
    from pypdf.generic import NameObject

    return NameObject(text)


def _pixels_only(held: Any) -> None:
    """Take place and device out of a photo within a PDF, which lies there as the camera wrote it."""
    from pypdf.generic import ArrayObject, StreamObject

    if not isinstance(held, StreamObject) or "/Filter" not in held:
        return
    named = held["/Filter"]
    filters = [str(one) for one in named] if isinstance(named, ArrayObject) else [str(named)]
    if filters == ["/FlateDecode", "/DCTDecode"]:
        held._data = _inflated(held._data)
        held[_name("/Filter")] = _name("/DCTDecode")
        held.pop("/DecodeParms", None)
    elif filters != ["/DCTDecode"]:
        return
    held._data = files.bare_jpeg(held._data)


def _inflated(data: bytes) -> bytes:
    machine = zlib.decompressobj()
    found = machine.decompress(data, MOST_UNPACKED)
    if machine.unconsumed_tail:
        raise Unreadable("too large")
    return found


def _package(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        if sum(part.file_size for part in old.infolist()) > MOST_UNPACKED:
            raise Unreadable("too large")
        for part in _in_order(old):
            fresh = zipfile.ZipInfo(part.filename, DAY)  # no dates, no fields of a file system
            plain = part.filename == "mimetype"  # it stands first and plain (OpenDocument 1.2, part 3)
            fresh.compress_type = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
            new.writestr(fresh, _part(part.filename, old.read(part)))
    return out.getvalue()


def _in_order(package: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    parts = [part for part in package.infolist() if not part.is_dir()]
    yield from sorted(parts, key=lambda part: part.filename != "mimetype")


def _part(name: str, content: bytes) -> bytes:
    if name in _EMPTY:
        return _EMPTY[name]
    if name.endswith((".xml", ".rels")):
        for pattern, instead in _NAMES:
            content = pattern.sub(instead, content)
        return content
    kind = _PICTURES.get(content[:3])
    if kind == "image/jpeg":
        return files.bare_jpeg(content)
    return files.without_metadata(kind, content) if kind else content

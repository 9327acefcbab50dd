"""What a paper knows beside its words stays with the customer: author, place, other versions, attached files."""

from __future__ import annotations

import io
import zipfile

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from portal.domain.tasks import papers
from tests.domain.tasks import scenes

pytestmark = pytest.mark.pure
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
SECRET = b"Secretmaker"  # what the photo of the scenes says of its device, too


def _said(text: bytes) -> TextStringObject:
    return TextStringObject(text.decode())


def pdf(*, locked: str = "") -> bytes:
    """A paper that says who wrote it and where, in each of the places that a PDF has for it."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": SECRET.decode(), "/Title": "Kitchen"})
    xmp = DecodedStreamObject()
    xmp.set_data(b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")
    photo = DecodedStreamObject()
    photo.set_data(scenes.photo())
    photo.update(
        {
            NameObject("/Subtype"): NameObject("/Image"), NameObject("/Filter"): NameObject("/DCTDecode"),
            NameObject("/Metadata"): writer._add_object(xmp), NameObject("/Width"): NumberObject(40),
            NameObject("/Height"): NumberObject(30),
        }
    )  # fmt: skip
    words = DecodedStreamObject()
    words.set_data(b"BT (words that stay) Tj ET")
    note = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Text"), NameObject("/T"): _said(SECRET),
            NameObject("/Contents"): _said(b"a note that stays"),
            NameObject("/Rect"): ArrayObject(NumberObject(0) for _side in range(4)),
        }
    )  # fmt: skip
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/Im0"): writer._add_object(photo)})}
    )
    page[NameObject("/Contents")] = writer._add_object(words)
    page[NameObject("/Annots")] = ArrayObject([note])
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/X"): _said(SECRET)})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    writer.add_attachment("hidden.txt", SECRET)
    if locked:
        writer.encrypt(locked)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def package(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def test_a_pdf_is_its_pages_and_nothing_beside_them() -> None:
    old = pdf()
    assert old.count(SECRET) >= 4
    new = papers.bare(papers.PDF, old)
    assert SECRET not in new and b"Exif" not in new and b"hidden.txt" not in new
    read = PdfReader(io.BytesIO(new))
    assert not read.metadata and read.xmp_metadata is None and len(read.pages) == 1
    assert b"words that stay" in read.pages[0].get_contents().get_data()  # type: ignore[union-attr]
    assert read.pages[0]["/Annots"][0].get_object()["/Contents"] == "a note that stays"
    assert read.pages[0].images[0].image.size == (40, 30)  # type: ignore[union-attr]


def test_a_package_says_nothing_of_who_wrote_it() -> None:
    core = b"<cp:coreProperties><dc:creator>" + SECRET + b"</dc:creator></cp:coreProperties>"
    parts = {
        "[Content_Types].xml": b"<Types/>", "docProps/core.xml": core, "docProps/app.xml": core,
        "word/document.xml": b'<w:ins w:author="' + SECRET + b'"><w:t>words that stay</w:t></w:ins>',
        "word/media/image1.jpeg": scenes.photo(),
        "word/_rels/settings.xml.rels": b'<Relationship Target="file:///C:/Users/' + SECRET + b'/x.dotx"/>',
    }  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(papers.bare(DOCX, package(parts)))) as read:
        assert read.namelist() == list(parts)
        assert not any(SECRET in read.read(name) for name in parts)
        assert b"words that stay" in read.read("word/document.xml")
        assert {one.date_time for one in read.infolist()} == {papers.DAY}


def test_the_kind_of_an_open_document_stands_first_and_plain() -> None:
    parts = {
        "content.xml": b"<dc:creator>" + SECRET + b"</dc:creator>",
        "meta.xml": SECRET,
        "mimetype": ODT.encode(),
    }
    made = papers.bare(ODT, package(parts))
    assert SECRET not in made and made[30:38] == b"mimetype" and ODT.encode() in made[:120]


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 nothing", pdf(locked="word"), b"%PDF-1.4\n1 0 obj<</Type/Catalog>>"]
)
def test_what_cannot_be_written_anew_does_not_leave(content: bytes) -> None:
    with pytest.raises(papers.Unreadable):
        papers.bare(papers.PDF, content)


def test_a_broken_package_does_not_leave() -> None:
    with pytest.raises(papers.Unreadable):
        papers.bare(DOCX, package({"word/document.xml": b"x"})[:-20])

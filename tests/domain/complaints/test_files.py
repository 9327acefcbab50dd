"""Files: what one is decides its content, where a photo was taken stays with the customer, nothing gets lost."""

from __future__ import annotations

import io
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image
from sqlalchemy.exc import OperationalError

from portal import config, db
from portal.domain import complaints, errors
from portal.domain.actor import Permission
from portal.domain.files import contents, storage
from tests import records
from tests.domain.complaints import cases

GPS, TAKEN, ORIENTATION = 0x8825, 0x9003, 0x0112


@pytest.fixture(autouse=True)
def files_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files for this test alone."""
    here = tmp_path / "files"
    monkeypatch.setattr(storage, "folder", lambda: here)
    return here


def picture(kind: str, *, size: tuple[int, int] = (40, 30), place: bool = True) -> bytes:
    """A small picture that says where it was taken."""
    image = Image.new("RGB", size, "orange")
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(0x8769)[TAKEN] = "2026:06:15 08:00:00"
    if place:
        exif.get_ifd(GPS)[2] = (52.0, 13.0, 49.1234)
        exif.get_ifd(GPS)[1] = "N"
    out = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(out, exif=exif.tobytes())
    else:
        image.save(out, kind, exif=exif)
    return out.getvalue()


def package(**parts: str) -> bytes:
    """A zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return out.getvalue()


DOCX = package(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})
ODT = package(mimetype="application/vnd.oasis.opendocument.text")
MAIL = (
    b"From: amina@example.org\r\nDate: Mon, 15 Jun 2026 08:00:00 +0000\r\nSubject: Leak\r\n\r\nIt leaks.\r\n"
)
GOOD: list[tuple[str, bytes, str]] = [
    ("leak.jpg", picture("JPEG"), "image/jpeg"),
    ("leak.png", picture("PNG"), "image/png"),
    ("leak.webp", picture("WEBP"), "image/webp"),
    ("IMG_1.HEIC", picture("HEIF"), "image/heic"),
    ("leak.gif", picture("GIF"), "image/gif"),
    ("bill.pdf", b"%PDF-1.7\n%%EOF", "application/pdf"),
    ("letter.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("letter.odt", ODT, "application/vnd.oasis.opendocument.text"),
    ("notes.txt", "Zażółć gęślą jaźń".encode(), "text/plain"),
    ("old.txt", "Zażółć".encode("cp1250"), "text/plain"),
    ("list.csv", b"a;b\n1;2\n", "text/csv"),
    ("mail.eml", MAIL, "message/rfc822"),
]
BAD: list[tuple[str, bytes]] = [
    ("empty.txt", b""),
    ("run.exe", b"MZ\x90\x00" + bytes(100)),
    ("page.html", b"<html><script>alert(1)</script></html>"),
    ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ("notes.txt", b"\x00\x01\x02" * 50),
    ("script.php", b"<?php phpinfo(); ?>"),
    ("archive.zip", package(a="b")),
    (
        "macro.docx",
        package(**{"[Content_Types].xml": "x", "word/document.xml": "x", "word/vbaProject.bin": "x"}),
    ),
    ("broken.docx", DOCX[:40]),
    ("broken.jpg", picture("JPEG")[:20]),
    ("fake.jpg", b"GIF89a-not-really"),
    ("words.eml", b"Hello, only words"),
]


@pytest.mark.parametrize(("name", "content", "kind"), GOOD, ids=[one[0] for one in GOOD])
def test_what_people_send_is_taken_by_its_content(name: str, content: bytes, kind: str) -> None:
    assert contents.check(name, content, 10**7).media_type == kind


@pytest.mark.parametrize(("name", "content"), BAD, ids=[one[0] for one in BAD])
def test_what_is_not_on_the_list_is_refused_with_its_name_and_the_mend(name: str, content: bytes) -> None:
    with pytest.raises(errors.Invalid) as refused:
        contents.check(name, content, 10**7)
    assert refused.value.field == "files"
    assert name in str(refused.value.message)


def test_a_file_beyond_the_limit_names_the_limit() -> None:
    with pytest.raises(errors.Invalid) as refused:
        contents.check("big.txt", b"a" * (2 * 1024 * 1024 + 1), 2 * 1024 * 1024)
    assert "2 MB" in str(refused.value.message)


def test_a_package_that_unpacks_to_an_ocean_is_refused() -> None:
    bomb = package(**{"[Content_Types].xml": "x", "word/document.xml": "0" * (contents.MAX_UNPACKED + 1)})
    assert len(bomb) < 1_000_000
    with pytest.raises(errors.Invalid):
        contents.check("bomb.docx", bomb, 10**7)


def test_a_picture_with_too_many_pixels_is_refused_by_its_head() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(errors.Invalid) as refused:
        contents.check("bomb.png", out.getvalue(), 10**7)
    assert "pixels" in str(refused.value.message)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_place_of_a_photo_is_gone_and_its_pixels_stay(kind: str) -> None:
    before = picture(kind)
    assert _gps(before)
    after = contents.check(f"leak.{kind.lower()}", before, 10**7).content
    assert not _gps(after)
    assert _pixels(after) == _pixels(before)
    if kind == "JPEG":
        kept = Image.open(io.BytesIO(after)).getexif()
        assert (kept[ORIENTATION], kept.get_ifd(0x8769)[TAKEN]) == (6, "2026:06:15 08:00:00")


def _gps(content: bytes) -> dict[int, Any]:
    with Image.open(io.BytesIO(content)) as image:
        return dict(image.getexif().get_ifd(GPS))


def _pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        return image.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\amina\\bill.pdf", "bill.pdf"),
        ("bill\x00.pdf", "bill.pdf"),
        ("bill\r\nX-Evil: 1.pdf", "bill X-Evil_ 1.pdf"),
        (".htaccess", "htaccess"),
        ("gnp.\u202eexe.txt", "gnp.exe.txt"),
        ("z\u0307u\u0301r.txt", "żúr.txt"),
        ("", "file"),
        ("///", "file"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
        ('q"<>:|?*.pdf', "q_______.pdf"),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert contents.clean_name(given) == kept


def test_a_name_ends_with_what_the_file_is() -> None:
    assert contents.check("photo.php", picture("JPEG"), 10**7).name == "photo.php.jpg"


# ---------------------------------------------------------------------------------- on a complaint


@pytest.mark.usefixtures("uow")
def test_a_file_is_kept_under_a_random_name_and_opened_by_who_may(files_dir: Path) -> None:
    amina, ben, sam = cases.amina(), records.customer("Ben Petrov"), cases.sam()
    complaint = cases.draft(amina)
    kept = complaints.attach(complaint, actor=amina, name="leak.jpg", stream=io.BytesIO(picture("JPEG")))
    with pytest.raises(errors.NotFound):
        complaints.open_file(sam, kept.uuid)  # a draft is nobody's business
    complaints.send(complaint, actor=amina)
    for actor in (amina, sam):
        opened = complaints.open_file(actor, kept.uuid)
        assert opened.path.read_bytes() and opened.path.name == kept.stored_name
        assert opened.path.is_relative_to(files_dir) and "leak" not in str(opened.path)
    for nobody in (ben, records.customer("Ola")):
        with pytest.raises(errors.NotFound):
            complaints.open_file(nobody, kept.uuid)
    with pytest.raises(errors.NotFound):
        complaints.open_file(amina, uuid.uuid4())
    blind = records.staff("Ria", Permission.COMPLAINTS_READ)
    with pytest.raises(errors.Denied):
        complaints.open_file(blind, kept.uuid)
    assert [one.name for one in complaints.case(amina, complaint.uuid).files] == ["leak.jpg"]


@pytest.mark.usefixtures("uow")
def test_a_refused_file_leaves_the_complaint_as_it_was() -> None:
    amina = cases.amina()
    complaint = cases.draft(amina)
    with pytest.raises(errors.Invalid):
        complaints.attach(complaint, actor=amina, name="run.exe", stream=io.BytesIO(b"MZ\x90\x00"))
    assert complaints.send(complaint, actor=amina).state == "received"


@pytest.mark.usefixtures("uow")
def test_the_same_file_sent_again_is_one_and_the_number_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    amina = cases.amina()
    complaint = cases.draft(amina)
    one = complaints.attach(complaint, actor=amina, name="a.txt", stream=io.BytesIO(b"one"))
    assert complaints.attach(complaint, actor=amina, name="a.txt", stream=io.BytesIO(b"one")) is one
    few = config.load().model_copy(update={"files_per_complaint": 1})
    monkeypatch.setattr(config, "load", lambda: few)
    with pytest.raises(errors.Invalid) as refused:
        complaints.attach(complaint, actor=amina, name="b.txt", stream=io.BytesIO(b"two"))
    assert "at most 1" in str(refused.value.message)


@pytest.mark.usefixtures("uow")
def test_files_leave_a_draft_but_never_what_was_sent(files_dir: Path) -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.draft(amina)
    kept = complaints.attach(complaint, actor=amina, name="a.txt", stream=io.BytesIO(b"one"))
    complaints.remove_file(complaint, actor=amina, file_uuid=kept.uuid)
    assert complaints.case(amina, complaint.uuid).files == []
    again = complaints.attach(complaint, actor=amina, name="a.txt", stream=io.BytesIO(b"one"))
    complaints.send(complaint, actor=amina)
    with pytest.raises(errors.Conflict):
        complaints.remove_file(complaint, actor=amina, file_uuid=again.uuid)
    complaints.take(complaint, actor=sam, next_step="I look")
    entry = complaints.add_words(complaint, actor=amina, text="And this")
    complaints.attach(complaint, actor=amina, name="b.txt", stream=io.BytesIO(b"two"), entry=entry)
    said = complaints.case(sam, complaint.uuid).thread
    assert [[one.name for one in item.files] for item in said] == [["a.txt"], ["b.txt"]]


def test_a_file_of_a_unit_of_work_that_failed_is_gone_from_the_disk(
    own_database: Any, files_dir: Path
) -> None:
    with db.unit_of_work():
        amina = cases.amina()
        complaint = cases.draft(amina)
        uuid_ = complaint.uuid
    with pytest.raises(RuntimeError), db.unit_of_work():
        mine = complaints.of(amina).get(uuid_)
        complaints.attach(mine, actor=amina, name="a.txt", stream=io.BytesIO(b"one"))
        assert len(list(files_dir.glob("??/*"))) == 1
        raise RuntimeError("killed")
    assert list(files_dir.glob("??/*")) == []
    with db.unit_of_work():
        mine = complaints.of(amina).get(uuid_)
        kept = complaints.attach(mine, actor=amina, name="a.txt", stream=io.BytesIO(b"one"))
        path = storage.path_of(kept.stored_name)
    assert path.read_bytes() == b"one"
    (files_dir / "zz").mkdir()
    (files_dir / "zz" / ("z" * 64)).write_bytes(b"left behind by a kill")
    with db.unit_of_work(write=False):
        assert storage.sweep(timedelta(seconds=-5)) == 1
    assert path.exists()
    with db.unit_of_work():
        complaints.discard(complaints.of(amina).get(uuid_), actor=amina)
    assert not path.exists()


def test_a_commit_whose_answer_was_lost_keeps_the_file_for_its_row(
    own_database: db.Database, files_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection broke in the middle of the commit: nobody here knows whether the row stands."""
    with db.unit_of_work():
        amina = cases.amina()
        uuid_ = cases.draft(amina).uuid
    dialect = own_database.writer.dialect
    commit = dialect.do_commit

    def cut(connection: Any) -> None:
        commit(connection)
        raise OperationalError("COMMIT", {}, Exception("the connection is lost"))

    with pytest.raises(OperationalError), monkeypatch.context() as patch, db.unit_of_work():
        mine = complaints.of(amina).get(uuid_)
        complaints.attach(mine, actor=amina, name="a.txt", stream=io.BytesIO(b"one"))
        patch.setattr(dialect, "do_commit", cut)
    with db.unit_of_work(write=False):
        files = complaints.case(amina, uuid_).files
        assert [one.name for one in files] == ["a.txt"]
        assert complaints.open_file(amina, files[0].uuid).path.read_bytes() == b"one"
        assert storage.sweep(timedelta(seconds=-5)) == 0

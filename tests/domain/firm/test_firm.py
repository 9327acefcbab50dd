"""The firm in versions: what fits, who was quicker, and pictures that are what they say."""

from __future__ import annotations

import io
import struct
import threading
import zlib

import pytest
from PIL import Image

from portal import config, db
from portal.domain import errors, firm
from portal.domain.actor import Actor, Permission
from tests import records
from tests.counting import counted


@pytest.fixture
def max_(uow: object) -> Actor:
    return records.staff("Max Brandt", Permission.SETTINGS_WRITE)


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 120), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#0b4a46").save(out, kind, **options)
    return out.getvalue()


def test_the_settings_file_is_the_first_version(uow: object) -> None:
    found = firm.now()
    assert (found.version, found.name, found.zone) == (0, config.load().firm_name, config.load().firm_zone)


def test_a_change_is_a_version_and_the_same_once_more_is_none(max_: Actor) -> None:
    made = firm.change(actor=max_, name=" Vistula   Haus ", reply_mail="answers@vistula.example")
    assert (made.version, made.name) == (1, "Vistula Haus")
    assert firm.change(actor=max_, name="Vistula Haus").version == 1
    assert firm.change(actor=max_, name="Vistula").version == 2
    assert [one.firm.name for one in firm.history(max_)] == ["Vistula", "Vistula Haus"]
    assert firm.history(max_)[1].by == "Max Brandt"


def test_reading_costs_no_query_until_it_changes(database: db.Database) -> None:
    with db.unit_of_work():
        actor = records.staff("Max Brandt", Permission.SETTINGS_WRITE)
    firm.now()
    with counted() as queries:
        assert firm.now().version == 0
    assert not queries
    with db.unit_of_work():
        firm.change(actor=actor, name="Another")
        assert firm.now().version == 0  # what is not committed yet is nobody's
    assert firm.now().name == "Another"


def test_what_is_rolled_back_was_never_said(database: db.Database) -> None:
    with db.unit_of_work():
        actor = records.staff("Max Brandt", Permission.SETTINGS_WRITE)
    with pytest.raises(RuntimeError), db.unit_of_work():
        firm.change(actor=actor, name="Another")
        raise RuntimeError
    assert firm.now().version == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 81),
        ("mail", "nonsense"),
        ("reply_mail", "a@b.example\r\nBcc: all@example.org"),
        ("privacy_mail", "ąę@example.org"),
        ("zone", "Europe/Atlantis"),
        ("language", "xx"),
        ("country", "ZZ"),
    ],
)
def test_what_does_not_fit_is_named(max_: Actor, field: str, value: str) -> None:
    with pytest.raises(errors.Invalid) as refused:
        firm.change(actor=max_, **{field: value})
    assert refused.value.field == field


def test_control_signs_become_blanks(max_: Actor) -> None:
    assert firm.change(actor=max_, sender_name="Vistula\r\nBcc: x").sender_name == "Vistula Bcc: x"


def test_only_who_may_changes_it_and_an_old_page_loses(max_: Actor) -> None:
    with pytest.raises(errors.Denied):
        firm.change(actor=records.staff("Sam Carter", Permission.COMPLAINTS_READ), name="X")
    firm.change(actor=max_, expected=0, name="One")
    with pytest.raises(errors.Conflict):
        firm.change(actor=max_, expected=0, name="Two")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_and_small(max_: Actor, kind: str) -> None:
    content = picture(kind, (3000, 900))
    made = firm.put_logo(content, actor=max_)
    served = firm.logo(made.logo)
    assert served != content and served.startswith(b"\x89PNG")
    with Image.open(io.BytesIO(served)) as drawn:
        assert (
            drawn.size == (made.logo_width, made.logo_height) and drawn.width <= 640 and drawn.height <= 200
        )
    assert firm.put_logo(content, actor=max_).version == made.version
    assert firm.remove_logo(actor=max_).logo == "" and firm.logo(made.logo) == served


def test_nothing_the_file_carried_comes_along(max_: Actor) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret words <script>"
    made = firm.put_logo(picture("JPEG", exif=exif) + b"<script>alert(1)</script>", actor=max_)
    assert b"script" not in firm.logo(made.logo) and b"secret" not in firm.logo(made.logo)


def bomb() -> bytes:
    """A PNG of a few bytes that says it has nearly a thousand million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"GIF89a" + b"\x00" * 40,
        bomb(),
        picture()[:60],
        picture() + b"x" * firm.MOST_BYTES,
        picture("BMP"),
    ],
    ids=["empty", "svg", "pdf", "gif", "bomb", "cut", "large", "bmp"],
)
def test_what_is_no_picture_of_ours_is_refused(max_: Actor, content: bytes) -> None:
    with pytest.raises(errors.Invalid) as refused:
        firm.put_logo(content, actor=max_)
    assert refused.value.field == "logo"


def test_of_two_at_once_one_is_told(own_database: db.Database) -> None:
    with db.unit_of_work():
        actor = records.staff("Max Brandt", Permission.SETTINGS_WRITE)
    start, told = threading.Barrier(2), []

    def rename(name: str) -> None:
        start.wait()
        try:
            with db.unit_of_work():
                firm.change(actor=actor, expected=0, name=name)
        except errors.Conflict:
            told.append(name)

    threads = [threading.Thread(target=rename, args=(name,)) for name in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.unit_of_work(write=False):
        versions = firm.history(actor)
    assert len(versions) == 1 and len(told) == 1 and versions[0].firm.name not in told

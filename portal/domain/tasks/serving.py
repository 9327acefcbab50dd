"""A file of a task on its way out: without what it knows of itself, and every chunk asks whether it may still leave."""

from __future__ import annotations

import io
import threading
import uuid as uuidlib
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from PIL import Image, ImageOps

from portal.domain import errors, files
from portal.domain.actor import Actor
from portal.text import _t

from . import papers, reading

LONGEST_SIDE = 4096
_drawing = threading.Lock()  # one picture at a time: unpacked it takes hundreds of megabytes
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way to a partner: its name, kind and size, and its bytes as long as they may leave."""

    name: str
    media_type: str
    size: int
    chunks: Iterator[bytes]


def download(actor: Actor, task: uuidlib.UUID, part: uuidlib.UUID) -> Download:
    """Return a file of an open task, after writing down that it is opened; raise NotFound for what is not to be seen.

    Each chunk is preceded by the question whether it may still leave. When it may not, the bytes end short of the
    size that was told, so that nobody takes the piece for the whole. Pictures are drawn anew from their pixels alone,
    papers written anew: no place, no device, no author goes with them. Raises Conflict for what cannot be made anew.
    """
    row = reading.of(actor).file(task, part)
    file = row.Attachment
    try:
        content = files.path_of(file.stored_name).read_bytes()
    except FileNotFoundError:
        log.error("task.file_missing", file=file.stored_name)
        raise errors.NotFound() from None
    name, media_type = file.name, file.media_type
    if media_type in files.PICTURES and not row.Part.theirs:
        name, media_type, content = redrawn(name, media_type, content)
    elif media_type in papers.KINDS and not row.Part.theirs:
        content = _bare(media_type, content)
    return Download(name, media_type, len(content), _leaving(actor, task, part, content))


def _leaving(actor: Actor, task: uuidlib.UUID, part: uuidlib.UUID, content: bytes) -> Iterator[bytes]:
    return files.leaving(
        content,
        lambda: reading.of(actor).still(task, part),
        ended=lambda sent: log.info("task.download_ended", task=str(task), sent=sent),
    )


def _bare(media_type: str, content: bytes) -> bytes:
    try:
        with _drawing:
            return papers.bare(media_type, content)
    except papers.Unreadable as error:
        log.info("task.paper_unreadable", kind=media_type, why=str(error))
        message = _t(
            "This file is locked or damaged, so its hidden data cannot be taken out. Ask whoever gave you the task for"
            " another copy."
        )
        raise errors.Conflict(message, code="task.paper") from None


def redrawn(name: str, media_type: str, content: bytes) -> tuple[str, str, bytes]:
    """Return a picture drawn anew from its pixels, the right way up, as JPEG or PNG: (name, media type, bytes)."""
    try:
        with _drawing, Image.open(io.BytesIO(content)) as opened:
            if opened.format == "JPEG":
                opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            as_png = clear or media_type in ("image/png", "image/gif")
            pixels = upright.convert("RGBA" if clear else "RGB")
            fresh = Image.new(pixels.mode, pixels.size)  # nothing but pixels comes along
            fresh.paste(pixels)
            out = io.BytesIO()
            if as_png:
                fresh.save(out, "PNG")
            else:
                fresh.save(out, "JPEG", quality=90)
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, Image.DecompressionBombError):
        message = _t("This picture cannot be shown. Ask whoever gave you the task for another copy.")
        raise errors.Conflict(message, code="task.picture") from None
    kind = "image/png" if as_png else "image/jpeg"
    if not name.lower().endswith(files.PICTURES[kind]):
        name = (name.rpartition(".")[0] or name) + files.PICTURES[kind][0]
    return name, kind, out.getvalue()

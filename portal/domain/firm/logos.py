"""A logo: checked by its content, drawn anew by us, small; what somebody uploaded is never served."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps
from sqlalchemy import select

from portal import db
from portal.domain.errors import Invalid, NotFound
from portal.text import _t

from .models import FirmLogo

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 16_000_000
BOX = (640, 200)  # twice the size at which the pages show it
FORMATS = ("PNG", "JPEG", "WEBP")


class Logo(NamedTuple):
    """A picture ready to be served."""

    content: bytes
    width: int
    height: int


def draw(content: bytes) -> Logo:
    """Return an uploaded picture as our own PNG; raise Invalid at ``logo`` when it is none we take.

    Every pixel is copied, so that nothing else that the file carried comes along.
    """
    if not content:
        raise Invalid(_t("Choose a picture."), code="firm.logo", field="logo")
    if len(content) > MOST_BYTES:
        raise Invalid(
            _t("The picture is larger than 1 MB. Choose a smaller one."), code="firm.logo", field="logo"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                width, height = picture.size
                if width * height > MOST_PIXELS or min(width, height) < 1:
                    raise Invalid(
                        _t("The picture has too many pixels. 640 by 200 are enough."),
                        code="firm.logo",
                        field="logo",
                    )
                drawn = (ImageOps.exif_transpose(picture) or picture).convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, Warning, Image.DecompressionBombError):
        message = _t("This is no PNG, JPEG or WebP picture, or it is damaged. Choose another one.")
        raise Invalid(message, code="firm.logo", field="logo") from None
    drawn.thumbnail(BOX)
    own = Image.new("RGBA", drawn.size)
    own.paste(drawn)
    out = io.BytesIO()
    own.save(out, "PNG", optimize=True)
    return Logo(out.getvalue(), *own.size)


def drawn(content: bytes) -> tuple[bytes, str]:
    """Return an uploaded picture as our own PNG and its digest, for the logo of somebody else; raise Invalid."""
    picture = draw(content).content
    return picture, digest_of(picture)


def digest_of(content: bytes) -> str:
    """Return the name of a picture: the hash of its content."""
    return hashlib.sha256(content).hexdigest()


def logo(digest: str) -> bytes:
    """Return a picture by its name; raise NotFound."""
    found = db.session().scalar(select(FirmLogo.content).where(FirmLogo.digest == digest))
    if found is None:
        raise NotFound()
    return found

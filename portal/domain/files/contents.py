"""What a file is, judged by its content alone: the kinds we take, and the bounds they keep."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import PurePosixPath

import filetype
import pillow_heif
from PIL import Image

from portal.domain.errors import Invalid
from portal.text import Lazy, _t

from .metadata import without_metadata

pillow_heif.register_heif_opener()

MAX_PIXELS = 60_000_000  # a phone photo has 12 to 50 million
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PARTS = 5_000
NAME_LENGTH = 200

PICTURES = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
}
DOCUMENTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx", "word/document.xml"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx", "xl/workbook.xml"),
}
OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"
TEXTS = {".txt": "text/plain", ".csv": "text/csv"}

TYPES = "JPG, PNG, WEBP, HEIC, GIF, PDF, DOCX, XLSX, ODT, TXT, CSV, EML"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its clean name, what it is, and its bytes without the place of a photo."""

    name: str
    media_type: str
    content: bytes


def clean_name(name: str) -> str:
    """Return a name that is safe to store and show: no path, no control or direction signs, at most 200."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/")
    text = PurePosixPath(text).name if text.strip("/. ") else ""
    text = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or _seen(sign))
    text = " ".join(text.split()).lstrip(". ").rstrip(". ")
    for sign in '<>:"|?*':
        text = text.replace(sign, "_")
    if len(text) > NAME_LENGTH:
        suffix = PurePosixPath(text).suffix[:10]
        text = text[: NAME_LENGTH - len(suffix)] + suffix
    return text or "file"


def _seen(sign: str) -> bool:
    return unicodedata.category(sign)[0] != "C"


def check(name: str, content: bytes, max_bytes: int) -> Checked:
    """Return the file as it may be kept; raise Invalid (field ``files``) that names the file and the mend."""
    name = clean_name(name)
    if not content:
        raise refused(_t("“{name}” is empty. Please choose it again.", name=name))
    if len(content) > max_bytes:
        raise too_large(name, max_bytes)
    media_type = _kind(name, content)
    if media_type is None:
        raise refused(
            _t("“{name}” is of a kind that we cannot take. We take {types}.", name=name, types=TYPES)
        )
    if media_type in PICTURES:
        _picture(name, content)
        content = without_metadata(media_type, content)
    return Checked(_with_suffix(name, media_type), media_type, content)


def refused(message: Lazy) -> Invalid:
    """Return the refusal of one file, at the field for files."""
    return Invalid(message, code="complaint.file", field="files")


def too_large(name: str, max_bytes: int) -> Invalid:
    """Return the refusal of a file beyond the limit that the page told before."""
    limit = max_bytes // (1024 * 1024)
    return refused(
        _t(
            "“{name}” is larger than {limit} MB. Please make it smaller or send a part of it.",
            name=name,
            limit=limit,
        )
    )


def _kind(name: str, content: bytes) -> str | None:
    guess = filetype.guess(content[:8192])
    mime = guess.mime if guess else ""
    if mime in PICTURES:
        return mime
    if content[:12][4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}:
        return "image/heic"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _document(name, content)
    return _text(name, content)


def _document(name: str, content: bytes) -> str | None:
    """Look into a package: its parts are counted and weighed before anything of it is read; no macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
                raise refused(_t("“{name}” unpacks to too much. Please send it as a PDF.", name=name))
            if any(part.endswith("vbaProject.bin") for part in names):
                raise refused(_t("“{name}” contains a program (macros). Please send it as a PDF.", name=name))
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                said = package.read("mimetype").decode("ascii", "replace").strip()
                return OPEN_DOCUMENT if said == OPEN_DOCUMENT else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((mime for mime, (_suffix, main) in DOCUMENTS.items() if main in names), None)


def _text(name: str, content: bytes) -> str | None:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".eml":
        return _mail(content)
    if suffix not in TEXTS:
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    for attempt in (encoding, "cp1250"):
        try:
            text = content.decode(attempt)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f" for sign in text):
            return TEXTS[suffix]
    return None


def _mail(content: bytes) -> str | None:
    if b"\x00" in content[:65536]:
        return None
    head = message_from_bytes(content[:65536], policy=policy.compat32)
    known = [field for field in ("From", "Date", "Message-ID", "Subject", "Received") if field in head]
    return "message/rfc822" if len(known) >= 2 else None


def _picture(name: str, content: bytes) -> None:
    """Read the head of a picture: it must be one, and not one that unpacks to an ocean of pixels."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
    except Image.DecompressionBombError:
        width, height = MAX_PIXELS, 2
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError):
        raise refused(
            _t("“{name}” is a damaged picture. Please choose another copy of it.", name=name)
        ) from None
    if width * height > MAX_PIXELS:
        raise refused(_t("“{name}” has too many pixels. Please send it in a smaller size.", name=name))


def _with_suffix(name: str, media_type: str) -> str:
    """Return the name with an ending that says what the file really is."""
    suffixes = _suffixes(media_type)
    if not suffixes or name.lower().endswith(suffixes):
        return name
    return name[: NAME_LENGTH - len(suffixes[0])] + suffixes[0]


def _suffixes(media_type: str) -> tuple[str, ...]:
    if media_type in PICTURES:
        return PICTURES[media_type]
    if media_type in DOCUMENTS:
        return (DOCUMENTS[media_type][0],)
    if media_type == OPEN_DOCUMENT:
        return (".odt",)
    return (".pdf",) if media_type == "application/pdf" else ()

"""Where a photo was taken stays with the customer: location and hidden data leave a picture, pixels stay.

Only the containers are walked (JPEG segments, PNG chunks, WebP chunks, the Exif item of HEIC); nothing is
coded anew. Kept is what a reader needs: the orientation, and when the photo was taken.
"""

from __future__ import annotations

import io
import struct

import pillow_heif
from PIL import Image

_ORIENTATION, _WHEN, _EXIF_IFD, _TAKEN = 0x0112, 0x0132, 0x8769, 0x9003
_EMPTY_TIFF = b"MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"  # readers expect a head, with nothing in it
_KEPT_JPEG = {0xE0, 0xE2, 0xEE}  # JFIF, colour profile, Adobe colour transform
_DROPPED_PNG = {b"eXIf", b"tEXt", b"iTXt", b"zTXt"}
_DROPPED_WEBP = {b"EXIF", b"XMP "}


def without_metadata(media_type: str, content: bytes) -> bytes:
    """Return the picture without location, device and hidden texts; one that cannot be walked stays."""
    try:
        match media_type:
            case "image/jpeg":
                return _jpeg(content)
            case "image/png":
                return _png(content)
            case "image/webp":
                return _webp(content)
            case "image/heic":
                return _heic(content)
    except (struct.error, IndexError, ValueError, OSError, SyntaxError, RuntimeError):
        return content
    return content


def bare_jpeg(content: bytes) -> bytes:
    """Return a JPEG without any Exif, also without its turn and its hour; raise ValueError when it cannot be walked."""
    try:
        return _jpeg(content, whole=False)
    except (struct.error, IndexError) as error:
        raise ValueError("no JPEG") from error


def _jpeg(content: bytes, *, whole: bool = True) -> bytes:
    kept, at = [content[:2]], 2
    exif = _exif_of(content) if whole else b""
    if exif:
        kept.append(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    while at < len(content):
        if content[at] != 0xFF:
            raise ValueError("not a segment")
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xDA:  # the scan: from here on only pixels
            kept.append(content[at:])
            break
        length = struct.unpack(">H", content[at + 2 : at + 4])[0]
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in _KEPT_JPEG:
            kept.append(content[at : at + 2 + length])
        at += 2 + length
    return b"".join(kept)


def _exif_of(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        old = picture.getexif()
    new = Image.Exif()
    for tag in (_ORIENTATION, _WHEN):
        if tag in old:
            new[tag] = old[tag]
    taken = old.get_ifd(_EXIF_IFD).get(_TAKEN)
    if taken:
        new.get_ifd(_EXIF_IFD)[_TAKEN] = taken
    if not len(new) and not taken:
        return b""
    data = new.tobytes()
    return data if data.startswith(b"Exif\x00\x00") else b"Exif\x00\x00" + data


def _png(content: bytes) -> bytes:
    kept, at = [content[:8]], 8
    while at < len(content):
        length = struct.unpack(">I", content[at : at + 4])[0]
        end = at + 12 + length
        if content[at + 4 : at + 8] not in _DROPPED_PNG:
            kept.append(content[at:end])
        if content[at + 4 : at + 8] == b"IEND":
            break
        at = end
    return b"".join(kept)


def _webp(content: bytes) -> bytes:
    kept, at = [], 12
    while at + 8 <= len(content):
        kind = content[at : at + 4]
        length = struct.unpack("<I", content[at + 4 : at + 8])[0]
        end = at + 8 + length + (length & 1)
        chunk = content[at:end]
        if kind == b"VP8X":  # its flags say which of the dropped chunks follow
            chunk = chunk[:8] + bytes([chunk[8] & ~0b0000_1100]) + chunk[9:]
        if kind not in _DROPPED_WEBP:
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _heic(content: bytes) -> bytes:
    """Blank the Exif and XMP items in place; orientation is a property of the picture itself here."""
    info = pillow_heif.open_heif(
        io.BytesIO(content)
    ).info  # as stored; Pillow's own reader mends the orientation
    found = [info.get("exif"), info.get("xmp"), *(item.get("data") for item in info.get("metadata", ()))]
    for data in found:
        if not data:
            continue
        blob = data.removeprefix(b"Exif\x00\x00")
        at = content.find(blob)
        if at >= 0:
            empty = _EMPTY_TIFF if blob[:2] in (b"MM", b"II") else b""
            content = content[:at] + empty.ljust(len(blob), b"\x00")[: len(blob)] + content[at + len(blob) :]
    return content

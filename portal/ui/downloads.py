"""A stored file on its way out: under its own name, to be kept and never to be run, stored nowhere on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import structlog
from flask import Response, send_file

from portal.domain import errors

log = structlog.get_logger()
# Whatever a file holds, it runs nothing and reaches nothing, even where a browser shows it against our word.
SHUT = "default-src 'none'; sandbox"


class Stored(Protocol):
    """What a download needs of a file."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def path(self) -> Path: ...


def named(name: str) -> str:
    """Return the header that says: to be kept under this name (RFC 6266, RFC 8187)."""
    plain = "".join(sign if " " <= sign <= "~" and sign not in '"\\' else "_" for sign in name)
    header = f'attachment; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"


def download(found: Stored) -> Response:
    """Return a file for download (RFC 6266, RFC 8187); raise NotFound, with a line in the log, when it is gone."""
    try:
        answer = send_file(
            found.path,
            mimetype=found.media_type,
            as_attachment=True,
            download_name=found.name,
            conditional=False,
            etag=False,
        )
    except FileNotFoundError:
        log.error("complaint.file_missing", file=found.path.name)
        raise errors.NotFound() from None
    answer.headers["Content-Security-Policy"] = SHUT
    answer.headers["Cache-Control"] = "no-store"
    return answer

"""Files of complaints, for download only."""

from __future__ import annotations

import uuid as uuidlib

import structlog
from flask import g, send_file
from werkzeug.wrappers import Response

from portal.domain import complaints, errors
from portal.domain.actor import Right
from portal.ui import gates

from . import blueprint

log = structlog.get_logger()
# Whatever a file holds, it runs nothing and reaches nothing, even where a browser shows it against our word.
SHUT = "default-src 'none'; sandbox"


@blueprint.get("/files/<uuid:uuid>")
@gates.customer(Right.COMPLAINTS_OWN, Right.COMPLAINTS_ALL)
def file(uuid: uuidlib.UUID) -> Response:
    """One file under the name that it came with (RFC 6266, RFC 8187); stored nowhere on the way."""
    found = complaints.open_file(g.actor, uuid)
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
        log.error("complaint.file_missing", number=found.number, file=str(uuid))
        raise errors.NotFound() from None
    answer.headers["Content-Security-Policy"] = SHUT
    answer.headers["Cache-Control"] = "no-store"
    return answer

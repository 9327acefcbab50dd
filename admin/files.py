"""A file of a complaint: only as a download, only for who may read files, and written down as looked at."""

from __future__ import annotations

import uuid as uuidlib

from flask import g, send_file
from werkzeug.wrappers import Response

from portal.domain import complaints, errors, lookups
from portal.domain.actor import Permission
from portal.ui import gates

from . import blueprint

# Whatever a file holds, it runs nothing and reaches nothing, even where a browser shows it against our word.
SHUT = "default-src 'none'; sandbox"


@blueprint.get("/files/<uuid:uuid>")
@gates.staff(Permission.COMPLAINTS_READ, Permission.FILES_READ)
def file(uuid: uuidlib.UUID) -> Response:
    """Download one file; the customer sees that it was opened, and for which complaint."""
    found = complaints.open_file(g.actor, uuid)
    if not found.path.is_file():
        raise errors.NotFound()
    lookups.open(
        actor=g.actor, account_id=found.account_id, purpose=lookups.Purpose.CASE,
        about_key=str(found.complaint_uuid), about_label=found.number, item=("file", uuid, found.name),
    )  # fmt: skip
    answer = send_file(
        found.path, mimetype=found.media_type, as_attachment=True, download_name=found.name, etag=False,
        conditional=False, max_age=0,
    )  # fmt: skip
    answer.headers["Content-Security-Policy"] = SHUT
    answer.headers["Cache-Control"] = "no-store"
    return answer

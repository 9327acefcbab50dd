"""A file of a complaint: only as a download, only for who may read files, and written down as looked at."""

from __future__ import annotations

import uuid as uuidlib

from flask import g
from werkzeug.wrappers import Response

from portal.domain import complaints, errors, lookups
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.downloads import download

from . import blueprint


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
    return download(found)

"""Files of complaints, for download only."""

from __future__ import annotations

import uuid as uuidlib

from flask import g
from werkzeug.wrappers import Response

from portal.domain import complaints
from portal.domain.actor import Right
from portal.ui import gates
from portal.ui.downloads import download

from . import blueprint


@blueprint.get("/files/<uuid:uuid>")
@gates.customer(Right.COMPLAINTS_OWN, Right.COMPLAINTS_ALL)
def file(uuid: uuidlib.UUID) -> Response:
    """One file under the name that it came with; stored nowhere on the way."""
    return download(complaints.open_file(g.actor, uuid))

"""What a press about sharing really changed: as the page shows it, and as a file to keep."""

from __future__ import annotations

import uuid as uuidlib
from datetime import timedelta
from typing import Any

from flask import g, jsonify
from werkzeug.wrappers import Response

from portal.domain import errors
from portal.domain import sharing as shares
from portal.domain.actor import Right
from portal.domain.sharing import Share, Told
from portal.text import _t
from portal.ui import gates
from portal.ui.downloads import named

from . import blueprint


@blueprint.get("/sharing/<uuid:uuid>/receipts/<uuid:event>")
@gates.customer(Right.PERMISSIONS)
def share_receipt(uuid: uuidlib.UUID, event: uuidlib.UUID) -> Response:
    """One thing that happened to a share, as a file to keep."""
    found = shares.of(g.actor).get(uuid)
    line = next((one for one in found.history if one.uuid == event), None)
    if line is None:
        raise errors.NotFound()
    answer = jsonify(shares.receipt(found.share, line))
    answer.headers["Content-Disposition"] = named(f"receipt-{line.at.date().isoformat()}-{line.kind}.json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def effects(receipt: Told, one: Share) -> list[Any]:
    """Say what the press really changed, and what is not sure yet."""
    ends = receipt.kind in {"stopped", "expired", "restored", "erase_asked"}
    found: list[Any] = [
        {"text": _t("{partner} sees nothing of it from now on.", partner=one.partner), "kind": "withheld"}
        if ends
        else {"text": _t("{partner} sees exactly this from now on.", partner=one.partner), "kind": "allowed"}
    ]
    if receipt.waiting:
        text = _t("Not yet confirmed: {partner} has been told and has not answered.", partner=one.partner)
        found.append({"text": text, "kind": "waiting_us"})
    else:
        found.append({"text": _t("{partner} has confirmed it.", partner=one.partner), "kind": "done"})
    if ends and one.terms.keep_days:
        found.append(
            _t(
                "What they took over they have to erase by {day}.",
                day=((one.ended_at or receipt.at) + timedelta(days=one.terms.keep_days)).date(),
            )
        )
    found.append(_t("The receipt is on its way to you by e-mail."))
    return found

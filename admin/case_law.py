"""What the desk does by law and with an outside body: reply to it, write down its decision, take the longer time."""

from __future__ import annotations

import uuid as uuidlib

from flask import g
from flask_babel import gettext as _

from portal.domain import complaints
from portal.domain.actor import Permission
from portal.domain.complaints import Complaint
from portal.ui import gates

from . import blueprint
from .case_acts import READ, WRITE, Answer, Sent, do, remedy_rows


@blueprint.post("/complaints/<uuid:uuid>/body-reply")
@gates.staff(READ, WRITE)
def case_body_reply(uuid: uuidlib.UUID) -> Answer:
    """Keep what we wrote to the outside body."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        complaints.reply_to_body(complaint, actor=g.actor, text=sent["text"], expected_version=sent.version)

    return do(
        uuid, "body-reply", verb, lambda: _("Noted. The customer reads it, and our duty to reply is kept.")
    )


@blueprint.post("/complaints/<uuid:uuid>/body-decision")
@gates.staff(READ, Permission.COMPLAINTS_SUPERVISE)
def case_body_decision(uuid: uuidlib.UUID) -> Answer:
    """Write down what the outside body decided."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        complaints.body_decides(
            complaint, actor=g.actor, finding=sent["finding"], text=sent["text"], remedies=remedy_rows(),
            expected_version=sent.version,
        )  # fmt: skip

    return do(
        uuid, "body-decision", verb, lambda: _("Noted. What the body gives the customer is owed from now on.")
    )


@blueprint.post("/complaints/<uuid:uuid>/extension")
@gates.staff(READ, Permission.COMPLAINTS_SUPERVISE)
def case_extension(uuid: uuidlib.UUID) -> Answer:
    """Take the longer time that the law allows, with a reason that the customer reads."""

    def verb(complaint: Complaint, sent: Sent) -> None:
        complaints.extend_by_law(
            complaint, actor=g.actor, reason=sent["reason"], expected_version=sent.version
        )

    return do(uuid, "extension", verb, lambda: _("Noted. The customer reads the reason and the new date."))

"""What a customer does when the law has accepted the complaint: take what was asked for, or choose something else."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import g, request
from flask_babel import gettext as _

from portal.domain import complaints, errors
from portal.domain.complaints import Complaint

from . import blueprint
from .complaint_forms import ActForm, WantedForm
from .complaint_page import act_page, do
from .complaints import OWN


@blueprint.post("/complaints/<uuid:uuid>/lawful-remedy")
@OWN
def complaint_lawful_remedy(uuid: uuidlib.UUID) -> Any:
    """Take what the law gives, as it was asked."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        complaints.settle_by_law(complaint, actor=g.actor, expected_version=form.seen)
        return _("We carry it out. Its date stands below, and you say whether it is done.")

    return do(uuid, form, act)


@blueprint.route("/complaints/<uuid:uuid>/other-remedy", methods=["GET", "POST"])
@OWN
def complaint_other_remedy(uuid: uuidlib.UUID) -> Any:
    """Wish for something else than the law gives."""
    form = WantedForm(obj=complaints.of(g.actor).get(uuid) if request.method == "GET" else None)

    def again(_form: Any, conflict: errors.Conflict | None) -> Any:
        return act_page("other_remedy", "choose_other", uuid, form, conflict)

    def act(complaint: Complaint) -> str:
        complaints.choose_other(
            complaint, actor=g.actor, remedy_wanted=form.remedy_wanted.data or "",
            remedy_text=form.remedy_text.data or "", amount_wanted=form.amount_wanted.data or None,
            currency=form.currency.data or "", expected_version=form.seen,
        )  # fmt: skip
        return _("Noted. What the law gives you stays on the table while we answer your new wish.")

    return do(uuid, form, act, again) if request.method == "POST" else again(form, None)

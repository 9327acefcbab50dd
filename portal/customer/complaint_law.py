"""What the law opens to a customer: take what it gives, choose something else, go to an outside body and come back."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import g, request
from flask_babel import gettext as _

from portal.domain import complaints, errors
from portal.domain.complaints import Complaint

from . import blueprint
from .complaint_forms import ActForm, OutsideForm, WantedForm
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


@blueprint.route("/complaints/<uuid:uuid>/outside", methods=["GET", "POST"])
@OWN
def complaint_outside(uuid: uuidlib.UUID) -> Any:
    """Read where one can go, and say that it is there now."""
    known = complaints.bodies_for(complaints.of(g.actor).get(uuid))
    form = OutsideForm()
    form.body.choices = [(one.key, one.name) for one in known] + [("", _("Another body"))]
    if request.method == "GET":
        form.body.data = known[0].key if known else ""

    def again(_form: Any, conflict: errors.Conflict | None) -> Any:
        return act_page("outside", "go_outside", uuid, form, conflict, bodies=known)

    def act(complaint: Complaint) -> str:
        complaints.go_outside(
            complaint,
            actor=g.actor,
            body=form.body.data or "",
            other=form.other.data or "",
            expected_version=form.seen,
        )
        return _("Noted. We answer what the body asks us, by the date below.")

    return do(uuid, form, act, again) if request.method == "POST" else again(form, None)


@blueprint.post("/complaints/<uuid:uuid>/outside/return")
@OWN
def complaint_outside_return(uuid: uuidlib.UUID) -> Any:
    """Bring it back from the outside body."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        complaints.come_back(complaint, actor=g.actor, expected_version=form.seen)
        return _("It is with us again. Another person, who had no part in it, looks at it now.")

    return do(uuid, form, act)


@blueprint.post("/complaints/<uuid:uuid>/agreement")
@OWN
def complaint_agreement(uuid: uuidlib.UUID) -> Any:
    """Say that it is settled, where the outside body gave nothing to carry out."""
    form = ActForm()

    def act(complaint: Complaint) -> str:
        complaints.agree(complaint, actor=g.actor, expected_version=form.seen)
        return _("You said that it is settled, and the complaint is closed. You can open it again.")

    return do(uuid, form, act)

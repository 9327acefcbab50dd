"""My permissions: one row per purpose with its one press, what the press really changed, and the history behind it."""

from __future__ import annotations

import uuid as uuidlib

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.domain import consent, errors, gate
from portal.domain.actor import Right
from portal.domain.audit import word
from portal.domain.consent import Kind
from portal.text import Lazy, _t
from portal.ui import gates

from . import blueprint
from .permission_receipts import KINDS, receipt

BASES: dict[str, Lazy] = {
    "contract": _t("Part of the service: your contract with us needs it, so there is nothing to switch."),
    "legal_obligation": _t("The law obliges us to, so there is nothing to switch."),
    "legitimate_interest": _t("It serves our legitimate interest. You can stop it at any time."),
}  # fmt: skip


@blueprint.get("/permissions")
@gates.customer(Right.PERMISSIONS)
def permissions() -> str:
    """Every purpose with its press, and the two presses that concern them all."""
    desk = consent.of(g.actor)
    views = desk.permissions()
    loud = {one.kind: one for one in desk.overrides()}
    return render_template(
        "customer/permissions/permissions.html",
        rows=gate.overview(views, actor=g.actor),
        bases=BASES,
        stopped=loud.get(Kind.STOP_ALL),
        objection=loud.get(Kind.OBJECTION),
        pause=loud.get(Kind.PAUSE),
        receipt=receipt(desk, views),
        explain=gate.explain,
    )


@blueprint.get("/permissions/<uuid:uuid>")
@gates.customer(Right.PERMISSIONS)
def permission(uuid: uuidlib.UUID) -> str:
    """One purpose: its whole text, each channel with its press, and everything that was said about it."""
    desk = consent.of(g.actor)
    view = desk.get(uuid)
    return render_template(
        "customer/permissions/permission.html",
        row=gate.overview([view], actor=g.actor)[0],
        view=view,
        bases=BASES,
        history=desk.history(purpose_id=view.purpose_id),
        kinds=KINDS,
        word=word,
        receipt=receipt(desk, [view]),
        explain=gate.explain,
    )


@blueprint.get("/permissions/<uuid:uuid>/notices/<string(length=64):text_hash>")
@gates.customer(Right.PERMISSIONS)
def permission_notice(uuid: uuidlib.UUID, text_hash: str) -> str:
    """The words of a version exactly as they were shown."""
    desk = consent.of(g.actor)
    view = desk.get(uuid)
    return render_template(
        "customer/permissions/notice.html", view=view, notice=desk.notice(view.purpose_id, text_hash)
    )


@blueprint.post("/permissions/<uuid:uuid>/answer")
@gates.customer(Right.PERMISSIONS)
def permission_answer(uuid: uuidlib.UUID) -> Response:
    """Say yes or no to a purpose, or to one channel of it."""
    purpose = consent.of(g.actor).purpose(uuid)
    answer = request.form.get("answer", "")
    if answer not in {"yes", "no"}:
        raise errors.Invalid(_t("Choose yes or no."), field="answer")
    verb = consent.give if answer == "yes" else consent.refuse
    return _shown(verb(purpose, actor=g.actor, channel=_channel()))


@blueprint.post("/permissions/<uuid:uuid>/withdrawal")
@gates.customer(Right.PERMISSIONS)
def permission_withdrawal(uuid: uuidlib.UUID) -> Response:
    """Stop a purpose, or one channel of it: one press, as allowing is."""
    purpose = consent.of(g.actor).purpose(uuid)
    return _shown(consent.withdraw(purpose, actor=g.actor, channel=_channel()))


@blueprint.post("/permissions/stop-all")
@gates.customer()
def permissions_stop_all() -> Response:
    """Stop everything that is not service; a person may, whatever their rights in an account."""
    return _shown(consent.stop_all(actor=g.actor))


@blueprint.post("/permissions/objection")
@gates.customer()
def permissions_objection() -> Response:
    """Object to direct marketing."""
    return _shown(consent.object_to_marketing(actor=g.actor))


@blueprint.post("/permissions/objection/withdrawal")
@gates.customer()
def permissions_objection_withdrawal() -> Response:
    """Take the objection to direct marketing back."""
    return _shown(consent.lift_objection(actor=g.actor))


def _channel() -> str:
    return request.form.get("channel", "")


def _shown(outcome: consent.Outcome | None) -> Response:
    """Go back to the page that shows what the press changed."""
    if not g.actor.has_right(Right.PERMISSIONS):
        return redirect(url_for("customer.preferences"), 303)
    entry = outcome.uuid if outcome else None
    if request.form.get("from") == "one" and request.view_args:
        return redirect(url_for("customer.permission", uuid=request.view_args["uuid"], receipt=entry), 303)
    return redirect(url_for("customer.permissions", receipt=entry), 303)

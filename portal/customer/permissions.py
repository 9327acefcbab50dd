"""My permissions: one row per purpose with its one press, what the press really changed, and the history behind it."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.domain import clock, consent, errors, gate
from portal.domain.actor import Right
from portal.domain.audit import word
from portal.domain.consent import Kind, PurposeView
from portal.domain.gate import Decision, Reason, Use
from portal.text import Lazy, _t
from portal.ui import gates

from . import blueprint
from .permission_receipts import KINDS, receipt

# Denials that end by themselves or with a matter of the customer's: the permission itself stands.
SLEEPING = frozenset({Reason.PAUSED, Reason.HOLD})
OPEN = frozenset({Reason.NOT_ALLOWED, Reason.REQUESTED, Reason.EXPIRED, Reason.OLD_VERSION, Reason.PENDING})
BASES: dict[str, Lazy] = {
    "contract": _t("Part of the service: your contract with us needs it, so there is nothing to switch."),
    "legal_obligation": _t("The law obliges us to, so there is nothing to switch."),
    "legitimate_interest": _t("It serves our legitimate interest. You can stop it at any time."),
}  # fmt: skip


class Switch(NamedTuple):
    """One channel of a purpose with the gate's answer for it."""

    channel: str
    name: Any
    on: bool
    decision: Decision


class Row(NamedTuple):
    """One purpose as its row shows it."""

    view: PurposeView
    state: str  # allowed, withheld, unasked, always
    decision: Decision
    switches: list[Switch]
    objected: bool

    @property
    def on(self) -> list[Switch]:
        return [switch for switch in self.switches if switch.on]

    @property
    def off(self) -> list[Switch]:
        return [switch for switch in self.switches if not switch.on]

    @property
    def since(self) -> datetime | None:
        state = self.view.general
        return state.at if state is not None and state.permits and self.state == "allowed" else None

    @property
    def silent_until(self) -> datetime | None:
        """Return the date before which we do not ask again, while it lies ahead."""
        state = self.view.general
        if (
            state is None
            or state.permits
            or state.ask_not_before is None
            or state.ask_not_before <= clock.now()
        ):
            return None
        return state.ask_not_before


def rows_of(views: Sequence[PurposeView]) -> list[Row]:
    """Ask the gate once about every purpose, as a whole and by each of its channels."""
    uses = [
        Use(g.actor.account_id, g.actor.person_id, view.key, channel=channel)
        for view in views
        for channel in ("", *view.channels)
    ]
    answers = iter(gate.decide_many(uses))
    return [_row(view, next(answers), [next(answers) for _channel in view.channels]) for view in views]


def _row(view: PurposeView, whole: Decision, by_channel: Sequence[Decision]) -> Row:
    def stands(decision: Decision) -> bool:
        return decision.allowed or decision.reason in SLEEPING

    switches = [
        Switch(channel, word("channel", channel), stands(decision), decision)
        for channel, decision in zip(view.channels, by_channel, strict=True)
    ]
    if view.is_service:
        state = "always"
    elif stands(whole) or any(switch.on for switch in switches):
        state = "allowed"
    else:
        state = "unasked" if whole.reason in OPEN else "withheld"
    return Row(view, state, whole, switches, whole.reason is Reason.OBJECTION)


@blueprint.get("/permissions")
@gates.customer(Right.PERMISSIONS)
def permissions() -> str:
    """Every purpose with its press, and the two presses that concern them all."""
    desk = consent.of(g.actor)
    views = desk.permissions()
    loud = {one.kind: one for one in desk.overrides()}
    return render_template(
        "customer/permissions/permissions.html",
        rows=rows_of(views),
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
        row=rows_of([view])[0],
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
    return _shown(verb(purpose, actor=g.actor, channel=_channel(purpose)))


@blueprint.post("/permissions/<uuid:uuid>/withdrawal")
@gates.customer(Right.PERMISSIONS)
def permission_withdrawal(uuid: uuidlib.UUID) -> Response:
    """Stop a purpose, or one channel of it: one press, as allowing is."""
    purpose = consent.of(g.actor).purpose(uuid)
    return _shown(consent.withdraw(purpose, actor=g.actor, channel=_channel(purpose)))


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


def _channel(purpose: consent.Purpose) -> str:
    channel = request.form.get("channel", "")
    if channel and channel not in purpose.channels:
        raise errors.Invalid(_t("Choose a channel from the list."), field="channel")
    return channel


def _shown(outcome: consent.Outcome | None) -> Response:
    """Go back to the page that shows what the press changed."""
    if not g.actor.has_right(Right.PERMISSIONS):
        return redirect(url_for("customer.preferences"), 303)
    entry = outcome.uuid if outcome else None
    if request.form.get("from") == "one" and request.view_args:
        return redirect(url_for("customer.permission", uuid=request.view_args["uuid"], receipt=entry), 303)
    return redirect(url_for("customer.permissions", receipt=entry), 303)

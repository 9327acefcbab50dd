"""Permissions: what holds for each purpose, saying yes and no, and the receipt of what that changed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from flask import g, url_for
from pydantic import Field

from portal.domain import consent, gate, programs
from portal.domain.actor import Right
from portal.domain.consent import Basis, Kind, Method
from portal.domain.programs import Scope
from portal.text import _t
from portal.ui.forms import say

from . import given
from .operations import operation
from .shapes import Given, Shown

Channel = Literal["email", "inbox", "sms", "phone", "letter"]
RIGHTS = (Right.PERMISSIONS,)


class PermissionChannel(Shown):
    """One channel of a purpose."""

    channel: Channel
    allowed: bool
    why: Annotated[str, Field(description=str(_t("What the gate answers for it now, and why")))]


class Permission(Shown):
    """One purpose, with what this person has said about it."""

    id: uuid.UUID
    key: str
    title: str
    question: str
    text: str
    benefit: str
    basis: Basis
    marketing: bool
    version: int
    state: Annotated[
        Literal["allowed", "withheld", "unasked", "always"],
        Field(description=str(_t("“always” is part of the service: there is nothing to switch"))),
    ]
    why: Annotated[str, Field(description=str(_t("What the gate answers now, and why")))]
    channels: list[PermissionChannel]
    since: dt.datetime | None
    last_used: dt.datetime | None
    not_asked_before: dt.datetime | None


class Permissions(Shown):
    """Every purpose, and what overrules them all."""

    items: list[Permission]
    stopped_all_at: dt.datetime | None
    objected_at: Annotated[dt.datetime | None, Field(description=str(_t("To direct marketing")))]
    paused_until: dt.datetime | None


class PermissionAnswer(Given):
    """A yes or a no."""

    answer: Literal["yes", "no"]
    channel: Annotated[Channel, Field(description=str(_t("Only this channel; without it, the whole")))] = ""  # type: ignore[assignment]


class CancelledMessage(Shown):
    """A message that was waiting and now never leaves."""

    id: uuid.UUID
    purpose: str
    channel: str
    due_at: dt.datetime


class Receipt(Shown):
    """What an expression really changed."""

    id: uuid.UUID
    kind: Kind
    at: dt.datetime
    permission: uuid.UUID | None
    version: int | None
    channel: str
    expires_at: dt.datetime | None
    not_asked_before: dt.datetime | None
    cancelled: Annotated[int | None, Field(description=str(_t("How many waiting messages it cancelled")))]
    messages: Annotated[list[CancelledMessage], Field(description=str(_t("The first hundred of them")))]


def _shown(row: gate.Row) -> Permission:
    view = row.view
    return Permission(
        id=view.uuid, key=view.key, title=view.title, question=view.question, text=view.text, benefit=view.benefit,
        basis=Basis(view.basis), marketing=view.marketing, version=view.version, state=row.state,
        why=say(gate.explain(row.decision.reason)),
        channels=[
            PermissionChannel(channel=one.channel, allowed=one.on, why=say(gate.explain(one.decision.reason)))
            for one in row.switches
        ],
        since=row.since, last_used=view.last_used, not_asked_before=row.silent_until,
    )  # fmt: skip


def _one(found: uuid.UUID) -> Permission:
    return _shown(gate.overview([consent.of(g.actor).get(found)], actor=g.actor)[0])


def _receipt(found: uuid.UUID) -> Receipt:
    desk = consent.of(g.actor)
    line = desk.entry(found)
    about = next((one.uuid for one in desk.permissions() if one.purpose_id == line.purpose_id), None)
    effect = line.effect
    return Receipt(
        id=line.uuid, kind=Kind(line.kind), at=line.at, permission=about, version=line.purpose_version,
        channel=line.channel, expires_at=line.expires_at, not_asked_before=line.ask_not_before,
        cancelled=effect.get("cancelled"),
        messages=[
            CancelledMessage(id=one["uuid"], purpose=one["purpose"], channel=one["channel"], due_at=one["due_at"])
            for one in effect.get("messages", ())
        ],
    )  # fmt: skip


def _answer(outcome: consent.Outcome) -> given.Answer:
    return given.Answer(_receipt(outcome.uuid), {"Location": url_for("api.receipt", id=outcome.uuid)})


@operation(
    "GET", "/permissions", Scope.PERMISSIONS_READ, _t("All permissions"), rights=RIGHTS, answer=Permissions
)
def permissions() -> Permissions:
    """Every purpose with what holds for it."""
    desk = consent.of(g.actor)
    loud = {one.kind: one for one in desk.overrides()}
    stopped, objected, paused = (loud.get(kind) for kind in (Kind.STOP_ALL, Kind.OBJECTION, Kind.PAUSE))
    return Permissions(
        items=[_shown(row) for row in gate.overview(desk.permissions(), actor=g.actor)],
        stopped_all_at=stopped.at if stopped else None,
        objected_at=objected.at if objected else None,
        paused_until=paused.until if paused else None,
    )


@operation(
    "GET",
    "/permissions/<uuid:id>",
    Scope.PERMISSIONS_READ,
    _t("One permission"),
    rights=RIGHTS,
    answer=Permission,
)
def permission(id: uuid.UUID) -> Permission:
    """One purpose with what holds for it."""
    return _one(id)


@operation(
    "POST", "/permissions/<uuid:id>/answer", Scope.PERMISSIONS_WRITE, _t("Say yes or no"), rights=RIGHTS,
    words=_t("A no cancels what waits to be sent, at once; the receipt names it."),
    body=PermissionAnswer, answer=Receipt, status=201, conditional=True, example={"answer": "no", "channel": "email"},
)  # fmt: skip
def permission_answer(id: uuid.UUID, body: PermissionAnswer) -> given.Answer:
    """Allow or stop a purpose, or one channel of it."""
    programs.hold(g.actor)
    purpose = consent.of(g.actor).purpose(id)
    given.require_match(_one(id))
    verb = consent.give if body.answer == "yes" else consent.refuse
    return _answer(
        verb(purpose, actor=g.actor, channel=body.channel, method=Method.API, detail=g.program.name)
    )


@operation(
    "POST", "/permissions/stop-all", Scope.PERMISSIONS_WRITE, _t("Stop everything that is not service"),
    words=_t("In all accounts of the person. It takes no state that was read: stopping is always possible."),
    answer=Receipt, status=201,
)  # fmt: skip
def permissions_stop_all() -> given.Answer:
    """Stop all that is not service."""
    return _answer(consent.stop_all(actor=g.actor, method=Method.API, detail=g.program.name))


@operation(
    "POST", "/permissions/objection", Scope.PERMISSIONS_WRITE, _t("Object to direct marketing"),
    words=_t("Absolute and at once, on all channels, in all accounts of the person."), answer=Receipt, status=201,
)  # fmt: skip
def permissions_objection() -> given.Answer:
    """Object to direct marketing."""
    return _answer(consent.object_to_marketing(actor=g.actor, method=Method.API, detail=g.program.name))


@operation(
    "DELETE", "/permissions/objection", Scope.PERMISSIONS_WRITE, _t("Take the objection back"), status=204
)
def permissions_objection_withdrawal() -> None:
    """Take the objection to direct marketing back; without one nothing happens."""
    consent.lift_objection(actor=g.actor, method=Method.API)


@operation("GET", "/receipts/<uuid:id>", Scope.PERMISSIONS_READ, _t("One receipt"), answer=Receipt)
def receipt(id: uuid.UUID) -> Receipt:
    """What one's own expression changed."""
    return _receipt(id)

"""Sharing: who sees what of mine, with the press that stops it; giving, changing, and answering what partners ask."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.domain import calendars, clock, errors, gate, partners
from portal.domain import sharing as shares
from portal.domain.actor import Right
from portal.domain.sharing import Share, Terms
from portal.text import Lazy, _t
from portal.ui import acting, flows, formats, gates
from portal.ui.forms import say

from . import blueprint
from .sharing_forms import DEFAULT_DAYS, ShareForm, today
from .sharing_receipts import effects

LONGER = timedelta(days=90)
STEPS_OF_THE_FORM = {"csrf_token", "step", acting.FIELD}
HAPPENED: dict[str, Lazy] = {
    "given": _t("You began to share"), "amended": _t("You changed it"), "extended": _t("You let it go on for longer"),
    "reestablished": _t("You took it up again"), "stopped": _t("You stopped it"), "expired": _t("It ended on its day"),
    "restored": _t("It ended when our data came back from a backup"),
    "erase_asked": _t("You asked them to erase what they hold"),
}  # fmt: skip


@blueprint.get("/sharing", endpoint="sharing")
@gates.customer(Right.PERMISSIONS)
def share_list() -> str:
    """Everything that is shared or was, as a picture and as rows with their press; what waits for an answer."""
    desk = shares.of(g.actor)
    found = desk.shares()
    running = [one for one in found if one.state != "over"]
    asked = desk.requests()
    return render_template(
        "customer/sharing/sharing.html",
        running=running,
        ended=[one for one in found if one.state == "over"],
        asked=[one for one in asked if one.waits],
        answered=[one for one in asked if not one.waits],
        picture=_picture(running),
        rows=_rows(running),
        purposes=shares.PURPOSES,
        explain=gate.explain,
    )


def _picture(running: list[Share]) -> dict[str, Any] | None:
    links = [
        (say(one.short), share.partner) for share in running if share.state == "on" for one in share.clusters
    ]
    return flows.flow(links) if links else None


def _rows(running: list[Share]) -> list[tuple[str, str]]:
    return [
        (say(one.title), share.partner) for share in running if share.state == "on" for one in share.clusters
    ]


@blueprint.get("/sharing/<uuid:uuid>")
@gates.customer(Right.PERMISSIONS)
def share(uuid: uuidlib.UUID) -> str:
    """One share: its slice, its end, what became of telling the partner, its history, each look."""
    found = shares.of(g.actor).get(uuid)
    receipt = next((one for one in found.history if str(one.uuid) == request.args.get("receipt")), None)
    return render_template(
        "customer/sharing/share.html",
        one=found.share,
        history=found.history,
        looks=found.looks,
        receipt=receipt,
        effects=effects(receipt, found.share) if receipt else [],
        happened=HAPPENED,
        purposes=shares.PURPOSES,
        often=shares.OFTEN,
        parts=shares.PARTS,
        value=_value,
        explain=gate.explain,
        longer=_longer(found.share),
    )


def _longer(one: Share) -> Any:
    until = one.terms.until + LONGER
    return until if until <= clock.now() + shares.LONGEST else None


def _value(name: str, terms: Terms) -> str:
    """Return one part of the terms in words."""
    match name:
        case "purpose":
            return say(shares.PURPOSES.get(terms.purpose, terms.purpose))
        case "often":
            return say(shares.OFTEN.get(terms.often, terms.often))
        case "fields":
            return ", ".join(say(shares.ATTRIBUTES[key]) for key in terms.fields if key in shares.ATTRIBUTES)
        case "until":
            return formats.date(calendars.local_day(terms.until - timedelta(seconds=1), g.actor.zone))
        case "data_since":
            return formats.date(terms.data_since) if terms.data_since else "–"
        case "keep_days":
            return str(terms.keep_days)
        case _:
            return str(getattr(terms, name) or "–")


@blueprint.route("/sharing/new", methods=["GET", "POST"])
@gates.customer(Right.PERMISSIONS)
def share_new() -> Any:
    """Choose whom, what and how long; read what it means; share it."""
    form = ShareForm(offered=shares.offered(g.actor), data={"until": today() + timedelta(days=DEFAULT_DAYS)})
    form.name_others(())

    def act(terms: Terms, notice: str) -> Response:
        return _shown(shares.give(_partner(form), terms, actor=g.actor, notice=notice).uuid)

    return _form(form, act, lambda: _partner_name(form))


@blueprint.route("/sharing/<uuid:uuid>/change", methods=["GET", "POST"])
@gates.customer(Right.PERMISSIONS)
def share_change(uuid: uuidlib.UUID) -> Any:
    """Change what runs, or take up again what has ended: the changed parts are shown before it holds."""
    found = shares.of(g.actor).get(uuid)
    one = found.share
    form = ShareForm(offered=shares.offered(g.actor))
    del form.partner
    form.name_others(found.named, shares.recipients(one.terms.sub_recipients))
    offered = {key for field in form.clusters for key, _words in field.choices}
    kept = tuple(key for key in one.terms.fields if key not in offered)
    if request.method == "GET":
        form.fill(one.terms, g.actor.zone)
        form.version.data = str(one.version)
        if one.state == "over":
            form.until.data = today() + timedelta(days=DEFAULT_DAYS)

    def act(terms: Terms, notice: str) -> Response:
        seen = form.version.data or ""
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
        return _shown(shares.amend(uuid, terms, version=version, actor=g.actor, notice=notice).uuid)

    return _form(form, act, lambda: one.partner, one=one, kept=kept)


@blueprint.route("/sharing/requests/<uuid:uuid>", methods=["GET", "POST"])
@gates.customer(Right.PERMISSIONS)
def share_request(uuid: uuidlib.UUID) -> Any:
    """What a partner asks for: share all of it, less, or nothing."""
    asked = shares.of(g.actor).request(uuid)
    form = ShareForm(offered=shares.offered(g.actor), data={"until": today() + timedelta(days=asked.days)})
    del form.partner
    form.narrow(asked.fields)
    form.name_others(shares.recipients(asked.sub_recipients))
    if request.method == "GET":
        form.purpose.data, form.often.data = asked.purpose, asked.often
        form.keep_days.data, form.data_since.data = asked.keep_days, asked.data_since
    elif not asked.waits:
        raise errors.Conflict(_t("This request was answered, taken back, or has run out."))

    def act(terms: Terms, notice: str) -> Response:
        return _shown(shares.agree(uuid, terms, actor=g.actor, notice=notice).uuid)

    return _form(form, act, lambda: asked.partner, asked=asked)


@blueprint.post("/sharing/requests/<uuid:uuid>/refusal")
@gates.customer(Right.PERMISSIONS)
def share_request_refusal(uuid: uuidlib.UUID) -> Response:
    """Say no to a partner: one press."""
    shares.refuse(uuid, actor=g.actor)
    return redirect(url_for("customer.share_request", uuid=uuid), 303)


@blueprint.post("/sharing/<uuid:uuid>/end")
@gates.customer(Right.PERMISSIONS)
def share_end(uuid: uuidlib.UUID) -> Response:
    """Stop: one press, at once."""
    return _shown(shares.stop(uuid, actor=g.actor).uuid)


@blueprint.post("/sharing/<uuid:uuid>/extension")
@gates.customer(Right.PERMISSIONS)
def share_extension(uuid: uuidlib.UUID) -> Response:
    """Let it go on for ninety days more."""
    one = shares.of(g.actor).get(uuid).share
    seen = request.form.get("version", "")
    if seen != str(one.version):
        raise errors.Conflict()
    shares.extend(uuid, one.terms.until + LONGER, version=one.version, actor=g.actor)
    return _shown(uuid)


@blueprint.post("/sharing/<uuid:uuid>/erasure")
@gates.customer(Right.PERMISSIONS)
def share_erasure(uuid: uuidlib.UUID) -> Response:
    """Have what the partner holds erased; what runs is stopped with it."""
    return _shown(shares.erase(uuid, actor=g.actor).uuid)


def _shown(uuid: uuidlib.UUID) -> Response:
    """Go to the share, which shows what the press changed."""
    newest = shares.of(g.actor).get(uuid).history[0]
    return redirect(url_for("customer.share", uuid=uuid, receipt=newest.uuid), 303)


def _partner(form: ShareForm) -> uuidlib.UUID:
    try:
        return uuidlib.UUID(form.partner.data or "")
    except ValueError:
        raise errors.Invalid(_t("Choose with whom."), field="partner") from None


def _partner_name(form: ShareForm) -> str:
    try:
        return partners.by_uuid(_partner(form)).name
    except errors.NotFound:
        raise errors.Invalid(_t("Choose with whom."), field="partner") from None


def _same_day(given: Terms, before: Terms) -> Terms:
    """Return what was given with the instant that held before, where its day is the same."""
    days = {calendars.local_day(one.until - timedelta(seconds=1), g.actor.zone) for one in (given, before)}
    return replace(given, until=before.until) if len(days) == 1 else given


def _form(
    form: ShareForm, act: Any, name: Any, *, one: Share | None = None, asked: Any = None, kept: Any = ()
) -> Any:
    """Show the form, then what it means with the last press, then do it; nothing typed is lost on the way."""
    step = request.form.get("step", "")
    if request.method == "POST" and step != "edit" and form.validate_on_submit():
        with form.catching():
            given = form.terms(
                kept=kept,
                words=asked.words if asked else None,
            )
            if one is not None and one.state != "over":
                given = _same_day(given, one.terms)
            partner = name()
            terms = shares.checked(given, actor=g.actor, kept=kept)
            notice = say(shares.notice_of(terms, partner, g.actor.zone))
            if step == "share":
                return act(terms, notice)
            return render_template(
                "customer/sharing/check.html", form=form, partner=partner, notice=notice, one=one, asked=asked,
                changed=shares.changed_parts(one.terms, terms) if one else [], before=one.terms if one else None,
                after=terms, parts=shares.PARTS, value=_value,
                typed=[(k, v) for k, v in request.form.items(multi=True) if k not in STEPS_OF_THE_FORM],
            )  # fmt: skip
    page = render_template(
        "customer/sharing/form.html",
        form=form,
        one=one,
        asked=asked,
        asked_data=", ".join(say(shares.ATTRIBUTES[key]) for key in asked.fields) if asked else "",
        often=shares.OFTEN,
        first=today().isoformat(),
        last=(today() + shares.LONGEST - timedelta(days=1)).isoformat(),
    )
    return page if form.ok else (page, 422)

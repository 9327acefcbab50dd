"""Shared data: what partners see, each of their looks, and what they ask for; the same verbs as the dashboard's."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import g, url_for

from portal.domain import calendars, clock, errors, partners, programs, sharing
from portal.domain.actor import Right
from portal.domain.programs import Scope
from portal.domain.sharing import Share, Terms
from portal.text import _t
from portal.ui.forms import say

from . import given, lists
from .operations import operation
from .shapes import Paged
from .share_shapes import (
    Partners,
    PartnerShown,
    ShareAgreement,
    ShareChange,
    ShareDetail,
    ShareGiven,
    ShareHappened,
    ShareList,
    ShareLook,
    ShareRequestList,
    ShareRequestShown,
    ShareState,
    ShareTerms,
)

READ, WRITE, RIGHTS = Scope.SHARES_READ, Scope.SHARES_WRITE, (Right.PERMISSIONS,)


def _terms(terms: Terms) -> ShareTerms:
    return ShareTerms(**{**terms.told(), "until": terms.until, "data_since": terms.data_since})


def _values(one: Share) -> dict[str, Any]:
    return {
        "id": one.uuid, "partner": one.partner, "state": one.state, "version": one.version,
        "terms": _terms(one.terms), "given_at": one.given_at, "ended_at": one.ended_at, "ended_how": one.ended_how,
        "used_at": one.used_at, "erase_asked_at": one.erase_asked_at,
    }  # fmt: skip


def _state(one: Share) -> ShareState:
    return ShareState(**_values(one))


def _detail(found: uuid.UUID) -> ShareDetail:
    detail = sharing.of(g.actor).get(found)
    return ShareDetail(
        **_values(detail.share),
        history=[
            ShareHappened(
                id=one.uuid, at=one.at, kind=one.kind, version=one.version, by=one.actor_name, changed=one.changed,
                notice=one.notice, told_at=one.told_at, confirmed_at=one.confirmed_at,
            )
            for one in detail.history
        ],
        looks=[
            ShareLook(at=one.at, allowed=one.allowed, reason=one.reason, clusters=[part.key for part in one.clusters])
            for one in detail.looks
        ],
    )  # fmt: skip


def _request(one: sharing.Asked) -> ShareRequestShown:
    values = {
        name: getattr(one, name) for name in ShareRequestShown.model_fields if name not in ("id", "fields")
    }
    return ShareRequestShown(id=one.uuid, fields=list(one.fields), **values)


def _page(shape: type[lists.Listed], rows: Sequence[Any], query: Paged, show: Any) -> given.Answer:
    """Cut a whole list, which a rule keeps short, to the page that was asked for; nothing after what is not there."""
    if query.after is not None:
        place = next((number for number, one in enumerate(rows, 1) if one.uuid == query.after), len(rows))
        rows = rows[place:]
    return lists.page(shape, rows, query.limit, show)


def _end_of(day: dt.date) -> dt.datetime:
    return calendars.day_end(day, g.actor.zone)


def _made(found: uuid.UUID) -> given.Answer:
    return given.Answer(_detail(found), {"Location": url_for("api.share", id=found)})


@operation("GET", "/partners", READ, _t("With whom one can share"), rights=RIGHTS, answer=Partners)
def share_partners() -> Partners:
    """The partners, by name."""
    return Partners(items=[PartnerShown(id=one.uuid, name=one.name) for one in partners.active()])


@operation("GET", "/shares", READ, _t("What partners see"), rights=RIGHTS, query=Paged, answer=ShareList)
def shares(query: Paged) -> given.Answer:
    """Everything that is shared, or was in the last two years."""
    return _page(ShareList, sharing.of(g.actor).shares(), query, _state)


@operation("GET", "/shares/<uuid:id>", READ, _t("One share"), rights=RIGHTS, answer=ShareDetail)
def share(id: uuid.UUID) -> ShareDetail:
    """One share with what happened to it, what its partner knows, and each look."""
    return _detail(id)


@operation(
    "POST", "/shares", WRITE, _t("Share data with a partner"), rights=RIGHTS, body=ShareGiven, answer=ShareDetail,
    status=201, words=_t("The partner sees exactly this from now on, and hears of it at once."),
    example={
        "partner": "3f0c6f0a-6f39-4c1e-9d1f-0a4b7a1c2d3e", "purpose": "service", "until": "2026-12-31",
        "fields": ["contact.name", "contact.phone"],
    },
)  # fmt: skip
def share_giving(body: ShareGiven) -> given.Answer:
    """Begin to share."""
    terms = Terms(
        purpose=body.purpose, fields=tuple(body.fields), until=_end_of(body.until), often=body.often,
        data_since=body.data_since, words=body.words, keep_days=body.keep_days,
    )  # fmt: skip
    try:
        partner = partners.by_uuid(body.partner)
    except errors.NotFound:
        raise errors.Invalid(_t("Choose with whom."), field="partner") from None
    notice = say(sharing.notice_of(terms, partner.name, g.actor.zone))
    return _made(sharing.give(partner.uuid, terms, actor=g.actor, notice=notice).uuid)


@operation(
    "PATCH", "/shares/<uuid:id>", WRITE, _t("Change a share, or take it up again"), rights=RIGHTS, body=ShareChange,
    answer=ShareDetail, conditional=True, example={"until": "2026-12-31"},
)  # fmt: skip
def share_change(id: uuid.UUID, body: ShareChange) -> ShareDetail:
    """Change what is named."""
    programs.hold(g.actor)
    given.require_match(_detail(id))
    one = sharing.of(g.actor).get(id).share
    changes: dict[str, Any] = body.model_dump(exclude_unset=True)
    for name, meant in (("until", _end_of), ("fields", tuple)):
        if changes.get(name) is None:
            changes.pop(name, None)
        else:
            changes[name] = meant(changes[name])
    sharing.amend(id, replace(one.terms, **changes), version=one.version, actor=g.actor)
    return _detail(id)


@operation(
    "POST", "/shares/<uuid:id>/end", WRITE, _t("Stop sharing"), rights=RIGHTS, answer=ShareDetail,
    words=_t("At once. It takes no state that was read: stopping is always possible."),
)  # fmt: skip
def share_end(id: uuid.UUID) -> ShareDetail:
    """Let the partner see nothing more."""
    sharing.stop(id, actor=g.actor)
    return _detail(id)


@operation(
    "POST", "/shares/<uuid:id>/erasure", WRITE, _t("Have what a partner holds erased"), rights=RIGHTS,
    answer=ShareDetail, words=_t("What runs is stopped with it. The partner confirms when it is done."),
)  # fmt: skip
def share_erasure(id: uuid.UUID) -> ShareDetail:
    """Ask the partner to erase, and to confirm that."""
    sharing.erase(id, actor=g.actor)
    return _detail(id)


@operation(
    "GET", "/share-requests", READ, _t("What partners ask for"), rights=RIGHTS, query=Paged, answer=ShareRequestList
)  # fmt: skip
def share_requests(query: Paged) -> given.Answer:
    """Requests of partners, newest first."""
    return _page(ShareRequestList, sharing.of(g.actor).requests(), query, _request)


@operation(
    "GET", "/share-requests/<uuid:id>", READ, _t("One request"), rights=RIGHTS, answer=ShareRequestShown
)
def share_request(id: uuid.UUID) -> ShareRequestShown:
    """What a partner asks for, what for, and what you get for it."""
    return _request(sharing.of(g.actor).request(id))


@operation(
    "POST", "/share-requests/<uuid:id>/agreement", WRITE, _t("Say yes to a request"), rights=RIGHTS,
    body=ShareAgreement, answer=ShareDetail, status=201, example={"fields": ["contact.phone"]},
    words=_t("To all of it, or to less. What was not asked for is shared from your side instead."),
)  # fmt: skip
def share_agreement(id: uuid.UUID, body: ShareAgreement) -> given.Answer:
    """Share what was asked for."""
    asked = sharing.of(g.actor).request(id)
    last = body.until or calendars.local_day(clock.now(), g.actor.zone) + dt.timedelta(days=asked.days)
    terms = Terms(
        purpose=asked.purpose, fields=tuple(body.fields or asked.fields), until=_end_of(last),
        often=body.often or asked.often, data_since=asked.data_since, words=asked.words,
        sub_recipients=asked.sub_recipients,
        keep_days=asked.keep_days if body.keep_days is None else body.keep_days,
    )  # fmt: skip
    return _made(sharing.agree(id, terms, actor=g.actor).uuid)


@operation(
    "POST", "/share-requests/<uuid:id>/refusal", WRITE, _t("Say no to a request"), rights=RIGHTS,
    answer=ShareRequestShown, words=_t("This partner does not ask again for half a year."),
)  # fmt: skip
def share_refusal(id: uuid.UUID) -> ShareRequestShown:
    """Refuse; nothing is shared."""
    sharing.refuse(id, actor=g.actor)
    return share_request(id)

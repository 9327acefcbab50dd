"""Shared data for systems of partners: what customers let this partner see, read under the gate, and confirmed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any

from flask import g
from pydantic import Field

from portal.domain import sharing
from portal.domain.clients import Scope
from portal.text import Lazy, _t
from portal.ui.forms import say

from . import given, lists
from .operations import partner_operation
from .shapes import Paged, Shown
from .share_shapes import Often, SharePurpose

READ = Scope.SHARES_READ


class GrantNews(Shown):
    """Something that the partner has not confirmed yet."""

    id: uuid.UUID
    kind: str
    at: dt.datetime
    version: int


class Grant(Shown):
    """What a customer lets you see; by whom, only while it runs."""

    id: uuid.UUID
    customer: str
    purpose: SharePurpose
    words: str
    clusters: list[str]
    often: Often
    given_at: dt.datetime
    until: dt.datetime
    ended_at: dt.datetime | None
    keep_until: Annotated[
        dt.datetime | None, Field(description=str(_t("Once it has ended: erase by then what you took over")))
    ]
    used_at: dt.datetime | None
    erase_asked_at: dt.datetime | None
    unconfirmed: list[GrantNews]


class GrantList(lists.Listed):
    """A page of shares, those that run first, newest first."""

    items: list[Grant]


class GrantValue(Shown):
    """One attribute with its value."""

    key: str
    label: str
    value: str


class GrantCluster(Shown):
    """A group of attributes; of complaints there are several groups."""

    key: str
    title: str
    groups: list[list[GrantValue]]


class GrantData(Shown):
    """What a share shows at this instant."""

    id: uuid.UUID
    version: int
    at: dt.datetime
    zone: str
    until: dt.datetime
    clusters: list[GrantCluster]


def _grant(one: sharing.Held) -> Grant:
    return Grant(
        id=one.uuid, customer=one.customer, purpose=one.purpose, words=one.words,
        clusters=[part.key for part in one.clusters], often=one.often, given_at=one.given_at,
        until=one.until, ended_at=one.ended_at, keep_until=one.keep_until, used_at=one.used_at,
        erase_asked_at=one.erase_asked_at,
        unconfirmed=[GrantNews(id=n.uuid, kind=n.kind, at=n.at, version=n.version) for n in one.unconfirmed],
    )  # fmt: skip


def _shown(label: Lazy, value: Any) -> GrantValue:
    text = value.isoformat() if isinstance(value, dt.date) else say(value)
    return GrantValue(key=sharing.key_of(label), label=say(label), value=text)


@partner_operation("GET", "/shares", READ, _t("What customers share with you"), query=Paged, answer=GrantList)
def partner_shares(query: Paged) -> given.Answer:
    """Shares that run, and those that have ended; nothing of the data."""
    rows = sharing.held(g.actor, after=query.after, limit=query.limit + 1)
    return lists.page(GrantList, rows, query.limit, _grant)


@partner_operation("GET", "/shares/<uuid:id>", READ, _t("One share"), answer=Grant)
def partner_share(id: uuid.UUID) -> Grant:
    """What for, until when, and what is not confirmed yet; nothing of the data."""
    return _grant(sharing.held_one(id, actor=g.actor))


@partner_operation(
    "GET", "/shares/<uuid:id>/data", READ, _t("Read shared data"), answer=GrantData,
    words=_t("Each access is decided at that instant and written down, and the customer reads it."),
)  # fmt: skip
def partner_share_data(id: uuid.UUID) -> GrantData:
    """Exactly the attributes of the share, as they are now."""
    found = sharing.look(id, actor=g.actor)
    return GrantData(
        id=found.uuid, version=found.version, at=found.at, zone=found.zone, until=found.terms.until,
        clusters=[
            GrantCluster(
                key=one.key, title=say(one.title),
                groups=[[_shown(label, value) for label, value in group] for group in one.groups],
            )
            for one in found.clusters
        ],
    )  # fmt: skip


@partner_operation(
    "POST", "/shares/news/<uuid:id>/confirmation", READ, _t("Confirm news of a share"), status=204,
    words=_t("That you know it, or where you were asked to erase, that it is erased. The customer reads it."),
)  # fmt: skip
def partner_share_confirmation(id: uuid.UUID) -> None:
    """Confirm; twice is once."""
    sharing.confirm(id, actor=g.actor)

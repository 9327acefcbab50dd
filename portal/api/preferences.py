"""Preferences: how to speak to a person, a pause, and the addresses."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from flask import g
from pydantic import Field

from portal.domain import consent, preferences, programs
from portal.domain.programs import Scope
from portal.text import _t
from portal.ui import formats
from portal.ui.forms import say

from . import given
from .operations import operation
from .permissions import Channel
from .shapes import Day, Given, Shown, letters

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Time = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples=["09:00"])]
Span = Annotated[list[Time], Field(min_length=2, max_length=2, examples=[["09:00", "17:00"]])]
Week = dict[Weekday, Annotated[list[Span], Field(max_length=12)]]
HOURS = str(
    _t(
        "By weekday, from when until when, in the zone of the person; empty is 8 to 20 on every day but Sunday"
    )
)
FIELDS = {"topics": "topics_off", "channels": "channels_off"}


class Address(Shown):
    """Where messages go on a channel; without an id it is the mailbox of the sign-in."""

    id: uuid.UUID | None
    channel: Channel
    address: str
    first: bool
    proved_at: dt.datetime | None
    bounced_at: dt.datetime | None


class Topic(Shown):
    """Something to hear about, or not."""

    key: str
    name: str


class Preferences(Shown):
    """How to speak to the person in this account."""

    language: str
    zone: str
    hours: Annotated[dict[str, list[list[str]]], Field(examples=[{"mon": [["09:00", "17:00"]]}])]
    budget_count: int | None
    budget_days: int | None
    channels_off: list[str]
    channel_order: list[str]
    topics_off: list[str]
    topics: list[Topic]
    paused_until: dt.datetime | None
    sentence: Annotated[str, Field(description=str(_t("All of it as one sentence")))]
    addresses: list[Address]


class PreferencesChange(Given):
    """What may be changed; what is not named stays."""

    language: Annotated[str, letters(5, 2), Field(examples=["pl"])] = ""
    hours: Annotated[Week, Field(description=HOURS, examples=[{"mon": [["09:00", "17:00"]]}])] = {}
    budget_count: Annotated[
        int | None, Field(ge=1, le=50, description=str(_t("At most so many messages; null is no limit")))
    ] = None
    budget_days: Annotated[int | None, Field(ge=1, le=365, description=str(_t("… in so many days")))] = None
    channels_off: Annotated[list[Channel], Field(max_length=5)] = []
    channel_order: Annotated[list[Channel], Field(max_length=5)] = []
    topics_off: Annotated[list[Annotated[str, letters(60)]], Field(max_length=100)] = []


class Pause(Given):
    """Until when we keep silent."""

    until: Annotated[
        Day, Field(description=str(_t("The first day on which we may write again, within a year")))
    ]


class NewAddress(Given):
    """One more address on a channel."""

    channel: Literal["email", "sms", "phone", "letter"]
    address: Annotated[str, letters(320, 1), Field(examples=["+48 500 600 700"])]


def _shown() -> Preferences:
    found = preferences.of(g.actor)
    topics = consent.topics(g.actor.language)
    until = formats.date(found.pause_until) if found.pause_until else ""
    addresses = preferences.addresses(person_id=found.person_id, account_id=found.account_id)
    return Preferences(
        language=found.language, zone=found.zone, hours=found.week, budget_count=found.budget_count,
        budget_days=found.budget_days, channels_off=list(found.channels_off), channel_order=list(found.channel_order),
        topics_off=list(found.topics_off), topics=[Topic(key=key, name=name) for key, name in topics.items()],
        paused_until=found.pause_until, sentence=say(found.sentence(topics=topics, paused_until=until)),
        addresses=[
            Address(
                id=one.uuid, channel=one.channel, address=one.address, first=one.first,
                proved_at=one.proved_at, bounced_at=one.bounced_at,
            )
            for one in addresses
        ],
    )  # fmt: skip


def _begin() -> None:
    programs.hold(g.actor)
    given.require_match(_shown())


@operation(
    "GET", "/preferences", Scope.PREFERENCES_READ, _t("How we may speak to the person"), answer=Preferences
)
def preferences_read() -> Preferences:
    """All of it."""
    return _shown()


@operation(
    "PATCH", "/preferences", Scope.PREFERENCES_WRITE, _t("Change how we may speak to the person"),
    body=PreferencesChange, answer=Preferences, conditional=True, fields=FIELDS,
    example={"budget_count": 2, "budget_days": 7, "channels_off": ["phone"]},
)  # fmt: skip
def preferences_change(body: PreferencesChange) -> Preferences:
    """Change what is named."""
    _begin()
    wanted = body.model_dump(exclude_unset=True)
    if wanted.keys() & {"budget_count", "budget_days"}:
        now = preferences.of(g.actor)
        wanted = {"budget_count": now.budget_count, "budget_days": now.budget_days} | wanted
    preferences.change(actor=g.actor, **wanted)
    return _shown()


@operation(
    "PUT", "/preferences/pause", Scope.PREFERENCES_WRITE, _t("Pause what is not service"), body=Pause,
    answer=Preferences, conditional=True, words=_t("Nothing is cancelled: what is still of use then comes after it."),
)  # fmt: skip
def preferences_pause(body: Pause) -> Preferences:
    """Keep silent until a day begins."""
    _begin()
    preferences.pause(body.until, actor=g.actor)
    return _shown()


@operation(
    "DELETE",
    "/preferences/pause",
    Scope.PREFERENCES_WRITE,
    _t("End the pause"),
    answer=Preferences,
    conditional=True,
)
def preferences_resume() -> Preferences:
    """End the pause now."""
    _begin()
    preferences.resume(actor=g.actor)
    return _shown()


@operation(
    "POST", "/preferences/addresses", Scope.PREFERENCES_WRITE, _t("Add an address"), body=NewAddress,
    answer=Preferences, words=_t("A mailbox has to be proved on the page “My details” first."),
    example={"channel": "sms", "address": "+48 500 600 700"},
)  # fmt: skip
def preferences_address_new(body: NewAddress) -> Preferences:
    """Add an address on a channel; one known already stays as it is."""
    preferences.add_address(body.channel, body.address, actor=g.actor)
    return _shown()


@operation(
    "DELETE", "/preferences/addresses/<uuid:id>", Scope.PREFERENCES_WRITE, _t("Remove an address"),
    answer=Preferences, conditional=True,
)  # fmt: skip
def preferences_address_removal(id: uuid.UUID) -> Preferences:
    """Remove an address: from this instant nothing goes there."""
    _begin()
    preferences.remove_address(id, actor=g.actor)
    return _shown()


@operation(
    "POST", "/preferences/addresses/<uuid:id>/first", Scope.PREFERENCES_WRITE, _t("Use an address first"),
    answer=Preferences, conditional=True,
)  # fmt: skip
def preferences_address_first(id: uuid.UUID) -> Preferences:
    """Use an address before the others of its channel."""
    _begin()
    preferences.make_first(id, actor=g.actor)
    return _shown()

"""The shapes of shared data: what is shared with whom, what happened to it, and what partners ask for."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field

from portal.text import _t

from . import lists
from .shapes import Day, Given, Shown, letters

SharedField = Literal[
    "contact.name", "contact.email", "contact.phone", "contact.address", "contact.language", "reach.how",
    "complaints.subject", "complaints.product", "complaints.state", "complaints.dates",
]  # fmt: skip
SharePurpose = Literal["service", "quote", "warranty", "advice", "other"]
Often = Literal["any", "daily", "once"]
LAST_DAY = str(_t("The last day, in the zone of the person"))


class PartnerShown(Shown):
    """A partner with whom one can share."""

    id: uuid.UUID
    name: str


class Partners(Shown):
    """Every partner with whom one can share."""

    items: list[PartnerShown]


class ShareTerms(Shown):
    """What is shared, what for, and until when."""

    purpose: SharePurpose
    words: str
    fields: list[SharedField]
    often: Often
    data_since: dt.date | None
    until: dt.datetime
    sub_recipients: str
    keep_days: int


class ShareState(Shown):
    """One share, as it stands."""

    id: uuid.UUID
    partner: str
    state: Annotated[
        Literal["on", "silent", "over"],
        Field(
            description=str(_t("“silent”: something that you said since overrules it, so nobody may look"))
        ),
    ]
    version: int
    terms: ShareTerms
    given_at: dt.datetime
    ended_at: dt.datetime | None
    ended_how: str
    used_at: dt.datetime | None
    erase_asked_at: dt.datetime | None


class ShareList(lists.Listed):
    """A page of shares, those that run first, newest first."""

    items: list[ShareState]


class ShareHappened(Shown):
    """Something that happened to a share, and what its partner knows of it."""

    id: uuid.UUID
    at: dt.datetime
    kind: str
    version: int
    by: str
    changed: list[str]
    notice: str
    told_at: dt.datetime | None
    confirmed_at: Annotated[dt.datetime | None, Field(description=str(_t("None: not yet confirmed")))]


class ShareLook(Shown):
    """One time a partner looked, or was refused."""

    at: dt.datetime
    allowed: bool
    reason: str
    clusters: list[str]


class ShareDetail(ShareState):
    """One share with its whole history and each look."""

    history: list[ShareHappened]
    looks: list[ShareLook]


class ShareGiven(Given):
    """What is to be shared with whom."""

    partner: uuid.UUID
    purpose: SharePurpose
    fields: Annotated[list[SharedField], Field(min_length=1, max_length=20)]
    until: Annotated[Day, Field(description=LAST_DAY)]
    often: Often = "any"
    words: Annotated[str, letters(500)] = ""
    data_since: Day | None = None
    keep_days: Annotated[int, Field(ge=0, le=366)] = 30


class ShareChange(Given):
    """What may be changed; what is not named stays. One that has ended is taken up again by it."""

    purpose: SharePurpose = "service"
    fields: Annotated[list[SharedField] | None, Field(min_length=1, max_length=20)] = None
    until: Annotated[Day | None, Field(description=LAST_DAY)] = None
    often: Often = "any"
    words: Annotated[str, letters(500)] = ""
    data_since: Day | None = None
    keep_days: Annotated[int, Field(ge=0, le=366)] = 30


class ShareRequestShown(Shown):
    """What a partner asks for, and what you get for it."""

    id: uuid.UUID
    partner: str
    asked_by: str
    purpose: SharePurpose
    words: str
    benefit: str
    fields: list[SharedField]
    data_since: dt.date | None
    often: Often
    days: int
    sub_recipients: str
    keep_days: int
    created_at: dt.datetime
    expires_at: dt.datetime
    answered_at: dt.datetime | None
    answer: str
    waits: bool
    times_asked: int


class ShareRequestList(lists.Listed):
    """A page of requests, newest first."""

    items: list[ShareRequestShown]


class ShareAgreement(Given):
    """A yes to all that was asked for, or to less."""

    fields: Annotated[
        list[SharedField] | None,
        Field(min_length=1, max_length=20, description=str(_t("Without it, all of them"))),
    ] = None
    until: Annotated[Day | None, Field(description=LAST_DAY)] = None
    often: Often | None = None
    keep_days: Annotated[int | None, Field(ge=0, le=366)] = None

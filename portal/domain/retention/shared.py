"""What is kept of sharing with partners: words go after years, events of partners' systems sooner, the proof stays."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased

from portal.domain.sharing import Happened
from portal.domain.sharing.models import ShareConfirmation, ShareEvent, ShareGrant, ShareRequest
from portal.domain.webhooks import GAVE_UP, SENT, WebhookEvent
from portal.text import _t

from . import removing
from .periods import Period
from .rule import CONTRACT, GONE, INTEREST, Rule

_ARRIVED_OR_NOT = WebhookEvent.state.in_([SENT, GAVE_UP])
_later: Any = aliased(WebhookEvent)
# The last of each stays longer: the next one goes on from its number.
_FOLLOWED = exists().where(
    _later.stream_kind == WebhookEvent.stream_kind, _later.stream_uuid == WebhookEvent.stream_uuid,
    _later.sequence > WebhookEvent.sequence,
)  # fmt: skip
# The customer still reads since when a partner has been told to erase and has not said that it did.
_ERASURE_WAITS = exists().where(
    ShareEvent.told_key == WebhookEvent.key, ShareEvent.kind == Happened.ERASE_ASKED.value,
    ~exists().where(ShareConfirmation.event_id == ShareEvent.id),
)  # fmt: skip
_GIVEN = exists().where(ShareGrant.request_id == ShareRequest.id)

OF_SHARING: tuple[Rule, ...] = (
    Rule(
        "share_words",
        _t("Your words about what you share with a partner, and the names of who gave, asked or confirmed"),
        _t("the end of the share"), Period(months=36),
        _t("removed; what was shared, with whom, what for, from when to when and each confirmation stay as proof"),
        CONTRACT, ShareGrant, ShareGrant.ended_at, removing.share_words, due=(ShareGrant.words_gone_at.is_(None),),
        account=ShareGrant.account_id,
    ),
    Rule(
        "share_requests", _t("What partners asked you to share and did not get"),
        _t("your answer, or the end of the request"),
        Period(months=24), GONE, CONTRACT,
        ShareRequest, func.coalesce(ShareRequest.answered_at, ShareRequest.expires_at),
        removing.rows_of(ShareRequest), due=(~_GIVEN,), account=ShareRequest.account_id,
    ),
    Rule(
        "partner_events", _t("Events sent to the systems of partners, with each try"),
        _t("the day it arrived or was given up"), Period(months=3),
        _t("removed; that and when the partner knew it stays with the share"), INTEREST,
        WebhookEvent, WebhookEvent.ended_at, removing.partner_events,
        due=(_ARRIVED_OR_NOT, _FOLLOWED, ~_ERASURE_WAITS), account=WebhookEvent.account_id,
    ),
    Rule(
        "last_partner_events", _t("The last event about a matter"), _t("the day it arrived or was given up"),
        Period(months=36), GONE, INTEREST, WebhookEvent, WebhookEvent.ended_at, removing.partner_events,
        due=(_ARRIVED_OR_NOT,), account=WebhookEvent.account_id, told=False,
    ),
)  # fmt: skip

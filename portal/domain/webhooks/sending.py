"""Events on their way: claimed as messages are, one of a stream at a time, called outside of any transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import orjson
import structlog
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from portal import db
from portal.domain import clock, leasing, outbox
from portal.domain.accounts import keys
from portal.domain.delivery import fault, lease, next_try

from . import endpoints
from .letter import Carrier, Letter, NotTaken
from .models import WebhookEvent
from .writing import GAVE_UP, SENT

PAUSE = timedelta(seconds=30)  # of a partner's other events, after one of them was not taken
log = structlog.get_logger()


def _first_of_stream() -> ColumnElement[bool]:
    """Return the condition that nothing of the same stream is on its way before it: so the order is kept."""
    before = aliased(WebhookEvent)
    return ~exists(
        select(before.id).where(
            before.stream_kind == WebhookEvent.stream_kind,
            before.stream_uuid == WebhookEvent.stream_uuid,
            before.sequence < WebhookEvent.sequence,
            before.state.in_(leasing.ON_ITS_WAY),
        )
    )


def deliver_due(
    carry: Carrier, *, owner: str, limit: int = 20, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Claim due events and hand them over one by one; return how many were claimed.

    1. the claim commits, one event of a stream at most; 2. a short transaction reads the address and the secrets of
    this instant; 3. the call, outside of any transaction, right before which the claim is asked once more; 4. a short
    transaction notes the result. After a crash between 3 and 4 the same event goes again under the same id.
    """
    with db.unit_of_work():
        claimed = (
            [] if outbox.on_hold() else leasing.claim(WebhookEvent, limit, owner, lease(), _first_of_stream())
        )
    deaf: set[int] = set()
    for place, event_id in enumerate(claimed):
        if stopping():
            with db.unit_of_work():
                leasing.release(WebhookEvent, claimed[place:], owner)
            break
        _deliver_one(event_id, owner, carry, deaf)
    return len(claimed)


def _deliver_one(event_id: int, owner: str, carry: Carrier, deaf: set[int]) -> None:
    failure: NotTaken | None = None
    with db.unit_of_work():
        row: WebhookEvent | None = leasing.keep(WebhookEvent, event_id, owner, lease())
        if row is None:
            return
        partner_id = row.partner_id
        if partner_id in deaf:
            _put_off(row, clock.now() + PAUSE)
            return
        try:
            letter = _letter(row, owner)
        except NotTaken as error:
            _failed(row, error, clock.now())
            return
    try:
        carry(letter)
    except leasing.Lost:
        with db.unit_of_work():
            leasing.release(WebhookEvent, [event_id], owner)
        return
    except NotTaken as error:
        failure = error
        deaf.add(partner_id)
    except Exception as error:
        log.error("webhook.not_carried", event_id=event_id, **fault(error))
        failure = NotTaken("our_fault", type(error).__name__)
    with db.unit_of_work():
        row = leasing.keep(WebhookEvent, event_id, owner, lease())
        if row is None and failure is None:
            row = leasing.not_ended(WebhookEvent, event_id)  # it has arrived, whoever holds it now
        if row is None:
            return
        if failure is None:
            _taken(row, clock.now())
        else:
            _failed(row, failure, clock.now())


def _letter(row: WebhookEvent, owner: str) -> Letter:
    endpoint = endpoints.living(row.partner_id)
    if endpoint is None:
        raise NotTaken("no_endpoint", gone=True)
    row.attempts += 1
    db.session().flush()
    try:
        secrets = endpoints.secrets_of(endpoint, clock.now())
    except keys.Unreadable:
        raise NotTaken("our_fault", "its secret opens with no key of this installation") from None
    event_id = row.id
    body = {
        "type": row.kind,
        "timestamp": row.created_at.isoformat(),
        "data": {**row.data, "sequence": row.sequence},
    }
    return Letter(
        url=endpoint.url, id=f"msg_{row.uuid.hex}", body=orjson.dumps(body, option=orjson.OPT_SORT_KEYS),
        secrets=secrets, held=lambda: leasing.still_held(WebhookEvent, event_id, owner, lease()),
    )  # fmt: skip


def _taken(row: WebhookEvent, at: datetime) -> None:
    _free(row, SENT)
    row.ended_at, row.reason, row.detail = at, "", ""
    endpoint = endpoints.living(row.partner_id)
    if endpoint is not None:
        endpoint.answered_at, endpoint.failing_since = at, None
    db.session().flush()


def _failed(row: WebhookEvent, error: NotTaken, at: datetime) -> None:
    row.reason, row.detail = error.reason, error.detail
    until = None if error.gone else next_try(max(1, row.attempts), at)
    if until is None:
        _free(row, GAVE_UP)
        row.ended_at = at
        log.warning("webhook.given_up", webhook=str(row.uuid), reason=error.reason)
    else:
        _put_off(row, until)
    endpoint = endpoints.living(row.partner_id)
    if endpoint is not None and endpoint.failing_since is None:
        endpoint.failing_since = at
    db.session().flush()


def _put_off(row: WebhookEvent, until: datetime) -> None:
    _free(row, leasing.QUEUED)
    row.due_at = until


def _free(row: WebhookEvent, state: str) -> None:
    row.state, row.leased_by, row.leased_until = state, "", None

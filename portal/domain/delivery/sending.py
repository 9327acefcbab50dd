"""A message on its way: ask the gate again, keep to the person's hours, write the words, send, note the result."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
import structlog
from sqlalchemy.exc import OperationalError

from portal import config, db
from portal.domain import clock, errors, outbox
from portal.domain.accounts import keys, links, seat
from portal.domain.leasing import Lost
from portal.domain.outbox import Message, State

from . import endings, timing
from .addresses import NoAddress, choose
from .asking import ask
from .letters import SEAL
from .parcel import Parcel, Refused, Transport, TryLater, Words
from .readers import Lane, ReaderOf, lane_of, reader_of

NOTE_AGAIN = (
    0.2,
    1.0,
    3.0,
)  # seconds between tries to note what has left: an unwritten note is a second copy
log = structlog.get_logger()

Ready = tuple[Parcel, Words]


def lease() -> timedelta:
    """Return how long a claim lasts: longer than one whole conversation with a mail server may."""
    return timedelta(seconds=config.load().lease_seconds)


def prepare(message: Message, at: datetime, transport: Transport) -> Ready | None:
    """Decide whether a message leaves at ``at``; return what to carry, or None when it ended or waits.

    1. expired; 2. the gate, whose decision is stored; 3. an address that still takes messages; 4. hours, pause and
    budget; 5. the words, stored without their secrets. The inbox of the portal is reached by this alone.
    """
    if message.expires_at is not None and message.expires_at <= at:
        # What was tried and refused until then was not withheld by us.
        (endings.give_up if message.attempts else endings.withhold)(message, "too_late", at)
        return None
    reader = reader_of(message, lock=True)
    lane = lane_of(message.purpose, reader.language)
    try:
        address, missing = choose(message), ""
    except NoAddress as none:
        address, missing = message.address, none.reason
    decision = ask(message, "send", address, at)
    if not decision.allowed:
        if decision.until is not None and decision.until > at:
            endings.put_off(message, decision.until, decision.reason, at)
        else:
            endings.withhold(message, decision.reason, at)
        return None
    if missing:
        endings.withhold(message, missing, at)
        return None
    wait = timing.not_before(message, lane, at)
    if wait is not None:
        endings.put_off(message, wait.until, wait.reason, at)
        return None
    return _write_words(message, address, reader, lane, at, transport)


def _write_words(
    message: Message, address: str, reader: ReaderOf, lane: Lane, at: datetime, transport: Transport
) -> Ready | None:
    message.address = address
    message.message_id = message.message_id or transport.message_id(message.uuid)
    secret, stop = _tokens(message, lane)
    parcel = Parcel(
        uuid=message.uuid, message_id=message.message_id, name=message.name, channel=message.channel,
        address=address, purpose=message.purpose, topic=message.topic, service=lane.service,
        language=reader.language, zone=reader.zone, at=at, to_name=reader.name, greeting=reader.salutation,
        purpose_title=lane.title, account_number=reader.account_number,
        link_account=reader.link_account, actor_name=message.actor_name,
        about_kind=message.about_kind, about_uuid=message.about_uuid, signed_in=message.person_id is not None,
        secret=secret, stop_token=stop, data=dict(message.data),
    )  # fmt: skip
    words = transport.compose(parcel)
    kept = words.without(secret, stop)
    message.language = reader.language
    message.subject, message.body_text, message.body_html = kept.subject[:300], kept.text, kept.html
    if message.channel == "inbox":
        endings.sent(message, at)
        return None
    if message.channel in {"phone", "letter"}:
        endings.hand_to_staff(message, at)
        return None
    message.attempts += 1
    db.session().flush()
    return parcel, words


def _tokens(message: Message, lane: Lane) -> tuple[str, str]:
    """Return the tokens of the one-time link and of the one-click link, the same over every try.

    A second copy after a lost connection must hold links that work; so the tokens lie encrypted in the row until
    the message has left.
    """
    held: dict[str, str] = {}
    if message.sealed is not None:
        try:
            held = orjson.loads(keys.unseal(SEAL, message.sealed))
        except keys.Unreadable:
            held = {}
    secret, stop = held.get("secret", ""), held.get("stop", "")
    if message.channel == "letter" and message.secret == links.SEAT:
        secret = secret or seat.mint_code(message.about_uuid)
        message.sealed = keys.seal(SEAL, orjson.dumps({"secret": secret}).decode())
        return secret, ""
    if message.channel not in {"email", "sms"}:
        return "", ""
    if message.secret and not (secret and _open(message.secret, secret)):
        secret = links.mint_link(
            message.secret, person_id=message.person_id, address=message.address, data=dict(message.data)
        )
    if not lane.service and message.channel == "email" and not stop:
        stop = keys.new_token()
        message.mark = keys.digest(stop)
    if secret or stop:
        message.sealed = keys.seal(SEAL, orjson.dumps({"secret": secret, "stop": stop}).decode())
    return secret, stop


def _open(kind: str, token: str) -> bool:
    try:
        links.peek(kind, token)
    except errors.NotFound:
        return False
    return True


def deliver(message: Message, *, at: datetime | None = None, transport: Transport) -> State:
    """Do everything for one message inside the caller's transaction, and return where it stands.

    For a history that is told and for tests; a worker uses :func:`deliver_due`, which never holds a transaction
    open while a mail server thinks.
    """
    at = at or clock.now()
    ready = prepare(message, at, transport)
    if ready is not None:
        try:
            transport.carry(*ready)
        except (TryLater, Refused) as error:
            endings.failed(message, error, at)
        else:
            endings.sent(message, at)
    return State(message.state)


def deliver_due(
    transport: Transport, *, owner: str, limit: int = 20, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Claim due messages and send them one by one; return how many were claimed.

    1. the claim commits; 2. a short transaction decides and writes the words; 3. the channel carries outside of any
    transaction, and right before the content leaves it asks whether the claim still holds; 4. a short transaction
    notes the result. A crash between 3 and 4 lets the lease run out: the message is tried again under the same
    Message-ID, so that the worst is one second copy. Who was stopped before 3 and goes on later sends nothing.
    """
    with db.unit_of_work():
        claimed = outbox.claim(limit, owner, lease())
    down: set[str] = set()
    with transport:
        for place, message_id in enumerate(claimed):
            if stopping():
                with db.unit_of_work():
                    outbox.release(claimed[place:], owner)
                break
            _deliver_one(message_id, owner, transport, down)
    return len(claimed)


def _deliver_one(message_id: int, owner: str, transport: Transport, down: set[str]) -> None:
    try:
        with db.unit_of_work():
            message = outbox.keep(message_id, owner, lease())
            if message is None:
                return  # cancelled, or another worker has it
            if message.channel in down:
                endings.not_tried(message, clock.now())
                return
            ready = prepare(message, clock.now(), transport)
    except Exception as error:
        # A broken template or a broken row must neither stop the others nor get lost.
        log.error("message.not_prepared", message_id=message_id, **fault(error))
        _note(message_id, owner, TryLater("our_fault", type(error).__name__), count=True)
        return
    if ready is None:
        return
    failure: TryLater | Refused | None = None
    parcel, words = ready
    try:
        transport.carry(replace(parcel, held=lambda: outbox.still_held(message_id, owner, lease())), words)
    except Lost:
        # Whoever takes it next asks the gate anew; too much time has passed to trust our own answer.
        with db.unit_of_work():
            outbox.release([message_id], owner)
        return
    except (TryLater, Refused) as error:
        failure = error
        if isinstance(error, TryLater) and error.down:
            down.add(parcel.channel)
    except Exception as error:
        log.error("message.not_carried", message_id=message_id, **fault(error))
        failure = TryLater("our_fault", type(error).__name__)
    _note(message_id, owner, failure)


def fault(error: Exception) -> dict[str, str]:
    """Return what a log may say of an error: its kind and place; its words may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "kind": type(error).__name__,
        "place": f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "",
    }


def _note(message_id: int, owner: str, failure: TryLater | Refused | None, *, count: bool = False) -> None:
    """Note the result; a database that is busy for a moment is asked again, since the message may have left."""
    for pause in NOTE_AGAIN:
        try:
            return _note_once(message_id, owner, failure, count=count)
        except OperationalError as error:
            log.warning("message.not_noted", message_id=message_id, **fault(error))
            time.sleep(pause)
    return _note_once(message_id, owner, failure, count=count)


def _note_once(message_id: int, owner: str, failure: TryLater | Refused | None, *, count: bool) -> None:
    with db.unit_of_work():
        message = outbox.keep(message_id, owner, lease())
        if message is None:
            if failure is not None:
                return
            # The lease ran out while the server thought; what has left has left, whoever holds it now.
            message = outbox.not_ended(message_id)
            if message is None:
                return
        if count:
            message.attempts += 1
        if failure is None:
            endings.sent(message, clock.now())
        else:
            endings.failed(message, failure, clock.now())

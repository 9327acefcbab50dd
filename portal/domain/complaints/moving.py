"""How every verb moves a complaint: lock, ask the table, change, move the clocks, write the log. One way for all."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal import db
from portal.domain import audit, clock, errors
from portal.domain.actor import Actor, ActorKind, Permission
from portal.domain.audit import Tag
from portal.domain.calendars import Due
from portal.prepared import Added
from portal.text import Lazy, _t

from . import above, rules, scope, ticking
from .acts import Act, Facts, Role
from .clock_changes import changes
from .lengths import Length
from .models import Complaint, ComplaintEvent, Entry
from .rows import Transition
from .states import INFO, K, State

# Where others may have a part in it.
_HEARD = frozenset({State.IN_HAND, State.NEEDS_CUSTOMER, State.WITH_PARTNER})
SECOND_STAGE = frozenset({State.IN_REVIEW, State.NEEDS_CUSTOMER_R, State.REVIEW_OFFERED})
# What the table calls a needed field, and what the form of the verb calls it.
FIELDS = {
    "first_step": "next_step", "answer": "text", "offer_hash": "content_hash", "handler": "to", "scope": "parts",
    "result": "text", "decision": "text", "new_date": "reason",
}  # fmt: skip


def lock(complaint: Complaint, expected_version: int | None = None) -> datetime:
    """Take the complaint for this transaction, read it anew, and return the instant of the act.

    Two acts at once queue up here; raises Conflict when the actor's page shows an older version.
    """
    held: set[int] = db.session().info.setdefault("complaints_held", set())
    if complaint.id not in held:
        db.session().refresh(complaint, with_for_update=True)
        held.add(complaint.id)
    at = clock.now()
    if complaint.law_key and complaint.due_at is not None and complaint.due_at <= at:
        above.catch_up(complaint, at)
    require_version(complaint, expected_version)
    return at


def require_version(complaint: Complaint, expected: int | None) -> None:
    """Raise Conflict when the actor's page shows an older version; what was typed is kept by the page."""
    if expected is not None and expected != complaint.version:
        raise errors.Conflict(
            _t(
                "Meanwhile something arrived on this complaint. Your text is kept: read what is new, then decide."
            ),
            code="complaint.moved_on",
        )


def touch(complaint: Complaint) -> None:
    """Raise the version: an older page loses politely."""
    complaint.version += 1


def role_of(complaint: Complaint, act: Act, actor: Actor) -> Role:
    """Return the part of ``actor`` in this complaint for ``act``, found anew each time.

    NotFound for another's complaint, Denied for staff without the permission.
    """
    if actor.kind is ActorKind.CUSTOMER or actor.kind is ActorKind.STAFF:
        held = parts_of(complaint, actor, reviews=act is Act.TAKE_REVIEW)
        return next((role for role in held if rules.allowed(complaint.state, act, role)), held[0])
    if actor.kind is ActorKind.SYSTEM:
        return Role.TIMER if rules.allowed(complaint.state, act, Role.TIMER) else Role.SYSTEM
    if actor.kind is ActorKind.LAW:
        return Role.LAW
    raise errors.NotFound()


def parts_of(complaint: Complaint, actor: Actor, *, reviews: bool = False) -> tuple[Role, ...]:
    """Return the parts that a customer or a member of staff has in this complaint, the one to act in first.

    ``reviews`` tells that it is about taking the review. NotFound for another's complaint, Denied for staff without
    the permission.
    """
    if actor.kind is ActorKind.CUSTOMER:
        return (_role_of_customer(complaint, actor),)
    return _roles_of_staff(complaint, actor, reviews=reviews)


def _role_of_customer(complaint: Complaint, actor: Actor) -> Role:
    if actor.account_id is None or complaint.account_id != actor.account_id:
        raise errors.NotFound()
    if not scope.rights_on(actor, complaint):
        raise errors.NotFound()
    return Role.CUSTOMER if complaint.person_id == actor.person_id else Role.REPRESENTATIVE


def _roles_of_staff(complaint: Complaint, actor: Actor, *, reviews: bool) -> tuple[Role, ...]:
    if complaint.state in (State.DRAFT, State.DISCARDED):
        raise errors.NotFound()
    held = []
    if actor.may(Permission.COMPLAINTS_REVIEW) and (reviews or complaint.reviewer_id == actor.person_id):
        held.append(Role.REVIEWER)
    if actor.may(Permission.COMPLAINTS_WRITE):
        held.append(Role.HANDLER)
    if actor.may(Permission.COMPLAINTS_SUPERVISE):
        held.append(Role.SUPERVISOR)
        if complaint.state == State.EXTERNAL:
            held.append(Role.BODY)  # what an outside body decided is entered by a supervisor
    if not held:
        raise errors.Denied()
    return tuple(held)


def check(
    complaint: Complaint,
    act: Act,
    actor: Actor,
    *,
    facts: Facts | None = None,
    given: Mapping[str, Any] | None = None,
) -> Transition:
    """Return the row of the table for this act now; raise Denied, Conflict or Invalid (with the verb's field)."""
    role = role_of(complaint, act, actor)
    try:
        return rules.check(complaint.state, act, role, facts or facts_of(complaint), given)
    except errors.Invalid as error:
        field = FIELDS.get(error.field or "", error.field)
        raise errors.Invalid(error.message, code=error.code, field=field) from None


def allowed_act(complaint: Complaint, act: Act, actor: Actor) -> Transition:
    """Return the row for an act that changes nothing by itself, such as adding a file."""
    return check(complaint, act, actor)


def facts_of(complaint: Complaint, clocks: ticking.Clocks | None = None, **more: Any) -> Facts:
    """Return the facts that the table asks for; ``more`` names those which only the verb knows."""
    named = complaint.handler_id is not None
    running = (clocks or {}).get(K.NAMED)
    late = running is not None and running.due_at is not None and running.due_at <= clock.now()
    return Facts(named=named, reviewed=complaint.stage >= 2, nobody_in_time=late and not named, **more)


def touched(complaint: Complaint, person_id: int | None) -> bool:
    """Say whether a person has an earlier event or entry on the complaint, by the log and not by a role."""
    if person_id is None:
        return False
    events = select(ComplaintEvent.id).where(
        ComplaintEvent.complaint_id == complaint.id, ComplaintEvent.actor_person_id == person_id
    )
    entries = select(Entry.id).where(Entry.complaint_id == complaint.id, Entry.author_person_id == person_id)
    mine = person_id in (complaint.handler_id, complaint.entered_by_id)
    return mine or bool(
        db.session().scalar(select(func.count()).select_from(events.union_all(entries).limit(1).subquery()))
    )


@dataclass(frozen=True, slots=True)
class Timed:
    """What an act says about the clocks that begin with it."""

    lengths: Mapping[K, Length] | None = None
    dues: Mapping[K, Due] | None = None
    moves: Mapping[K, Due] | None = None  # of what goes on
    extra: Mapping[K, dict[str, Any]] | None = None
    ran_out: K | None = None
    skip: frozenset[K] = frozenset()
    since: datetime | None = None  # for what began earlier: nothing rings before this instant
    silent: bool = False  # what should have rung before ``since`` never does


def carry(
    complaint: Complaint,
    row: Transition,
    *,
    actor: Actor,
    at: datetime,
    clocks: ticking.Clocks | None = None,
    timed: Timed | None = None,
    reason: str = "",
    how: str = "",
    data: dict[str, Any] | None = None,
    logged_at: datetime | None = None,
    quiet: bool = False,
) -> ticking.Clocks:
    """Carry out a row: clocks, state, due date of the queue, version, and one event with clocks before and after.

    ``at`` is when the act counts, ``logged_at`` when it was written down if that was later; ``reason`` is what
    the actor said, ``how`` a word for the kind of an end; a ``quiet`` act changes nothing that a page shows.
    Returns the clocks as they are now.
    """
    clocks = ticking.of(complaint) if clocks is None else clocks
    before = ticking.picture(clocks)
    what = changes(row, ticking.statuses(clocks))
    timed = timed or Timed()
    if complaint.reviewer_id is not None and K.NAMED in what.start and row.target is State.IN_REVIEW:
        what = replace(what, start=what.start - {K.NAMED})  # it comes back to who reviewed it before
    what = replace(what, start=what.start - timed.skip)
    ticking.apply(
        complaint, what, clocks, at, lengths=timed.lengths, dues=timed.dues, extra=timed.extra,
        ran_out=timed.ran_out, since=timed.since, silent=timed.silent,
    )  # fmt: skip
    for k, due in (timed.moves or {}).items():
        ticking.move_due(complaint, clocks[k], due, at)
    _enter(complaint, row, at, how)
    settle(complaint, clocks)
    if not quiet:
        touch(complaint)
    log(complaint, row.act, row.source, row.target, actor, logged_at or at, reason,
        {"clocks": {"before": before, "after": ticking.picture(clocks)}, **(data or {})})  # fmt: skip
    if row.source in _HEARD and (not row.stays or K.PARTNER in row.restarts):
        above.hear(complaint, row, actor, at)
    return clocks


def settle(complaint: Complaint, clocks: ticking.Clocks) -> None:
    """Copy the date that the queue goes by to the complaint."""
    nearest = ticking.nearest(clocks.values())
    complaint.due_at = nearest.due_at if nearest else None
    complaint.due_clock = nearest.k if nearest else ""


def log(
    complaint: Complaint,
    act: Act,
    source: State | None,
    target: State,
    actor: Actor,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Write one event to the log that the customer can read."""
    _EVENT.run(
        uuid=uuidlib.uuid4(),
        complaint_id=complaint.id,
        account_id=complaint.account_id,
        at=at,
        act=act.value,
        from_state=source.value if source else "",
        to_state=target.value,
        actor_kind=actor.kind.value,
        actor_person_id=actor.person_id,
        actor_name=actor.name,
        reason=reason[:500],
        data=data or {},
    )


_EVENT = Added(ComplaintEvent)


def note(tag: Tag, complaint: Complaint, actor: Actor, at: datetime, **keys: Any) -> None:
    """Write the act to the record that both sides read."""
    keys = {"number": complaint.number, **keys}
    if tag is Tag.COMPLAINT_DISCARDED:
        keys = {}
    audit.record(
        tag,
        actor=actor,
        account_id=complaint.account_id,
        subject=("complaint", complaint.uuid),
        at=at,
        **keys,
    )


def clean(text: str | None, field: str, limit: int, *, needed: Lazy | None = None) -> str:
    """Return a text without outer space and control signs; raise Invalid at ``field`` when empty or too long."""
    text = "".join(sign for sign in (text or "") if sign >= " " or sign in "\n\t").strip()
    if not text and needed is not None:
        raise errors.Invalid(needed, code="complaint.needed", field=field)
    if len(text) > limit:
        raise errors.Invalid(
            _t("This is too long: {length} letters of {limit}. Please shorten it or put the rest into a file.",
               length=len(text), limit=limit),
            code="complaint.too_long", field=field,
        )  # fmt: skip
    return text


def _enter(complaint: Complaint, row: Transition, at: datetime, how: str) -> None:
    source, target = row.source, row.target
    complaint.state = target.value
    if target in SECOND_STAGE:
        complaint.stage = 2
    now, before = INFO[target], INFO[source] if source else None
    if now.finished or now.final:
        if before is None or not (before.finished or before.final):
            complaint.ended_at, complaint.ended_how = at, how or row.act.value
    else:
        complaint.ended_at, complaint.ended_how = None, ""

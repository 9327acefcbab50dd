"""A lost second step. Whoever has a recovery code needs nothing of this.

Customers: the password (or a reset) is proved, the mailbox confirms, and then nothing happens for three days but
notices: to every mailbox, to the phone, on the security page. One press on any of them stops it, and so does a
sign-in with the second step that was not lost after all. Then a link in the mailbox takes the second step away.

Staff: an administrator takes it away, on the record; no mailbox is enough.
"""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal import config, db
from portal.domain import audit, clock
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import Denied, NotFound
from portal.text import _t

from . import administrators, devices, duty, links, messages, own_sessions, staff, two_steps
from .actors import Face, actor_of
from .credentials import LostSecondStep
from .models import Person

AGAIN = timedelta(hours=1)  # between two requests of one person


@dataclass(frozen=True, slots=True)
class Wait:
    """How long the second step still holds."""

    hours: int
    until: datetime | None = None


def _of_step(step: str) -> Actor:
    link = links.peek(links.STEP, step)
    if link.data.get("face") != Face.CUSTOMER.value or "enrolment" in link.data:
        raise NotFound()
    return actor_of(link.person_id or 0)


def may_report(step: str) -> Wait:
    """Return how long the wait is, for a customer behind a right password; raise NotFound for anybody else."""
    _of_step(step)
    return Wait(config.load().lost_second_step_hours)


def report_lost(step: str) -> None:
    """Write the link that begins the wait to the mailboxes of a customer behind a right password; raise NotFound.

    Asked again within the hour it writes nothing more.
    """
    actor, session, now = _of_step(step), db.session(), clock.now()
    person_id = actor.person_id or 0
    open_ones = select(LostSecondStep.id).where(
        LostSecondStep.person_id == person_id, LostSecondStep.ended_at.is_(None)
    )
    recent = LostSecondStep.asked_at > now - AGAIN
    if session.scalar(open_ones.where(recent | LostSecondStep.ready_at.is_not(None)).limit(1)) is not None:
        return
    row = LostSecondStep(person_id=person_id, asked_at=now, ready_at=None, told_at=None, ended_at=None)
    session.add(row)
    session.flush()
    hours = config.load().lost_second_step_hours
    messages.second_step_lost(person_id, actor=actor, stage="asked", key=f"{row.id}", hours=hours)


def peek_wait(token: str) -> Wait:
    """Return what the link in the first mail would begin; raise NotFound when it is over."""
    links.peek(links.LOST, token)
    return Wait(config.load().lost_second_step_hours)


def begin_wait(token: str) -> Wait:
    """Begin the wait, by the link in the mailbox; raise NotFound when it is over or nothing is asked any more."""
    link = links.use(links.LOST, token)
    hours = config.load().lost_second_step_hours
    until = clock.now() + timedelta(hours=hours)
    actor = actor_of(link.person_id or 0)
    begun = db.session().execute(
        update(LostSecondStep)
        .where(
            LostSecondStep.person_id == link.person_id,
            LostSecondStep.ended_at.is_(None),
            LostSecondStep.ready_at.is_(None),
        )
        .values(ready_at=until)
        .returning(LostSecondStep.id)
    )
    row = next(iter(begun.scalars().all()), None)
    if row is None:
        raise NotFound()
    audit.record(Tag.SECOND_STEP_LOST, actor=actor, account_id=actor.account_id, until=until)
    messages.second_step_lost(
        link.person_id or 0, actor=actor, stage="waiting", key=f"{row}", hours=hours, until=until.isoformat()
    )
    return Wait(hours, until)


def waiting_until(person_id: int) -> datetime | None:
    """Return until when a reported second step still holds; None when nothing was reported."""
    return db.session().scalar(
        select(LostSecondStep.ready_at)
        .where(
            LostSecondStep.person_id == person_id,
            LostSecondStep.ended_at.is_(None),
            LostSecondStep.ready_at.is_not(None),
        )
        .limit(1)
    )


def _end(person_id: int, how: str) -> bool:
    ended = db.session().execute(
        update(LostSecondStep)
        .where(LostSecondStep.person_id == person_id, LostSecondStep.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_how=how)
        .returning(LostSecondStep.id)
    )
    return bool(ended.all())


def stop_wait(person_id: int, *, actor: Actor, how: str) -> None:
    """Stop the removal of a second step and void its links; where nothing waits nothing happens."""
    if _end(person_id, how):
        links.end_all(person_id, links.LOST, links.REGAIN)
        audit.record(Tag.SECOND_STEP_RETURNED, actor=actor, account_id=actor.account_id)


def tell_ready(*, most: int = 50) -> int:
    """Write the last link to those whose wait is over; return how many; for the worker, safe to run twice at once."""
    session, now = db.session(), clock.now()
    over = (
        LostSecondStep.ended_at.is_(None), LostSecondStep.told_at.is_(None), LostSecondStep.ready_at <= now
    )  # fmt: skip
    told = 0
    for row in session.scalars(
        select(LostSecondStep.id).where(*over).order_by(LostSecondStep.id).limit(most)
    ).all():
        mine = session.execute(
            update(LostSecondStep)
            .where(LostSecondStep.id == row, *over)
            .values(told_at=now)
            .returning(LostSecondStep.person_id)
        ).scalar_one_or_none()
        if mine is None:
            continue
        try:
            actor = actor_of(mine)
        except NotFound:
            _end(mine, "stopped")
            continue
        messages.second_step_lost(mine, actor=actor, stage="ready", key=f"{row}", hours=7 * 24)
        told += 1
    return told


def peek_regain(token: str) -> None:
    """Raise NotFound when the last link is over."""
    links.peek(links.REGAIN, token)


def regain(token: str) -> None:
    """Take the lost second step away: every sign-in ends, and the password is enough until there is a new one.

    Raise NotFound when the link is over or the removal was stopped.
    """
    link = links.use(links.REGAIN, token)
    person_id = link.person_id or 0
    actor = actor_of(person_id)
    if duty.is_staff(person_id) or not _end(person_id, "done"):
        raise NotFound()
    two_steps.forget_all(person_id)
    own_sessions.end_all(person_id, actor=actor, how="second_step")
    devices.forget_devices(person_id)
    links.end_all(person_id, links.STEP, links.FACTOR)
    audit.record(Tag.SECOND_STEP_RESET, actor=actor, account_id=actor.account_id)
    messages.factor_changed(person_id, actor=actor, change="reset", factor="all", key=f"regain-{link.id}")


def reset_second_step(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Take every second step of a colleague away, who enrols a new one at the next sign-in; all theirs end.

    Raise Denied for oneself and without the permission, FreshSignInNeeded, NotFound.
    """
    administrators.guard(actor)
    person, _member = staff.found(uuid)
    if person.id == actor.person_id:
        raise Denied(_t("Another administrator can do this for you."))
    take_second_step(person, actor=actor)


def take_second_step(person: Person, *, actor: Actor) -> None:
    """Take every second step of a person away and end every sign-in, on the record; the caller checks who may."""
    two_steps.forget_all(person.id)
    own_sessions.end_all(person.id, actor=actor, how="second_step")
    devices.forget_devices(person.id)
    links.end_all(person.id, links.STEP, links.FACTOR)
    audit.record(
        Tag.STAFF_SECOND_STEP_RESET, actor=actor, subject=("person", person.uuid), person=person.name
    )
    key = f"reset-{person.id}-{clock.now().isoformat()}"
    messages.factor_changed(person.id, actor=actor, change="reset", factor="all", key=key)

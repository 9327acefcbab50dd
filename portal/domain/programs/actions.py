"""Let a program act for oneself, and stop it."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from portal import db
from portal.domain import audit, calendars, clock
from portal.domain.accounts.models import Person
from portal.domain.accounts.shapes import line
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import Denied, Invalid, NotFound
from portal.text import _t

from . import messages, tokens
from .models import Program
from .scopes import Scope, unknown

MOST_DAYS = 366
DEFAULT_DAYS = 90
MOST_PROGRAMS = 20


def make(name: str, scopes: Sequence[str], until: date, *, actor: Actor) -> tuple[Program, str]:
    """Let a program act as ``actor`` in the account in hand until the end of a day; return it with its token.

    The token is nowhere stored and never shown again. ``until`` is a day of the person's zone, at most a year away.
    Raises Invalid at ``name``, ``scopes`` or ``until``, Denied for who is no customer with an account in hand.
    """
    if not actor.is_customer or actor.person_id is None or actor.account_id is None:
        raise Denied()
    name = line(name, most=80, field="name", needed=True)
    wanted = _scopes(scopes)
    now = clock.now()
    if not timedelta(0) <= until - calendars.local_day(now, actor.zone) <= timedelta(days=MOST_DAYS):
        message = _t("Choose a day from today on, at most a year away.")
        raise Invalid(message, code="programs.until", field="until")
    session = db.session()
    # The row of the person is held, so that two presses at once do not pass the limit together.
    session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True))
    living = session.scalar(
        select(func.count())
        .select_from(Program)
        .where(
            Program.account_id == actor.account_id,
            Program.person_id == actor.person_id,
            Program.stopped_at.is_(None),
            Program.expires_at > now,
        )
    )
    if (living or 0) >= MOST_PROGRAMS:
        message = _t("{most} programs act for you already. Stop one first.", most=MOST_PROGRAMS)
        raise Invalid(message, code="programs.many", field="name")
    token = tokens.new()
    program = Program(
        uuid=uuidlib.uuid4(),
        account_id=actor.account_id,
        person_id=actor.person_id,
        name=name,
        prefix=tokens.prefix_of(token),
        token_hash=tokens.hashes_of(token)[0],
        scopes=wanted,
        created_at=now,
        expires_at=calendars.day_end(until, actor.zone)
        - timedelta(seconds=1),  # so that it shows its own day
        last_used_at=None,
        stopped_at=None,
    )
    session.add(program)
    session.flush()
    audit.record(
        Tag.PROGRAM_MADE,
        actor=actor,
        account_id=actor.account_id,
        subject=("program", program.uuid),
        program=name,
        until=program.expires_at,
    )
    messages.made(program, actor=actor)
    session.flush()
    return program, token


def stop(uuid: uuidlib.UUID, *, actor: Actor) -> Program:
    """Stop one of the actor's own programs at once; twice is once. Raise NotFound when it is none of theirs."""
    session = db.session()
    program = session.scalars(
        select(Program).where(
            Program.uuid == uuid, Program.account_id == actor.account_id, Program.person_id == actor.person_id
        )
    ).one_or_none()
    if program is None or not actor.is_customer:
        raise NotFound()
    if program.stopped_at is None:
        program.stopped_at = clock.now()
        audit.record(
            Tag.PROGRAM_STOPPED,
            actor=actor,
            account_id=program.account_id,
            subject=("program", program.uuid),
            program=program.name,
        )
        session.flush()
    return program


def _scopes(given: Sequence[str]) -> list[str]:
    known = {scope.value for scope in Scope}
    if set(given) - known:
        raise unknown()
    if not given:
        message = _t("Choose at least one thing that the program may do.")
        raise Invalid(message, code="programs.scope", field="scopes")
    # Whoever may change a thing may read it anyway.
    spare = {scope.replace(":write", ":read") for scope in given if scope.endswith(":write")}
    return [scope.value for scope in Scope if scope.value in given and scope.value not in spare]

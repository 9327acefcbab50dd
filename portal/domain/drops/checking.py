"""Checking a file, by a worker: read outside of any write, then acting in short transactions; safe to do twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, insert

from portal import db
from portal.domain import accounts, clock, files, leasing, partners, sheets
from portal.domain.accounts import Face
from portal.domain.actor import SYSTEM, Actor
from portal.domain.audit import Tag
from portal.domain.errors import DomainError, Invalid, NotFound
from portal.domain.sheets import Fault, Sheet, Unreadable
from portal.text import Lazy, _t

from . import intake, messages, rules
from .dropping import Said, record, said_of
from .intake import Effect, Good
from .models import DroppedFault, DroppedFile
from .rules import KINDS, Kind, State
from .words import packed

LEASE = timedelta(minutes=5)
TRIES = 5
PIECE = 200
log = structlog.get_logger()
Found = list[tuple[int, str, Lazy]]  # line, column as the file names it, what is wrong


class Held(Exception):
    """The file goes to quarantine: nothing of it acts."""

    def __init__(self, message: Lazy) -> None:
        self.message = message
        super().__init__(str(message))


def check_due(*, owner: str, limit: int = 20, stopping: Callable[[], bool] = lambda: False) -> int:
    """Claim files that wait and check them one by one; return how many were claimed.

    1. the claim commits; 2. the file is read line by line without any lock; 3. its lines act in batches, each in a
    transaction of its own that holds the claim, a price list in one; 4. the result is noted. After a crash the whole
    is done once more: what a line did, it does not do twice.
    """
    with db.unit_of_work():
        claimed = leasing.claim(DroppedFile, limit, owner, LEASE)
    for place, file_id in enumerate(claimed):
        if stopping():
            with db.unit_of_work():
                leasing.release(DroppedFile, claimed[place:], owner)
            break
        try:
            _check(file_id, owner)
        except Held as held:
            _note(file_id, owner, State.QUARANTINED, problem=held.message)
        except leasing.Lost:
            continue
        except Exception as error:
            log.error("drop.not_checked", file_id=file_id, error=type(error).__name__)
            _try_later(file_id, owner)
            raise
    return len(claimed)


def _check(file_id: int, owner: str) -> None:
    with db.unit_of_work(write=False) as session:
        file = session.get_one(DroppedFile, file_id)
        kind, said, released = KINDS[file.kind], said_of(file), file.released_at is not None
        path = files.path_of(file.stored_name)
    try:
        sheet = sheets.look(path, kind.columns, said.reading, most=kind.most)
        good, wrong, bad = _lines(kind, sheet)
    except Unreadable as error:
        message = error.message
        raise Held(message if isinstance(message, Lazy) else _t("The file cannot be read.")) from None
    except FileNotFoundError:
        raise Held(_t("The file is not there any more. Send it again.")) from None
    to = rules.result(kind, lines=sheet.lines, bad=len(bad), released=released)
    counts = {"lines": sheet.lines, "bad": len(bad)}
    if to is State.QUARANTINED:
        message = _t(
            "{bad} of {lines} lines are wrong, so we look at it before anything of it counts.", **counts
        )
        _note(file_id, owner, to, problem=message, wrong=wrong, counts=counts)
    elif kind.whole:
        _publish(file_id, owner, to, good, said, wrong, counts)
    else:
        _act(file_id, owner, kind, sheet, good, wrong, counts)


def _lines(kind: Kind, sheet: Sheet) -> tuple[list[Good], Found, set[int]]:
    """Return the good lines of a file in their shape, what is wrong in the others, and which those are."""
    good: list[Good] = []
    wrong: Found = []
    seen: dict[Any, int] = {}
    for record_ in sheet.records():
        if record_.fault is not None:
            wrong.append((record_.line, "", record_.fault))
            continue
        values, faults = sheets.read(kind.columns, sheet.fields(record_), sheet.reading)
        if not faults:
            try:
                value = intake.SHAPES[kind.key](values)
                first = seen.setdefault(intake.KEYS[kind.key](value), record_.line)
                if first != record_.line:
                    message = _t("The same stands in line {line} already. Keep one of the two.", line=first)
                    faults = [Fault(kind.columns[0].key, message)]
                else:
                    good.append(Good(record_.line, value))
            except Invalid as error:
                faults = [Fault(error.field or "", error.message)]
        wrong += [(record_.line, _column(kind, sheet, key), message) for key, message in faults]
    return good, wrong, {line for line, _, _ in wrong}


def _column(kind: Kind, sheet: Sheet, key: str) -> str:
    """Return what the file calls a field; a column that it lacks by the name of ours."""
    ours = next((one.title for one in kind.columns if one.key == key), "")
    return sheet.columns.get(key) or str(ours)


def _publish(
    file_id: int, owner: str, to: State, good: list[Good], said: Said, wrong: Found, counts: dict[str, int]
) -> None:
    """Publish a price list, or take nothing of it where a line is wrong."""
    if to is not State.ACCEPTED:
        message = _t(
            "Nothing of it was taken, because some lines are wrong. Mend them and send the file again."
        )
        _note(file_id, owner, to, problem=message, wrong=wrong, counts=counts)
        return
    try:
        with db.unit_of_work():
            file = _hold(file_id, owner)
            result, new = intake.publish(file, good, actor=_actor(file), said=said)
            counts |= {"taken" if new else "known": len(good)}
            _end(file, to, problem=None, wrong=wrong, counts=counts, result=result)
    except DomainError as error:
        raise Held(error.message) from None


def _act(
    file_id: int, owner: str, kind: Kind, sheet: Sheet, good: list[Good], wrong: Found, counts: dict[str, int]
) -> None:
    """Let the good lines act, batch by batch."""
    taken = known = 0
    for start in range(0, len(good), kind.batch):
        with db.unit_of_work():
            file = _hold(file_id, owner)
            done = intake.act(file, good[start : start + kind.batch], actor=_actor(file))
        for line, effect in done:
            if isinstance(effect, Fault):
                wrong.append((line, _column(kind, sheet, effect.key), effect.message))
            else:
                taken += effect is Effect.TAKEN
                known += effect is Effect.KNOWN
    bad = len({line for line, _, _ in wrong})
    counts |= {"taken": taken, "known": known, "bad": bad}
    to = State.ACCEPTED if not bad else State.PARTLY if taken or known else State.REJECTED
    _note(file_id, owner, to, wrong=sorted(wrong, key=lambda one: one[0]), counts=counts)


def _actor(file: DroppedFile) -> Actor:
    """Return who dropped a file, as that person may act now; raise Held for who may not any more."""
    try:
        if file.ours:
            return accounts.actor_of(file.created_by_id or 0, face=Face.STAFF)
        return partners.actor_of(person_id=file.created_by_id, partner_id=file.partner_id)
    except NotFound:
        raise Held(_t("Who sent the file does not act for the company any more.")) from None


def _hold(file_id: int, owner: str) -> DroppedFile:
    """Return a file that this worker still holds, for longer; raise Lost."""
    file: DroppedFile | None = leasing.keep(DroppedFile, file_id, owner, LEASE)
    if file is None:
        raise leasing.Lost
    return file


def _note(
    file_id: int, owner: str, to: State, *, problem: Lazy | None = None, wrong: Found | None = None,
    counts: dict[str, int] | None = None,
) -> None:  # fmt: skip
    with db.unit_of_work():
        try:
            file = _hold(file_id, owner)
        except leasing.Lost:
            return
        _end(file, to, problem=problem, wrong=wrong or [], counts=counts or {}, result=None)


def _end(
    file: DroppedFile, to: State, *, problem: Lazy | None, wrong: Found, counts: dict[str, int], result: Any
) -> None:
    session, now = db.session(), clock.now()
    file.state, file.leased_by, file.leased_until = to.value, "", None
    file.ended_at = now if to in rules.ENDED else None
    file.problem = packed(problem) if problem is not None else None
    for name in ("lines", "taken", "known", "bad"):
        setattr(file, name, counts.get(name, 0))
    file.result = result
    session.execute(delete(DroppedFault).where(DroppedFault.file_id == file.id))
    rows = [
        {"file_id": file.id, "line": line, "column": column[:120], "message": packed(message)}
        for line, column, message in wrong[: rules.FAULTS_KEPT]
    ]
    for start in range(0, len(rows), PIECE):
        session.execute(insert(DroppedFault), rows[start : start + PIECE])
    session.flush()
    record(
        Tag.FILE_CHECKED, file, SYSTEM, file_state=to.value, read=file.lines, taken=file.taken, refused=file.bad
    )  # fmt: skip
    messages.checked(file)


def _try_later(file_id: int, owner: str) -> None:
    """Put a file off whose check failed by our fault; after some tries staff look at it."""
    with db.unit_of_work():
        file: DroppedFile | None = leasing.keep(DroppedFile, file_id, owner, LEASE)
        if file is None:
            return
        file.attempts += 1
        if file.attempts >= TRIES:
            message = _t("Checking it failed by a fault of ours.")
            _end(file, State.QUARANTINED, problem=message, wrong=[], counts={}, result=None)
            return
        file.state, file.leased_by, file.leased_until = State.RECEIVED.value, "", None
        file.due_at = clock.now() + timedelta(minutes=2**file.attempts)

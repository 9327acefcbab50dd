"""Dropping a file: kept as it came, and checked by a worker; the same bytes once more are no second file."""

from __future__ import annotations

import hashlib
import uuid as uuidlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, clock, files, outbox, partners, supply
from portal.domain.actor import Actor, PartnerRight, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Denied, Invalid, TooMany
from portal.domain.partners import Partner
from portal.domain.sheets import DATES, DECIMALS, ENCODINGS, Reading
from portal.text import _t

from . import rules
from .models import DroppedFile
from .rules import KINDS, Kind, State

MOST_WAITING = 20  # files of one scope that are not checked yet


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a file when it is dropped: how it is written, and for a price list its money and days."""

    encoding: str = ""
    decimal: str = ""
    dates: str = ""
    currency: str = ""
    starts: date | None = None
    ends: date | None = None
    retroactive: bool = False

    @property
    def reading(self) -> Reading:
        """How the file is to be read."""
        return Reading(self.encoding, self.decimal, self.dates)


class Dropped(NamedTuple):
    """What came of dropping a file; not ``new`` where these very bytes came before."""

    file: DroppedFile
    new: bool


def kinds_for(actor: Actor) -> list[Kind]:
    """Return the kinds of files that the actor drops, for whomever; raise Denied."""
    if actor.is_staff:
        actor.require(Permission.PARTNERS_WRITE)
        return [one for one in KINDS.values() if one.staff]
    guard(actor)
    own = partners.own_company(actor).kind
    return [one for one in KINDS.values() if own in one.theirs]


def drop(
    content: bytes, *, name: str, kind: str, said: Said, actor: Actor, company: uuidlib.UUID | None = None
) -> Dropped:
    """Take a file of a known kind, for a worker to check; staff name the company it is of or for (None: all partners).

    The same bytes once more change nothing; while they are not accepted, saying otherwise how they are to be read
    has them checked anew. Raise Denied, TooMany, Invalid at the field.
    """
    wanted = next((one for one in kinds_for(actor) if one.key == kind), None)
    if wanted is None:
        raise Invalid(_t("Choose what kind of file it is."), code="drops.kind", field="kind")
    partner = _company(wanted, actor, company)
    said = _checked(wanted, said)
    if not content:
        raise Invalid(_t("Choose a file first."), code="drops.no_file", field="file")
    if len(content) > rules.MOST_BYTES:
        message = _t(
            "The file is larger than {most} MB. Send it in parts.", most=rules.MOST_BYTES // (1024 * 1024)
        )
        raise Invalid(message, code="drops.large", field="file")  # fmt: skip
    scope = f"{'ours' if actor.is_staff else 'theirs'}:{partner.id if partner else rules.ALL}"
    sha256, given = hashlib.sha256(content).hexdigest(), _given(said)
    while True:
        known = _known(scope, wanted, sha256)
        if known is not None:
            return Dropped(known, _again(known, given, actor))
        _require_few(scope)
        made = DroppedFile(
            uuid=uuidlib.uuid4(), scope=scope, partner_id=partner.id if partner else None, ours=actor.is_staff,
            kind=wanted.key, name=_name(name), size=len(content), sha256=sha256, given=given,
            state=State.RECEIVED.value, due_at=clock.now(), created_at=clock.now(), created_by_id=actor.person_id,
            created_by_name=actor.name[:120],
        )  # fmt: skip
        if _added(made):
            break
    made.stored_name = files.keep(content)
    db.session().flush()
    record(Tag.FILE_DROPPED, made, actor)
    db.after_commit(outbox.ring)
    return Dropped(made, True)


def record(tag: Tag, file: DroppedFile, actor: Actor, **keys: Any) -> None:
    """Put a step with a file on the record of acts."""
    partner = partners.named([file.partner_id])[file.partner_id] if file.partner_id is not None else "*"
    audit.record(
        tag, actor=actor, subject=("dropped_file", file.uuid), file=file.name[:120], partner=partner,
        file_kind=file.kind, **keys,
    )  # fmt: skip


def said_of(file: DroppedFile) -> Said:
    """Return what was said of a file."""
    given = dict(file.given)
    for key in ("starts", "ends"):
        given[key] = date.fromisoformat(given[key]) if given.get(key) else None
    return Said(**given)


def again(file: DroppedFile, said: Said | None = None) -> None:
    """Have a file that is held checked anew, read as is said now."""
    if said is not None:
        file.given = _given(said)
    now = clock.now()
    file.state, file.due_at, file.ended_at = State.RECEIVED.value, now, None
    file.attempts, file.reason, file.problem = 0, "", None
    db.session().flush()
    db.after_commit(outbox.ring)


def guard(actor: Actor) -> int:
    """Return for which partner the actor exchanges; raise Denied for who may not."""
    if not actor.partner_may(PartnerRight.EXCHANGE_WRITE) or actor.partner_id is None:
        raise Denied()
    return actor.partner_id


def _company(kind: Kind, actor: Actor, company: uuidlib.UUID | None) -> Partner | None:
    """Return of or for which company a file is, None for all partners; raise Invalid at ``company``."""
    if actor.is_partner:
        return next(one for one in partners.active() if one.id == guard(actor))
    found = None
    if company is not None:
        found = next((one for one in partners.active() if one.uuid == company), None)
        if found is None:
            raise Invalid(_t("Choose a company from the list."), code="drops.company", field="company")
    if (found.kind if found is not None else rules.ALL) not in kind.staff:
        message = _t("Such a file is of a supplier. Choose one.")
        raise Invalid(message, code="drops.company", field="company")
    return found


def _checked(kind: Kind, said: Said) -> Said:
    """Return what is said of a file, in its shape; raise Invalid at the field."""
    checked_reading(said.reading)
    if kind is not rules.PRICE_LIST:
        return replace(said, currency="", starts=None, ends=None, retroactive=False)
    currency, starts = supply.check(
        currency=said.currency, starts=said.starts, ends=said.ends, retroactive=said.retroactive
    )
    return replace(said, currency=currency, starts=starts)


def checked_reading(reading: Reading) -> None:
    """Raise Invalid at the field for a way of reading that there is not."""
    for value, known, field in (
        (reading.encoding, {"": "", **ENCODINGS}, "encoding"), (reading.decimal, DECIMALS, "decimal"),
        (reading.dates, DATES, "dates"),
    ):  # fmt: skip
        if value not in known:
            raise Invalid(_t("Choose one from the list."), code="drops.reading", field=field)


def _given(said: Said) -> dict[str, Any]:
    found = asdict(said)
    return {key: one.isoformat() if isinstance(one, date) else one for key, one in found.items()}


def _known(scope: str, kind: Kind, sha256: str) -> DroppedFile | None:
    return db.session().scalar(
        select(DroppedFile)
        .where(DroppedFile.scope == scope, DroppedFile.kind == kind.key, DroppedFile.sha256 == sha256)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _again(known: DroppedFile, given: Mapping[str, Any], actor: Actor) -> bool:
    """Check a file anew that was not accepted and is said to be read otherwise; tell whether it is."""
    held = known.state in (State.QUARANTINED, State.REJECTED) and known.removed_at is None
    if not held or known.given == given or known.reason:  # what staff rejected stays so
        return False
    known.given = dict(given)
    again(known)
    record(Tag.FILE_DROPPED, known, actor)
    return True


def _require_few(scope: str) -> None:
    waiting = select(DroppedFile.id).where(
        DroppedFile.scope == scope, DroppedFile.state.in_([State.RECEIVED.value, State.CHECKING.value])
    )
    if len(list(db.session().scalars(waiting.limit(MOST_WAITING)))) >= MOST_WAITING:
        raise TooMany(60, _t("Many of your files wait to be checked. Send the next one when they are done."))


def _name(name: str) -> str:
    return files.clean_name(name) or "file.csv"


def _added(made: DroppedFile) -> bool:
    """Add a file; tell whether these bytes did not come at the same instant."""
    session = db.session()
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        if db.constraint_of(error) != "uq_dropped_file_scope_kind_sha256":
            raise
        return False
    return True

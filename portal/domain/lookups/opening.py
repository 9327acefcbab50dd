"""Opening what belongs to a customer: one row per staff session, account and purpose in a half hour.

Reads first and writes only what is new, so that a page which is opened again costs one SELECT.
"""

from __future__ import annotations

import hashlib
import uuid as uuidlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import db
from portal.db import BigId, UtcDateTime
from portal.domain import audit, clock
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import Denied, Invalid
from portal.prepared import Prepared
from portal.text import _t

from .models import OF_CLIENTS, LookUp, LookUpItem
from .purposes import CHOICES, ITEMS, WINDOW, Purpose, window_start

Item = tuple[str, uuidlib.UUID | None, str]


def _known(whose: Any) -> Prepared:
    """Return what asks whether a thing was opened in this half hour already, by a session or a partner's system."""
    same = and_(
        LookUpItem.look_up_id == LookUp.id,
        LookUpItem.kind == bindparam("kind"),
        LookUpItem.item_key == bindparam("item_key"),
    )
    return Prepared(
        lambda: (
            select(LookUp.id.label("look_up_id"), LookUpItem.id.label("item_id"))
            .outerjoin(LookUpItem, same)
            .where(
                whose == bindparam(whose.key, type_=BigId),
                LookUp.account_key == bindparam("account_key", type_=BigId),
                LookUp.purpose == bindparam("purpose"),
                LookUp.about_key == bindparam("about_key"),
                LookUp.window_start == bindparam("window_start", type_=UtcDateTime),
            )
        )
    )


_KNOWN = {one.key: _known(one) for one in (LookUp.session_id, LookUp.client_id)}


@dataclass(frozen=True, slots=True)
class Current:
    """The purpose under which this staff session looks at an account now."""

    purpose: str
    about_key: str
    about_label: str
    first_at: datetime


def open(
    *,
    actor: Actor,
    account_id: int,
    purpose: str,
    about_key: str = "",
    about_label: str = "",
    item: Item,
) -> None:
    """Write down that staff open ``item`` (kind, public id, label) of an account, for a stated purpose.

    Within one half hour the same session, account and purpose (with what it is tied to) are one row; the record
    and the customer's timeline get one act. Staff and people of partners are looked at: for others nothing is
    written. A system of a partner stands in the place of a session; Denied for who has neither. Raises Invalid (field
    ``purpose`` or ``reference``).
    """
    if not (actor.is_staff or actor.is_partner):
        return
    if purpose not in CHOICES and not (actor.is_partner and purpose == Purpose.SHARE):
        raise Invalid(
            _t("Choose why you open this customer's page."), code="look_up.purpose", field="purpose"
        )
    if not about_key:
        raise Invalid(
            _t("Say which complaint, call, task, letter or request it is for."),
            code="look_up.reference",
            field="reference",
        )
    _note(actor, account_id, purpose, about_key, about_label, item)


def team_of(actor: Actor) -> str:
    """Return under what name the customer reads who looked: a team of ours, a partner, or a partner and its system."""
    if actor.client_id is not None:
        return f"{actor.acting_for[:30]}, {actor.name}"[:60]
    return actor.acting_for[:60] if actor.is_partner else actor.team


def looker_of(actor: Actor) -> dict[str, Any]:
    """Return by which column a look-up knows who looks: a sign-in, or a system of a partner; Denied for neither."""
    if actor.client_id is not None:
        return {"client_id": actor.client_id}
    if actor.session_id is None or actor.person_id is None:
        raise Denied()
    return {"session_id": actor.session_id}


def open_list(*, actor: Actor, kind: str, label: str = "") -> None:
    """Write down that staff saw a list (``queue``, ``search`` …) of names and numbers: one row, no customer."""
    if actor.is_staff:
        _note(actor, None, Purpose.LIST, kind, "", (kind, None, label))


def _note(
    actor: Actor, account_id: int | None, purpose: str, about_key: str, about_label: str, item: Item
) -> None:
    looker = looker_of(actor)
    kind, item_uuid, label = item
    if kind not in ITEMS:
        raise ValueError(f"{kind} is no kind of thing to look at")
    now = clock.now()
    key = _item_key(item_uuid, label)
    place: dict[str, Any] = {
        **looker,
        "account_key": account_id or 0,
        "purpose": str(purpose),
        "about_key": about_key[:64],
        "window_start": window_start(now),
    }
    known = _KNOWN[next(iter(looker))].first(**place, kind=kind, item_key=key)
    if known is not None and known.item_id is not None:
        return
    with _writing() as session:
        look_up_id = known.look_up_id if known is not None else None
        if look_up_id is None:
            look_up_id = _begin(session, actor, account_id, about_label[:200], place, now)
        else:
            session.execute(update(LookUp).where(LookUp.id == look_up_id).values(last_at=now))
        session.execute(
            _insert(LookUpItem)
            .values(
                look_up_id=look_up_id, at=now, kind=kind, item_key=key, item_uuid=item_uuid, label=label[:200]
            )
            .on_conflict_do_nothing(index_elements=["look_up_id", "kind", "item_key"])
        )
        session.flush()


def _item_key(item_uuid: uuidlib.UUID | None, label: str) -> str:
    if item_uuid:
        return str(item_uuid)
    return hashlib.sha256(label.encode()).hexdigest()[:32] if label else ""


def _begin(
    session: Session,
    actor: Actor,
    account_id: int | None,
    about_label: str,
    place: dict[str, Any],
    now: datetime,
) -> int:
    """Insert the row and its act; where another request was first, take its row."""
    uuid = uuidlib.uuid4()
    values = place | {
        "uuid": uuid,
        "staff_person_id": actor.person_id,
        "team": team_of(actor),
        "account_id": account_id,
        "about_label": about_label,
        "first_at": now,
        "last_at": now,
    }
    insert = (
        _insert(LookUp)
        .values(values)
        .on_conflict_do_nothing(
            index_elements=list(place), index_where=OF_CLIENTS if "client_id" in place else None
        )
    )
    new_id = session.scalar(insert.returning(LookUp.id))
    if new_id is None:
        return session.scalars(select(LookUp.id).filter_by(**place)).one()
    # The customer reads which team looked; the name stays with the look-up and is opened for a reason.
    audit.record(
        Tag.LOOK_UP_OPENED,
        actor=replace(actor, name=""),
        account_id=account_id,
        subject=("look_up", uuid),
        team=team_of(actor),
        purpose=place["purpose"],
        about=about_label,
    )
    return int(new_id)


def current(actor: Actor, account_id: int) -> Current | None:
    """Return the newest purpose this session has stated for the account in this or the last half hour."""
    row = _newest(actor, account_id, ("", ""))
    return Current(row.purpose, row.about_key, row.about_label, row.first_at) if row else None


def reopen(*, actor: Actor, account_id: int, item: Item, about_key: str = "") -> Current | None:
    """Open one more thing under the purpose this session has stated lately; None when there is none to go by.

    ``about_key`` goes by no other purpose than the one tied to it. Costs one SELECT when the thing was opened in
    this half hour before.
    """
    kind, item_uuid, label = item
    row = _newest(actor, account_id, (kind, _item_key(item_uuid, label)), about_key)
    if row is None:
        return None
    if row.item_id is None or row.window_start != window_start(clock.now()):
        _note(actor, account_id, row.purpose, row.about_key, row.about_label, item)
    return Current(row.purpose, row.about_key, row.about_label, row.first_at)


def _newest(actor: Actor, account_id: int, item: tuple[str, str], about_key: str = "") -> Any:
    if not actor.is_staff or actor.session_id is None:
        return None
    tied = [LookUp.about_key == about_key] if about_key else []
    same = and_(
        LookUpItem.look_up_id == LookUp.id, LookUpItem.kind == item[0], LookUpItem.item_key == item[1]
    )
    return (
        db.session()
        .execute(
            select(
                LookUp.purpose,
                LookUp.about_key,
                LookUp.about_label,
                LookUp.first_at,
                LookUp.window_start,
                LookUpItem.id.label("item_id"),
            )
            .outerjoin(LookUpItem, same)
            .where(
                LookUp.account_id == account_id,
                LookUp.session_id == actor.session_id,
                LookUp.window_start >= window_start(clock.now()) - WINDOW,
                *tied,
            )
            .order_by(LookUp.first_at.desc(), LookUp.id.desc())
            .limit(1)
        )
        .first()
    )


@contextmanager
def _writing() -> Iterator[Session]:
    """Give a session that may write: this one when it writes, a short one beside it on a page that reads.

    On SQLite a second writer would wait for the first, which is us.
    """
    if db.session().info.get("write"):
        yield db.session()
    else:
        with db.apart() as session:
            yield session


def _insert(model: Any) -> Any:
    return (sqlite.insert if db.database().sqlite else postgresql.insert)(model)

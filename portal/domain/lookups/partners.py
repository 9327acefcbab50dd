"""What a partner opens of what was shared with it: written before it is shown, one row per thing and half hour."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from portal import db
from portal.domain import clock
from portal.domain.actor import Actor
from portal.domain.references import spoken
from portal.text import Lazy, _t

from .models import LookUp, LookUpItem
from .opening import Item, _begin, _insert, _item_key, _writing, looker_of, team_of
from .purposes import ITEMS, PART, Purpose, window_start


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing of a task that a partner opened: what it was, by which team or role, first and last."""

    what: Lazy
    by: str
    first_at: datetime
    last_at: datetime


def open_parts(
    *, actor: Actor, account_id: int, about: tuple[uuidlib.UUID, str], items: Sequence[Item]
) -> None:
    """Write down that somebody of a partner opens ``items`` of a task (its public id, the number of its matter).

    What was opened in this half hour already costs one SELECT. Raises Denied for whoever is not signed in.
    """
    looker = looker_of(actor)
    # What the customer reads is for whom it was; the name of the person stays with the look-up.
    actor, now = replace(actor, team=team_of(actor)), clock.now()
    key, label = str(about[0]), about[1]
    place: dict[str, Any] = {
        **looker, "account_key": account_id, "purpose": Purpose.PARTNER_TASK.value,
        "about_key": key, "window_start": window_start(now),
    }  # fmt: skip
    known = (
        db.session()
        .execute(
            select(LookUp.id, LookUpItem.kind, LookUpItem.item_key)
            .outerjoin(LookUpItem, LookUpItem.look_up_id == LookUp.id)
            .filter_by(**place)
        )
        .all()
    )
    seen = {(row.kind, row.item_key) for row in known}
    fresh = [one for one in items if (one[0], _item_key(one[1], one[2])) not in seen]
    if not fresh:
        return
    with _writing() as session:
        if known:
            look_up_id = int(known[0].id)
            session.execute(update(LookUp).where(LookUp.id == look_up_id).values(last_at=now))
        else:
            look_up_id = _begin(session, actor, account_id, label[:200], place, now)
        rows = [
            {
                "look_up_id": look_up_id, "at": now, "kind": kind, "item_key": _item_key(item_uuid, name),
                "item_uuid": item_uuid, "label": name[:200],
            }
            for kind, item_uuid, name in fresh
        ]  # fmt: skip
        session.execute(
            _insert(LookUpItem)
            .values(rows)
            .on_conflict_do_nothing(index_elements=["look_up_id", "kind", "item_key"])
        )
        session.flush()


def sights(task_uuids: Sequence[uuidlib.UUID], account_id: int) -> dict[str, list[Sight]]:
    """Return by task what the partner opened, each thing once for each team, the first seen first; one query.

    The caller has the right to the matter that the tasks are of.
    """
    rows = db.session().execute(
        select(LookUp.about_key, LookUp.team, LookUpItem.kind, LookUpItem.item_key, LookUpItem.label, LookUpItem.at)
        .join(LookUpItem, LookUpItem.look_up_id == LookUp.id)
        .where(
            LookUp.account_id == account_id, LookUp.purpose == Purpose.PARTNER_TASK.value,
            LookUp.about_key.in_([str(one) for one in task_uuids]),
        )
        .order_by(LookUpItem.at, LookUpItem.id)
    )  # fmt: skip
    found: dict[tuple[str, str, str, str], Sight] = {}
    for row in rows:
        place = (row.about_key, row.team, row.kind, row.item_key)
        first = found[place].first_at if place in found else row.at
        found[place] = Sight(said(row.kind, row.label), row.team, first, row.at)
    told: dict[str, list[Sight]] = {}
    for place, sight in found.items():
        told.setdefault(place[0], []).append(sight)
    return told


def said(kind: str, name: str) -> Lazy:
    """Return what was opened in words: the thing, and its name where it has one of its own."""
    word = ITEMS[kind]
    if not name or kind.startswith(PART):
        return word
    return _t("{what} {name}", what=word, name=spoken(name))

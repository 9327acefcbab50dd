"""A few customers and complaints that came about through the real verbs: what the generator multiplies.

Each pattern is the rows of one customer, or of one complaint with everything that hangs on it, as SQLite keeps
them. So a change of a verb or a table changes what is generated, and nothing here repeats a table.
"""

from __future__ import annotations

import sqlite3
import uuid as uuidlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from portal import db, mail
from portal.app import create_app
from portal.dev import cases, office, stories
from portal.dev.history import History, Someone
from portal.dev.replay import Replay
from portal.domain import accounts, clock, complaints, consent, preferences, search
from portal.domain.actor import Actor, ActorKind
from portal.domain.tables import ALL

from . import stores

DAYS = 110
NAME, LOCAL = "Zzname Zzperson", "zzmailbox"
PASSWORD = "three-quiet-words-measure"
READY = "ready"
# Columns that only have to be different, and large ones that no list reads.
FRESH = {("message", "key"), ("feedback", "key")}
EMPTY = {("message", "body_html"): "", ("message", "sealed"): None, ("message", "decision_id"): None}
# What has ended is read rarely, so that its copies carry only the newest so many rows of a kind, but one in twenty.
NEWEST = {"audit_event": 2, "message": 1, "complaint_clock": 2, "complaint_event": 4, "complaint_entry": 2}
NEWEST_OF_ACCOUNT = {"audit_event": 2, "message": 1}
WHOLE = 0.05
OF_COMPLAINT = (
    "complaint_event",
    "complaint_entry",
    "complaint_clock",
    "complaint_offer",
    "complaint_remedy",
)
TABLES = {table.name: table for table in ALL}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a pattern as the database keeps it."""

    table: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pattern:
    """The rows of one customer or one complaint; ``texts`` are words in them that each copy has of its own."""

    name: str
    weight: float
    live: bool
    rows: Sequence[Row]
    texts: dict[str, str]
    account_id: int
    person_id: int


@dataclass(slots=True)
class _Plan:
    accounts: list[tuple[str, float, Someone]] = field(default_factory=list)
    complaints: list[tuple[str, float, bool, Someone, cases.Case]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Patterns:
    """What is multiplied: customers, complaints, and a draft that only has to be sent."""

    accounts: Sequence[Pattern]
    complaints: Sequence[Pattern]
    ready: Pattern


def make(folder: Path) -> Patterns:
    """Let the patterns happen in a database of their own and read them."""
    path = folder / "patterns.db"
    database = stores.migrated(f"sqlite:///{path}")
    app = create_app(database=database)
    end = clock.now()
    replay = _Daily(end - timedelta(days=DAYS), end, mail.silent(app))
    history, plan = History(replay), _Plan()
    with clock.at(replay.start), db.unit_of_work():
        history.firm()
        office.sorts(history.staff_actor("max"))
    with app.app_context():
        _customers(history, plan)
        _complaints(history, plan)
        replay.run(lambda _share: None)
    if replay.refused:
        raise RuntimeError(f"a pattern could not happen: {replay.refused}")
    database.dispose()
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    try:
        people = [_account(connection, *one) for one in plan.accounts]
        found = [_complaint(connection, *one) for one in plan.complaints]
        ready = next(one for one in found if one.name == READY)
        return Patterns(
            people, [light for one in found if one is not ready for light in _lighter(one)], ready
        )
    finally:
        connection.close()


class _Daily(Replay):
    """A history in which the worker comes once a day, which is enough here and quicker."""

    def _worker(self, instant: datetime) -> None:
        if instant.hour // 6 == self.start.hour // 6 or instant == self.end:
            super()._worker(instant)


class _Ready(cases.Case):
    """A draft in which every question is answered."""

    def leave_draft(self) -> None:
        super().leave_draft()
        complaints.save_draft(
            self.seen_by(self.customer), actor=self.customer, about=self.story.about, words=self.story.words,
            remedy_wanted="apology", contact_channel="email", draft_step="check",
        )  # fmt: skip


def _open(history: History, *, kind: str = "person", number: int = 0) -> Someone:
    names = {"name": "Zzfirm sp. z o.o.", "contact": NAME} if kind == "company" else {"name": NAME}
    with clock.at(history.replay.start + timedelta(days=1)), db.unit_of_work():
        account, person = accounts.open_account(
            actor=Actor(ActorKind.CUSTOMER, name=NAME), kind=kind, email=f"{LOCAL}{number}@mail.example",
            language="en", phone="+48601224518", street="ul. Składowa 2", postcode="90-127", city="Łódź",
            country="PL", claimed=True, **names,
        )  # fmt: skip
        return Someone(account.id, person.id, True, "PL")


def _customers(history: History, plan: _Plan) -> None:
    """Customers who allowed, refused, withdrew and stopped; all said something about three purposes."""
    asked = ("offers", "tips", "partner_repairs")

    def say(someone: Someone, day: int, verb: Any, *args: Any, **scope: Any) -> None:
        with clock.at(history.replay.start + timedelta(days=day)), db.unit_of_work():
            verb(*args, actor=history.customer_actor(someone), **scope)

    for number, (name, weight, yes) in enumerate(
        (
            ("all yes", 30, asked), ("one no", 25, asked[:2]), ("all no", 14, ()), ("offers stopped", 10, asked),
            ("only by e-mail", 8, asked), ("wishes", 8, asked), ("stopped all", 2.5, asked), ("objected", 2.5, asked),
        )
    ):  # fmt: skip
        someone = _open(history, kind="company" if name == "one no" else "person", number=number)
        for key in asked:
            say(someone, 2, consent.give if key in yes else consent.refuse, key)
        match name:
            case "offers stopped":
                say(someone, 20, consent.withdraw, "offers")
            case "only by e-mail":
                say(someone, 20, consent.refuse, "offers", channel="sms")
            case "wishes":
                say(someone, 3, preferences.change, channels_off=["sms"], budget_count=2, budget_days=7)
            case "stopped all":
                say(someone, 20, consent.stop_all)
            case "objected":
                say(someone, 20, consent.object_to_marketing)
        plan.accounts.append((name, weight, someone))


def _complaints(history: History, plan: _Plan) -> None:
    """A complaint for each script of the demo firm, from the one just received to the one closed long ago."""
    end = history.replay.end
    told = [story for story in stories.STORIES if story.wants in complaints.REMEDIES]
    scripts = [(script, weight, True) for script, weight in cases.LIVE]
    scripts += [(script, weight, False) for script, weight in cases.ENDED]
    for number, (script, weight, live) in enumerate(scripts):
        someone = _open(history, number=100 + number)
        story = told[number % len(told)]
        case = cases.Case(history, someone, story, "sam" if number % 2 else "tomek")
        silent = not live and script in (cases.OFFERED, cases.DONE)
        # Nights and weekends stretch a script to about twice its hours.
        start = end - timedelta(hours=2 * sum(hours for _, hours in script) + 120)
        case.schedule(script, start - cases.SILENT_FOR if silent else start)
        name = script[-1][0] if script else "received"
        plan.complaints.append((f"{number} {name}", weight, live, someone, case))
    someone = _open(history, number=200)
    draft = cases.Case(history, someone, told[0], "sam")
    history.replay.at(end - timedelta(days=2), draft.leave_draft)
    plan.complaints.append(("draft", 2, True, someone, draft))
    someone = _open(history, number=202)
    ready = _Ready(history, someone, told[0], "sam")
    history.replay.at(end - timedelta(days=1), ready.leave_draft)
    plan.complaints.append((READY, 0, True, someone, ready))
    someone = _open(history, number=201)
    letter = cases.Case(history, someone, told[1], "tomek")
    history.replay.at(end - timedelta(days=6), partial(letter.enter, "letter", 1))
    history.replay.at(end - timedelta(days=4), letter.take)
    plan.complaints.append(("letter", 8, True, someone, letter))


def _rows(connection: sqlite3.Connection, table: str, condition: str, *values: Any) -> list[Row]:
    found = connection.execute(f"SELECT * FROM {table} WHERE {condition} ORDER BY id", values)
    return [Row(table, {**dict(row), **_emptied(table, row)}) for row in found]


def _emptied(table: str, row: sqlite3.Row) -> dict[str, Any]:
    changed = {name: value for (of, name), value in EMPTY.items() if of == table}
    if table == "message":
        changed["body_text"] = (row["body_text"] or "")[:200]
    return changed


def _account(connection: sqlite3.Connection, name: str, weight: float, someone: Someone) -> Pattern:
    account, person = someone.account_id, someone.person_id
    rows = _rows(connection, "person", "id = ?", person) + _rows(connection, "account", "id = ?", account)
    for table in ("email_address", "password"):
        rows += _rows(connection, table, "person_id = ?", person)
    memberships = _rows(connection, "membership", "account_id = ?", account)
    rows += memberships
    for one in memberships:
        rows += _rows(connection, "membership_right", "membership_id = ?", one.values["id"])
    for table in ("consent_event", "consent_state", "consent_override", "preference", "contact_point", "hold",
                  "audit_event", "message"):  # fmt: skip
        rows += _rows(connection, table, "account_id = ?", account)
    rows += _rows(connection, "search_document", "kind = 'account' AND ref_id = ?", account)
    local = next(r.values["address"] for r in rows if r.table == "email_address").split("@")[0]
    number = next(r.values["number"] for r in rows if r.table == "account")
    firm = "Zzfirm sp. z o.o."
    texts = {
        NAME: "name", search.fold(NAME): "folded", local: "local", number: "number",
        firm: "firm", search.fold(firm): "firm_folded",
    }  # fmt: skip
    return Pattern(name, weight, True, _newest(rows, NEWEST_OF_ACCOUNT), texts, account, person)


def _complaint(
    connection: sqlite3.Connection, name: str, weight: float, live: bool, someone: Someone, case: cases.Case
) -> Pattern:
    rows = _rows(connection, "complaint", "uuid = ?", case.uuid.hex)
    key = rows[0].values["id"]
    for table in OF_COMPLAINT:
        rows += _rows(connection, table, "complaint_id = ?", key)
    rows += _rows(connection, "search_document", "kind = 'complaint' AND ref_id = ?", key)
    rows += _rows(connection, "audit_event", "subject_uuid = ?", case.uuid.hex)
    for table in ("message", "feedback", "hold"):
        rows += _about(connection, table, case.uuid)
    number = rows[0].values["number"]
    texts = {number: "number", NAME: "name"}
    return Pattern(name, weight, live, rows, texts, someone.account_id, someone.person_id)


def _about(connection: sqlite3.Connection, table: str, uuid: uuidlib.UUID) -> list[Row]:
    return _rows(connection, table, "about_uuid IN (?, ?)", uuid.hex, str(uuid))


def _newest(rows: Sequence[Row], limits: Mapping[str, int]) -> list[Row]:
    """Leave out all but the newest rows of some tables."""
    left = Counter(row.table for row in rows)
    kept = []
    for row in rows:
        if left[row.table] <= limits.get(row.table, left[row.table]):
            kept.append(row)
        left[row.table] -= 1
    return kept


def _lighter(pattern: Pattern) -> list[Pattern]:
    """Return a pattern that goes on as it is, and one that has ended mostly with its newest rows."""
    if pattern.live:
        return [pattern]
    light = replace(pattern, weight=pattern.weight * (1 - WHOLE), rows=_newest(pattern.rows, NEWEST))
    return [light, replace(pattern, weight=pattern.weight * WHOLE)]

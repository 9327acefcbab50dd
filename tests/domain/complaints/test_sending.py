"""Sending a draft, worked out outside the session: the same as the ordinary way, and as safe when two act at once."""

from __future__ import annotations

import threading
import uuid as uuidlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from portal import db
from portal.domain import calendars, clock, complaints, errors, search
from portal.domain.actor import Actor, Right
from portal.domain.audit import AuditEvent
from portal.domain.complaints import drafts, sending
from portal.domain.complaints.models import Clock, Complaint, ComplaintEvent
from portal.domain.outbox import Message
from tests import records
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("own_database")
NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)
OF_ITS_OWN = {
    "id",
    "uuid",
    "number",
    "complaint_id",
    "account_id",
    "person_id",
    "key",
    "about_uuid",
    "subject_uuid",
}


@contextmanager
def post() -> Iterator[None]:
    """A unit of work as a POST has one: without a session, committed at the end."""
    token = db.begin(write=True)
    try:
        yield
        db.commit()
    finally:
        db.end(token)


@pytest.fixture
def amina() -> Actor:
    with db.unit_of_work():
        calendars.seed()
        complaints.seed_law()
        return cases.amina()


def a_draft(actor: Actor, **fields: Any) -> uuidlib.UUID:
    with db.unit_of_work(), clock.at(NOW):
        return cases.draft(actor, **fields).uuid


def send(uuid: uuidlib.UUID, actor: Actor) -> bool:
    with post(), clock.at(NOW):
        return complaints.send_draft(uuid, actor=actor)


def written(uuid: uuidlib.UUID) -> dict[str, Any]:
    """Everything that sending writes, without what differs for each complaint."""
    with db.unit_of_work(write=False) as session:
        one = session.scalars(select(Complaint).where(Complaint.uuid == uuid)).one()
        rows: dict[str, Any] = {"complaint": [one]}
        for model in (Clock, ComplaintEvent):
            rows[model.__tablename__] = session.scalars(
                select(model).where(model.complaint_id == one.id).order_by(model.id)
            ).all()
        rows["audit"] = session.scalars(select(AuditEvent).where(AuditEvent.subject_uuid == uuid)).all()
        rows["message"] = session.scalars(select(Message).where(Message.about_uuid == str(uuid))).all()
        plain = {
            kind: [
                {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key not in OF_ITS_OWN}
                for row in found
            ]
            for kind, found in rows.items()
        }
        for message in plain["message"]:
            message["data"] = {key: value for key, value in message["data"].items() if key != "number"}
            message.pop("created_at"), message.pop("due_at")
        for act in plain["audit"]:
            act["data"] = sorted(act["data"])
        plain["found"] = [one.id in search.find("complaint", "leaks")]
        return plain


def test_it_writes_what_the_ordinary_way_writes(amina: Actor) -> None:
    quick, ordinary = a_draft(amina, amount_wanted="12.50"), a_draft(amina, amount_wanted="12.50")
    assert send(quick, amina)
    with db.unit_of_work(), clock.at(NOW):
        complaints.send(complaints.of(amina).get(ordinary), actor=amina)

    one = written(quick)
    assert one == written(ordinary)
    assert one["complaint"][0]["state"] == "received"
    assert [len(rows) for rows in one.values()] == [1, len(one["complaint_clock"]), 2, 1, 1, 1]
    assert one["found"] == [True]


def test_sent_twice_is_sent_once(amina: Actor) -> None:
    uuid = a_draft(amina)
    assert send(uuid, amina)
    before = written(uuid)

    assert send(uuid, amina) is False
    assert written(uuid) == before


def test_six_presses_at_once_are_one(amina: Actor) -> None:
    uuid = a_draft(amina)
    ready, sent = threading.Barrier(6), []

    def press() -> None:
        ready.wait()
        sent.append(send(uuid, amina))

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(sent) == [False] * 5 + [True]
    one = written(uuid)
    assert len(one["message"]) == len(one["audit"]) == 1
    assert [event["act"] for event in one["complaint_event"]].count("send") == 1


def test_words_that_another_window_saves_at_this_moment_are_the_words_that_are_sent(
    amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid = a_draft(amina)
    worked_out = drafts.sending

    def with_another_window(complaint: Any, *rest: Any) -> None:
        worked_out(complaint, *rest)
        if not isinstance(complaint, Complaint):
            with db.unit_of_work():
                other = complaints.of(amina).get(uuid)
                complaints.save_draft(other, actor=amina, words="The lid is broken too.")

    monkeypatch.setattr(sending.drafts, "sending", with_another_window)
    assert send(uuid, amina)

    one = written(uuid)
    assert one["complaint"][0]["words"] == one["complaint"][0]["subject"] == "The lid is broken too."
    assert one["found"] == [False]
    assert len(one["message"]) == len(one["audit"]) == 1


def test_a_draft_whose_time_is_renewed_at_this_moment_leaves_no_clock_of_a_draft_behind(
    amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid = a_draft(amina)
    worked_out = drafts.sending

    def with_another_window(complaint: Any, *rest: Any) -> None:
        worked_out(complaint, *rest)
        if not isinstance(complaint, Complaint):
            with db.unit_of_work():
                complaints.save_draft(complaints.of(amina).get(uuid), actor=amina, draft_step="check")

    monkeypatch.setattr(sending.drafts, "sending", with_another_window)
    with post(), clock.at(NOW + timedelta(days=2)):
        assert complaints.send_draft(uuid, actor=amina)

    of_draft = [row for row in written(uuid)["complaint_clock"] if row["k"] == "K0"]
    assert [row["round"] for row in of_draft] == [1, 2]
    assert all(row["ended_at"] is not None for row in of_draft)


def test_what_is_missing_is_named_and_nothing_is_written(amina: Actor) -> None:
    uuid = a_draft(amina, words="")
    before = written(uuid)
    with pytest.raises(errors.Invalid) as refused:
        send(uuid, amina)

    assert refused.value.field == "words"
    assert written(uuid) == before


@pytest.mark.parametrize("right", [Right.COMPLAINTS_OWN, Right.COMPLAINTS_ALL])
def test_nobody_elses_draft_can_be_sent(amina: Actor, right: Right) -> None:
    uuid = a_draft(amina)
    with db.unit_of_work():
        strangers = [records.customer("Ben", right), cases.sam(), cases.rita()]
    for stranger in strangers:
        with pytest.raises(errors.NotFound):
            send(uuid, stranger)
    assert written(uuid)["complaint"][0]["state"] == "draft"


@pytest.mark.postgres
def test_a_server_that_was_started_anew_refuses_nobody(own_database: db.Database, amina: Actor) -> None:
    uuids = [a_draft(amina, words=f"The lid {n} leaks") for n in range(3)]
    for one in [own_database.engine.raw_connection() for _ in range(3)]:
        one.close()
    beside = create_engine(own_database.engine.url)
    with beside.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    beside.dispose()
    assert [send(uuid, amina) for uuid in uuids] == [True] * 3


def test_a_rolled_back_request_leaves_nothing_and_lets_the_next_one_write(amina: Actor) -> None:
    uuid = a_draft(amina)
    token = db.begin(write=True)
    complaints.send_draft(uuid, actor=amina)
    db.rollback()
    db.end(token)

    assert written(uuid)["complaint"][0]["state"] == "draft"
    assert send(uuid, amina)


def test_the_session_goes_on_in_the_transaction_that_has_begun(amina: Actor) -> None:
    uuid = a_draft(amina)
    with post():
        assert complaints.send_draft(uuid, actor=amina)
        state = db.session().execute(text("SELECT state FROM complaint WHERE words LIKE 'The new%'")).scalar()
        complaints.add_words(complaints.of(amina).get(uuid), actor=amina, text="And the hose, too.")
    assert state == "received"
    assert written(uuid)["complaint"][0]["state"] == "received"

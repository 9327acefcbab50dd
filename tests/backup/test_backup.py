"""A backup made while people work comes back whole, in an empty place, at once or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from portal import backup, config, db, schema, tuning
from portal.app import refusal
from portal.backup import putting_back, restoring, snapshot, taking
from portal.domain import clock, complaints, outbox, partners
from portal.domain import files as stored
from portal.domain.accounts.credentials import OneTimeLink, SignInSession
from portal.domain.accounts.models import SeatClaim
from portal.domain.actor import SYSTEM
from tests import factories, records
from tests.backup.load import Load
from tests.backup.rows import all_rows, without
from tests.domain.complaints import cases

Move = Callable[[str], Path]
# What a restore changes on purpose: what was open at the backup is shut.
SHUT = {
    "sign_in_session": {"ended_at", "ended_how"},
    "one_time_link": {"used_at"},
    "mailbox_request": {"handled_at"},
}


def files(place: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (place / "files").glob("??/*")
        if len(path.name) == 64
    }


def fill() -> None:
    with db.unit_of_work():
        factories.make_purpose("offers")
        amina, sam, rita = cases.amina(), cases.sam(), cases.rita()
        content = io.BytesIO(b"%PDF-1.7\nfilled\n%%EOF")
        complaints.attach(cases.in_review(amina, sam), actor=amina, name="a.pdf", stream=content)
        complaints.take_review(cases.in_review(cases.amina(), sam), actor=rita, next_step="I read it all")


def test_every_acknowledged_act_and_file_comes_back(
    own_database: db.Database, empty: db.Database, instance: Move, tmp_path: Path
) -> None:
    """Must hold: fill, back up under load, destroy, restore, and compare every row and file."""
    fill()
    filled = all_rows(own_database)
    load = Load("offers")
    load.start()
    try:
        load.wait_for(6)
        before = time.monotonic()
        made = backup.take(tmp_path)
        after = time.monotonic()
        load.wait_for(6)
    finally:
        load.end()
    live, live_files = all_rows(own_database), files(config.load().instance_dir)
    assert made.missing == []

    place = instance("second")  # the first one is gone
    db.configure(empty)
    found = backup.restore(made.path)
    back = all_rows(empty)
    assert back.pop("restoration")
    live.pop("restoration"), filled.pop("restoration")

    live, back, filled = (without(rows, SHUT) for rows in (live, back, filled))
    acknowledged = {account for at, account in load.done if at < before} - load.thrown
    later = {account for at, account in load.done if at > after} - load.thrown
    assert len(acknowledged) > 3
    of_load = {account for _, account in load.done} | load.thrown
    for table, rows in filled.items():
        for key, row in rows.items():
            assert back[table].get(key) == row, f"{table} {key} was there before the load began"
    there = set(back["account"]) & {(account,) for account in of_load}
    assert {(account,) for account in acknowledged} <= there
    assert len(later & {account for (account,) in there}) <= 3  # written before the snapshot, told after it
    for table, rows in live.items():
        if "account_id" not in next(iter(rows.values()), {}):
            continue
        whole = {
            key: row
            for key, row in rows.items()
            if (row["account_id"],) in there and row["account_id"] not in load.thrown
        }
        kept = {
            key: row
            for key, row in back[table].items()
            if (row["account_id"],) in there and row["account_id"] not in load.thrown
        }
        assert kept == whole, f"{table}: an act is there in part"
    assert all(
        row == live[table].get(key, row)
        for table in ("person", "account")
        for key, row in back[table].items()
    )

    named = {
        row["stored_name"]: row["sha256"]
        for row in back["complaint_attachment"].values()
        if row["removed_at"] is None
    }
    assert files(place) == named and len(named) >= 1
    assert named.items() <= {**live_files, **named}.items()
    assert found.manifest["files"] == len(named)
    with empty.engine.connect() as connection:
        assert schema.drift(connection) == []
    with db.unit_of_work():  # keys go on where they were
        cases.received(cases.amina())
    assert list((tmp_path).glob(".*partial")) == []


@pytest.mark.postgres
def test_files_may_take_longer_than_a_transaction_may_stand_still(
    own_database: db.Database,
    empty: db.Database,
    instance: Move,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows are read and put back in one transaction; meanwhile it waits for files, which may be many gigabytes."""
    fill()
    monkeypatch.setattr(tuning, "IDLE", "250ms")
    own_database.dispose()  # every connection from here on is a new one
    empty.dispose()
    add, put = taking._add_file, putting_back.put_file
    monkeypatch.setattr(taking, "_add_file", lambda *given: (time.sleep(0.6), add(*given)))
    monkeypatch.setattr(putting_back, "put_file", lambda member: (time.sleep(0.6), put(member)))
    made = backup.take(tmp_path)
    place = instance("second")
    db.configure(empty)
    backup.restore(made.path)
    assert made.files == len(files(place)) == 1


def test_nothing_is_sent_twice_and_nothing_of_before_is_open(
    own_database: db.Database, empty: db.Database, instance: Move, tmp_path: Path
) -> None:
    with db.unit_of_work() as session:
        actor = records.customer()
        staff = records.staff()
        for key in ("held", "queued", "gone"):
            outbox.write("news", key=key, account_id=actor.account_id, person_id=actor.person_id)
        session.flush()
        rows = {row.key: row for row in session.query(outbox.Message)}
        rows["held"].state, rows["held"].leased_by = "leased", "worker-that-is-gone"
        rows["held"].leased_until, rows["held"].message_id = clock.now() + timedelta(minutes=1), "<1@reins>"
        rows["gone"].state, rows["gone"].message_id = "sent", "<2@reins>"
        now = clock.now()
        session.add(outbox.models.Restoration(taken_at=now, restored_at=now))  # of before, not decided about
        outbox.write(
            "seat_code", key="code", account_id=actor.account_id, person_id=actor.person_id, channel="letter"
        )
        session.add(
            SeatClaim(
                account_id=actor.account_id, person_id=actor.person_id, why="She left", asked_at=now, first_id=None,
                second_id=None, code_until=None, ready_at=now, ended_at=None,
            )
        )  # fmt: skip
        session.add(
            OneTimeLink(
                kind="reset", token_hash="x", created_at=now, expires_at=now + timedelta(hours=1),
                person_id=actor.person_id, data={},
            )
        )  # fmt: skip
        company = factories.make_partner()
        partners.invite(company, actor=SYSTEM, name="Nils", email="nils@northwind.example", role="worker")
        company_id = company.id
    made = backup.take(tmp_path / "one.backup")
    instance("second")
    db.configure(empty)
    backup.restore(made.path)
    with db.unit_of_work(write=False):
        assert partners.invitations_of(company_id, actor=SYSTEM) == [], "it may have been taken back since"
    with db.unit_of_work():  # a clock repeats itself, a person writes anew
        who = {"account_id": actor.account_id, "person_id": actor.person_id}
        outbox.write("news", key="clock", **who)
        outbox.write("news", key="person", actor_name="Sam Okoye", **who)
    with db.unit_of_work():
        assert outbox.claim(10, "me", timedelta(minutes=1)) == []
        waiting = outbox.waiting_since_restore()
        assert waiting is not None and waiting[2:] == (2, 1, 1)
    with db.unit_of_work() as session:
        rows = {row.key: row for row in session.query(outbox.Message)}
        assert (rows["held"].state, rows["held"].leased_by, rows["held"].message_id) == (
            "queued",
            "",
            "<1@reins>",
        )
        assert rows["gone"].state == "sent"
        ended = session.get(SignInSession, staff.session_id)
        assert ended is not None and ended.ended_how == "restored"
        assert all(link.used_at for link in session.query(OneTimeLink))
        claim = session.query(SeatClaim).one()  # somebody may have stopped it since
        assert (claim.ended_how, claim.ended_at is None) == ("stopped", False)
        assert (rows["code"].state, rows["code"].reason) == ("cancelled", "seat_claim_ended")
        assert outbox.release_hold(send=False) == 3
        assert outbox.release_hold(send=True) == 0 and outbox.waiting_since_restore() is None
    with db.unit_of_work() as session:
        states = {row.key: (row.state, row.reason) for row in session.query(outbox.Message)}
        assert states["held"] == states["clock"] == ("cancelled", "restored")
        assert len(outbox.claim(10, "me", timedelta(minutes=1))) == 1
        assert session.query(outbox.Message).filter_by(key="person").one().state == "leased"


def test_a_place_with_something_in_it_is_left_alone_without_force(
    own_database: db.Database, instance: Move, tmp_path: Path
) -> None:
    fill()
    made = backup.take(tmp_path / "one.backup")
    before = all_rows(own_database)
    with db.unit_of_work():
        records.customer("Bela Nagy")
    with pytest.raises(backup.NotEmpty, match="--force"):
        backup.restore(made.path)
    assert len(all_rows(own_database)["account"]) == len(before["account"]) + 1
    backup.restore(made.path, force=True)
    back = all_rows(own_database)
    assert back.pop("restoration") and not before.pop("restoration")
    assert without(back, SHUT) == without(before, SHUT)
    with own_database.engine.connect() as connection:
        assert schema.drift(connection) == []


def test_a_newer_schema_is_refused(
    own_database: db.Database, empty: db.Database, instance: Move, tmp_path: Path, monkeypatch: Any
) -> None:
    head = taking._head
    monkeypatch.setattr(taking, "_head", lambda rows, at: {**head(rows, at), "revision": "9999"})
    made = backup.take(tmp_path / "one.backup")
    db.configure(empty)
    with pytest.raises(backup.Broken, match="newer release"):
        backup.restore(made.path)
    assert all_rows(empty) == {}


@pytest.mark.parametrize("sealed", [False, True])
def test_a_damaged_backup_changes_nothing(
    own_database: db.Database, empty: db.Database, instance: Move, tmp_path: Path, sealed: bool
) -> None:
    """Any byte changed or missing is found before the place is touched."""
    fill()
    secret = b"a key that is long enough" if sealed else None
    path = backup.take(tmp_path / "one.backup", secret=secret).path
    good = path.read_bytes()
    assert backup.check(path, secret=secret).rows > 10
    instance("second")
    db.configure(empty)
    bad = tmp_path / "bad.backup"
    chunk = good.index(b"\x1f\x8b") + 30 if not sealed else 5000
    cuts = [len(good) // 3, len(good) // 2] if not sealed else [len(good) // 2, len(good) - 1, 100]
    damaged = [
        good[:chunk] + bytes([good[chunk] ^ 1]) + good[chunk + 1 :],
        *(good[:cut] for cut in cuts),
        b"",
        b"no",
    ]
    for content in damaged:
        bad.write_bytes(content)
        with pytest.raises((backup.Broken, backup.Sealed)):
            backup.restore(bad, secret=secret)
    if sealed:
        for wrong in (None, b"another key, long enough"):
            with pytest.raises((backup.Broken, backup.Sealed)):
                backup.restore(path, secret=wrong)
        assert b"Amina" not in good and b"reins-backup" not in good
    assert all_rows(empty) == {}


@pytest.mark.parametrize("when", [1, 20_000])
def test_stopping_midway_leaves_the_place_as_it_was(
    own_database: db.Database, empty: db.Database, instance: Move, tmp_path: Path, monkeypatch: Any, when: int
) -> None:
    fill()
    path = backup.take(tmp_path / "one.backup").path
    instance("second")
    db.configure(empty)
    monkeypatch.setattr(
        restoring.putting_back, "sync_files", lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        backup.restore(path)
    assert all_rows(empty) == {}
    assert list(tmp_path.glob(".*restoring*")) == []

    done = 0

    def stop(size: int) -> None:
        nonlocal done
        done += size
        if done >= when:
            raise KeyboardInterrupt

    db.configure(own_database)
    with pytest.raises(KeyboardInterrupt):
        backup.take(tmp_path / "two.backup", step=stop)
    assert not (tmp_path / "two.backup").exists() and list(tmp_path.glob(".*")) == []


def test_a_file_that_goes_meanwhile_is_in_the_backup_and_goes_afterwards(
    own_database: db.Database, instance: Move, tmp_path: Path, monkeypatch: Any
) -> None:
    place = config.load().instance_dir
    with db.unit_of_work():
        actor = cases.amina()
        draft = cases.draft(actor)
        complaints.attach(draft, actor=actor, name="a.pdf", stream=io.BytesIO(b"%PDF-1.7\n1\n%%EOF"))
        key = draft.id
    facts = taking._add_file
    thrown = threading.Event()

    def slow(*given: Any) -> None:
        if not thrown.is_set():
            thrown.set()
            with db.unit_of_work() as session:
                complaints.discard(session.get(complaints.Complaint, key), actor=actor)  # type: ignore[arg-type]
            assert len(files(place)) == 1
        facts(*given)

    monkeypatch.setattr(taking, "_add_file", slow)
    made = backup.take(tmp_path / "one.backup")
    assert (made.files, made.missing) == (1, [])
    assert files(place) == {}


def test_a_file_that_was_put_back_is_not_taken_by_what_was_to_go_before(
    own_database: db.Database, instance: Move, tmp_path: Path
) -> None:
    with db.unit_of_work():
        actor = cases.amina()
        draft = cases.draft(actor)
        complaints.attach(draft, actor=actor, name="a.pdf", stream=io.BytesIO(b"%PDF-1.7\n1\n%%EOF"))
        key = draft.id
    made = backup.take(tmp_path / "one.backup")
    with stored.held_still():
        [mark] = (config.load().files_dir / "held").iterdir()
        with db.unit_of_work() as session:
            complaints.discard(session.get_one(complaints.Complaint, key), actor=actor)
        os.utime(mark, (0, 0))  # the next backup was killed
        backup.restore(made.path, force=True)
    with db.unit_of_work(write=False):
        stored.sweep()
    assert len(files(config.load().instance_dir)) == 1


@pytest.mark.sqlite
def test_a_database_that_is_damaged_is_replaced(
    own_database: db.Database, instance: Move, tmp_path: Path
) -> None:
    fill()
    made = backup.take(tmp_path / "one.backup")
    own_database.dispose()
    Path(str(own_database.engine.url.database)).write_bytes(b"\0 nothing of SQLite" * 900)
    assert refusal(config.load().model_copy(update={"demo": False})) == ""  # the command can run
    with pytest.raises(backup.NotEmpty, match="cannot be read"):
        backup.restore(made.path)
    found = backup.restore(made.path, force=True)
    assert sum(map(len, all_rows(own_database).values())) >= found.rows


@pytest.mark.sqlite
def test_no_copy_of_rows_lies_where_the_backup_goes_or_stays_after_a_kill(
    own_database: db.Database, instance: Move, tmp_path: Path
) -> None:
    beside, target = Path(str(own_database.engine.url.database)).parent, tmp_path / "elsewhere"
    target.mkdir()
    left = beside / f"{snapshot.COPY}killed"
    left.mkdir()
    (left / "copy.db").write_bytes(b"rows")
    os.utime(left, (0, 0))
    seen: set[str] = set()
    backup.take(target, secret=b"a key that is long enough", step=lambda _: seen.update(os.listdir(target)))
    assert not left.exists() and all(name.endswith(".partial") for name in seen)


def test_old_backups_make_room(own_database: db.Database, instance: Move, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"reins-2026010{day}T000000Z.backup").touch()
    (folder / "reins-notes.txt").touch()
    left = folder / ".reins-20260101T000000Z.backup.partial"
    left.touch()
    os.utime(left, (0, 0))
    made = backup.take(folder, keep=2)
    assert made.rotated == ["reins-20260102T000000Z.backup", "reins-20260101T000000Z.backup"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["reins-20260103T000000Z.backup", made.path.name, "reins-notes.txt"]
    )
    assert made.path.stat().st_mode & 0o777 == 0o600


def test_a_backup_that_misses_files_drives_no_older_one_out(
    own_database: db.Database, instance: Move, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    old = folder / "reins-20260101T000000Z.backup"
    old.touch()
    with db.unit_of_work():
        actor = cases.amina()
        content = io.BytesIO(b"%PDF-1.7\na\n%%EOF")
        complaints.attach(cases.draft(actor), actor=actor, name="a.pdf", stream=content)
    next(config.load().files_dir.glob("??/*")).unlink()
    made = backup.take(folder, keep=1)
    assert len(made.missing) == 1 and made.rotated == [] and old.exists()


def test_a_missing_file_is_said_and_the_rest_is_kept(
    own_database: db.Database, instance: Move, tmp_path: Path
) -> None:
    with db.unit_of_work():
        actor = cases.amina()
        draft = cases.draft(actor)
        for name in ("a", "b"):
            content = io.BytesIO(f"%PDF-1.7\n{name}\n%%EOF".encode())
            complaints.attach(draft, actor=actor, name=f"{name}.pdf", stream=content)
    gone, stays = sorted((config.load().files_dir).glob("??/*"))
    gone.unlink()
    made = backup.take(tmp_path / "one.backup")
    assert (made.files, made.missing) == (1, [gone.name])
    assert backup.check(made.path).manifest["missing"] == [gone.name]
    assert stays.exists()


def test_an_empty_database_has_nothing_to_back_up(empty: db.Database, instance: Move, tmp_path: Path) -> None:
    db.configure(empty)
    with pytest.raises(snapshot.NoTables):
        backup.take(tmp_path / "one.backup")
    assert list(tmp_path.glob("*.backup")) == []


@pytest.mark.postgres
def test_who_holds_the_database_is_named(
    own_database: db.Database, instance: Move, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    made = backup.take(tmp_path / "one.backup")
    before = all_rows(own_database)
    monkeypatch.setattr(putting_back, "LOCK_WAIT", "200ms")
    other = create_engine(own_database.engine.url, connect_args={"application_name": "reins web"})
    with other.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM account").all()
        with pytest.raises(
            backup.NotEmpty, match=r"stop the web processes.* 1 × reins web from this machine"
        ):
            backup.restore(made.path, force=True)
    other.dispose()
    assert all_rows(own_database) == before
    backup.restore(made.path, force=True)


@pytest.mark.sqlite
def test_a_database_in_use_is_not_replaced(own_database: db.Database, instance: Move, tmp_path: Path) -> None:
    fill()
    made = backup.take(tmp_path / "one.backup")
    other = db.Database(str(own_database.engine.url))
    with other.engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM account").all()
        with pytest.raises(backup.NotEmpty, match="stop the web processes"):
            backup.restore(made.path, force=True)
    other.dispose()
    backup.restore(made.path, force=True)

"""The feed of a partner: in order, without a gap, and what is committed late is never skipped."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from portal import db
from portal.domain import changes, clock
from portal.domain.actor import SYSTEM
from portal.domain.changes import PartnerChange, PartnerFeed, Subject, What, rules
from portal.domain.partners import PartnerCompany
from tests.factories import make_partner

BOTH = (Subject.TASK, Subject.SHARE)


@pytest.fixture
def partner(database: db.Database) -> int:
    """A partner, without a word of feed."""
    assert database
    with db.unit_of_work():
        return make_partner().id


def write(
    partner: int, what: What = What.BEGAN, subject: uuid.UUID | None = None, **more: object
) -> uuid.UUID:
    """Commit one change."""
    about = subject or uuid.uuid4()
    with db.unit_of_work():
        changes.note(partner, Subject.TASK, about, what, **more)  # type: ignore[arg-type]
    return about


def read(partner: int, after: str, **more: object) -> changes.Page:
    """Read on from a cursor."""
    with db.unit_of_work(write=False):
        return changes.page(partner, after=after, subjects=more.pop("subjects", BOTH), **more)  # type: ignore[arg-type]


def here(partner: int) -> str:
    """The cursor of now."""
    with db.unit_of_work(write=False):
        return str(changes.here(partner))


def test_pages_follow_one_another_without_a_gap(partner: int) -> None:
    cursor = here(partner)
    written = [write(partner) for _ in range(7)]
    found, more = [], True
    while more:
        page = read(partner, cursor, limit=3)
        found += page.changes
        cursor, more = str(page.next), page.more
    assert [one.subject_uuid for one in found] == written
    assert [one.number for one in found] == list(range(1, 8))
    assert read(partner, cursor).changes == []


def test_the_same_cursor_gives_the_same(partner: int) -> None:
    cursor = here(partner)
    write(partner)
    assert read(partner, cursor) == read(partner, cursor)


def test_of_what_has_ended_one_learns_only_that(partner: int) -> None:
    cursor = here(partner)
    task = write(partner, until=clock.now() + timedelta(days=1))
    write(partner, What.NARROWED, task, until=clock.now() + timedelta(days=1))
    assert [one.what for one in read(partner, cursor).changes] == ["began", "narrowed"]
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert {one.what for one in read(partner, cursor).changes} == {"ended"}, "its day has passed"
    write(partner, What.ENDED, task)
    assert [one.what for one in read(partner, cursor).changes] == ["ended"] * 3


def test_what_is_taken_up_again_goes_on(partner: int) -> None:
    cursor = here(partner)
    share = write(partner, What.ENDED)
    write(partner, What.ERASE, share)
    assert [one.what for one in read(partner, cursor).changes] == ["ended", "erase"]
    write(partner, What.BEGAN, share, until=clock.now() + timedelta(days=9))
    assert [one.what for one in read(partner, cursor).changes] == ["ended", "erase", "began"]


def test_what_may_not_be_read_is_left_out_and_the_cursor_goes_on(partner: int) -> None:
    cursor = here(partner)
    write(partner)
    page = read(partner, cursor, subjects=(Subject.SHARE,))
    assert page.changes == [] and page.next.number == 1


def test_another_partner_has_a_feed_of_its_own(partner: int) -> None:
    with db.unit_of_work():
        other = make_partner("Southwind").id
    mine, theirs = here(partner), here(other)
    write(partner)
    assert read(other, theirs).changes == []
    assert len(read(partner, mine).changes) == 1


def test_a_cursor_that_is_too_old_or_of_before_a_restore_is_refused(partner: int) -> None:
    cursor = here(partner)
    for _ in range(3):
        write(partner)
    at_two = str(read(partner, cursor, limit=2).next)
    with db.unit_of_work() as session:
        session.execute(delete(PartnerChange).where(PartnerChange.number <= 2))
    assert [one.number for one in read(partner, at_two).changes] == [3]
    end = here(partner)
    with db.unit_of_work() as session:
        session.execute(delete(PartnerChange))
    assert read(partner, end).changes == [], "nothing was missed"
    ahead = f"9{end}"
    for wrong in (cursor, at_two, ahead, "", "x", "1", f"{end}0", "-1-0"):
        with pytest.raises(changes.Gone):
            read(partner, wrong)
    with db.unit_of_work() as session:
        session.execute(update(PartnerFeed).values(begun_at=clock.now() + timedelta(seconds=1)))
    with pytest.raises(changes.Gone):
        read(partner, end)


@given(st.integers(0, 10**18 - 1), st.integers(0, 16**12 - 1))
@pytest.mark.pure
def test_a_cursor_reads_as_it_is_written(number: int, begun: int) -> None:
    cursor = rules.Cursor(number, begun)
    assert rules.read(str(cursor)) == cursor and len(str(cursor)) <= 40


@pytest.mark.postgres  # SQLite has one writer at a time, so nothing commits late there
def test_what_commits_late_comes_late_and_is_never_skipped(own_database: db.Database) -> None:
    """A slow transaction writes first and commits last, while others commit and a reader goes on and on."""
    with db.unit_of_work():
        partner = make_partner().id
    cursor, slow_wrote, let_go = here(partner), threading.Event(), threading.Event()
    slow, seen = uuid.uuid4(), []

    def slowly() -> None:
        with db.unit_of_work() as session:
            changes.note(partner, Subject.TASK, slow, What.BEGAN)
            session.flush()
            slow_wrote.set()
            assert let_go.wait(20)

    thread = threading.Thread(target=slowly)
    thread.start()
    assert slow_wrote.wait(10)
    quick = [write(partner) for _ in range(5)]
    page = read(partner, cursor)
    seen += [one.subject_uuid for one in page.changes]
    assert seen == quick, "the reader is past them already"
    let_go.set()
    thread.join(10)
    page = read(partner, str(page.next))
    assert [one.subject_uuid for one in page.changes] == [slow]
    assert [one.number for one in page.changes] == [6]


def test_many_writers_and_many_readers_agree_on_one_order(own_database: db.Database) -> None:
    with db.unit_of_work():
        partner = make_partner().id
    cursor, each, writers = here(partner), 12, 3
    over = threading.Event()
    faults: list[BaseException] = []
    heard: list[list[tuple[int, uuid.UUID]]] = [[], []]

    def writing() -> None:
        try:
            for _ in range(each):
                write(partner)
        except BaseException as error:
            faults.append(error)

    def reading(mine: list[tuple[int, uuid.UUID]]) -> None:
        at = cursor
        try:
            while True:
                last = over.is_set()
                page = read(partner, at, limit=4)
                mine += [(one.number, one.subject_uuid) for one in page.changes]
                at = str(page.next)
                if last and not page.more and not page.changes:
                    return
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=writing) for _ in range(writers)]
    readers = [threading.Thread(target=reading, args=(mine,)) for mine in heard]
    for one in [*threads, *readers]:
        one.start()
    for one in threads:
        one.join(30)
    over.set()
    for one in readers:
        one.join(30)
    assert not faults, faults
    assert heard[0] == heard[1]
    assert [number for number, _ in heard[0]] == list(range(1, each * writers + 1))


def test_the_worker_numbers_what_nobody_reads(partner: int) -> None:
    write(partner)
    assert changes.number_due() == 1
    assert changes.number_due() == 0
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(PartnerChange.number)).all() == [1]
        assert session.scalars(select(PartnerCompany.id)).all() == [partner]
    assert SYSTEM.client_id is None

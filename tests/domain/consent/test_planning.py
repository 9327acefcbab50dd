"""A day on which a purpose publishes itself: set, taken back, kept once, made up for."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import db
from portal.domain import audit, clock, errors
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.consent import planning, sketching
from portal.domain.consent.models import Purpose, PurposeSketch
from tests import records
from tests.factories import make_purpose

SPRING = datetime(2027, 3, 20, 12, tzinfo=UTC)  # the clocks of Warsaw go forward on the 28th


@pytest.fixture
def dana(database: db.Database) -> Actor:
    with db.unit_of_work():
        make_purpose()
        return records.staff("Dana Ilieva", Permission.PURPOSES_WRITE)


def reworded(actor: Actor, text: str = "Twice a month at most.") -> None:
    now = sketching.sketch(actor, "offers").draft
    sketching.save(
        replace(now, notices={**now.notices, "en": replace(now.notices["en"], text=text)}), actor=actor
    )


def planned(actor: Actor, on: date) -> None:
    with db.unit_of_work():
        reworded(actor)
        planning.plan("offers", on, actor=actor)


def version() -> int:
    with db.unit_of_work(write=False) as session:
        return session.scalars(select(Purpose.version).where(Purpose.key == "offers")).one()


def tags() -> list[str]:
    with db.unit_of_work(write=False) as session:
        return list(session.scalars(select(audit.models.AuditEvent.tag).order_by(audit.models.AuditEvent.id)))


@pytest.mark.parametrize(
    ("day", "midnight"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 27, 23, tzinfo=UTC)),
        (date(2027, 3, 29), datetime(2027, 3, 28, 22, tzinfo=UTC)),
    ],
)
def test_it_publishes_itself_at_midnight_of_the_firm(
    database: db.Database, day: date, midnight: datetime
) -> None:
    with time_machine.travel(SPRING, tick=False) as now:
        with db.unit_of_work():
            make_purpose()
            actor = records.staff("Dana Ilieva", Permission.PURPOSES_WRITE)
        planned(actor, day)
        now.move_to(midnight - timedelta(seconds=1))
        assert planning.publish_due() == 0 and version() == 1
        now.move_to(midnight)
        assert planning.publish_due() == 1 and version() == 2
        assert planning.publish_due() == 0 and version() == 2
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(PurposeSketch.id)) is None
    assert tags()[-2:] == ["purpose:planned", "purpose:published"]


def test_a_day_that_nobody_worked_is_made_up_for(dana: Actor) -> None:
    today = planning.today()
    planned(dana, today + timedelta(days=2))
    with time_machine.travel(clock.now() + timedelta(days=9), tick=False):
        assert planning.publish_due() == 1 and version() == 2


def test_a_day_taken_back_publishes_nothing_and_keeps_the_text(dana: Actor) -> None:
    planned(dana, planning.today() + timedelta(days=1))
    with db.unit_of_work():
        with pytest.raises(errors.Conflict):
            reworded(dana, "Other words.")
        planning.take_back("offers", actor=dana)
        planning.take_back("offers", actor=dana)
        reworded(dana, "Other words.")
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        assert planning.publish_due() == 0 and version() == 1
    assert tags().count("purpose:plan_ended") == 1


def test_what_was_overtaken_is_not_published_and_the_record_says_so(dana: Actor) -> None:
    planned(dana, planning.today() + timedelta(days=1))
    with db.unit_of_work():
        make_purpose(text="Published meanwhile.")
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert planning.publish_due() == 0 and version() == 2
        assert planning.publish_due() == 0
    assert tags().count("purpose:plan_failed") == 1


def test_a_day_is_ahead_and_one_at_a_time(dana: Actor) -> None:
    today = planning.today()
    with db.unit_of_work():
        reworded(dana)
        seen = sketching.sketch(dana, "offers").at
        for wrong in (today, today - timedelta(days=1), today + timedelta(days=367)):
            with pytest.raises(errors.Invalid) as refused:
                planning.plan("offers", wrong, actor=dana)
            assert refused.value.field == "publish_on"
        with pytest.raises(errors.Conflict):
            planning.plan(
                "offers", today + timedelta(days=1), actor=dana, expected=seen - timedelta(seconds=1)
            )
        planning.plan("offers", today + timedelta(days=1), actor=dana, expected=seen)
        planning.plan("offers", today + timedelta(days=1), actor=dana)  # pressed twice
        with pytest.raises(errors.Conflict):
            planning.plan("offers", today + timedelta(days=2), actor=dana)
        sam = records.staff("Sam Carter", Permission.SETTINGS_WRITE)
        for act in (planning.take_back, sketching.throw_away):
            with pytest.raises(errors.Denied):
                act("offers", actor=sam)
        sketching.throw_away("offers", actor=dana)
    assert tags().count("purpose:planned") == tags().count("purpose:plan_ended") == 1


def test_several_workers_at_once_publish_once(own_database: db.Database) -> None:
    with db.unit_of_work():
        make_purpose()
        reworded(SYSTEM)
        planning.plan("offers", planning.today() + timedelta(days=1), actor=SYSTEM)
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        start, done = threading.Barrier(4), []

        def work() -> None:
            start.wait()
            done.append(planning.publish_due())

        threads = [threading.Thread(target=work) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert sum(done) == 1 and version() == 2


@pytest.mark.postgres
def test_what_is_saved_while_a_day_is_set_is_not_published_unread(
    own_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.unit_of_work():
        make_purpose()
        reworded(SYSTEM, "Read.")
    refused: list[type[Exception]] = []

    def save() -> None:
        try:
            with db.unit_of_work():
                reworded(SYSTEM, "Unread.")
        except errors.Conflict as error:
            refused.append(type(error))

    other = threading.Thread(target=save)

    def slow(*_given: object) -> None:
        other.start()
        other.join(0.5)

    monkeypatch.setattr(planning, "check", slow)
    with db.unit_of_work():
        planning.plan("offers", planning.today() + timedelta(days=1), actor=SYSTEM)
    other.join(10)
    with db.unit_of_work(write=False):
        now = sketching.sketch(SYSTEM, "offers")
    assert now.publish_on and now.draft.notices["en"].text == "Read." and refused == [errors.Conflict]

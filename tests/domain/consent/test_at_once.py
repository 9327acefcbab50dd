"""Two windows, two devices: presses at the same moment happen one after the other and are written once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from portal import db
from portal.domain import consent, gate
from portal.domain.actor import Actor
from portal.domain.consent.models import ConsentEvent, ConsentState, Override
from tests import records
from tests.factories import make_purpose


def together(*acts: Callable[[], object]) -> None:
    """Run every act in its own unit of work, all begun at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        with db.unit_of_work():
            act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


def someone() -> Actor:
    with db.unit_of_work():
        make_purpose("offers")
        return records.customer("Amina Nowak")


def test_the_same_yes_pressed_six_times_at_once_is_one_entry(own_database: db.Database) -> None:
    actor = someone()
    together(*[lambda: consent.give("offers", actor=actor)] * 6)
    with db.unit_of_work(write=False):
        assert db.session().scalars(select(ConsentEvent.kind)).all() == ["given"]
        assert len(db.session().scalars(select(ConsentState.id)).all()) == 1


def test_objecting_six_times_at_once_stands_once(own_database: db.Database) -> None:
    actor = someone()
    together(*[lambda: consent.object_to_marketing(actor=actor)] * 6)
    with db.unit_of_work(write=False):
        assert len(db.session().scalars(select(Override.id)).all()) == 1


def test_a_yes_and_a_stop_at_once_end_as_the_ledger_says(own_database: db.Database) -> None:
    actor = someone()
    for _ in range(4):
        together(lambda: consent.give("offers", actor=actor), lambda: consent.stop_all(actor=actor))
        with db.unit_of_work(write=False):
            rows = (
                db.session()
                .execute(select(ConsentEvent.kind, ConsentEvent.at).order_by(ConsentEvent.id))
                .all()
            )
            assert [at for _kind, at in rows] == sorted(at for _kind, at in rows)
            decision = gate.decide(gate.Use(actor.account_id, actor.person_id, "offers", channel="email"))
            assert decision.allowed == (rows[-1].kind != "stop_all")

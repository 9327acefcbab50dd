"""Two administrators at the same instant: one wins, and somebody always administers the company."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from portal import db
from portal.domain import accounts, errors
from portal.domain.actor import Right
from tests.domain.accounts.company import Grant, Lipa, lipa

pytestmark = pytest.mark.usefixtures("own_database")


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run each in its own thread and unit of work, begun together; return ``ok`` or the code of the refusal."""
    ready, results = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        ready.wait()
        try:
            with db.unit_of_work():
                act()
            results[place] = "ok"
        except errors.DomainError as refused:
            results[place] = refused.code

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def firm() -> Lipa:
    """A company with two administrators, committed; what their pages know was read before."""
    with db.unit_of_work() as session:
        made = lipa(Right.ADMINISTER)
        session.expunge_all()
    return made


def administrators(firm: Lipa) -> int:
    with db.unit_of_work(write=False):
        return len(accounts.people_of(firm.account.id, Right.ADMINISTER))


@pytest.mark.parametrize("n", range(5))
def test_removing_each_other_one_succeeds(firm: Lipa, n: int) -> None:
    with db.unit_of_work(write=False):
        ola, piotr = firm.actor(firm.ola), firm.actor(firm.piotr)
        seats = firm.seat(firm.ola), firm.seat(firm.piotr)
    results = at_once(
        lambda: accounts.end_membership(seats[1], actor=ola),
        lambda: accounts.end_membership(seats[0], actor=piotr),
    )
    assert sorted(results) == ["denied", "ok"]
    assert administrators(firm) == 1


@pytest.mark.parametrize("how", ["leave", "lower"])
def test_both_stepping_down_one_stays(firm: Lipa, how: str) -> None:
    with db.unit_of_work(write=False):
        ola, piotr = firm.actor(firm.ola), firm.actor(firm.piotr)
        seats = firm.seat(firm.ola), firm.seat(firm.piotr)
    if how == "leave":
        results = at_once(
            lambda: accounts.leave_company(actor=ola), lambda: accounts.leave_company(actor=piotr)
        )
    else:
        lower = [Grant(Right.DOCUMENTS)]
        results = at_once(
            lambda: accounts.set_rights(seats[0], lower, actor=ola),
            lambda: accounts.set_rights(seats[1], lower, actor=piotr),
        )
    assert sorted(results) == ["accounts.last_administrator", "ok"]
    assert administrators(firm) == 1


def test_an_invitation_pressed_six_times_at_once_is_accepted_once(firm: Lipa) -> None:
    from tests.domain.accounts.people import letters, link_of

    with db.unit_of_work():
        accounts.invite_colleague(
            name="Ewa Nowa", email="ewa@lipa.example", language="en", grants=[Grant(Right.ORDERS)],
            actor=firm.actor(firm.ola),
        )  # fmt: skip
        token = link_of(letters("invitation")[0])
    results = at_once(
        *[
            lambda: accounts.accept_with_password(token, name="Ewa Nowa", password="nine yellow storks")
            for _ in range(6)
        ]
    )
    assert sorted(results) == ["not_found"] * 5 + ["ok"]
    with db.unit_of_work(write=False):
        names = [one.name for one in accounts.people_of(firm.account.id)]
    assert names == ["Ola Lipska", "Piotr Bielak", "Ewa Nowa"]

"""Promises of stock: late is counted from the day, the first promise stays, and the same said twice is said once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, errors, outbox, supply
from portal.domain.actor import Actor
from portal.domain.supply import Outcome, Promised
from tests.domain.exchange.prospects import office

from .scenes import day, supplier

pytestmark = pytest.mark.usefixtures("uow")


def promised(actor: Actor, **more: Any) -> supply.Taken:
    given: dict[str, Any] = {
        "item": "ZF-20",
        "quantity": Decimal(200),
        "by": day(5),
        "name": "Heating element",
    }
    return supply.promise(Promised(**(given | more)), actor=actor)


def news() -> list[str]:
    found = (
        select(outbox.Message.data).where(outbox.Message.name == "supply_news").order_by(outbox.Message.id)
    )
    return [one["what"] for one in db.session().scalars(found)]


def test_another_day_keeps_the_first_one_readable() -> None:
    staff, greta = office(), supplier()
    first = promised(greta).promise
    moved = promised(greta, by=day(9), quantity=Decimal(150))
    assert (moved.promise.id, moved.changed, moved.new) == (first.id, True, False)
    supply.move_promise(first.uuid, actor=greta, by=day(12), reason="The ship waits at Gdynia.")
    line = supply.promise_view(staff, first.uuid).line
    assert (line.first_by, line.by, line.first_quantity, line.quantity) == (day(5), day(12), 200, 150)
    acts = [str(one.what) for one in supply.promise_view(greta, first.uuid).history]
    assert acts == ["Another day", "Another day", "Another quantity", "Promised"]
    assert news() == ["moved", "moved"]


def test_late_is_counted_from_the_day_by_both_sides() -> None:
    staff, greta = office(), supplier()
    found = promised(greta, by=day(0)).promise
    assert supply.promises(greta)[0].outcome is Outcome.OPEN
    with clock.at(clock.now() + timedelta(days=2)):
        for actor in (staff, greta):
            (line,) = supply.promises(actor, view="late")
            assert (line.outcome, line.late) == (Outcome.LATE, 2)
        supply.deliver(found.uuid, actor=staff, on=day(0))
        assert supply.promises(greta, view="late") == []
        (line,) = supply.promises(greta, view="ended")
        assert line.outcome is Outcome.KEPT_LATE


def test_the_same_line_twice_does_nothing_twice() -> None:
    greta = supplier()
    first = promised(greta)
    assert not promised(greta).changed
    assert promised(greta, delivered_on=day(0)).changed
    for more in ({}, {"delivered_on": day(0)}):
        again = promised(greta, **more)
        assert (again.new, again.changed, again.promise.id) == (False, False, first.promise.id)
    assert promised(greta, by=day(30)).new  # another day is another promise once the first has ended


def test_what_may_not_be_is_said_at_its_field() -> None:
    greta = supplier()
    for field, more in (
        ("by", {"by": day(-1)}), ("by", {"by": day(2000)}), ("quantity", {"quantity": Decimal(0)}),
        ("delivered_on", {"delivered_on": day(1)}), ("withdrawn", {"withdrawn": True, "delivered_on": day(0)}),
        ("item", {"item": "  "}),
    ):  # fmt: skip
        with pytest.raises(errors.Invalid) as refused:
            promised(greta, **more)
        assert refused.value.field == field
    found = promised(greta).promise
    with pytest.raises(errors.Invalid):
        supply.withdraw(found.uuid, actor=greta, reason="")
    supply.withdraw(found.uuid, actor=greta, reason="The works is closed.")
    with pytest.raises(errors.Conflict):
        supply.deliver(found.uuid, actor=greta, on=day(0))


def test_nobody_reaches_the_promise_of_another() -> None:
    greta, other = supplier(), supplier("Odra Metal", "Olaf Rusk")
    nils = supplier("Northwind", "Nils Berg", "partner")
    found = promised(greta).promise
    for actor in (other, nils):
        assert supply.promises(actor) == []
        for act in (
            lambda a=actor: supply.promise_view(a, found.uuid),
            lambda a=actor: supply.move_promise(found.uuid, actor=a, by=day(9), reason="Because of it."),
            lambda a=actor: supply.withdraw(found.uuid, actor=a, reason="Because of it."),
            lambda a=actor: supply.deliver(found.uuid, actor=a, on=day(0)),
        ):
            with pytest.raises(errors.NotFound):
                act()
    with pytest.raises(errors.Denied):
        promised(nils)

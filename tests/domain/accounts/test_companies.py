"""A company runs itself: its administrators and nobody else decide who may do what, until when, up to what sum."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import accounts, audit, clock, errors, timeline
from portal.domain.actor import SYSTEM, Actor, ActorKind, Limit, Permission, Right
from tests import records
from tests.domain.accounts.company import OWN, Grant, lipa
from tests.domain.accounts.people import customer, letters

FRIDAY = date(2026, 6, 19)
MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(uow: object) -> Any:
    with clock.at(MONDAY):
        yield


def test_a_right_has_an_amount_and_falls_away_at_the_end_of_its_last_day() -> None:
    firm = lipa()
    firm.grant(firm.piotr, Grant(Right.COMPLAINTS_OWN, Decimal(500), "EUR", until=FRIDAY))
    piotr = firm.actor(firm.piotr)
    assert piotr.rights == {"complaints:own"}
    assert piotr.limit_of(Right.COMPLAINTS_OWN) == Limit(Decimal("500.00"), "EUR")
    assert piotr.acting_for == "Hurtownia Lipa"
    end = datetime(2026, 6, 19, 22, tzinfo=UTC)  # midnight in Warsaw
    with clock.at(end - timedelta(microseconds=1)):
        assert firm.actor(firm.piotr).rights == {"complaints:own"}
        assert [one.name for one in accounts.people_of(firm.account.id, Right.COMPLAINTS_OWN)] == [
            "Ola Lipska", "Piotr Bielak",
        ]  # fmt: skip
    with clock.at(end):
        assert firm.actor(firm.piotr).rights == frozenset()
        assert [one.name for one in accounts.people_of(firm.account.id, Right.COMPLAINTS_OWN)] == [
            "Ola Lipska"
        ]


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, tzinfo=UTC)),  # the day before the clocks go back
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),  # a day of 25 hours
        (date(2027, 3, 28), datetime(2027, 3, 28, 22, tzinfo=UTC)),  # a day of 23 hours
    ],
)
def test_the_end_of_a_day_is_that_of_the_account_when_the_clocks_change(day: date, ends: datetime) -> None:
    firm = lipa()
    firm.grant(firm.piotr, Grant(Right.ORDERS, until=day))
    with clock.at(ends - timedelta(seconds=1)):
        assert firm.actor(firm.piotr).rights == {"orders"}
    with clock.at(ends):
        assert firm.actor(firm.piotr).rights == frozenset()


@pytest.mark.parametrize(
    ("grant", "field"),
    [
        (Grant(Right.COMPLAINTS_OWN, Decimal(0), "EUR"), "amount_complaints_own"),
        (Grant(Right.COMPLAINTS_OWN, Decimal(20_000_000), "EUR"), "amount_complaints_own"),
        (Grant(Right.COMPLAINTS_OWN, Decimal(5), "euro"), "amount_complaints_own"),
        (Grant(Right.PERMISSIONS, Decimal(5), "EUR"), "amount_permissions"),
        (Grant(Right.ADMINISTER, Decimal(5), "EUR"), "amount_administer"),
        (Grant(Right.ORDERS, until=date(2026, 6, 14)), "until_orders"),
        (Grant(Right.ORDERS, until=date(2046, 6, 14)), "until_orders"),
    ],
)
def test_a_right_that_makes_no_sense_names_its_field_and_changes_nothing(grant: Grant, field: str) -> None:
    firm = lipa(Right.DOCUMENTS)
    with pytest.raises(errors.Invalid) as refused:
        firm.grant(firm.piotr, grant)
    assert refused.value.field == field
    assert firm.actor(firm.piotr).rights == {"documents"}


def test_rights_stand_exactly_as_set_and_the_same_again_changes_nothing() -> None:
    firm = lipa(Right.DOCUMENTS)
    assert firm.grant(firm.piotr, OWN, Grant(Right.ORDERS, Decimal(100), "PLN"))
    assert not firm.grant(firm.piotr, OWN, Grant(Right.ORDERS, Decimal(100), "PLN"))
    assert firm.actor(firm.piotr).rights == {"complaints:own", "orders"}
    assert len(letters("rights_changed")) == 1
    said = db.session().scalars(select(audit.AuditEvent).where(audit.AuditEvent.tag == "rights:set")).one()
    sentence = audit.sentence(
        said.tag,
        actor_kind=said.actor_kind,
        actor_name=said.actor_name,
        data=said.data,
        actor_team=said.actor_team,
    )
    assert str(sentence) == (
        "Ola Lipska for Hurtownia Lipa set what Piotr Bielak may do: own complaints; orders up to 100.00 PLN"
    )
    rows = timeline.of(firm.actor(firm.ola)).page(kinds=["colleagues"])
    assert rows[0].tag == "rights:set"


def test_two_forms_on_the_same_rights_the_second_is_told() -> None:
    firm = lipa(Right.DOCUMENTS)
    ola = firm.actor(firm.ola)
    seen = accounts.colleague_of(ola, firm.seat(firm.piotr)).seen
    accounts.set_rights(firm.seat(firm.piotr), [OWN], actor=ola, seen=seen)
    with pytest.raises(errors.Conflict):
        accounts.set_rights(firm.seat(firm.piotr), [], actor=ola, seen=seen)
    assert firm.actor(firm.piotr).rights == {"complaints:own"}


def test_only_an_administrator_of_this_company_changes_anything() -> None:
    firm = lipa(*(right for right in Right if right is not Right.ADMINISTER))
    stranger = accounts.actor_of(customer().id)
    other, boss = accounts.open_account(actor=SYSTEM, name="Bor", kind="company", contact="Jan Bor")
    for actor, refusal in (
        (firm.actor(firm.piotr), errors.Denied),
        (stranger, errors.NotFound),
        (accounts.actor_of(boss.id, account_id=other.id), errors.NotFound),
    ):
        for act in (
            lambda actor: accounts.set_rights(firm.seat(firm.piotr), [], actor=actor),
            lambda actor: accounts.end_membership(firm.seat(firm.ola), actor=actor),
            lambda actor: accounts.name_deputy(firm.seat(firm.piotr), since=None, until=FRIDAY, actor=actor),
        ):
            with pytest.raises(refusal):
                act(actor)
    assert firm.actor(firm.ola).administers


def test_staff_have_no_verb_that_widens_a_right() -> None:
    """Whatever permissions staff hold, also all of them: they read rights and never give one."""
    firm = lipa()
    boss = records.staff("Max", *Permission)
    sly = Actor(
        ActorKind.STAFF, person_id=firm.ola.id, account_id=firm.account.id, rights=frozenset(Right),
        permissions=frozenset(Permission), name="Max",
    )  # fmt: skip
    seat, admin = firm.seat(firm.piotr), (Right.ADMINISTER,)
    new: dict[str, Any] = {"name": "X", "email": "x@example.org"}
    acts: list[Callable[[Actor], object]] = [
        lambda actor: accounts.set_rights(seat, [OWN], actor=actor),
        lambda actor: accounts.name_deputy(seat, since=None, until=FRIDAY, actor=actor),
        lambda actor: accounts.end_membership(seat, actor=actor),
        lambda actor: accounts.leave_company(actor=actor),
        lambda actor: accounts.invite_colleague(**new, language="en", grants=[OWN], actor=actor),
        lambda actor: accounts.join(firm.account, firm.piotr, actor=actor, rights=admin),
        lambda actor: accounts.add_member(firm.account, **new, rights=admin, actor=actor),
        lambda actor: accounts.colleagues_of(actor),
        lambda actor: accounts.take_in_hand(actor, firm.account.uuid),
    ]
    for actor in (boss, sly):
        for act in acts:
            with pytest.raises((errors.Denied, errors.NotFound)), db.session().begin_nested():
                act(actor)
    assert firm.actor(firm.piotr).rights == frozenset()
    assert accounts.rights_in(firm.account.id)[firm.ola.id][0].right is Right.ADMINISTER


def test_a_deputy_administers_for_a_period_and_gives_nobody_more() -> None:
    firm = lipa(Right.DOCUMENTS)
    firm.add("Zofia Lis")
    zofia = next(one for one in accounts.people_of(firm.account.id) if one.name == "Zofia Lis")
    seat = next(one.uuid for one in accounts.colleagues_of(firm.actor(firm.ola)) if one.name == "Zofia Lis")
    first, last = FRIDAY, date(2026, 6, 26)
    accounts.name_deputy(firm.seat(firm.piotr), since=first, until=last, actor=firm.actor(firm.ola))
    assert firm.actor(firm.piotr).rights == {"documents"}
    with clock.at(datetime(2026, 6, 18, 22, tzinfo=UTC)):  # Friday begins in Warsaw
        deputy = firm.actor(firm.piotr)
        assert deputy.administers
        accounts.set_rights(seat, [OWN], actor=deputy)
        assert accounts.actor_of(zofia.person_id, account_id=firm.account.id).rights == {"complaints:own"}
        for grants in ([Grant(Right.ADMINISTER)], [Grant(Right.ADMINISTER, until=date(2026, 7, 1))]):
            with pytest.raises(errors.Denied):
                accounts.set_rights(seat, grants, actor=deputy)
            with pytest.raises(errors.Denied):
                accounts.set_rights(firm.seat(firm.piotr), grants, actor=deputy)
        for act in (
            lambda: accounts.set_rights(firm.seat(firm.ola), [], actor=deputy),
            lambda: accounts.end_membership(firm.seat(firm.ola), actor=deputy),
        ):
            with pytest.raises((errors.Denied, errors.Conflict)):
                act()
    with clock.at(datetime(2026, 6, 26, 22, tzinfo=UTC)):
        assert firm.actor(firm.piotr).rights == {"documents"}
        with pytest.raises(errors.Denied):
            accounts.set_rights(seat, [], actor=deputy)  # a page that was open over midnight


def test_the_last_administrator_stays() -> None:
    firm = lipa()
    firm.grant(firm.piotr, Grant(Right.ADMINISTER, until=FRIDAY))
    ola = firm.actor(firm.ola)
    for act in (
        lambda: accounts.leave_company(actor=ola),
        lambda: accounts.end_membership(firm.seat(firm.ola), actor=ola),
        lambda: firm.grant(firm.ola, OWN),
        lambda: firm.grant(firm.ola, Grant(Right.ADMINISTER, until=FRIDAY)),
    ):
        with pytest.raises(errors.Conflict):
            act()
    assert [one.last for one in accounts.colleagues_of(ola)] == [True, False]
    firm.grant(firm.piotr, Grant(Right.ADMINISTER))
    assert accounts.leave_company(actor=ola) == "Hurtownia Lipa"
    with pytest.raises(errors.NotFound):
        firm.actor(firm.ola)
    assert [one.person_id for one in letters("colleague_left")] == [firm.piotr.id]


def test_who_comes_back_begins_without_the_old_rights() -> None:
    firm = lipa(Right.COMPLAINTS_ALL)
    accounts.end_membership(firm.seat(firm.piotr), actor=firm.actor(firm.ola))
    [told] = letters("membership_ended")
    assert (told.person_id, told.account_id) == (firm.piotr.id, None)
    accounts.join(firm.account, firm.piotr, actor=firm.actor(firm.ola))
    assert firm.actor(firm.piotr).rights == frozenset()


def test_who_left_the_only_account_may_open_an_own_one_with_the_same_mailbox() -> None:
    firm = lipa(Right.DOCUMENTS)
    accounts.end_membership(firm.seat(firm.piotr), actor=firm.actor(firm.ola))
    with pytest.raises(errors.NotFound):
        accounts.actor_of(firm.piotr.id)
    from tests.domain.accounts.people import asked

    proved = accounts.register(asked("register", "piotr@lipa.example"), "nine yellow storks")
    assert proved.person_id == firm.piotr.id
    actor = accounts.actor_of(firm.piotr.id)
    assert actor.administers and actor.account_id != firm.account.id and actor.acting_for == ""


def test_a_reminder_is_promised_three_days_before_and_taken_back_when_the_rights_change() -> None:
    firm = lipa()
    firm.grant(firm.piotr, Grant(Right.ORDERS, until=FRIDAY), Grant(Right.COMPLAINTS_OWN, until=FRIDAY))
    due = datetime(2026, 6, 16, 22, tzinfo=UTC)
    assert [(one.person_id, one.due_at, len(one.data["rights"])) for one in letters("right_ends")] == [
        (firm.piotr.id, due, 2), (firm.ola.id, due, 2),
    ]  # fmt: skip
    firm.grant(firm.piotr, Grant(Right.ORDERS, until=date(2026, 6, 16)))
    assert [one.state for one in letters("right_ends")] == ["cancelled", "cancelled"]


def test_reading_costs_two_queries_at_any_size() -> None:
    from tests.counting import counted

    firm = lipa(Right.DOCUMENTS)
    ola = firm.actor(firm.ola)
    costs = []
    for more in range(2):
        for n in range(6):
            firm.add(f"N{more}{n} Lis", Right.ORDERS, Right.DOCUMENTS)
        with counted() as queries:
            accounts.colleagues_of(ola)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 3


def test_staff_read_who_may_do_what() -> None:
    firm = lipa(Right.DOCUMENTS)
    firm.grant(firm.piotr, Grant(Right.ORDERS, until=FRIDAY))
    with clock.at(MONDAY + timedelta(days=6)):
        assert [one.right for one in accounts.rights_in(firm.account.id)[firm.ola.id]] == [Right.ADMINISTER]
        assert accounts.rights_in(firm.account.id)[firm.piotr.id] == []

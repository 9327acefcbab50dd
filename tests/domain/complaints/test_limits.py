"""What a colleague with an amount and an end date sees and may do, at every instant, against a slow reading."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal import db
from portal.domain import accounts, calendars, clock, complaints, delivery, errors, outbox, timeline
from portal.domain.actor import Actor, Right
from portal.domain.complaints.models import Complaint
from tests.domain.accounts.company import OWN, Grant, Lipa, lipa
from tests.domain.complaints import cases
from tests.domain.delivery.carrying import Carrier

MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)
FRIDAY = date(2026, 6, 19)
WEEKEND = datetime(2026, 6, 19, 22, tzinfo=UTC)  # Friday is over in Warsaw
UP_TO_500 = Grant(Right.COMPLAINTS_OWN, Decimal(500), "EUR", until=FRIDAY)


@pytest.fixture(autouse=True)
def monday(uow: object) -> Any:
    with clock.at(MONDAY):
        calendars.seed()
        yield


def filed(actor: Actor, amount: int | None = None, currency: str = "EUR") -> Complaint:
    return cases.received(actor, remedy_wanted="refund", amount_wanted=amount, currency=currency)


def seen(actor: Actor) -> set[int]:
    """What every finder shows, which must agree among themselves."""
    finder = complaints.of(actor)
    listed = {line.uuid for line in finder.recent(limit=100)}
    every = db.session().scalars(select(Complaint)).all()
    found = set()
    for one in every:
        ways = {one.uuid in listed, bool(finder.by_uuids([one.uuid]))}
        for read in (finder.get, lambda uuid: complaints.case(actor, uuid)):
            try:
                read(one.uuid)
                ways.add(True)
            except errors.NotFound:
                ways.add(False)
        assert len(ways) == 1, f"the finders disagree about {one.amount_wanted} {one.currency}"
        if ways == {True}:
            found.add(one.id)
    return found


def test_own_complaints_up_to_500_euro_until_friday() -> None:
    firm = lipa()
    firm.grant(firm.piotr, UP_TO_500)
    ola, piotr = firm.actor(firm.ola), firm.actor(firm.piotr)
    small, none = filed(piotr, 500), filed(piotr)
    hers = filed(ola, 10)
    assert seen(piotr) == {small.id, none.id}
    with pytest.raises(errors.Invalid) as refused:
        filed(piotr, 501)
    assert refused.value.field == "amount_wanted" and "500.00 EUR" in str(refused.value.message)
    with pytest.raises(errors.Invalid):
        filed(piotr, 10, "PLN")  # another currency cannot be held against the amount
    with pytest.raises(errors.Invalid):
        complaints.change_remedy(
            small, actor=piotr, remedy_wanted="refund", amount_wanted="900", currency="EUR"
        )
    complaints.change_remedy(small, actor=ola, remedy_wanted="refund", amount_wanted="900", currency="EUR")
    sent = {small.id, none.id, hers.id}
    assert seen(piotr) & sent == {none.id}  # a colleague raised it above the amount
    with pytest.raises(errors.NotFound):
        complaints.add_words(small, actor=piotr, text="x")
    assert {small.id, none.id, hers.id} <= seen(ola)
    with clock.at(WEEKEND - timedelta(seconds=1)):
        assert seen(firm.actor(firm.piotr)) & sent == {none.id}
    with clock.at(WEEKEND):
        later = firm.actor(firm.piotr)
        assert seen(later) == set()
        with pytest.raises(errors.Denied):
            complaints.start_draft(actor=later)
        assert complaints.kept_to(later).n == 0
        rows = timeline.of(later).page(kinds=["complaints"])
        assert rows == []


def test_the_record_shows_exactly_the_complaints_in_reach_and_who_acted_for_whom() -> None:
    firm = lipa()
    firm.grant(firm.piotr, UP_TO_500)
    piotr = firm.actor(firm.piotr)
    mine, _hers = filed(piotr, 100), filed(firm.actor(firm.ola), 100)
    rows = timeline.of(piotr).page(kinds=["complaints"])
    assert {row.subject_uuid for row in rows} == {mine.uuid}
    assert str(rows[0].sentence).startswith("Piotr Bielak for Hurtownia Lipa filed complaint")


def test_an_offer_above_the_amount_names_who_may_accept_it() -> None:
    firm = lipa()
    firm.grant(firm.piotr, Grant(Right.COMPLAINTS_OWN, Decimal(300), "EUR"))
    ola, piotr, sam = firm.actor(firm.ola), firm.actor(firm.piotr), cases.sam()
    complaint = filed(piotr, 300)
    complaints.take(complaint, actor=sam, next_step="I look")
    parts = [
        {"kind": kind, "text": "x", "amount": amount, "currency": "EUR"}
        for kind, amount in (("refund", "300"), ("compensation", "100"))
    ]
    complaints.offer(complaint, actor=sam, finding="upheld", reasons="It leaks", remedies=parts)
    case = complaints.case(piotr, complaint.uuid)
    assert case.offer is not None and "accept" not in case.may and "not_enough" in case.may
    assert "Ola Lipska can accept it" in str(case.too_much)
    terms = {"number": case.offer.number, "content_hash": case.offer.content_hash}
    with pytest.raises(errors.Denied, match="Ola Lipska"):
        complaints.accept(complaint, actor=piotr, **terms)
    hers = complaints.case(ola, complaint.uuid)
    assert "accept" in hers.may and hers.too_much is None
    assert complaints.accept(complaint, actor=ola, **terms).state == "remedy_due"


def test_messages_follow_the_right_at_the_moment_they_leave() -> None:
    firm, carrier = lipa(), Carrier()
    firm.grant(firm.piotr, UP_TO_500)
    piotr, sam = firm.actor(firm.piotr), cases.sam()
    complaint = filed(piotr, 100)
    [receipt] = messages("complaint_received")
    delivery.deliver(receipt, at=MONDAY, transport=carrier)
    assert receipt.state == "sent"
    assert receipt.uuid in {line.uuid for line in outbox.of(piotr).page()}
    with clock.at(WEEKEND - timedelta(hours=10)):
        complaints.take(complaint, actor=sam, next_step="I look")
    with clock.at(WEEKEND):
        [taken] = messages("complaint_taken")
        delivery.deliver(taken, at=WEEKEND, transport=carrier)
        assert (taken.state, taken.reason) == ("withheld", "no_right")
        his = outbox.of(firm.actor(firm.piotr)).page()
        assert {line.name for line in his} == {"rights_changed", "right_ends"}  # nothing about it stays there
        [_, instead] = messages("complaint_taken")
        delivery.deliver(instead, at=WEEKEND, transport=carrier)
        assert (instead.person_id, instead.state) == (firm.ola.id, "sent")
    assert [parcel.address for parcel, _ in carrier.carried] == ["piotr@lipa.example", "ola@lipa.example"]


def test_what_keeps_a_person_safe_reaches_them_whatever_became_of_the_account() -> None:
    firm, carrier = lipa(), Carrier()
    outbox.write(
        "password_changed",
        key="safe",
        account_id=firm.account.id,
        person_id=firm.piotr.id,
        purpose="security",
    )
    outbox.write("tip", key="tip", account_id=firm.account.id, person_id=firm.piotr.id)
    accounts.end_membership(firm.seat(firm.piotr), actor=firm.actor(firm.ola))
    safe, tip, gone = (messages(name)[0] for name in ("password_changed", "tip", "membership_ended"))
    for one in (safe, tip, gone):
        delivery.deliver(one, at=MONDAY, transport=carrier)
    assert [one.state for one in (safe, tip, gone)] == ["sent", "withheld", "sent"]


def messages(name: str) -> list[outbox.Message]:
    found = select(outbox.Message).where(outbox.Message.name == name).order_by(outbox.Message.id)
    return list(db.session().scalars(found))


# ------------------------------------------------------------------- against a slow reading


AMOUNTS = st.sampled_from([None, Decimal(1), Decimal(500), Decimal(1000)])
CURRENCIES = st.sampled_from(["EUR", "PLN"])
DAYS = st.sampled_from([None, *(FRIDAY + timedelta(days=n) for n in (-2, 0, 1))])
RIGHTS = st.sampled_from([Right.COMPLAINTS_ALL, Right.COMPLAINTS_OWN, Right.ORDERS, Right.ADMINISTER])


@st.composite
def grants(draw: Any) -> tuple[Grant, ...]:
    """Rights as an administrator may set them on the Monday."""
    found = []
    for right in draw(st.lists(RIGHTS, unique=True, max_size=3)):
        amount = draw(AMOUNTS) if right is not Right.ADMINISTER else None
        found.append(Grant(right, amount, draw(CURRENCIES) if amount else "", until=draw(DAYS)))
    return tuple(found)


STEPS = st.lists(
    st.tuples(
        st.timedeltas(timedelta(minutes=1), timedelta(hours=20)),
        st.one_of(grants(), st.just("end"), st.just("back")),
    ),
    min_size=1,
    max_size=5,
)
MOMENTS = [MONDAY + timedelta(hours=7 * n) for n in range(20)] + [
    WEEKEND + timedelta(days=n, microseconds=m) for n in (-2, 0, 1) for m in (-1, 0, 1)
]


def lives(grant: Grant, at: datetime) -> bool:
    """The rule as people say it: until the end of that day in Warsaw (summer time: two hours ahead)."""
    return grant.until is None or (at + timedelta(hours=2)).date() <= grant.until


def reads(told: tuple[Grant, ...] | None, complaint: Complaint, mine: bool, at: datetime) -> bool:
    """The whole rule, read slowly: some right that lives then, for that complaint, with no amount or a larger one."""
    for grant in told or ():
        if not lives(grant, at):
            continue
        if grant.right is Right.ADMINISTER:
            return True
        if not (grant.right is Right.COMPLAINTS_ALL or (grant.right is Right.COMPLAINTS_OWN and mine)):
            continue
        amount = complaint.amount_wanted
        if grant.amount is None or amount is None:
            return True
        if complaint.currency == grant.currency and amount <= grant.amount:
            return True
    return False


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, moments=st.lists(st.sampled_from(MOMENTS), min_size=2, max_size=4))
def test_what_piotr_sees_equals_a_slow_reading_at_every_instant(steps: Any, moments: list[datetime]) -> None:
    nested = db.session().begin_nested()
    try:
        firm = lipa()
        with clock.at(MONDAY - timedelta(days=1)):
            firm.grant(firm.piotr, OWN)
            ola, piotr = firm.actor(firm.ola), firm.actor(firm.piotr)
            rows = [
                (filed(actor, amount, currency), actor is piotr)
                for actor in (ola, piotr)
                for amount, currency in ((None, "EUR"), (1, "EUR"), (500, "EUR"), (501, "EUR"), (500, "PLN"))
            ]
        history: list[tuple[datetime, tuple[Grant, ...] | None]] = [(MONDAY - timedelta(days=1), (OWN,))]
        at = MONDAY
        for wait, what in steps:
            at += wait
            with clock.at(at):
                history.append((at, tell(firm, what, history[-1][1], at)))
        for moment in [*moments, at]:
            if moment < at:
                continue  # what is past was looked at when it was the present
            with clock.at(moment):
                told = history[-1][1]
                expected = {one.id for one, mine in rows if reads(told, one, mine, moment)}
                try:
                    actor = firm.actor(firm.piotr)
                except errors.NotFound:
                    assert told is None
                    continue
                finder = complaints.of(actor)
                uuids = {line.uuid for line in finder.recent(limit=100)}
                assert {one.id for one, _ in rows if one.uuid in uuids} == expected
                assert {one.id for one, _ in rows if finder.by_uuids([one.uuid])} == expected
                assert seen(actor) & {one.id for one, _ in rows} == expected
    finally:
        nested.rollback()
        db.session().expire_all()


def tell(firm: Lipa, what: Any, before: tuple[Grant, ...] | None, at: datetime) -> tuple[Grant, ...] | None:
    """Let Ola do one thing, and return what she has said in the end."""
    if what == "end":
        if before is not None:
            accounts.end_membership(firm.seat(firm.piotr), actor=firm.actor(firm.ola))
        return None
    if what == "back":
        if before is None:
            accounts.join(firm.account, firm.piotr, actor=firm.actor(firm.ola))
            return ()
        return before
    if before is None:
        return None
    wanted = tuple(one for one in what if lives(one, at))
    firm.grant(firm.piotr, *wanted)
    return wanted

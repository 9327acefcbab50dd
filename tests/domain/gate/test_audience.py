from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Column, MetaData, String, Table, UniqueConstraint, Uuid, select

from portal import db
from portal.db import BigId, UtcDateTime
from portal.domain import clock, consent, gate
from portal.domain.actor import Actor
from tests import records
from tests.factories import make_purpose

CROWD = Table(
    "crowd",
    MetaData(),
    Column("account_id", BigId),
    Column("person_id", BigId),
    Column("campaign", Uuid),
    Column("chosen_at", UtcDateTime),
    Column("words", String(40)),
    UniqueConstraint("campaign", "account_id", "person_id"),
)


@pytest.fixture
def crowd(uow: object) -> Iterator[Table]:
    connection = db.session().connection()
    CROWD.create(connection)
    yield CROWD
    CROWD.drop(db.session().connection())


def pairs(actors: list[Actor]) -> list[tuple[int | None, int | None]]:
    return sorted((actor.account_id, actor.person_id) for actor in actors)


def written(crowd: Table) -> list[tuple[int, int]]:
    rows = db.session().execute(select(crowd.c.account_id, crowd.c.person_id))
    return sorted((account, person) for account, person in rows)


def selected(audience: gate.Audience) -> list[tuple[int, int]]:
    return sorted((account, person) for account, person in db.session().execute(audience.selection))


def streamed(audience: gate.Audience, page: int) -> list[tuple[int, int]]:
    return [pair for lists in gate.stream(audience, page=page) for pair in zip(*lists, strict=True)]


def test_what_is_written_is_the_audience_with_its_constants(crowd: Table) -> None:
    make_purpose("surveys", marketing=False)
    people = [records.customer(f"Person {number}") for number in range(5)]
    for actor in people:
        consent.give("surveys", actor=actor)
    consent.refuse("surveys", actor=people[2], channel="email")
    campaign, at = uuid.uuid4(), clock.now()
    chosen = gate.audience("surveys", channel="email")
    constants = {"campaign": campaign, "chosen_at": at, "words": "it's 100 %, isn't it?"}
    assert gate.materialise(chosen, crowd, constants) == 4
    assert written(crowd) == selected(chosen) == pairs([*people[:2], *people[3:]])
    rows = db.session().execute(select(crowd.c.campaign, crowd.c.chosen_at, crowd.c.words).distinct()).all()
    assert [tuple(row) for row in rows] == [(campaign, at, "it's 100 %, isn't it?")]


def test_a_second_run_adds_only_who_came_since(crowd: Table) -> None:
    make_purpose("surveys", marketing=False)
    first, second = records.customer("First"), records.customer("Second")
    consent.give("surveys", actor=first)
    campaign = {"campaign": uuid.uuid4()}
    assert gate.materialise(gate.audience("surveys"), crowd, campaign) == 1
    assert gate.materialise(gate.audience("surveys"), crowd, campaign) == 0
    consent.give("surveys", actor=second)
    assert gate.materialise(gate.audience("surveys"), crowd, campaign) == 1
    assert written(crowd) == pairs([first, second])
    assert gate.materialise(gate.audience("surveys"), crowd, {"campaign": uuid.uuid4()}) == 2


def test_nobody_is_written_for_what_nobody_knows(crowd: Table) -> None:
    records.customer()
    assert gate.materialise(gate.audience("nonsense"), crowd) == 0
    assert gate.count(gate.audience("nonsense", topic="garden", channel="email")) == 0
    assert written(crowd) == []


def test_one_shape_serves_every_purpose_channel_and_instant(crowd: Table) -> None:
    for key in ("surveys", "studies"):
        make_purpose(key, marketing=False, valid_months=1)
    one, two = records.customer("One"), records.customer("Two")
    consent.give("surveys", actor=one, channel="email")
    consent.give("studies", actor=two, channel="sms")
    later = clock.now() + timedelta(days=40)
    for key, channel, at, expected in (
        ("surveys", "email", None, [one]),
        ("surveys", "sms", None, []),
        ("studies", "sms", None, [two]),
        ("studies", "email", None, []),
        ("surveys", "email", later, []),
    ):
        found = gate.audience(key, channel=channel, at=at)
        assert selected(found) == pairs(expected), (key, channel, at)
        assert gate.count(found) == len(expected)
        assert streamed(found, 2) == pairs(expected)


def test_members_get_service_whatever_they_said_and_pages_do_not_matter(uow: object) -> None:
    make_purpose("invoices", basis="contract", marketing=False)
    for number in range(5):
        records.customer(f"Member {number}")
    found = gate.audience("invoices")
    everybody = streamed(found, 1)
    assert everybody == streamed(found, 2) == streamed(found, 1_000) == selected(found)
    assert len(everybody) == len(set(everybody)) == gate.count(found) >= 5


def test_an_audience_sees_what_its_unit_of_work_has_changed(uow: object) -> None:
    make_purpose("offers")
    actor = records.customer()
    consent.give("offers", actor=actor)
    found = gate.audience("offers", channel="email")
    assert gate.count(found) == 1
    gate.hold(account_id=actor.account_id or 0, reason="complaint", about_uuid=uuid.uuid4(), purpose="")
    assert gate.count(found) == 0

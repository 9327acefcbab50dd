"""Change, pause, addresses: what is set, what the record says of it, and what delivery reads from it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, consent, gate, preferences
from portal.domain.accounts.models import EmailAddress, Person
from portal.domain.actor import Actor, Permission
from portal.domain.audit.models import AuditEvent
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from tests import records
from tests.factories import make_purpose

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday


def who(actor: Actor) -> dict[str, int]:
    assert actor.person_id is not None and actor.account_id is not None
    return {"person_id": actor.person_id, "account_id": actor.account_id}


def acts(actor: Actor) -> list[tuple[str, str]]:
    rows = select(AuditEvent.tag, AuditEvent.data).where(AuditEvent.account_id == actor.account_id)
    return [(tag, data.get("what", "")) for tag, data in db.session().execute(rows.order_by(AuditEvent.id))]


def test_without_a_row_the_defaults_hold(amina: Actor) -> None:
    found = preferences.of(amina)
    assert (found.version, found.channels_off, found.week) == (0, (), preferences.DEFAULT_HOURS)
    assert found.pause_until is None and found.zone == "Europe/Warsaw"


def test_a_change_keeps_what_it_does_not_name_and_says_what_it_changed(amina: Actor) -> None:
    preferences.change(actor=amina, channels_off=["sms", "phone"], topics_off=["garden"])
    found = preferences.change(actor=amina, budget_count=2, budget_days=7, channels_off=["phone", "sms"])
    assert (found.channels_off, found.topics_off, found.budget_count, found.version) == (
        ("phone", "sms"),
        ("garden",),
        2,
        2,
    )
    tag = "preference:changed"
    assert acts(amina) == [(tag, "channels"), (tag, "topics"), (tag, "frequency")]
    assert preferences.change(actor=amina, budget_count=None).budget_count is None


def test_two_tabs_do_not_overwrite_each_other(amina: Actor) -> None:
    preferences.change(actor=amina, version=0, topics_off=["garden"])
    with pytest.raises(Conflict):
        preferences.change(actor=amina, version=0, topics_off=[])
    assert preferences.change(actor=amina, version=1, topics_off=[]).topics_off == ()


def test_the_same_again_leaves_no_trace(amina: Actor) -> None:
    assert preferences.change(actor=amina, channels_off=[], hours={}, language="en").version == 0
    assert acts(amina) == []


def test_language_belongs_to_the_person(amina: Actor) -> None:
    assert preferences.change(actor=amina, language="pl").language == "pl"
    assert db.session().get_one(Person, amina.person_id).language == "pl"
    assert acts(amina) == [("preference:changed", "language")]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"channels_off": ["pigeon"]}, "channels"), ({"topics_off": ["nonsense"]}, "topics"),
        ({"hours": {"mon": []}}, "hours"), ({"budget_count": 0, "budget_days": 7}, "budget_count"),
        ({"language": "tlh"}, "language"),
    ],
)  # fmt: skip
def test_a_wrong_value_names_its_field(amina: Actor, given: dict[str, object], name: str) -> None:
    with pytest.raises(Invalid) as caught:
        preferences.change(actor=amina, **given)  # type: ignore[arg-type]
    assert caught.value.field == name


def test_only_the_person_changes_them_and_staff_read_by_permission(amina: Actor) -> None:
    with pytest.raises(Denied):
        preferences.change(actor=records.staff(), topics_off=[])
    reader = records.staff("Sam", Permission.CUSTOMERS_READ)
    assert preferences.of(reader, **who(amina)).version == 0
    with pytest.raises(Denied):
        preferences.of(records.staff("Nora", Permission.FILES_READ), **who(amina))


def test_a_pause_ends_when_the_day_begins_where_the_person_lives(amina: Actor) -> None:
    make_purpose("offers")
    use = gate.Use(amina.account_id, amina.person_id, "offers", channel="email")
    with clock.at(AT):
        consent.give("offers", actor=amina)
        end = preferences.pause(date(2026, 3, 30), actor=amina).pause_until
        assert end == datetime(2026, 3, 29, 22, tzinfo=UTC)  # the clocks went forward the night before
        assert gate.decide(use) == (False, gate.Reason.PAUSED, gate.decide(use).event_id, end)
        assert gate.decide(use, end).allowed
        assert preferences.resume(actor=amina).pause_until is None and gate.decide(use).allowed
        preferences.resume(actor=amina)
        for day in (date(2026, 3, 2), date(2027, 6, 1)):
            with pytest.raises(Invalid):
                preferences.pause(day, actor=amina)
    assert [tag for tag, _ in acts(amina)][-2:] == ["preference:paused", "preference:resumed"]


def test_the_next_window_follows_the_hours_of_the_person(amina: Actor) -> None:
    night = datetime(2026, 3, 2, 22, tzinfo=UTC)
    assert preferences.next_window(**who(amina), at=AT) == AT
    assert preferences.next_window(**who(amina), at=night) == datetime(2026, 3, 3, 7, tzinfo=UTC)
    preferences.change(actor=amina, hours={"sat": [["10:00", "12:00"]]})
    assert preferences.next_window(**who(amina), at=AT) == datetime(2026, 3, 7, 9, tzinfo=UTC)


def test_a_budget_counts_what_is_not_service(amina: Actor) -> None:
    preferences.change(actor=amina, budget_count=1, budget_days=7)
    for purpose, state in (("service", "sent"), ("offers", "queued"), ("offers", "sent")):
        assert preferences.budget_left(**who(amina), at=AT) == AT
        message = records.written("m", key=f"{purpose}-{state}", **who(amina), purpose=purpose)
        message.state, message.ended_at = state, AT - timedelta(days=1) if state == "sent" else None
        db.session().flush()
    assert preferences.budget_left(**who(amina), at=AT) == AT + timedelta(days=6)
    assert preferences.budget_left(**who(amina), at=AT, besides=message.id) == AT


class TestAddresses:
    """Where each channel leads."""

    def test_the_first_of_a_channel_is_used_until_another_is_made_first(self, amina: Actor) -> None:
        one = preferences.add_address("sms", "500 600 700", actor=amina)
        two = preferences.add_address("sms", "+48 501 600 700", actor=amina)
        assert one.address == "+48500600700" and (one.first, two.first) == (True, False)
        preferences.make_first(two.uuid, actor=amina)
        assert (one.first, two.first) == (False, True)
        preferences.remove_address(two.uuid, actor=amina)
        assert one.first and [row.address for row in preferences.addresses(**who(amina))] == ["+48500600700"]

    def test_nothing_goes_to_a_removed_address_and_adding_brings_it_back(self, amina: Actor) -> None:
        make_purpose("surveys", marketing=False)
        consent.give("surveys", actor=amina)
        point = preferences.add_address("sms", "+48500600700", actor=amina)
        use = gate.Use(amina.account_id, amina.person_id, "surveys", "", "sms", "+48500600700")
        assert gate.decide(use).allowed
        preferences.remove_address(point.uuid, actor=amina)
        assert gate.decide(use).reason is gate.Reason.ADDRESS_REMOVED
        assert preferences.add_address("sms", "+48500600700", actor=amina).id == point.id
        assert gate.decide(use).allowed

    def test_a_mailbox_is_proved_first(self, amina: Actor) -> None:
        row = EmailAddress(
            person_id=amina.person_id, address="amina@x.example", address_key="amina@x.example"
        )
        db.session().add(row)
        with pytest.raises(Invalid) as caught:
            preferences.add_address("email", "amina@x.example", actor=amina)
        assert caught.value.field == "address"
        row.proved_at = AT
        assert preferences.add_address("email", "Amina@x.example", actor=amina).proved_at is not None
        assert [found.uuid is None for found in preferences.addresses(**who(amina))] == [False]

    @pytest.mark.parametrize(
        ("channel", "address"), [("sms", "nonsense"), ("letter", "one line"), ("phone", " ")]
    )
    def test_a_wrong_address_names_its_field(self, amina: Actor, channel: str, address: str) -> None:
        with pytest.raises(Invalid) as caught:
            preferences.add_address(channel, address, actor=amina)
        assert caught.value.field == "address"

    def test_somebody_else_s_address_does_not_exist(self, amina: Actor) -> None:
        point = preferences.add_address("sms", "+48500600700", actor=amina)
        ben = records.customer("Ben Petrov")
        for wanted in (point.uuid, uuid.uuid4()):
            for verb in (preferences.remove_address, preferences.make_first):
                with pytest.raises(NotFound):
                    verb(wanted, actor=ben)
        assert point.removed_at is None

"""What a person reads of their permissions, in a fixed number of queries, and nobody else's."""

from __future__ import annotations

import uuid

import pytest

from portal.domain import consent
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.errors import Denied, Invalid, NotFound
from tests import records
from tests.counting import counted
from tests.factories import make_purpose


def test_every_purpose_with_its_words_and_states_in_one_query(amina: Actor) -> None:
    for number in range(12):
        make_purpose(f"p{number}", position=number)
        consent.give(f"p{number}", actor=amina)
    consent.refuse("p1", actor=amina, channel="sms")
    with counted() as statements:
        found = consent.of(amina).permissions()
    assert len(statements) == 1
    assert [row.key for row in found] == [f"p{number}" for number in range(12)]
    assert found[1].general is not None and found[1].general.permits
    assert [(row.channel, row.status) for row in found[1].exceptions] == [("sms", "withdrawn")]


def test_words_come_in_the_reader_s_language_or_in_english(amina: Actor, offers: consent.Purpose) -> None:
    assert consent.catalogue("pl")[0].title == "Offers (PL)"
    assert consent.catalogue("bg")[0].title == "Offers"
    assert consent.catalogue("pl")[0].states == ()


def test_entries_and_words_are_found_only_by_their_owner(amina: Actor, offers: consent.Purpose) -> None:
    outcome = consent.give("offers", actor=amina)
    ben = records.customer("Ben Petrov")
    assert consent.of(amina).entry(outcome.uuid).kind == "given"
    for desk, wanted in ((consent.of(ben), outcome.uuid), (consent.of(amina), uuid.uuid4())):
        with pytest.raises(NotFound):
            desk.entry(wanted)
    assert consent.of(ben).history() == []
    assert consent.of(ben).get(offers.uuid).states == ()
    with pytest.raises(NotFound):
        consent.of(ben).get(uuid.uuid4())
    words = consent.of(amina).notice(offers.id, outcome.event.notice_hash)
    assert words.number == 1 and words.text.startswith("We write")


def test_staff_read_by_permission(amina: Actor, offers: consent.Purpose) -> None:
    consent.give("offers", actor=amina)
    reader = records.staff("Sam", Permission.CONSENT_READ)
    desk = consent.of(reader, person_id=amina.person_id, account_id=amina.account_id)
    assert desk.get(offers.uuid).general is not None
    with pytest.raises(Denied):
        consent.of(records.staff("Nora", Permission.MESSAGES_READ))


def test_publishing_the_same_again_changes_nothing_and_versions_keep_their_words(
    offers: consent.Purpose,
) -> None:
    assert make_purpose("offers").version == 1
    assert make_purpose("offers", text="Other words.").version == 2
    with pytest.raises(Invalid):
        make_purpose("offers", basis="contract")


def test_a_permission_names_its_benefit_and_by_when(uow: object) -> None:
    notice = consent.NoticeDraft("News", "May we?", "We write news.", benefit="")
    draft = consent.PurposeDraft(
        key="news", basis="consent", notices={"en": notice}, dpv_purpose="dpv:Marketing", retention_months=12
    )
    with pytest.raises(Invalid) as caught:
        consent.publish(draft, actor=SYSTEM)
    assert caught.value.field == "benefit"

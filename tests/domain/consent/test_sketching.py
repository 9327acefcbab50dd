"""The next version of a purpose: compared, published, asked anew; and a purpose given up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal import db
from portal.domain import consent, errors, gate, outbox
from portal.domain.actor import Actor, Permission
from portal.domain.comparing import words
from portal.domain.consent import differing, sketching
from portal.domain.outbox import Message
from tests import records
from tests.factories import make_purpose

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)


@pytest.fixture
def max_(uow: object) -> Actor:
    return records.staff("Max Brandt", Permission.PURPOSES_WRITE)


def reworded(actor: Actor, text: str = "We write to you about offers, twice a month at most.") -> None:
    now = sketching.sketch(actor, "offers").draft
    notices = dict(now.notices)
    notices["en"] = replace(notices["en"], text=text)
    sketching.save(replace(now, notices=notices), actor=actor)


@pytest.mark.pure
@given(TEXT, TEXT)
def test_the_pieces_are_both_texts(before: str, after: str) -> None:
    pieces = words(before, after)
    assert "".join(one.text for one in pieces if one.kind != "new") == before
    assert "".join(one.text for one in pieces if one.kind != "gone") == after


def test_what_is_written_is_kept_compared_and_nobody_elses(max_: Actor) -> None:
    make_purpose()
    before = consent.catalogue("en")
    reworded(max_)
    assert consent.catalogue("en") == before
    [difference] = differing.differences(max_, "offers")
    assert (difference.language, difference.field) == ("en", "text")
    assert any(one.kind == "new" and "twice" in one.text for one in difference.pieces)
    sketching.throw_away("offers", actor=max_)
    assert differing.differences(max_, "offers") == []


def test_a_changed_purpose_asks_anew_and_carries_no_yes_over(max_: Actor) -> None:
    make_purpose()
    amina, ben = records.customer("Amina Nowak"), records.customer("Ben Petrov")
    consent.give("offers", actor=amina)
    consent.give("offers", actor=ben, channel="email")
    consent.refuse("offers", actor=records.customer("Ola Lipska"))
    assert differing.asked_again("offers") == 2
    reworded(max_)
    made = sketching.publish_sketch("offers", actor=max_)
    assert (made.version, made.asks_from_version) == (2, 2)
    assert differing.asked_again("offers") == 0
    use = gate.Use(purpose="offers", person_id=amina.person_id, account_id=amina.account_id, channel="email")
    assert not gate.decide(use).allowed


def test_the_same_once_more_is_no_version(max_: Actor) -> None:
    make_purpose()
    sketching.save(sketching.sketch(max_, "offers").draft, actor=max_)
    assert sketching.publish_sketch("offers", actor=max_).version == 1


def test_who_is_overtaken_is_told(max_: Actor) -> None:
    make_purpose()
    reworded(max_)
    make_purpose(text="Published meanwhile.")
    assert sketching.sketch(max_, "offers").overtaken
    with pytest.raises(errors.Conflict):
        sketching.publish_sketch("offers", actor=max_)


def test_what_was_changed_since_it_was_read_is_not_published(max_: Actor) -> None:
    make_purpose()
    reworded(max_)
    seen = sketching.sketch(max_, "offers").at
    reworded(max_, "Other words.")
    with pytest.raises(errors.Conflict):
        sketching.publish_sketch("offers", actor=max_, expected=seen)


def test_a_new_purpose_needs_words_before_it_is_published(max_: Actor) -> None:
    sketching.begin("spare_parts", actor=max_, basis="consent")
    with pytest.raises(errors.Invalid):
        sketching.publish_sketch("spare_parts", actor=max_)
    assert [row.key for row in sketching.rows(max_)] == ["spare_parts"]


@pytest.mark.parametrize("key", ["", "Offers", "a b", "x" * 60, "offers", "service", "../x"])
def test_a_key_is_short_and_its_own(max_: Actor, key: str) -> None:
    make_purpose()
    with pytest.raises(errors.Invalid) as refused:
        sketching.begin(key, actor=max_, basis="consent")
    assert refused.value.field == "key"


def test_what_does_not_fit_is_named(max_: Actor) -> None:
    make_purpose()
    now = sketching.sketch(max_, "offers").draft
    long = {"pl": replace(now.notices["en"], title="x" * 121)}
    for changed, field in (
        (replace(now, notices=long), "pl-title"),
        (replace(now, valid_months=0), "valid_months"),
        (replace(now, retention_months=10**9), "retention_months"),
        (replace(now, channels=("pigeon",)), "channels"),
    ):
        with pytest.raises(errors.Invalid) as refused:
            sketching.save(changed, actor=max_)
        assert refused.value.field == field
    assert sketching.sketch(max_, "offers").kept is False


def test_giving_up_cancels_what_waits_and_keeps_the_record(max_: Actor) -> None:
    make_purpose()
    make_purpose("tips")
    amina = records.customer("Amina Nowak")
    consent.give("offers", actor=amina)
    for n, purpose in enumerate(("offers", "offers", "tips", "service")):
        outbox.write(
            "offer", key=f"m{n}", account_id=amina.account_id, person_id=amina.person_id, purpose=purpose
        )
    assert sketching.retire("offers", actor=max_) == 2
    assert sketching.retire("offers", actor=max_) == 0
    states = {m.key: str(m.state) for m in db.session().scalars(select(Message))}
    assert states == {"m0": "cancelled", "m1": "cancelled", "m2": "queued", "m3": "queued"}
    assert [view.key for view in consent.catalogue("en")] == ["tips"]
    with pytest.raises(errors.Conflict):
        sketching.save(sketching.sketch(max_, "offers").draft, actor=max_)


def test_only_who_may(uow: object) -> None:
    make_purpose()
    sam = records.staff("Sam", Permission.COMPLAINTS_READ)
    for act in (
        lambda: sketching.rows(sam),
        lambda: sketching.begin("x_y", actor=sam, basis="consent"),
        lambda: sketching.retire("offers", actor=sam),
        lambda: sketching.publish_sketch("offers", actor=sam),
    ):
        with pytest.raises(errors.Denied):
            act()

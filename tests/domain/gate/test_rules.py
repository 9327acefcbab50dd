"""Rule 7 without a database: examples in words, and the fast reading against the slow one on random histories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.gate import Reason, explain
from portal.domain.gate.rules import Choice, Decision, Entry, Held, Terms, Use, read

from .histories import World

pytestmark = pytest.mark.pure

OFFERS = Terms("offers", "consent", True)
TIPS = Terms("tips", "legitimate_interest", True)
BILLS = Terms("invoices", "contract", False)
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAIL = Use(11, 1, "offers", channel="email")


def said(*entries: tuple[str, dict[str, object]]) -> list[Entry]:
    """Make a ledger, one entry an hour; a first value of the scope is enough."""
    found = []
    for number, (kind, more) in enumerate(entries, 1):
        common: dict[str, object] = {"person_id": 1, "account_id": 11, "purpose": "offers"} | more
        found.append(Entry(id=number, at=DAY + timedelta(hours=number), kind=kind, **common))  # type: ignore[arg-type]
    return found


def answer(
    ledger: list[Entry],
    use: Use = MAIL,
    terms: Terms = OFFERS,
    at: datetime = DAY + timedelta(days=1),
    **more: object,
) -> Decision:
    return read(use, at, terms, ledger, more.get("holds", ()), more.get("choice", Choice()))  # type: ignore[arg-type]


def test_without_a_yes_the_answer_is_no() -> None:
    assert answer([]) == (False, Reason.NOT_ALLOWED, None, None)


def test_a_yes_allows_and_names_its_entry() -> None:
    assert answer(said(("given", {}))) == (True, Reason.CONSENT, 1, None)


def test_the_most_specific_counts_whichever_came_first() -> None:
    ledger = said(("refused", {"channel": "sms"}), ("given", {}))
    assert answer(ledger).allowed
    assert answer(ledger, MAIL._replace(channel="sms")).reason is Reason.REFUSED
    assert answer(
        said(("given", {"topic": "garden"}), ("withdrawn", {})), MAIL._replace(topic="garden")
    ).allowed


def test_two_that_cannot_be_compared_and_differ_say_no() -> None:
    ledger = said(("given", {"topic": "garden"}), ("withdrawn", {"channel": "email"}))
    assert answer(ledger, MAIL._replace(topic="garden")) == (False, Reason.WITHDRAWN, 2, None)
    agreed = said(("given", {"topic": "garden"}), ("given", {"channel": "email"}))
    assert answer(agreed, MAIL._replace(topic="garden")).allowed


def test_an_entry_about_one_address_says_nothing_about_another() -> None:
    ledger = said(("given", {"address": "a@x.example"}))
    assert answer(ledger, MAIL._replace(address="a@x.example")).allowed
    assert not answer(ledger, MAIL._replace(address="b@x.example")).allowed


@pytest.mark.parametrize(
    "kind", ["requested", "pending", "deferred", "revoked", "expired", "refused", "withdrawn"]
)
def test_anything_but_given_and_renewed_means_no(kind: str) -> None:
    assert not answer(said(("given", {}), (kind, {}))).allowed


def test_a_yes_ends_on_its_instant() -> None:
    end = DAY + timedelta(days=2)
    ledger = said(("given", {"until": end}))
    assert answer(ledger, at=end - timedelta(microseconds=1)).allowed
    assert answer(ledger, at=end).reason is Reason.EXPIRED


def test_a_version_that_asks_anew_ends_older_yeses() -> None:
    terms = OFFERS._replace(asks_from_version=2)
    assert answer(said(("given", {"version": 1})), terms=terms).reason is Reason.OLD_VERSION
    assert answer(said(("given", {"version": 2})), terms=terms).allowed


def test_stop_all_overrules_what_came_before_and_a_later_yes_lifts_only_its_own_scope() -> None:
    ledger = said(
        ("given", {}), ("stop_all", {"account_id": None, "purpose": ""}), ("given", {"channel": "sms"})
    )
    assert answer(ledger) == (False, Reason.STOP_ALL, 2, None)
    assert answer(ledger, MAIL._replace(channel="sms")).allowed


def test_a_yes_of_the_same_instant_counts_by_its_place_in_the_ledger() -> None:
    before, stop = said(("given", {}), ("stop_all", {"account_id": None, "purpose": ""}))
    after = before._replace(id=3)
    assert not answer([before._replace(at=stop.at), stop]).allowed
    assert answer([stop, after._replace(at=stop.at)]).allowed


def test_a_stop_holds_in_every_account_and_a_pause_in_its_own() -> None:
    ledger = said(("given", {}), ("given", {"account_id": 12}), ("pause", {"account_id": 12, "purpose": ""}))
    assert answer(ledger).allowed and answer(ledger, MAIL._replace(account_id=12)).reason is Reason.PAUSED


def test_an_objection_is_never_lifted_by_a_yes_but_only_by_the_person_saying_so() -> None:
    ledger = said(
        ("objection", {"account_id": None, "purpose": ""}), ("given", {}), ("given", {"channel": "email"})
    )
    assert answer(ledger) == (False, Reason.OBJECTION, 1, None)
    lifted = [*ledger, Entry(4, DAY + timedelta(hours=4), "objection_lifted", 1, None)]
    assert answer(lifted).allowed
    assert answer(ledger, terms=OFFERS._replace(marketing=False)).allowed


def test_a_pause_denies_until_its_end_and_only_what_was_allowed() -> None:
    end = DAY + timedelta(days=9)
    ledger = said(("given", {}), ("pause", {"purpose": "", "until": end}))
    assert answer(ledger) == (False, Reason.PAUSED, 2, end)
    assert answer(ledger, at=end).allowed
    assert answer(said(("refused", {}), ("pause", {"purpose": "", "until": end}))).reason is Reason.REFUSED
    assert answer(
        [*ledger, *said(*[("given", {})] * 3)[2:]]
    ).allowed  # a later yes lifts its scope from the pause


def test_interest_needs_no_yes_but_obeys_a_no_and_a_stop() -> None:
    use = Use(11, 1, "tips", channel="email")
    assert answer([], use, TIPS) == (True, Reason.INTEREST, None, None)
    assert answer(said(("withdrawn", {"purpose": "tips"})), use, TIPS).reason is Reason.WITHDRAWN
    assert answer(said(("stop_all", {"purpose": ""})), use, TIPS).reason is Reason.STOP_ALL
    assert answer(said(("objection", {"purpose": ""})), use, TIPS).reason is Reason.OBJECTION


def test_service_passes_everything_but_a_switched_off_phone() -> None:
    loud = said(("stop_all", {"purpose": ""}), ("objection", {"purpose": ""}), ("pause", {"purpose": ""}))
    off = Choice(channels_off={"email", "sms"})
    use = Use(11, 1, "invoices", channel="email")
    assert answer(loud, use, BILLS, choice=off, holds=[Held(11, "invoices")]).reason is Reason.SERVICE
    assert answer(loud, use._replace(channel="sms"), BILLS, choice=off).reason is Reason.CHANNEL_OFF
    assert answer(loud, use._replace(person_id=None), BILLS).allowed


def test_what_the_product_itself_sends_needs_no_published_purpose() -> None:
    assert read(Use(None, None, "security"), DAY, None, (), (), Choice()).allowed
    assert read(Use(None, None, "nonsense"), DAY, None, (), (), Choice()).reason is Reason.UNKNOWN_PURPOSE


def test_a_hold_silences_marketing_or_one_purpose() -> None:
    ledger = said(("given", {}))
    assert answer(ledger, holds=[Held(11)]).reason is Reason.HOLD
    assert answer(ledger, holds=[Held(11, "surveys"), Held(12)]).allowed
    assert answer(ledger, holds=[Held(11)], terms=OFFERS._replace(marketing=False)).allowed


def test_switches_deny_what_is_allowed() -> None:
    ledger, use = said(("given", {})), MAIL._replace(topic="garden", address="a@x.example")
    assert answer(ledger, use, choice=Choice(channels_off={"email"})).reason is Reason.CHANNEL_OFF
    assert answer(ledger, use, choice=Choice(topics_off={"garden"})).reason is Reason.TOPIC_OFF
    assert (
        answer(ledger, use, choice=Choice(removed={("email", "a@x.example")})).reason
        is Reason.ADDRESS_REMOVED
    )


def test_every_reason_has_its_sentence() -> None:
    sentences = {str(explain(reason)) for reason in Reason}
    assert len(sentences) == len(Reason)
    assert str(explain("something of the past"))


@settings(max_examples=150, deadline=None)
@given(chance=st.randoms(use_true_random=False), steps=st.integers(1, 25))
def test_fast_and_slow_agree_on_any_history(chance: Random, steps: int) -> None:
    world = World(chance)
    for _ in range(steps):
        world.step()
    use = world.use()
    assert world.fast(use) == world.slow(use)


def test_fast_and_slow_agree_over_a_hundred_thousand_steps() -> None:
    """Fixed seeds, so that a failure can be found again; along the way the promises that no history may break."""
    allowed = 0
    for seed in range(4_000):
        world = World(Random(seed))
        for _ in range(25):
            world.step()
            use = world.use()
            slow = world.slow(use)
            assert world.fast(use) == slow, (seed, use, world.ledger)
            allowed += slow.allowed
            if slow.allowed and slow.reason is Reason.CONSENT:
                entry = next(entry for entry in world.ledger if entry.id == slow.event_id)
                assert entry.kind in {"given", "renewed"} and (entry.until is None or entry.until > world.now)
                assert (entry.person_id, entry.account_id, entry.purpose) == (
                    use.person_id,
                    use.account_id,
                    use.purpose,
                )
    assert 15_000 < allowed < 85_000  # neither side of the rule is left untried

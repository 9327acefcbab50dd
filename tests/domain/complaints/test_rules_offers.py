"""Offers: bound to what was seen, and replaced only by something better."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.complaints.offer_rules import (
    FINDING_LABEL,
    KIND_LABEL,
    MONEY,
    Finding,
    OfferTerms,
    RemedyKind,
    RemedyTerms,
    canonical,
    is_worse,
    offer_hash,
    require_better,
    require_same_offer,
    terms_hash,
    worsenings,
)

pytestmark = pytest.mark.pure


def refund(amount: str, days: int | None = None, currency: str = "PLN") -> RemedyTerms:
    return RemedyTerms(RemedyKind.REFUND, Decimal(amount), currency, days)


REPAIR = RemedyTerms(RemedyKind.REPAIR, days=10)
APOLOGY = RemedyTerms(RemedyKind.APOLOGY)
OFFER = OfferTerms(Finding.PARTLY, (refund("100.00"), REPAIR), "The hinge was ours.")


@st.composite
def remedies(draw: st.DrawFn) -> RemedyTerms:
    kind = draw(st.sampled_from(RemedyKind))
    days = draw(st.none() | st.integers(1, 30))
    if kind in MONEY:
        return RemedyTerms(
            kind, draw(st.decimals(1, 500, places=2)), draw(st.sampled_from(("PLN", "EUR"))), days
        )
    return RemedyTerms(kind, days=days)


offers = st.builds(OfferTerms, st.sampled_from(Finding), st.lists(remedies(), max_size=4).map(tuple))


@settings(deadline=None)
@given(offers)
def test_an_offer_is_not_worse_than_itself_in_any_order(offer):
    assert not is_worse(offer, replace(offer, remedies=tuple(reversed(offer.remedies))))


@settings(deadline=None)
@given(offers, remedies())
def test_adding_a_remedy_is_never_worse_and_taking_it_away_is(offer, extra):
    more = replace(offer, remedies=(*offer.remedies, extra))
    assert not is_worse(offer, more)
    assert is_worse(more, offer)


@settings(deadline=None)
@given(offers, offers, offers)
def test_no_chain_of_better_offers_ends_below_the_first(one, two, three):
    if not is_worse(one, two) and not is_worse(two, three):
        assert not is_worse(one, three)


@pytest.mark.parametrize(
    "new",
    [
        replace(OFFER, finding=Finding.NOT_UPHELD),
        replace(OFFER, finding=Finding.CANNOT_TELL),
        replace(OFFER, remedies=(refund("99.99"), REPAIR)),
        replace(OFFER, remedies=(refund("100.00"),)),
        replace(OFFER, remedies=(refund("100.00"), APOLOGY)),
        replace(OFFER, remedies=(refund("100.00", currency="EUR"), REPAIR)),
        replace(OFFER, remedies=(refund("100.00", days=11), REPAIR)),
        replace(OFFER, remedies=(refund("100.00"), replace(REPAIR, days=20))),
        replace(OFFER, remedies=(refund("50.00"), refund("50.00", days=30), REPAIR)),
        replace(OFFER, remedies=()),
    ],
)
def test_a_worse_offer_cannot_replace_an_open_one(new):
    assert worsenings(OFFER, new)
    with pytest.raises(errors.Conflict) as refused:
        require_better(OFFER, new)
    assert refused.value.code == "complaint.offer_worse"


@pytest.mark.parametrize(
    "new",
    [
        replace(OFFER, finding=Finding.UPHELD),
        replace(OFFER, remedies=(refund("100.01"), REPAIR)),
        replace(OFFER, remedies=(refund("60.00"), refund("40.00"), REPAIR)),
        replace(OFFER, remedies=(RemedyTerms(RemedyKind.COMPENSATION, Decimal(100), "PLN"), REPAIR)),
        replace(OFFER, remedies=(refund("100.00", days=5), replace(REPAIR, days=3))),
        replace(OFFER, remedies=(refund("100.00"), REPAIR, replace(REPAIR, days=40))),
        replace(OFFER, reasons="The hinge and the door were ours."),
    ],
)
def test_a_better_or_equal_offer_may_replace_it(new):
    assert worsenings(OFFER, new) == ()
    require_better(OFFER, new)


def test_the_loss_is_named():
    (loss,) = worsenings(OFFER, replace(OFFER, remedies=(refund("80"), REPAIR)))
    assert str(loss) == "100.00 PLN was offered; it cannot be less."


def test_the_hash_is_of_the_content_and_not_of_its_writing():
    one = {"amount": Decimal("10.00"), "text": "Zażółć", "by": date(2027, 6, 14)}
    other = {"by": date(2027, 6, 14), "text": "Zaz\u0307o\u0301łc\u0301", "amount": Decimal("10")}
    assert offer_hash(one) == offer_hash(other)
    assert len(offer_hash(one)) == 64
    assert offer_hash(one) != offer_hash({**one, "amount": Decimal("10.01")})
    assert canonical({"at": datetime(2027, 6, 14, 10, tzinfo=UTC), "n": [1, None, True]}) == (
        '{"at":"2027-06-14T10:00:00+00:00","n":[1,null,true]}'
    )


def test_money_is_never_a_float():
    with pytest.raises(TypeError):
        offer_hash({"amount": 10.0})


@settings(deadline=None)
@given(offers, offers)
def test_two_offers_have_one_hash_only_when_they_say_the_same(one, other):
    same = (one.finding, one.remedies, one.reasons) == (other.finding, other.remedies, other.reasons)
    assert (terms_hash(one) == terms_hash(other)) == same


def test_accepting_binds_to_the_version_that_was_seen():
    seen = terms_hash(OFFER)
    require_same_offer(seen, terms_hash(OFFER))
    with pytest.raises(errors.Conflict) as refused:
        require_same_offer(seen, terms_hash(replace(OFFER, finding=Finding.UPHELD)))
    assert refused.value.code == "complaint.offer_changed"


def test_every_kind_and_finding_has_a_label():
    assert set(KIND_LABEL) == set(RemedyKind)
    assert set(FINDING_LABEL) == set(Finding)

"""Whom something is for: every kind, tier and name, asked from both ends, as the companies are at that moment."""

from __future__ import annotations

import itertools
import uuid

import pytest

from portal import db
from portal.domain import errors, partners
from portal.domain.actor import ANONYMOUS, SYSTEM
from portal.domain.partners import Audience, PartnerCompany
from tests.domain.exchange.prospects import office
from tests.factories import make_partner


def company(name: str, kind: str, tier: str) -> PartnerCompany:
    made = make_partner(name, kind=kind)
    return partners.change(made.uuid, actor=SYSTEM, tier=tier)


def of(key: int, row: PartnerCompany) -> bool:
    """Whether a company is of an audience; both questions have to answer the same."""
    there = row.id in partners.companies_in(key)
    assert there == (key in set(db.session().scalars(partners.reaching(row.id))))
    return there


def test_kind_and_tier_narrow_together_and_a_name_stands_alone(uow: object) -> None:
    there = {
        (kind, tier): company(f"{kind} {tier or 'none'}", kind, tier)
        for kind, tier in itertools.product(("partner", "supplier"), ("", "silver", "gold"))
    }
    for whom, tiers in itertools.product(("all", "partner", "supplier"), ((), ("gold",), ("silver", "gold"))):
        key = partners.keep_audience(Audience(whom, frozenset(tiers)))
        for (kind, tier), row in there.items():
            assert of(key, row) == (whom in ("all", kind) and (not tiers or tier in tiers)), (
                whom,
                tiers,
                kind,
                tier,
            )
    named = there["supplier", ""]
    key = partners.keep_audience(Audience("named", frozenset({"gold"}), frozenset({named.uuid})))
    assert [of(key, row) for row in there.values()] == [row is named for row in there.values()]


def test_who_moves_to_another_tier_or_is_shut_out_is_of_it_no_more(uow: object) -> None:
    row = company("Northwind Repairs", "partner", "gold")
    key = partners.keep_audience(Audience("partner", frozenset({"gold"})))
    assert of(key, row)
    partners.change(row.uuid, actor=SYSTEM, tier="silver")
    assert not of(key, row)
    partners.change(row.uuid, actor=SYSTEM, tier="gold")
    partners.deactivate(row.uuid, actor=SYSTEM)
    assert not of(key, row)


def test_an_audience_is_changed_and_told_in_words(uow: object) -> None:
    row = company("Northwind Repairs", "partner", "gold")
    key = partners.keep_audience(Audience("partner", frozenset({"gold"})))
    assert partners.audiences([key], "pl")[key].names == ["Złoty"]
    assert not partners.change_audience(key, Audience("partner", frozenset({"gold"}), frozenset({row.uuid})))
    assert partners.change_audience(key, Audience("named", frozenset(), frozenset({row.uuid})))
    assert partners.audiences([key], "en")[key].names == ["Northwind Repairs"]
    assert partners.kept_audience(key).companies == {row.uuid}


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Audience(""), "whom"),
        (Audience("everybody"), "whom"),
        (Audience("all", frozenset({"platinum"})), "tiers"),
        (Audience("named"), "companies"),
        (Audience("named", companies=frozenset({uuid.UUID(int=7)})), "companies"),
    ],
)
def test_what_is_none_is_refused_at_its_field(uow: object, wanted: Audience, field: str) -> None:
    with pytest.raises(errors.Invalid) as refused:
        partners.keep_audience(wanted)
    assert refused.value.field == field


def test_a_tier_is_one_of_the_list(uow: object) -> None:
    row = make_partner()
    assert [one.key for one in partners.tiers()] == ["registered", "silver", "gold"]
    with pytest.raises(errors.Invalid) as refused:
        partners.change(row.uuid, actor=SYSTEM, tier="platinum")
    assert refused.value.field == "tier"


def test_the_firm_names_its_own_tiers_and_who_is_in_one_stays(uow: object) -> None:
    staff = office()
    made = partners.add_tier({"en": "Platinum", "pl": "Platynowy"}, actor=staff)
    row = company("Northwind Repairs", "partner", made.key)
    with pytest.raises(errors.Invalid) as refused:
        partners.add_tier({"en": "platinum"}, actor=staff)
    assert refused.value.field == "name-en"
    partners.change_tier(made.uuid, actor=staff, names={"en": "Diamond"}, offered=False)
    assert partners.tier_name(row.tier, "pl") == "Diamond"
    assert made.key not in [one.key for one in partners.tiers()]
    partners.change(row.uuid, actor=SYSTEM, website="https://northwind.example")
    assert row.tier == made.key
    with pytest.raises(errors.NotFound):
        partners.change_tier(uuid.uuid4(), actor=staff, names={"en": "None"}, offered=True)
    with pytest.raises(errors.Denied):
        partners.add_tier({"en": "Iron"}, actor=ANONYMOUS)

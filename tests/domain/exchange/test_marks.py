"""Which two registrations mean the same company, and which claim nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain import clock, errors
from portal.domain.exchange import Prospect, rules
from portal.domain.exchange.rules import Marks, company_key, marks, number, same

from .prospects import prospect

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hotel Bryza Sp. z o.o.", "HOTEL  BRYZA"),
        ("Hotel Bryza S.A.", "hotel bryza, spółka akcyjna"),
        ("Łódź Pranie Sp. z o.o. Sp.k.", "Lodz pranie"),
        ("ООО «Ромашка»", "Ромашка"),
        ("Müller GmbH & Co. KG", "Muller"),
    ],
)
def test_a_company_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert company_key(one) == company_key(other)


@pytest.mark.parametrize(("one", "other"), [("Hotel Bryza", "Hotel Fala"), ("SA", "AG"), ("Ag", "Ag 2")])
def test_two_names_stay_two(one: str, other: str) -> None:
    assert company_key(one) != company_key(other)


def of(**changes: str) -> Marks:
    return marks(prospect(**changes))


def test_the_strongest_mark_that_both_carry_decides() -> None:
    numbered = of(number="5260250995", contact_email="a@bryza.example")
    assert same(numbered, of(company="Other words", number="5260250995"))
    assert same(numbered, of(company="Other words", contact_email="b@Bryza.example"))
    assert same(numbered, of()), "neither number nor domain of the other: the name"
    assert not same(numbered, of(number="5252248481", contact_email="a@bryza.example"))
    assert not same(of(contact_email="a@bryza.example"), of(contact_email="a@fala.example"))
    assert not same(of(), of(country="DE")), "the same name in another country"
    assert not same(
        of(company="One", contact_email="x@gmail.com"), of(company="Two", contact_email="x@gmail.com")
    )


@pytest.mark.parametrize(
    ("text", "country", "read"),
    [("526-025-09-95", "PL", "5260250995"), ("PL 526 025 09 95", "PL", "5260250995"), ("", "PL", ""),
     ("de123456789", "DE", "123456789"), ("EL123456789", "GR", "123456789"), ("CHE-116.281.710", "CH", "E116281710")],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text: str, country: str, read: str) -> None:
    assert number(text, country) == read


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("5260250996", "PL"),
        ("123", "PL"),
        ("DE12345678", "DE"),
        ("ABCDE", "CH"),
        ("１２３", "PL"),
        ("٥٢٦٠٢٥٠٩٩٥", "PL"),
    ],
)
def test_what_is_no_number_is_refused(text: str, country: str) -> None:
    with pytest.raises(errors.Invalid) as refused:
        number(text, country)
    assert refused.value.field == "number"


def test_everything_that_is_missing_is_said_at_once_each_at_its_field() -> None:
    today = clock.now().date()
    _, wrong = rules.read(Prospect(company="–", country="Poland"), today=today)
    fields = {one.field for one in wrong}
    assert fields == {
        "company", "country", "city", "about", "contact_name", "contact_email", "agreed", "agreed_on", "agreed_how",
    }  # fmt: skip
    _, wrong = rules.read(prospect(agreed_on=today + timedelta(days=1)), today=today)
    assert [one.field for one in wrong] == ["agreed_on"]
    assert rules.read(prospect(), today=today)[1] == []

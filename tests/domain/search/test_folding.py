"""Folding: the same word however it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from portal.domain import search
from portal.domain.search import folding

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Łódź", "lodz"),
        ("ŻÓŁĆ gęślą", "zolc gesla"),
        ("Straße", "strasse"),
        ("Ёлка", "елка"),
        ("Йордан Петров", "йордан петров"),
        ("O'Brien-Smith", "o brien smith"),
        ("  two\tspaces\n", "two spaces"),
        ("50%_off\\", "50 off"),
        ("ﬁne Ⅳ ①", "fine iv 1"),
        ("so\u00adft", "soft"),
        ("İstanbul ISPARTA ı", "istanbul isparta i"),
        ("Ærø", "aero"),
        ("a\x00b", "a b"),
        ("%%% ___", ""),
    ],
)
def test_a_word_is_the_same_with_and_without_its_marks(typed: str, folded: str) -> None:
    assert search.fold(typed) == folded


def test_folding_twice_changes_nothing() -> None:
    for text in ("Łódź", "Йордан", "Straße 5", "Ǆ", "İ", "ﬃ", "ё́"):
        once = search.fold(text)
        assert search.fold(once) == once


def test_composed_and_decomposed_letters_are_equal() -> None:
    assert search.fold("Ł\u00f3d\u017a") == search.fold("Ło\u0301dz\u0301")
    assert search.fold("и\u0306") == search.fold("й") == "й"


@pytest.mark.parametrize(
    "typed",
    ["+48 600 100 200", "0048600100200", "600-100-200", "600 100 200", "+48 (0) 600 100 200", "48600100200"],
)
def test_a_telephone_number_is_found_in_any_spelling(typed: str) -> None:
    stored = search.document("account", ["+48600100200"])
    [spellings] = search.terms(typed)
    assert any(spelling in stored for spelling in spellings)


def test_a_national_zero_is_no_part_of_a_stored_number() -> None:
    stored = search.document("account", ["+359888123456"])
    [spellings] = search.terms("0888 123 456")
    assert any(spelling in stored for spelling in spellings)


def test_a_number_may_be_typed_with_spaces_and_beside_words() -> None:
    assert search.terms("482 771 3095") == [("4827713095",)]
    assert search.terms("nowak 482 771 3095") == [("nowak",), ("4827713095",)]
    assert "4827713095" in search.document("complaint", ["my case 482-771-3095 again"])


def test_a_query_is_bounded() -> None:
    assert len(search.terms("word " * 5000)) == 1
    assert len(search.terms(" ".join(f"word{i}" for i in range(500)))) == folding.WORDS_MAX
    assert all(len(term[0]) <= folding.WORD_MAX for term in search.terms("x" * 10_000))


@pytest.mark.parametrize("typed", ["", "   ", "%", "%%%%", "___", "*", '"', "a", "\x00", "' OR 1=1 --"])
def test_signs_alone_ask_for_nothing_dangerous(typed: str) -> None:
    for spellings in search.terms(typed):
        for spelling in spellings:
            assert not set(spelling) & set("%_\\\"'*\x00")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("600 100 200", "+48600100200"), ("+359 888 12 34 56", "+359888123456"), ("nonsense", ""), ("12", "")],
)
def test_a_phone_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert search.phone(typed, "PL") == stored


@given(strategies.text(max_size=60))
def test_any_text_folds_to_words_that_fold_to_themselves(text: str) -> None:
    once = search.fold(text)
    assert search.fold(once) == once
    assert "  " not in once and once == once.strip()
    assert not set(once) & set("%_\\\"'=*\x00")

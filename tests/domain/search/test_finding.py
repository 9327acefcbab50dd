"""Finding: all words, any part of a word, newest first, in pages."""

from __future__ import annotations

import uuid

import pytest

from portal import db
from portal.domain import clock, search
from portal.domain.accounts.models import Account

pytestmark = pytest.mark.usefixtures("uow")


def account(name: str = "Amina Nowak") -> int:
    row = Account(
        uuid=uuid.uuid4(), kind="person", name=name, name_key=search.fold(name),
        number=str(uuid.uuid4().int)[:10], created_at=clock.now(),
    )  # fmt: skip
    db.session().add(row)
    db.session().flush()
    return row.id


def put(ref_id: int, *texts: str | None, kind: str = "complaint", owner: int | None = None) -> int:
    search.put(kind=kind, ref_id=ref_id, account_id=owner or account(), texts=list(texts))
    return ref_id


def test_lodz_finds_the_city() -> None:
    put(1, "Odbiór w Łódź Widzew")
    assert search.find("complaint", "lodz") == [1]
    assert search.find("complaint", "ŁÓDŹ") == [1]


def test_all_words_must_be_there_in_any_order() -> None:
    put(1, "broken kettle", "late parcel")
    put(2, "broken lamp")
    assert search.find("complaint", "parcel broken") == [1]
    assert search.find("complaint", "broken") == [2, 1]
    assert search.find("complaint", "broken sofa") == []


def test_a_part_of_a_word_is_enough_and_two_letters_stand_at_its_beginning() -> None:
    put(1, "Hurtownia Lipa")
    assert search.find("complaint", "urtown") == [1]
    assert search.find("complaint", "li") == [1]
    assert search.find("complaint", "pa") == []
    assert search.find("complaint", "l") == []


def test_kinds_are_apart() -> None:
    put(7, "same words", kind="account")
    put(7, "same words", kind="complaint")
    put(8, "same words", kind="complaint")
    assert search.find("account", "same") == [7]
    assert search.find("complaint", "same") == [8, 7]


def test_writing_again_replaces_the_document() -> None:
    owner = account()
    put(1, "old words", owner=owner)
    put(1, "new sentence", owner=owner)
    assert search.find("complaint", "old") == []
    assert search.find("complaint", "sentence") == [1]
    search.remove(kind="complaint", ref_id=1)
    assert search.find("complaint", "sentence") == []


def test_pages_follow_each_other_without_gap_or_double() -> None:
    owner = account()
    for ref_id in range(1, 31):
        put(ref_id, "kettle", owner=owner)
    seen: list[int] = []
    after = None
    while page := search.find("complaint", "kettle", limit=7, after=after):
        seen += page
        after = page[-1]
    assert seen == list(range(30, 0, -1))


def test_a_rare_word_behind_many_documents_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search.finding, "RECENT", 5)
    owner = account()
    put(1, "needle", owner=owner)
    for ref_id in range(2, 20):
        put(ref_id, "haystack", owner=owner)
    assert search.find("complaint", "needle") == [1]
    assert search.find("complaint", "haystack", limit=3) == [19, 18, 17]


def test_a_search_can_keep_to_one_customer() -> None:
    mine, other = account(), account("Ben Petrov")
    put(1, "kettle", owner=mine)
    put(2, "kettle", owner=other)
    assert search.find("complaint", "kettle", account_id=mine) == [1]


@pytest.mark.parametrize(
    "query",
    [
        "%",
        "%%%",
        "_",
        "\\",
        "*",
        '"',
        '" OR "x',
        "NEAR(a b)",
        "folded:x",
        "^x",
        "x" * 100_000,
        "\x00ab",
        "a:b",
        "-x",
    ],
)
def test_signs_of_a_query_language_are_only_signs(query: str) -> None:
    put(1, "kettle")
    assert search.find("complaint", query) == []


def test_a_customer_is_found_by_mail_phone_and_number() -> None:
    put(3, "Amina Nowak", "amina.nowak@example.com", "+48600100200", "4827713095", kind="account")
    for query in ("amina.nowak@example.com", "600 100 200", "+48-600-100-200", "482 771 3095", "nowak am"):
        assert search.find("account", query) == [3], query

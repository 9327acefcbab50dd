"""Announcements: for whom and within which days of the firm, read once, confirmed once, told by one mail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, errors, exchange, partners
from portal.domain.actor import SYSTEM, Actor
from portal.domain.exchange import Words
from portal.domain.exchange.models import Announcement, Reading
from portal.domain.outbox import Message
from portal.domain.partners import Audience, PartnerCompany
from tests.factories import make_partner, make_partner_member

from .prospects import office, trader

SAID = {
    "en": Words("Closed on 24 December", "We are back on 27 December."),
    "pl": Words("Zamknięte", "Wracamy."),
}


def announced(staff: Actor, audience: Audience | None = None, **changes: Any) -> Announcement:
    given: dict[str, Any] = {"from_day": clock.now().date(), "until_day": None, "asks": False, **changes}
    return exchange.announce(SAID, actor=staff, audience=audience or Audience(), **given)


def titles(actor: Actor, language: str = "en") -> list[str]:
    return [one.title for one in exchange.notices(actor, language)]


def test_who_it_is_for_reads_it_in_the_own_language_and_nobody_else(uow: object) -> None:
    staff, nils = office(), trader()
    eliza = trader("Sudety Service", "Eliza Mazur")
    other = db.session().get_one(PartnerCompany, eliza.partner_id)
    partners.change(other.uuid, actor=SYSTEM, tier="gold")
    row = announced(staff, Audience("partner", frozenset({"gold"})))
    assert titles(eliza, "pl") == ["Zamknięte"]
    assert titles(eliza, "bg") == ["Closed on 24 December"]
    assert titles(nils) == [] and exchange.unread(nils) == 0
    for reach in (exchange.opened, exchange.confirm):
        with pytest.raises(errors.NotFound):
            reach(row.uuid, actor=nils)
    with pytest.raises(errors.NotFound):
        exchange.notice(nils, row.uuid, "en")
    with pytest.raises(errors.Denied):
        exchange.notices(staff, "en")
    partners.change(other.uuid, actor=SYSTEM, tier="silver")
    with pytest.raises(errors.NotFound):
        exchange.notice(eliza, row.uuid, "en")


@pytest.mark.parametrize(
    ("first", "last", "begins", "ends"),
    [  # in Warsaw the clocks go back in the night to 25 October, and forward in the night to 29 March
        (date(2026, 10, 24), date(2026, 10, 25), (10, 23, 22, 0), (10, 25, 23, 0)),
        (date(2027, 3, 28), date(2027, 3, 28), (3, 27, 23, 0), (3, 28, 22, 0)),
    ],
)
def test_it_begins_and_ends_at_the_midnights_of_the_firm(
    uow: object, first: date, last: date, begins: tuple[int, ...], ends: tuple[int, ...]
) -> None:
    nils, second = trader(), timedelta(seconds=1)
    begin = datetime(first.year, *begins, tzinfo=UTC)  # type: ignore[misc]
    end = datetime(last.year, *ends, tzinfo=UTC)  # type: ignore[misc]
    with clock.at(begin - timedelta(days=9)):
        announced(office(), from_day=first, until_day=last)
    seen = []
    for at in (begin - second, begin, end - second, end):
        with clock.at(at):
            seen.append(bool(titles(nils)))
    assert seen == [False, True, True, False]


def test_reading_and_confirming_twice_is_once(uow: object) -> None:
    staff, nils = office(), trader()
    row = announced(staff, asks=True)
    assert exchange.unread(nils) == 1
    for _again in range(2):
        exchange.opened(row.uuid, actor=nils)
    assert exchange.unread(nils) == 1
    for _again in range(2):
        exchange.confirm(row.uuid, actor=nils)
    assert exchange.unread(nils) == 0
    assert db.session().scalar(select(func.count(Reading.id))) == 1
    one, readers = exchange.announcement(staff, row.uuid, "en")
    assert (one.read, one.confirmed) == (1, 1)
    assert [(reader.name, reader.confirmed_at is not None) for reader in readers] == [("Nils Berg", True)]


def test_staff_see_who_has_not_read_it(uow: object) -> None:
    staff, nils = office(), trader()
    company = db.session().get_one(PartnerCompany, nils.partner_id)
    astrid = make_partner_member(company, "Astrid Holm", email="astrid@northwind.example")
    make_partner_member(
        make_partner("Baltic Parts", kind="supplier"), "Olga Wit", email="olga@baltic.example"
    )
    row = announced(staff, Audience("partner"))
    exchange.opened(row.uuid, actor=nils)
    readers = exchange.announcement(staff, row.uuid, "en")[1]
    assert [(one.name, one.first_at is not None) for one in readers] == [
        ("Nils Berg", True),
        ("Astrid Holm", False),
    ]
    partners.end_member(astrid.uuid, actor=SYSTEM)
    assert [one.name for one in exchange.announcement(staff, row.uuid, "en")[1]] == ["Nils Berg"]


def test_what_is_missing_is_named_at_its_field(uow: object) -> None:
    staff = office()
    today = clock.now().date()
    for words, changes, field in (
        ({"pl": SAID["pl"]}, {}, "en-title"),
        ({"en": Words("Closed", "")}, {}, "en-text"),
        ({**SAID, "bg": Words("", "Само текст")}, {}, "bg-title"),
        (SAID, {"from_day": None}, "from_day"),
        (SAID, {"from_day": today - timedelta(days=2)}, "from_day"),
        (SAID, {"from_day": today + timedelta(days=2), "until_day": today + timedelta(days=1)}, "until_day"),
        (SAID, {"audience": Audience("named")}, "companies"),
    ):
        given: dict[str, Any] = {"audience": Audience(), "from_day": today, **changes}
        with pytest.raises(errors.Invalid) as refused:
            exchange.announce(words, actor=staff, **given)
        assert refused.value.field == field


def mails() -> list[tuple[str, str, str]]:
    with db.unit_of_work(write=False) as session:
        rows = session.scalars(select(Message).where(Message.name == "announcement_for_partner"))
        return sorted((row.address, row.data["title"], row.state) for row in rows)


def test_on_its_first_day_everybody_gets_one_mail_and_a_withdrawal_takes_back_what_has_not_left(
    database: db.Database,
) -> None:
    with db.unit_of_work() as session:
        nils, staff = trader(), office()
        company = session.get_one(PartnerCompany, nils.partner_id)
        gone = make_partner_member(company, "Astrid Holm", email="astrid@northwind.example")
        partners.end_member(gone.uuid, actor=SYSTEM)
        first = clock.now() + timedelta(days=3)
        uuid = announced(staff, from_day=first.date()).uuid
        never = announced(staff, from_day=first.date()).uuid
        exchange.withdraw(never, actor=staff)
    assert (exchange.tell_due(), mails()) == (0, [])
    with clock.at(first + timedelta(days=1)):
        assert (exchange.tell_due(), exchange.tell_due()) == (1, 0)
        assert mails() == [("nils@northwind.example", "Closed on 24 December", "queued")]
        with db.unit_of_work():
            for _again in range(2):
                exchange.withdraw(uuid, actor=staff)
        assert [state for *_mail, state in mails()] == ["cancelled"]
        with db.unit_of_work():
            assert titles(nils) == []

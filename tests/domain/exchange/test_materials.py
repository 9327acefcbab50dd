"""Materials: whom they reach, which version counts, whose file leaves, and who is told when it counts no more."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, errors, exchange, files, partners, retention
from portal.domain.actor import SYSTEM, Actor
from portal.domain.exchange import Handed, NotValid
from portal.domain.exchange.material_models import Edition, Material, Taken
from portal.domain.outbox import Message
from portal.domain.partners import Audience, PartnerCompany
from tests.factories import make_partner_member

from .prospects import office, trader

PDF = b"%%PDF-1.7\nversion %d\n%%%%EOF"


def published(staff: Actor, audience: Audience | None = None, name: str = "Price list") -> Material:
    return exchange.publish(actor=staff, name=name, kind="prices", about="", audience=audience or Audience())


def version(row: Material, staff: Actor, number: int = 1, **changes: Any) -> Edition:
    given: dict[str, Any] = {
        "language": "en", "filename": "prices.pdf", "stream": io.BytesIO(PDF % number),
        "valid_from": clock.now().date(), "changes": f"What is new in {number}", **changes,
    }  # fmt: skip
    return exchange.add_edition(row.uuid, actor=staff, **given)


def take(actor: Actor, row: Material, one: Edition) -> bytes:
    handed = exchange.hand(actor, row.uuid, one.uuid, "en")
    assert isinstance(handed, Handed)
    return b"".join(handed.chunks)


def company_of(actor: Actor) -> PartnerCompany:
    return db.session().get_one(PartnerCompany, actor.partner_id)


def test_only_whom_it_is_for_sees_it_and_takes_its_file(uow: object) -> None:
    staff, nils, eliza = office(), trader(), trader("Sudety Service", "Eliza Mazur")
    partners.change(company_of(eliza).uuid, actor=SYSTEM, tier="gold")
    row = published(staff, Audience("partner", frozenset({"gold"})))
    one = version(row, staff)
    assert [item.row.name for item in exchange.materials(eliza, "en")] == ["Price list"]
    assert take(eliza, row, one) == PDF % 1
    assert exchange.materials(nils, "en") == []
    for reach in (
        lambda: exchange.material(nils, row.uuid, "en"),
        lambda: exchange.hand(nils, row.uuid, one.uuid, "en"),
        lambda: exchange.hand(eliza, row.uuid, uuid4(), "en"),
        lambda: exchange.hand(eliza, uuid4(), one.uuid, "en"),
    ):
        with pytest.raises(errors.NotFound):
            reach()
    partners.change(company_of(eliza).uuid, actor=SYSTEM, tier="silver")
    with pytest.raises(errors.NotFound):
        exchange.hand(eliza, row.uuid, one.uuid, "en")
    with pytest.raises(errors.Denied):
        exchange.materials(staff, "en")
    with pytest.raises(errors.Denied):
        exchange.stock(nils, "en")


@pytest.mark.parametrize(
    ("last", "over"),
    [  # in Warsaw the clocks go back in the night to 25 October 2026, and forward in the night to 28 March 2027
        (datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (datetime(2027, 3, 27, tzinfo=UTC), datetime(2027, 3, 27, 23, tzinfo=UTC)),
        (datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 3, 28, 22, tzinfo=UTC)),
    ],
)
def test_a_version_ends_at_the_midnight_of_the_firm(uow: object, last: datetime, over: datetime) -> None:
    nils = trader()
    with clock.at(last - timedelta(days=9)):
        staff = office()
        row = published(staff)
        one = version(row, staff, expires_on=last.date())
    with clock.at(over - timedelta(seconds=1)):
        assert take(nils, row, one)
    with clock.at(over):
        found = exchange.hand(nils, row.uuid, one.uuid, "en")
        assert isinstance(found, NotValid)
        assert (found.version.standing, found.instead) == ("expired", None)


def test_what_is_replaced_while_the_page_is_open_names_the_newer_one(uow: object) -> None:
    staff, nils = office(), trader()
    row = published(staff)
    first = version(row, staff)
    version(row, staff, 5, language="pl")
    coming = version(row, staff, 2, valid_from=clock.now().date() + timedelta(days=2))
    assert take(nils, row, first)
    with pytest.raises(errors.NotFound):
        exchange.hand(nils, row.uuid, coming.uuid, "en")
    with clock.at(clock.now() + timedelta(days=2)):
        item = exchange.material(nils, row.uuid, "en")
        assert item.newer and item.had == 1 and item.current is not None
        found = exchange.hand(nils, row.uuid, first.uuid, "pl")
        assert isinstance(found, NotValid) and found.instead is not None
        assert (found.version.standing, found.instead.row.number, found.instead.row.language) == (
            "replaced",
            2,
            "en",
        )
        assert take(nils, row, coming) == PDF % 2
        assert not exchange.material(nils, row.uuid, "en").newer
    polish = exchange.material(nils, row.uuid, "pl")
    assert polish.current is not None and polish.current.row.language == "pl"
    assert [one.row.language for one in polish.others] == ["en"]


def test_a_download_ends_at_the_chunk_after_the_withdrawal(database: db.Database) -> None:
    with db.unit_of_work():
        staff, nils = office(), trader()
        row = published(staff)
        big = b"%PDF-1.7\n" + b"x" * (3 * files.CHUNK) + b"\n%%EOF"
        one = version(row, staff, stream=io.BytesIO(big))
        material, key = row.uuid, one.uuid
    with db.unit_of_work(write=False):
        handed = exchange.hand(nils, material, key, "en")
    assert isinstance(handed, Handed) and handed.size == len(big)
    got = next(handed.chunks)
    with db.unit_of_work():
        exchange.withdraw_edition(material, key, actor=staff, why="A price is wrong.")
    assert got + b"".join(handed.chunks) == big[: files.CHUNK]
    with db.unit_of_work(write=False):
        again = exchange.hand(nils, material, key, "en")
        assert isinstance(again, NotValid) and again.version.row.withdrawn_why == "A price is wrong."


def test_downloads_are_counted_with_who_and_when(uow: object) -> None:
    staff, nils = office(), trader()
    astrid = make_partner_member(
        company_of(nils), "Astrid Holm", role="reader", email="astrid@northwind.example"
    )
    row = published(staff)
    one = version(row, staff)
    for actor in (nils, nils, partners.actor_of(astrid.id)):
        take(actor, row, one)
    exchange.hand(nils, row.uuid, one.uuid, "en", counted=False)
    found, downloads = exchange.stock_of(staff, row.uuid, "en")
    assert (found.downloads, found.versions[0].people) == (3, 2)
    assert [(line.name, line.partner, line.number) for line in downloads] == [
        ("Astrid Holm", "Northwind Repairs", 1), ("Nils Berg", "Northwind Repairs", 1),
        ("Nils Berg", "Northwind Repairs", 1),
    ]  # fmt: skip
    assert db.session().scalar(select(func.count(Taken.id))) == 3


def mails() -> list[tuple[str, str, int]]:
    with db.unit_of_work(write=False) as session:
        rows = session.scalars(
            select(Message).where(Message.name == "material_for_partner").order_by(Message.id)
        )
        return [(row.address, row.data["what"], row.data["number"]) for row in rows]


def test_whoever_has_an_older_version_is_told_on_the_day_of_the_new_one(database: db.Database) -> None:
    with db.unit_of_work():
        staff, nils, eliza = office(), trader(), trader("Sudety Service", "Eliza Mazur")
        row = published(staff)
        one = version(row, staff)
        day = clock.now() + timedelta(days=3)
        version(row, staff, 2, valid_from=day.date())
        version(row, staff, 9, language="pl")
        for actor in (nils, eliza):
            take(actor, row, one)
        gone = company_of(eliza).uuid
        partners.deactivate(gone, actor=SYSTEM)
    exchange.tell_due()
    assert mails() == []
    with clock.at(day):
        exchange.tell_due()
        exchange.tell_due()
    assert mails() == [("nils@northwind.example", "replaced", 2)]


def test_whoever_downloaded_what_is_withdrawn_is_told_once(database: db.Database) -> None:
    with db.unit_of_work():
        staff, nils = office(), trader()
        row = published(staff)
        one, other = version(row, staff), version(row, staff, 2, language="pl")
        for which in (one, other):
            take(nils, row, which)
        for _again in range(2):
            exchange.withdraw_edition(row.uuid, one.uuid, actor=staff, why="A price is wrong.")
        assert mails() == [("nils@northwind.example", "withdrawn", 1)]
        for _again in range(2):
            exchange.withdraw_material(row.uuid, actor=staff, why="We sell it no more.")
        assert mails()[1:] == [("nils@northwind.example", "gone", 1)]
        with pytest.raises(errors.NotFound):
            exchange.material(nils, row.uuid, "en")
        with pytest.raises(errors.NotFound):
            version(row, staff, 3)


HOSTILE = {
    "a page": ("prices.pdf", b"<html><script>alert(1)</script></html>"),
    "a program": ("prices.pdf", b"MZ\x90\x00" + b"\x00" * 60),
    "a drawing with a script": ("prices.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
    "nothing": ("prices.pdf", b""),
    "too much": ("prices.txt", b"a" * (16 * 1024 * 1024)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_at_its_field_and_leaves_nothing(uow: object, kind: str) -> None:
    staff = office()
    row, (name, content) = published(staff), HOSTILE[kind]
    with pytest.raises(errors.Invalid) as refused:
        version(row, staff, filename=name, stream=io.BytesIO(content))
    assert refused.value.field == "files"
    assert db.session().scalar(select(func.count(Edition.id))) == 0


def test_a_name_is_made_harmless_and_the_same_file_again_is_the_same_version(uow: object) -> None:
    staff = office()
    row = published(staff)
    one = version(row, staff, filename="../../etc/pas\u202efdp.swd\n.pdf")
    assert "/" not in one.name and "\u202e" not in one.name and one.name.endswith(".pdf")
    assert version(row, staff) is one
    assert version(row, staff, 2).number == 2


def test_what_is_missing_is_named_at_its_field(uow: object) -> None:
    staff = office()
    row = published(staff)
    version(row, staff)
    today = clock.now().date()
    for changes, field in (
        ({"language": "xx"}, "language"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_from": today - timedelta(days=2)}, "valid_from"),
        ({"expires_on": today - timedelta(days=1)}, "expires_on"),
        ({"changes": " "}, "changes"),
    ):
        with pytest.raises(errors.Invalid) as refused:
            version(row, staff, 2, **changes)
        assert refused.value.field == field
    for given, field in (
        ({"name": ""}, "name"),
        ({"kind": "film"}, "kind"),
        ({"about": "x" * 1001}, "about"),
    ):
        wanted: dict[str, Any] = {
            "name": "Manual",
            "kind": "manual",
            "about": "",
            "audience": Audience(),
            **given,
        }
        with pytest.raises(errors.Invalid) as refused:
            exchange.publish(actor=staff, **wanted)
        assert refused.value.field == field
    with pytest.raises(errors.Invalid) as refused:
        exchange.withdraw_material(row.uuid, actor=staff, why="")
    assert refused.value.field == "why"


def test_staff_are_shown_what_expires_soon_unless_a_newer_one_waits(uow: object) -> None:
    staff = office()
    row = published(staff)
    today = clock.now().date()
    version(row, staff, expires_on=today + timedelta(days=20))
    published(staff, name="Manual")
    found = {one.row.name: one for one in exchange.stock(staff, "en")}
    assert [one.row.number for one in found["Price list"].soon] == [1] and exchange.expiring(staff) == 1
    version(row, staff, 2, valid_from=today + timedelta(days=20))
    assert exchange.expiring(staff) == 0


def test_another_audience_holds_at_once(uow: object) -> None:
    staff, nils = office(), trader()
    row = published(staff)
    version(row, staff)
    assert exchange.materials(nils, "en")
    given = {"name": "Price list", "kind": "prices", "about": ""}
    exchange.revise(row.uuid, actor=staff, audience=Audience("supplier"), **given)
    assert exchange.materials(nils, "en") == []
    kept: UUID = company_of(nils).uuid
    exchange.revise(row.uuid, actor=staff, audience=Audience("named", companies=frozenset({kept})), **given)
    assert exchange.materials(nils, "en")


def test_the_sweep_leaves_the_file_of_a_version_where_it_is(database: db.Database) -> None:
    with db.unit_of_work():
        staff = office()
        name = version(published(staff), staff).stored_name
    with db.unit_of_work(write=False):
        files.sweep(timedelta(seconds=-5))
    assert files.path_of(name).read_bytes() == PDF % 1


def test_who_read_and_who_downloaded_is_forgotten_after_three_years(database: db.Database) -> None:
    with db.unit_of_work():
        staff, nils = office(), trader()
        row = published(staff)
        take(nils, row, version(row, staff))
        words = {"en": exchange.Words("Closed on Friday", "We are back on Monday.")}
        said = exchange.announce(words, actor=staff, audience=Audience(), from_day=clock.now().date())
        exchange.opened(said.uuid, actor=nils)
    rules = ["announcement_readings", "material_downloads"]
    with clock.at(clock.now() + timedelta(days=1090)):
        assert retention.run_due(only=rules) == {}
    with clock.at(clock.now() + timedelta(days=1100)):
        assert retention.run_due(only=rules) == dict.fromkeys(rules, 1)

"""What kinds of files there are, who drops which, and what becomes of one by its lines; no database here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.domain import supply
from portal.domain.leasing import LEASED, QUEUED
from portal.domain.partners import PartnerKind
from portal.domain.sheets import Column, Sort
from portal.text import Lazy, _t, _tc

MOST_BYTES = 5 * 1024 * 1024
REASON_MAX, REASON_MIN = 500, 10
FAULTS_KEPT = 1000
# A file of which more than a fifth is wrong, and not just a few lines, is not what it says it is.
BAD_SHARE, BAD_FEW = 5, 5
ALL = "all"  # partners, to whom a file of ours is


class State(StrEnum):
    """Where a file is; the first two as whatever waits for a worker."""

    RECEIVED = QUEUED
    CHECKING = LEASED
    ACCEPTED = "accepted"
    PARTLY = "partly"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


STATES: dict[State, Lazy] = {
    State.RECEIVED: _tc("file", "received"), State.CHECKING: _t("being checked"),
    State.ACCEPTED: _tc("file", "accepted"), State.PARTLY: _t("accepted in part"),
    State.QUARANTINED: _t("in quarantine"), State.REJECTED: _tc("file", "rejected"),
}  # fmt: skip
ENDED = frozenset({State.ACCEPTED, State.PARTLY, State.REJECTED})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its columns, whose people drop it, for whom staff do, and whether one bad line stops all."""

    key: str
    name: Lazy
    text: Lazy
    columns: tuple[Column, ...]
    theirs: frozenset[str]  # kinds of companies whose people drop it
    staff: frozenset[str]  # kinds of companies for which staff drop it, and ``ALL``
    whole: bool  # all of it or nothing
    most: int  # lines
    batch: int = 0  # lines that act in one transaction, where not all do


PRICE_LIST = Kind(
    "price_list", _t("Price list"),
    _t("What each item costs from a day on. All lines are taken or none: half a price list would be a wrong one."),
    (
        Column("number", _t("Item number"),
               ("item", "item no", "article", "article number", "sku", "part number", "numer", "indeks", "kod",
                "nr artykułu", "артикул", "номер", "код"),
               needed=True, most=60, example="ZF-20"),
        Column("name", _t("Name"), ("description", "item name", "nazwa", "opis", "наименование", "название", "име"),
               needed=True, example="Heating element 2 kW"),
        Column("unit", _t("Unit"), ("uom", "jednostka", "jm", "j.m.", "единица", "мярка", "ед"), most=20,
               example="pcs"),
        Column("price", _t("Price"),
               ("unit price", "net price", "price net", "cena", "cena netto", "cena jednostkowa", "цена"), needed=True,
               sort=Sort.NUMBER, places=supply.PRICE_PLACES, example="12.50"),
        Column("least", _t("Minimum quantity"),
               ("minimum", "min qty", "moq", "from quantity", "minimalna ilość", "od ilości", "минимальное количество",
                "минимално количество"),
               sort=Sort.NUMBER, places=supply.QUANTITY_PLACES, example="1"),
    ),
    theirs=frozenset({PartnerKind.SUPPLIER}), staff=frozenset({PartnerKind.SUPPLIER, PartnerKind.PARTNER, ALL}),
    whole=True, most=20_000,
)  # fmt: skip
STOCK_PROMISE = Kind(
    "stock_promise", _t("Promises of stock"),
    _t("How much of what comes by which day, and what has come. Good lines are taken, bad ones are listed."),
    (
        Column("item", _t("Item number"),
               ("number", "item no", "article", "sku", "part number", "numer", "indeks", "kod", "артикул", "номер",
                "код"),
               needed=True, most=60, example="ZF-20"),
        Column("name", _t("Name"), ("description", "item name", "nazwa", "opis", "наименование", "название", "име"),
               example="Heating element 2 kW"),
        Column("quantity", _t("Quantity"), ("qty", "amount", "ilość", "количество"), needed=True, sort=Sort.NUMBER,
               places=supply.QUANTITY_PLACES, example="200"),
        Column("unit", _t("Unit"), ("uom", "jednostka", "jm", "j.m.", "единица", "мярка", "ед"), most=20,
               example="pcs"),
        Column("by", _t("By day"),
               ("date", "due", "due date", "delivery date", "promised", "termin", "data dostawy", "data", "срок",
                "дата"),
               needed=True, sort=Sort.DATE, example="2027-01-15"),
        Column("reference", _t("Your reference"),
               ("order", "order number", "ref", "zamówienie", "nr zamówienia", "заказ", "поръчка"), most=60,
               example="PO-118/2"),
        Column("delivered_on", _t("Delivered on"),
               ("delivered", "delivery", "dostarczono", "data dostarczenia", "доставлено", "доставено на"),
               sort=Sort.DATE, example="2027-01-14"),
        Column("withdrawn", _t("Withdrawn"), ("cancelled", "anulowano", "wycofano", "отменено", "оттеглено"),
               sort=Sort.MARK, example="no"),
    ),
    theirs=frozenset({PartnerKind.SUPPLIER}), staff=frozenset({PartnerKind.SUPPLIER}), whole=False, most=5_000,
    batch=100,
)  # fmt: skip
LEADS = Kind(
    "leads", _t("Companies to register"),
    _t("Companies that may become customers, many at once. Good lines are registered, bad ones are listed."),
    (
        Column("company", _t("Company"), ("name of the company", "firm", "firma", "nazwa firmy", "компания", "фирма"),
               needed=True, most=160, example="Hotel Bryza sp. z o.o."),
        Column("number", _t("Number for VAT"),
               ("vat", "vat number", "nip", "tax number", "tax id", "ндс", "ддс", "инн"), most=40,
               example="5260250995"),
        Column("country", _t("Country"), ("country code", "kraj", "страна", "държава"), most=2, example="PL"),
        Column("city", _t("Place"), ("town", "miasto", "miejscowość", "город", "град"), needed=True, most=80,
               example="Sopot"),
        Column("about", _t("What it is about"), ("subject", "note", "dotyczy", "opis", "о чём", "относно"), needed=True,
               most=2000, example="Washing machines for twelve rooms"),
        Column("contact_name", _t("Person to ask there"), ("contact", "contact person", "osoba", "osoba kontaktowa",
               "контактное лицо", "лице за контакт"), needed=True, most=120, example="Hanna Reszka"),
        Column("contact_email", _t("E-mail address"), ("email", "e-mail", "mail", "adres e-mail", "имейл"), most=320,
               example="hanna@bryza.example"),
        Column("contact_phone", _t("Telephone"), ("phone", "tel", "telefon", "телефон"), most=60,
               example="+48 58 555 01 00"),
        Column("agreed", _t("The person agreed"), ("consent", "agreed yes", "zgoda", "согласие", "съгласие"),
               needed=True, sort=Sort.MARK, example="yes"),
        Column("agreed_on", _t("Agreed on"), ("consent date", "data zgody", "дата согласия", "дата на съгласие"),
               needed=True, sort=Sort.DATE, example="2026-11-20"),
        Column("agreed_how", _t("How the person agreed"), ("consent how", "how", "sposób zgody", "как"), needed=True,
               example="On the telephone"),
    ),
    theirs=frozenset({PartnerKind.PARTNER}), staff=frozenset(), whole=False, most=500, batch=10,
)  # fmt: skip
KINDS: dict[str, Kind] = {one.key: one for one in (PRICE_LIST, STOCK_PROMISE, LEADS)}


def result(kind: Kind, *, lines: int, bad: int, released: bool) -> State:
    """Return what becomes of a file that could be read, before any of it acts."""
    if not bad:
        return State.ACCEPTED
    if not released and bad > BAD_FEW and bad * BAD_SHARE > lines:
        return State.QUARANTINED
    return State.REJECTED if kind.whole or bad >= lines else State.PARTLY

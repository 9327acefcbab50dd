"""What the demo firm tells its partners: announcements, and materials in several versions and languages."""

from __future__ import annotations

import io
import uuid as uuidlib
from datetime import date, timedelta

from portal.domain import accounts, clock, exchange, partners
from portal.domain.accounts import Face
from portal.domain.actor import SYSTEM, Actor
from portal.domain.exchange import Words
from portal.domain.partners import Audience

from . import cast
from .trade import days_ago

GOLD = Audience("partner", frozenset({"gold"}))
# How many days ago, for whom, whether to be confirmed, and the words in each language.
ANNOUNCED = (
    (40, Audience(), False, {
        "en": Words("New opening hours of the warehouse", "From now on we hand parts out from 7:00 to 17:00."),
        "pl": Words("Nowe godziny magazynu", "Od teraz wydajemy części od 7:00 do 17:00."),
    }),
    (2, Audience("partner"), True, {
        "en": Words(
            "Photos before and after each repair",
            "Please take one photo before you open a machine and one when you are done, and add both to the task.\n"
            "Customers asked for it, and it settles most questions at once.",
        ),
        "pl": Words(
            "Zdjęcia przed każdą naprawą i po niej",
            "Prosimy o jedno zdjęcie przed otwarciem urządzenia i jedno po naprawie; dodajcie oba do zadania.\n"
            "Prosili o to klienci, a to od razu wyjaśnia większość pytań.",
        ),
    }),
)  # fmt: skip


def told() -> None:
    """Announce and publish, once; Nils has read the first announcement and has an older version of the price list."""
    boss, nils = _max(), _nils()
    if exchange.stock(boss, "en", limit=1):
        return
    _tier()
    first = None
    for ago, audience, asks, words in ANNOUNCED:
        with days_ago(ago):
            row = exchange.announce(
                words, actor=boss, audience=audience, from_day=clock.now().date(), asks=asks
            )
            first = first or row
    if first is not None:
        with days_ago(38):
            exchange.opened(first.uuid, actor=nils)
    _price_list(boss, nils)
    _others(boss)


def _price_list(boss: Actor, nils: Actor) -> None:
    with days_ago(200):
        row = exchange.publish(
            actor=boss, name="Price list of spare parts", kind="prices", audience=GOLD,
            about="What you pay for parts that you take from our warehouse, before VAT.",
        )  # fmt: skip
        one = _version(row.uuid, boss, "en", "Spare parts 2025", "Drum bearing 112.00 PLN", "Pump 89.50 PLN")
        _version(row.uuid, boss, "pl", "Czesci 2025", "Lozysko bebna 112,00 PLN", "Pompa 89,50 PLN")
    with days_ago(90):
        taken = exchange.hand(nils, row.uuid, one, "en")
        assert isinstance(taken, exchange.Handed)
    with days_ago(20):
        ends = clock.now().date() + timedelta(days=40)
        _version(
            row.uuid, boss, "en", "Spare parts 2026", "Drum bearing 118.00 PLN", "Pump 92.00 PLN",
            changes="Bearings and pumps cost about four per cent more.", expires=ends,
        )  # fmt: skip


def _others(boss: Actor) -> None:
    with days_ago(150):
        manual = exchange.publish(
            actor=boss, name="How to repair the Wisła 600", kind="manual", audience=Audience("partner"),
            about="Taking it apart, measuring, and the faults we see most.",
        )  # fmt: skip
        for language, title in (("en", "Wisla 600: repair"), ("pl", "Wisla 600: naprawa")):
            _version(manual.uuid, boss, language, title, "1 Unplug it.", "2 Let the water out.")
    with days_ago(60):
        contract = exchange.publish(
            actor=boss, name="Framework contract", kind="contract", audience=Audience(),
            about="Fill it in, sign it and send it back to the person at ours who works with you.",
        )  # fmt: skip
        ends = clock.now().date() + timedelta(days=84)
        _version(contract.uuid, boss, "en", "Framework contract", "Between Vistula Home and", expires=ends)


def _version(
    material: uuidlib.UUID,
    boss: Actor,
    language: str,
    *words: str,
    changes: str = "",
    expires: date | None = None,
) -> uuidlib.UUID:
    made = exchange.add_edition(
        material, actor=boss, language=language, filename=f"{words[0]}.pdf".replace(":", ""),
        stream=io.BytesIO(page(words)), valid_from=clock.now().date(), expires_on=expires, changes=changes,
    )  # fmt: skip
    return made.uuid


def page(lines: tuple[str, ...]) -> bytes:
    """Return a PDF (ISO 32000) of one page with a few lines of plain letters, the first one large."""
    shown = [
        f"BT /F1 {24 if not at else 13} Tf 60 {760 - 40 * at} Td ({line}) Tj ET"
        for at, line in enumerate(lines)
    ]
    stream = "\n".join(shown)
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    )
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{out}startxref\n{out.index('xref')}\n%%EOF".encode("ascii")


def _tier() -> None:
    northwind = next(one for one in partners.active() if one.name == cast.NORTHWIND)
    partners.change(northwind.uuid, actor=SYSTEM, tier="gold")


def _nils() -> Actor:
    northwind = next(one for one in partners.active() if one.name == cast.NORTHWIND)
    people = {one.name: one for one in partners.members(northwind.id)}
    return partners.actor_of(people[cast.NILS.name].id)


def _max() -> Actor:
    return accounts.actor_of(accounts.person_called("Max Brandt").id, face=Face.STAFF)

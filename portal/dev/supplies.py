"""What goes between us and a supplier in the demo: prices, promises of which one is late, and files with errors."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal

from portal.domain import accounts, clock, drops, partners, supply
from portal.domain.accounts import Face
from portal.domain.actor import SYSTEM, Actor
from portal.domain.drops import Said
from portal.domain.supply import PriceLine, Promised

from . import cast

ITEMS = (
    ("ZF-20", "Heating element 2 kW", "64.00"), ("PU-07", "Drain pump", "118.50"), ("TR-31", "Door seal", "39.90"),
    ("KO-12", "Carbon brushes, pair", "18.25"), ("EL-55", "Control board", "412.00"),
)  # fmt: skip
DEARER = {"PU-07": "124.90", "EL-55": "398.00"}
OURS = (
    ("WASH-8", "Washing machine 8 kg, for trade", "1890.00"), ("DRY-9", "Dryer 9 kg, for trade", "2140.00"),
    ("DISH-14", "Dishwasher, 14 sets", "1640.00"), ("CARE-1", "Visit for care, per machine", "145.00"),
)  # fmt: skip
LEADS = (
    "company;city;about;contact_name;contact_email;agreed;agreed_on;agreed_how\n"
    "Hostel Pod Kotwicą;Gdynia;Dryers for a hostel;Iga Marzec;iga@kotwica.demo.example;yes;{day};At the fair\n"
    "Przedszkole Kolorowe;Radom;A dishwasher;Alina Wójt;alina@kolorowe.demo.example;no;{day};By e-mail\n"
    "Stołówka Żak;;Ovens and their care;Piotr Żak;piotr@zak.demo.example;yes;{day};On the telephone\n"
    "Camping Wydma;Łeba;Four washing machines;Ola Morska;ola@wydma.demo.example;yes;31.02.2026;At the fair\n"
)
UNCLEAR = "Indeks;Nazwa;Cena\nZF-20;Grzałka 2 kW;1.100\nPU-07;Pompa;1.250\nEL-55;Sterownik;4.100\n"


def begin() -> None:
    """Let a supplier publish prices, promise stock and send files, and publish ours; once."""
    if any(one.name == cast.BALTYK for one in partners.active()):
        return
    greta, office, today = _supplier(), _max(), supply.today()
    with _days_ago(64):
        _publish(_prices(ITEMS), greta, today - timedelta(days=60))
    with _days_ago(5):
        changed = [(number, name, DEARER.get(number, price)) for number, name, price in ITEMS]
        _publish(
            _prices([*changed[1:], ("FI-03", "Filter for drain", "22.40")]), greta, today + timedelta(days=12)
        )
    with _days_ago(30):
        _publish(_prices(OURS), office, today - timedelta(days=30))
    _promises(greta, today)
    with _days_ago(1):
        drops.drop(
            UNCLEAR.encode("cp1250"), name="cennik-2027.csv", kind="price_list", actor=greta,
            said=Said(currency="PLN", starts=today + timedelta(days=40)),
        )  # fmt: skip
        content = LEADS.format(day=(today - timedelta(days=3)).isoformat())
        drops.drop(content.encode(), name="fair-gdansk.csv", kind="leads", actor=_nils(), said=Said())


def _promises(greta: Actor, today: date) -> None:
    """Four promises: one kept, one late, one moved, one open."""
    with _days_ago(21):
        for item, name, quantity, ahead, reference in (
            ("TR-31", "Door seal", 120, -9, "PO-1180"), ("ZF-20", "Heating element 2 kW", 40, -2, "PO-1184"),
            ("PU-07", "Drain pump", 25, 3, "PO-1185"), ("EL-55", "Control board", 10, 18, "PO-1190"),
        ):  # fmt: skip
            by = today + timedelta(days=ahead)
            given = Promised(item, Decimal(quantity), by, name=name, unit="pcs", reference=reference)
            made = supply.promise(given, actor=greta).promise
            if item == "PU-07":
                moved = made
            elif item == "TR-31":
                kept = made
    with _days_ago(10):
        supply.deliver(kept.uuid, actor=greta, on=today - timedelta(days=10))
    with _days_ago(4):
        supply.move_promise(
            moved.uuid, actor=greta, by=today + timedelta(days=10), reason="The maker is a week late with the motors."
        )  # fmt: skip


def _publish(lines: list[PriceLine], actor: Actor, starts: date) -> None:
    supply.publish(
        lines,
        actor=actor,
        partner_id=None,
        ours=actor.is_staff,
        currency="PLN",
        starts=starts,
        retroactive=True,
    )


def _prices(items: Iterable[tuple[str, str, str]]) -> list[PriceLine]:
    return [PriceLine(number, name, "pcs", Decimal(price)) for number, name, price in items]


def _supplier() -> Actor:
    company = partners.set_up(
        actor=SYSTEM, name=cast.BALTYK, kind="supplier", country="PL", signs_in_by="password"
    )
    member = partners.add_person(
        company, actor=SYSTEM, name="Greta Lind", email=f"greta@{cast.BALTYK_DOMAIN}", role="administrator",
        language="en",
    )  # fmt: skip
    return partners.actor_of(member.id)


def _nils() -> Actor:
    northwind = next(one for one in partners.active() if one.name == cast.NORTHWIND)
    people = {one.name: one for one in partners.members(northwind.id)}
    return partners.actor_of(people[cast.NILS.name].id)


def _max() -> Actor:
    return accounts.actor_of(accounts.person_called(cast.MAX.name).id, face=Face.STAFF)


def _days_ago(days: int) -> AbstractContextManager[object]:
    return clock.at(clock.now() - timedelta(days=days))

"""What partners exchange with us in the demo: leads of Northwind, one of ours, and some known twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from portal.domain import accounts, clock, exchange, partners
from portal.domain.accounts import Face
from portal.domain.actor import SYSTEM, Actor
from portal.domain.exchange import Prospect

from . import cast

# How many days ago, who, and the company with its person.
REGISTERED = (
    (
        41,
        "nils",
        "Pensjonat Bryza",
        "Sopot",
        "bryza",
        "Washing machines for twelve rooms, with care.",
        "Hanna Reszka",
    ),
    (
        19,
        "nils",
        "Hotel Pod Lipami sp. z o.o.",
        "Radom",
        "podlipami",
        "Dishwashers for two kitchens.",
        "Marek Socha",
    ),
    (
        11,
        "eliza",
        "Szkoła Gotowania Zalewski",
        "Wrocław",
        "zalewski",
        "Six ovens for teaching.",
        "Ewa Zalewska",
    ),
    (3, "eliza", "Hotel pod Lipami", "Radom", "podlipami", "They asked us for dishwashers.", "Marek Socha"),
    (
        2,
        "nils",
        "Zalewski – Szkoła Gotowania",
        "Wrocław",
        "zalewski",
        "Ovens and their repair.",
        "Ewa Zalewska",
    ),
)
SHARED = (
    "Dom Seniora Jutrzenka", "Kielce", "jutrzenka", "Asked at the fair: eight dryers, repairs within two days.",
    "Barbara Krupa",
)  # fmt: skip


def leads() -> None:
    """Let Northwind and another partner register companies, and hand one over; once."""
    northwind = next(one for one in partners.active() if one.name == cast.NORTHWIND)
    people = {one.name: one for one in partners.members(northwind.id)}
    nils = partners.actor_of(people[cast.NILS.name].id)
    if exchange.leads(nils, limit=1):
        return
    eliza = _another()
    who = {"nils": nils, "eliza": eliza}
    made = {}
    for ago, key, company, city, domain, about, contact in REGISTERED:
        with days_ago(ago):
            made[company] = exchange.register(
                _prospect(company, city, domain, about, contact), actor=who[key]
            )
    for ago, act in ((30, "begun"), (6, "won")):
        with days_ago(ago):
            exchange.move(made["Pensjonat Bryza"].lead.uuid, act, actor=nils)
    with days_ago(1):
        exchange.share(
            northwind.uuid, _prospect(*SHARED), actor=_max(), accept_by=(clock.now() + timedelta(days=13)).date()
        )  # fmt: skip


def _max() -> Actor:
    return accounts.actor_of(accounts.person_called("Max Brandt").id, face=Face.STAFF)


def _another() -> Actor:
    """Set up the second partner with one person, and return her."""
    company = partners.set_up(
        actor=SYSTEM, name=cast.SUDETY, kind="partner", country="PL", signs_in_by="password"
    )
    member = partners.add_person(
        company, actor=SYSTEM, name="Eliza Mazur", email=f"eliza@{cast.SUDETY_DOMAIN}", role="administrator",
        language="pl",
    )  # fmt: skip
    partners.set_domains(company.uuid, [cast.SUDETY_DOMAIN], actor=SYSTEM, verified=True)
    accounts.set_password(accounts.person_by_id(member.person_id), cast.PASSWORD)
    return partners.actor_of(member.id)


def _prospect(company: str, city: str, domain: str, about: str, contact: str) -> Prospect:
    day = clock.now().date() - timedelta(days=1)
    local = contact.split()[0].lower()
    return Prospect(
        company=company, city=city, about=about, contact_name=contact, contact_email=f"{local}@{domain}.demo.example",
        agreed=True, agreed_on=day, agreed_how="On the telephone, and then by e-mail",
    )  # fmt: skip


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    """Let everything inside the block happen so many days ago."""
    with clock.at(clock.now() - timedelta(days=days)):
        yield

"""Signs a test browser in as one of the cast, through the same sign-in rows as everybody else."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from portal import db
from portal.dev import cast
from portal.domain import accounts, calendars, partners
from portal.domain.accounts import Face, Person
from portal.domain.accounts.models import EmailAddress
from portal.domain.actor import SYSTEM, Actor, ActorKind
from portal.domain.complaints.regimes import seed_law
from tests.factories import make_partner, make_partner_member

CUSTOMERS = {one.key: one for one in cast.CUSTOMERS}
COLLEAGUES = {
    "handler": cast.SAM, "reviewer": cast.RITA, "marketing": cast.MONA, "privacy_officer": cast.DANA,
    "manager": cast.MAX, "agent": cast.KASIA,
}  # fmt: skip


def sign_in_customer(browser: FlaskClient, key: str) -> Person:
    """Sign ``browser`` in as a customer of the cast (``amina``, ``ben`` …), whom the first call opens."""
    with db.unit_of_work():
        person = _known(f"{key}@{cast.DOMAIN}") or _customer(key)
        token = _token(person, Face.CUSTOMER)
        db.session().expunge(person)
    _carry(browser, token, "/")
    return person


def sign_in_staff(browser: FlaskClient, role: str, *, email: str = "") -> Person:
    """Sign ``browser`` in as the colleague of the cast in ``role``; ``email`` asks for another one in that role."""
    with db.unit_of_work():
        seed_firm()
        person = _known(email or _address(role)) or _colleague(role, email)
        token = _token(person, Face.STAFF)
        db.session().expunge(person)
    _carry(browser, token, "/admin/")
    return person


def sign_in_partner(browser: FlaskClient, key: str = "nils") -> Person:
    """Sign ``browser`` in as somebody of Northwind Repairs (``nils`` works there, ``astrid`` administers it)."""
    with db.unit_of_work():
        company = _northwind()
        known = {one.email.partition("@")[0]: one.person_id for one in partners.members(company.id)}
        person = accounts.person_by_id(known[key])
        token = _token(person, Face.PARTNER)
        db.session().expunge(person)
    _carry(browser, token, "/extranet/")
    return person


def _northwind() -> partners.PartnerCompany:
    """The partner of the cast with its people, whom the first call sets up."""
    known = next((one for one in partners.active() if one.name == cast.NORTHWIND), None)
    if known is not None:
        return db.session().get_one(partners.PartnerCompany, known.id)
    company = make_partner()
    for one in cast.PARTNERS:
        make_partner_member(company, one.name, role=one.role, email=one.email, regions=one.regions)
    return company


def seed_firm() -> None:
    """Give the firm its roles, its calendar and its law; a second call changes nothing."""
    accounts.seed_roles()
    calendars.seed(country="PL", zone="Europe/Warsaw", actor=SYSTEM)
    seed_law(confirmed=True)


def _address(role: str) -> str:
    return COLLEAGUES[role].email if role in COLLEAGUES else f"{role}@vistula.{cast.DOMAIN}"


def _known(email: str) -> Person | None:
    return db.session().scalar(
        select(Person)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where(EmailAddress.address_key == email.casefold())
    )


def _customer(key: str) -> Person:
    one = CUSTOMERS.get(key)
    name = one.name if one else key.title()
    _, person = accounts.open_account(
        actor=Actor(ActorKind.CUSTOMER, name=name), name=name, email=f"{key}@{cast.DOMAIN}",
        zone=one.zone if one else "Europe/Warsaw", country=one.country if one else "PL", claimed=True,
    )  # fmt: skip
    return person


def _colleague(role: str, email: str) -> Person:
    one = COLLEAGUES.get(role)
    name = one.name if one and not email else (email or role).split("@")[0].replace(".", " ").title()
    return accounts.add_staff(
        actor=SYSTEM,
        name=name,
        email=email or _address(role),
        team=one.team if one else "Office",
        roles=(role,),
    )


def _token(person: Person, face: Face) -> str:
    link, _ = accounts.demo_link(person, face=face)
    step, _ = accounts.enter_by_link(link, device="Firefox, Linux", network="192.0.2.10")
    assert step.token
    return step.token


def _carry(browser: FlaskClient, token: str, path: str) -> None:
    with browser.session_transaction(path) as session:
        session["token"] = token

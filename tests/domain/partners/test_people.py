"""The people of a partner: roles as one table, the last administrator, several partners, another's people."""

from __future__ import annotations

import pytest

from portal.domain import accounts, errors, partners
from portal.domain.accounts import Face
from portal.domain.actor import ANONYMOUS, SYSTEM, PartnerRight, Permission
from portal.domain.partners.people import begin
from portal.domain.partners.rules import PartnerRole, domain, regions
from tests.factories import make_partner, make_partner_member

pytestmark = pytest.mark.usefixtures("uow")
R = PartnerRight


@pytest.mark.pure
@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("administrator", set(R)),
        ("worker", {R.TASKS_WORK, R.TASKS_READ, R.SHARES_READ, R.SHARES_REQUEST, R.EXCHANGE_WRITE}),
        ("reader", {R.TASKS_READ, R.SHARES_READ}),
    ],
)
def test_a_role_may_exactly_this(role: str, may: set[PartnerRight]) -> None:
    assert partners.ROLES[PartnerRole(role)].rights == may


@pytest.mark.pure
@pytest.mark.parametrize(
    "text", ["", "localhost", "gmail.com", "a b.example", "-x.example", "x" * 64 + ".example"]
)
def test_what_is_no_companys_mail_domain_is_refused(text: str) -> None:
    with pytest.raises(errors.Invalid):
        domain(text)


@pytest.mark.pure
def test_a_mail_domain_and_regions_are_read_as_people_write_them() -> None:
    assert domain(" @Northwind.Example. ") == "northwind.example"
    assert domain("łódź.example") == "xn--d-uga0v7b.example" or domain("łódź.example").startswith("xn--")
    assert regions("pl-14, PL-10;pl-14") == ["PL-10", "PL-14"]
    assert regions("") == []
    with pytest.raises(errors.Invalid):
        regions("Mazovia")


def test_two_partners_never_share_a_mail_domain() -> None:
    make_partner(domain="northwind.example")
    other = make_partner("Southwind")
    with pytest.raises(errors.Invalid) as refused:
        partners.set_domains(other.uuid, ["Northwind.Example"], actor=SYSTEM, verified=True)
    assert refused.value.field == "domains"
    found = partners.by_mail_domain("Nils@NORTHWIND.example")
    assert found is not None and found.name == "Northwind Repairs"
    assert partners.by_mail_domain("nils@northwind.example.evil.example") is None


def test_the_last_administrator_stays_until_another_is_named() -> None:
    company = make_partner()
    astrid = make_partner_member(company, "Astrid Holm", role="administrator")
    nils = make_partner_member(company)
    actor = partners.actor_of(astrid.id)
    for act in (
        lambda: partners.end_member(astrid.uuid, actor=actor),
        lambda: partners.change_member(astrid.uuid, actor=actor, role="worker"),
    ):
        with pytest.raises(errors.Conflict):
            act()
        astrid.role, astrid.ended_at = "administrator", None
    partners.change_member(nils.uuid, actor=actor, role="administrator")
    partners.end_member(astrid.uuid, actor=actor)
    assert [one.name for one in partners.administrators(company.id)] == ["Nils Berg"]


def test_another_partners_people_are_not_there() -> None:
    nils = make_partner_member(make_partner())
    stranger = make_partner_member(make_partner("Southwind"), "Sigrid Dahl", role="administrator")
    actor = partners.actor_of(stranger.id)
    with pytest.raises(errors.NotFound):
        partners.end_member(nils.uuid, actor=actor)
    with pytest.raises(errors.NotFound):
        partners.change_member(nils.uuid, actor=actor, role="reader")
    assert [one.name for one in partners.colleagues(actor)] == ["Sigrid Dahl"]


def test_only_who_manages_people_does() -> None:
    company = make_partner()
    nils, ida = make_partner_member(company), make_partner_member(company, "Ida Moe", role="reader")
    for one in (nils, ida):
        actor = partners.actor_of(one.id)
        with pytest.raises(errors.Denied):
            partners.colleagues(actor)
        with pytest.raises(errors.Denied):
            partners.end_member(nils.uuid, actor=actor)
    with pytest.raises(errors.Denied):
        partners.end_member(nils.uuid, actor=ANONYMOUS)


def test_one_person_works_for_several_partners_and_has_one_in_hand() -> None:
    north, south = make_partner(), make_partner("Southwind")
    for one in (north, south):
        partners.change(one.uuid, actor=SYSTEM, signs_in_by="password")
    nils = make_partner_member(north, email="nils@northwind.example")
    begin(
        south, accounts.person_by_id(nils.person_id), role=PartnerRole.READER, regions=[], email="", actor=SYSTEM
    )  # fmt: skip
    link, _ = accounts.demo_link(accounts.person_by_id(nils.person_id), face=Face.PARTNER)
    step, _ = accounts.enter_by_link(link, device="", network="")
    resumed = accounts.resume(step.token, face=Face.PARTNER)
    assert resumed is not None and resumed.several and resumed.account_name == north.name
    assert {(one.name, one.here) for one in partners.in_reach(resumed.actor)} == {
        (north.name, True), (south.name, False),
    }  # fmt: skip
    assert partners.take_in_hand(resumed.actor, south.uuid) == south.name
    again = accounts.resume(step.token, face=Face.PARTNER)
    assert again is not None and again.actor.acting_for == south.name
    assert not again.actor.partner_may(R.TASKS_WORK)
    with pytest.raises(errors.NotFound):
        partners.take_in_hand(again.actor, make_partner("Eastwind").uuid)


def test_a_partner_that_asks_for_another_proof_is_not_taken_in_hand() -> None:
    """Who proved it by a password for one company has proved nothing to the provider of another."""
    north, south = make_partner(), make_partner("Southwind")
    partners.change(north.uuid, actor=SYSTEM, signs_in_by="password")
    nils = make_partner_member(north, email="nils@northwind.example")
    begin(
        south, accounts.person_by_id(nils.person_id), role=PartnerRole.READER, regions=[], email="", actor=SYSTEM
    )  # fmt: skip
    link, _ = accounts.demo_link(accounts.person_by_id(nils.person_id), face=Face.PARTNER)
    step, _ = accounts.enter_by_link(link, device="", network="")
    resumed = accounts.resume(step.token, face=Face.PARTNER)
    assert resumed is not None
    with pytest.raises(partners.ProvedElsewhere):
        partners.take_in_hand(resumed.actor, south.uuid)


def test_partners_are_set_up_by_whom_the_firm_lets() -> None:
    with pytest.raises(errors.Denied):
        partners.set_up(actor=ANONYMOUS, name="Westwind")
    assert Permission.PARTNERS_WRITE in accounts.ROLES["administrator"].permissions
    with pytest.raises(errors.Invalid) as refused:
        partners.set_up(actor=SYSTEM, name="Westwind", default_role="administrator")
    assert refused.value.field == "default_role"

"""One person of two partners, each with a provider of its own: added by an invitation and two proofs, never by mail."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from portal import db
from portal.domain import partners
from portal.domain.accounts import links
from portal.domain.actor import SYSTEM
from tests.oidc.walking import Provider, Walk, refused, set_up

MAIL = "nils@south.example"


@pytest.fixture
def south(company: partners.PartnerCompany, provider: Provider) -> partners.PartnerCompany:
    """Another partner, at an issuer of its own."""
    found = set_up(
        provider.issuer.replace("127.0.0.1", "localhost"), domain="south.example", name="Southwind"
    )
    with db.unit_of_work():
        partners.set_domains(found.uuid, ["south.example"], actor=SYSTEM, verified=False)
    return found


def invited(company: partners.PartnerCompany, email: str = MAIL) -> tuple[str, Any]:
    """Invite, and return the path of the link in the mail."""
    with db.unit_of_work():
        row = db.session().get_one(partners.PartnerCompany, company.id)
        asked = partners.invite(row, actor=SYSTEM, name="Nils Berg", email=email, role="worker")
        data = {"invitation": str(asked.uuid), "round": 1}
        return f"/extranet/invitation/{links.mint_link(links.PARTNER_INVITATION, data=data)}", asked.uuid


def people(company: partners.PartnerCompany) -> list[int]:
    with db.unit_of_work(write=False):
        return [one.person_id for one in partners.members(company.id)]


def here(walk: Walk, name: str) -> bool:
    other = {"Southwind": "Northwind Repairs", "Northwind Repairs": "Southwind"}[name]
    page = walk.browser.get("/extranet").get_data(as_text=True)
    return name in page and f"<strong>{other}</strong>" not in page


def test_nils_takes_a_second_company_and_changes_between_them(
    app: Flask,
    walk: Walk,
    provider: Provider,
    company: partners.PartnerCompany,
    south: partners.PartnerCompany,
) -> None:
    walk.sign_in()
    path, _ = invited(south)
    assert "You are Nils Berg already" in walk.browser.get(path).get_data(as_text=True)
    of_his, _ = invited(company, "kim@northwind.example")
    assert "already" not in walk.browser.get(of_his).get_data(as_text=True), "he works there"
    provider.next(sub="at-south-7", email=MAIL)
    asked = walk.onward(walk.form(path, joining="1"))
    assert asked.startswith("http://localhost:") and parse_qs(urlsplit(asked).query)["prompt"] == ["login"]
    assert walk.back(walk.answered(asked)).status_code == 303
    assert here(walk, "Southwind") and people(south) == people(company)
    page = walk.browser.get("/extranet/acting-for").get_data(as_text=True)
    assert "asks for its own sign-in" in page
    asked = walk.onward(walk.form("/extranet/acting-for", account=str(company.uuid)))
    assert here(walk, "Southwind"), "nothing changes before the proof"
    assert asked.startswith("http://127.0.0.1:") and "prompt" not in parse_qs(urlsplit(asked).query)
    provider.next(sub="somebody-else")
    refused(walk.back(walk.answered(asked)), "That was somebody else", 403)
    assert here(walk, "Southwind")
    provider.next()
    asked = walk.onward(
        walk.form("/extranet/acting-for", account=str(company.uuid), next="/extranet/security")
    )
    answer = walk.back(walk.answered(asked))
    assert answer.headers["Location"] == "/extranet/security" and here(walk, "Northwind Repairs")
    with db.unit_of_work(write=False):
        providers = [partners.provider_of(one.id) for one in (south, company)]
    issuers = (provider.issuer.replace("127.0.0.1", "localhost"), provider.issuer)
    for found, issuer, sub, still in zip(
        providers, issuers, ("at-south-7", "nils-1"), (True, False), strict=True
    ):
        token = Provider(issuer).post("/_notice", claims={"sub": sub})["token"]
        assert found is not None
        told = walk.browser.post(f"/extranet/sign-out-notices/{found.uuid}", data={"logout_token": token})
        assert told.status_code == 200 and walk.is_in() is still, "only the proof it stands on ends it"


def test_a_second_company_is_not_added_by_less(
    app: Flask,
    walk: Walk,
    provider: Provider,
    company: partners.PartnerCompany,
    south: partners.PartnerCompany,
) -> None:
    walk.sign_in()
    path, uuid = invited(south)
    provider.next(sub="at-south-7", email="another@south.example")
    refused(
        walk.back(walk.answered(walk.onward(walk.form(path, joining="1")))), "is for another address", 403
    )
    provider.next(sub="at-south-7", email=MAIL, verified=False)
    refused(walk.back(walk.answered(walk.onward(walk.form(path, joining="1")))), "not confirmed", 403)
    provider.next(sub="at-south-7", email=MAIL, fault="stale")
    refused(
        walk.back(walk.answered(walk.onward(walk.form(path, joining="1")))), "You were not asked anew", 403
    )
    provider.next(sub="at-south-7", email=MAIL)
    address = walk.answered(walk.onward(walk.form(path, joining="1")))
    with db.unit_of_work():
        partners.cancel_invitation(uuid, actor=SYSTEM)
    refused(walk.back(address), "The invitation is over", 403)
    assert people(south) == [] and here(walk, "Northwind Repairs")


def test_who_comes_without_being_signed_in_is_somebody_new(
    app: Flask,
    walk: Walk,
    provider: Provider,
    company: partners.PartnerCompany,
    south: partners.PartnerCompany,
) -> None:
    """The same mail address at two providers is no proof that it is one person."""
    walk.sign_in()
    provider.next(sub="at-south-7", email="nils@northwind.example")
    path, _ = invited(south, "nils@northwind.example")
    other = Walk(app)
    page = other.browser.get(path).get_data(as_text=True)
    assert "already" not in page
    assert other.back(other.answered(other.onward(other.form(path)))).status_code == 303
    assert len({*people(south), *people(company)}) == 2
    path, _ = invited(south, MAIL)
    provider.next(sub="at-south-7", email=MAIL)
    refused(
        walk.back(walk.answered(walk.onward(walk.form(path, joining="1")))), "belongs to another account", 403
    )

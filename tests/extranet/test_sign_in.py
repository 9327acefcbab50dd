"""Signing in to the extranet without a provider, and what ends a sign-in at its next request."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import config, db
from portal.dev import cast
from portal.domain import accounts, errors, partners
from portal.domain.accounts import Face
from portal.domain.accounts.models import Person
from portal.domain.actor import SYSTEM, PartnerRight
from tests.factories import make_partner, make_partner_member
from tests.signing_in import sign_in_customer, sign_in_partner, sign_in_staff

PASSWORD = "northwind-word-2026"


def company() -> partners.PartnerCompany:
    known = next(one for one in partners.active() if one.name == cast.NORTHWIND)
    return db.session().get_one(partners.PartnerCompany, known.id)


def member_of(person: Person) -> partners.MemberLine:
    return next(one for one in partners.members(company().id) if one.person_id == person.id)


def here(browser: FlaskClient) -> int:
    return browser.get("/extranet").status_code


def test_nils_reads_for_whom_he_acts_and_whom_to_ask(app: Flask) -> None:
    browser = app.test_client()
    sign_in_partner(browser, "nils")
    page = browser.get("/extranet").get_data(as_text=True)
    for words in ("Nils Berg", cast.NORTHWIND, "Worker", "PL-10, PL-14", cast.ASTRID.name, cast.ASTRID.email):
        assert words in page


def test_a_stranger_is_led_to_the_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/extranet")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/extranet/sign-in?next=/extranet"


def test_three_faces_are_open_side_by_side(app: Flask) -> None:
    browser = app.test_client()
    sign_in_customer(browser, "amina")
    sign_in_staff(browser, "handler")
    sign_in_partner(browser, "nils")
    for path, name in (("/home", "Amina Nowak"), ("/admin", "Sam Carter"), ("/extranet", "Nils Berg")):
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code == 200 and name in answer.get_data(as_text=True), path


@pytest.mark.parametrize("end", ["member", "company", "person"])
def test_whoever_is_shut_out_is_a_stranger_at_the_next_request(app: Flask, end: str) -> None:
    browser = app.test_client()
    nils = sign_in_partner(browser, "nils")
    assert here(browser) == 200
    with db.unit_of_work():
        if end == "member":
            partners.end_member(member_of(nils).uuid, actor=SYSTEM)
        elif end == "company":
            partners.deactivate(company().uuid, actor=SYSTEM)
        else:
            accounts.deactivate(nils.id, actor=SYSTEM)
    assert here(browser) == 303
    with db.unit_of_work(write=False), pytest.raises(errors.NotFound):
        partners.actor_of(person_id=nils.id)


def test_a_company_that_comes_back_does_not_bring_its_sign_ins_back(app: Flask) -> None:
    browser = app.test_client()
    sign_in_partner(browser, "nils")
    with db.unit_of_work():
        uuid = partners.deactivate(company().uuid, actor=SYSTEM).uuid
        partners.activate(uuid, actor=SYSTEM)
    assert here(browser) == 303


def test_another_role_holds_at_the_next_request(app: Flask) -> None:
    browser = app.test_client()
    nils = sign_in_partner(browser, "nils")
    assert "Worker" in browser.get("/extranet").get_data(as_text=True)
    with db.unit_of_work():
        partners.change_member(member_of(nils).uuid, actor=SYSTEM, role="reader", regions="PL")
        actor = partners.actor_of(person_id=nils.id)
        assert not actor.partner_may(PartnerRight.TASKS_WORK)
        assert actor.partner_may(PartnerRight.TASKS_READ) and actor.regions == {"PL"}
    assert "Reader" in browser.get("/extranet").get_data(as_text=True)


def test_a_password_opens_only_partners_that_sign_in_by_it(app: Flask) -> None:
    """A password of one's own says nothing of the people of a company that has its own provider."""
    with db.unit_of_work():
        own = make_partner("Tinker and Daughter")
        partners.change(own.uuid, actor=SYSTEM, signs_in_by="password")
        tove = make_partner_member(own, "Tove Lind", email="tove@tinker.example").person_id
        nils = make_partner_member(make_partner()).person_id
        for one in (tove, nils):
            accounts.set_password(accounts.person_by_id(one), PASSWORD)
        assert accounts.actor_of(tove, face=Face.PARTNER).acting_for == "Tinker and Daughter"
        with pytest.raises(errors.NotFound):
            accounts.actor_of(nils, face=Face.PARTNER)
    browser = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    answer = browser.post(
        "/extranet/sign-in/password", data={"email": "tove@tinker.example", "password": PASSWORD}
    )
    assert answer.status_code == 303 and "/extranet/sign-in/enrol" in answer.headers["Location"]
    refused = browser.post(
        "/extranet/sign-in/password", data={"email": cast.NILS.email, "password": PASSWORD}
    )
    assert refused.status_code == 422 and here(browser) == 303


def test_passwords_of_partners_are_shut_unless_the_operator_allows_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.unit_of_work():
        own = make_partner("Tinker and Daughter")
        partners.change(own.uuid, actor=SYSTEM, signs_in_by="password")
        tove = make_partner_member(own, "Tove Lind", email="tove@tinker.example").person_id
        link, _ = accounts.demo_link(accounts.person_by_id(tove), face=Face.PARTNER)
        token = accounts.enter_by_link(link, device="", network="")[0].token
        partners.set_domains(own.uuid, ["tinker.example"], actor=SYSTEM, verified=True)
        monkeypatch.setenv("REINS_PARTNERS_MAY_USE_PASSWORDS", "0")
        config.load.cache_clear()
        try:
            with pytest.raises(errors.NotFound):
                accounts.actor_of(tove, face=Face.PARTNER)
            resumed = accounts.resume(token, face=Face.PARTNER)
            assert resumed is not None and resumed.life is accounts.Life.BARRED, "out at the next request"
            with pytest.raises(errors.Invalid) as refused:
                partners.set_up(actor=SYSTEM, name="Other", signs_in_by="password")
            assert refused.value.field == "signs_in_by"
            app.config["WTF_CSRF_ENABLED"] = False
            browser = app.test_client()
            assert browser.get("/extranet/sign-in/password").status_code == 404
            answer = browser.post("/extranet/sign-in", data={"email": "tove@tinker.example"})
            assert answer.status_code == 422 and "own company’s sign-in only" in answer.get_data(as_text=True)
        finally:
            monkeypatch.undo()
            config.load.cache_clear()

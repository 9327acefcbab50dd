"""A partner's administrator looks after its people; whoever is none does not see the page."""

from __future__ import annotations

import io
import re
import uuid

from flask import Flask
from flask.testing import FlaskClient

from portal import db
from portal.dev import cast
from portal.domain import accounts, partners
from portal.domain.actor import SYSTEM
from tests.domain.tasks import scenes
from tests.factories import make_partner, make_partner_member
from tests.signing_in import sign_in_partner, sign_in_staff


def post(browser: FlaskClient, page: str, path: str = "", **data: str) -> tuple[int, str]:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(page).get_data(as_text=True))
    assert found
    answer = browser.post(path or page, data={"csrf_token": found[1], **data}, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def member(name: str) -> partners.MemberLine:
    with db.unit_of_work(write=False):
        company = next(one for one in partners.active() if one.name == cast.NORTHWIND)
        return next(one for one in partners.members(company.id) if one.name == name)


def test_astrid_asks_somebody_in_changes_and_ends(app: Flask) -> None:
    nils, astrid = app.test_client(), app.test_client()
    sign_in_partner(nils, "nils")
    sign_in_partner(astrid, "astrid")
    assert "/extranet/people" in astrid.get("/extranet").get_data(as_text=True)
    status, page = post(
        astrid, "/extranet/people/new", name="Ida Moe", email=f"ida@{cast.NORTHWIND_DOMAIN}", role="reader",
        regions="pl-14", language="pl",
    )  # fmt: skip
    assert status == 200 and "Ida Moe" in page
    status, page = post(
        astrid, "/extranet/people/new", name="Ida", email=f"IDA@{cast.NORTHWIND_DOMAIN}", role="reader", language="en"
    )  # fmt: skip
    assert status == 422 and "has an open invitation" in page
    one = f"/extranet/people/{member('Nils Berg').uuid}"
    assert post(astrid, one, role="reader", regions="Mazovia")[0] == 422
    status, page = post(astrid, one, role="reader", regions="PL")
    assert status == 200 and (member("Nils Berg").role, member("Nils Berg").regions) == ("reader", ["PL"])
    assert nils.get("/extranet").status_code == 200
    assert post(astrid, one, f"{one}/end")[0] == 200
    assert nils.get("/extranet").status_code == 303, "out at the next request"


def test_the_last_administrator_cannot_leave_nobody_behind(app: Flask) -> None:
    astrid = app.test_client()
    sign_in_partner(astrid, "astrid")
    one = f"/extranet/people/{member('Astrid Holm').uuid}"
    status, page = post(astrid, one, role="worker")
    assert status == 409 and "without an administrator" in page
    assert post(astrid, one, f"{one}/end")[0] == 409
    assert astrid.get("/extranet").status_code == 200


def test_a_worker_does_not_look_after_people(app: Flask) -> None:
    nils = app.test_client()
    sign_in_partner(nils, "nils")
    assert "/extranet/people" not in nils.get("/extranet").get_data(as_text=True)
    assert nils.get("/extranet/people").status_code == 403


def test_the_people_of_another_partner_are_as_those_who_do_not_exist(app: Flask) -> None:
    astrid = app.test_client()
    sign_in_partner(astrid, "astrid")
    with db.unit_of_work():
        other = make_partner("Southwind")
        other_id = other.id
        stranger = make_partner_member(other, "Sigrid Dahl", email="sigrid@south.example").uuid
        asked = partners.invite(other, actor=SYSTEM, name="X", email="x@south.example", role="reader").uuid
    for kind, theirs in (("", stranger), ("/end", stranger)):
        answers = [
            post(astrid, "/extranet/people/new", f"/extranet/people/{one}{kind}", role="reader")
            for one in (theirs, uuid.uuid4())
        ]
        assert [status for status, _ in answers] == [404, 404]
    for act in ("again", "cancel"):
        path = f"/extranet/people/invitations/{asked}/{act}"
        assert post(astrid, "/extranet/people/new", path)[0] == 404
    with db.unit_of_work(write=False):
        assert partners.invitations_of(other_id, actor=SYSTEM)


def test_who_signs_in_here_takes_a_second_company_without_a_provider(app: Flask) -> None:
    from portal.domain.accounts import mint_link

    with db.unit_of_work():
        own, other = make_partner("Tinker and Daughter"), make_partner("Pots and Sons")
        for one in (own, other):
            partners.change(one.uuid, actor=SYSTEM, signs_in_by="password")
        tove = make_partner_member(own, "Tove Lind", email="tove@tinker.example")
        row = partners.invite(other, actor=SYSTEM, name="Tove", email="t@pots.example", role="reader")
        assert row.language == "pl", "the language of a company in Poland"
        token = mint_link("partner_invitation", data={"invitation": str(row.uuid), "round": row.round})
        link, _ = accounts.demo_link(accounts.person_by_id(tove.person_id), face=accounts.Face.PARTNER)
        sign_in = accounts.enter_by_link(link, device="", network="")[0].token
        other_id, person_id = other.id, tove.person_id
        assert partners.language_of(own.id, "Tove@Tinker.example") == "en", "her own"
        assert partners.language_of(own.id, "desk@tinker.example") == "pl"
        assert partners.first_language("DE") == "en", "of the firm"
    browser = app.test_client()
    with browser.session_transaction("/extranet/") as session:
        session["token"] = sign_in
    status, page = post(browser, f"/extranet/invitation/{token}", joining="1")
    assert status == 200 and "You are now acting for Pots and Sons" in page
    with db.unit_of_work(write=False):
        assert [one.person_id for one in partners.members(other_id)] == [person_id]
    assert browser.get(f"/extranet/invitation/{token}").status_code == 404, "the link is used"


def test_a_lost_second_step_is_taken_away_by_our_staff(app: Flask) -> None:
    with db.unit_of_work():
        own = make_partner("Tinker and Daughter")
        partners.change(own.uuid, actor=SYSTEM, signs_in_by="password")
        tove = make_partner_member(own, "Tove Lind", email="tove@tinker.example")
        person = accounts.person_by_id(tove.person_id)
        accounts.set_password(person, "a tinker of fine pots")
        accounts.enrol_known(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXN")
        nils = make_partner_member(make_partner("Southwind"))
        partner, uuids, person_id = own.uuid, (tove.uuid, nils.uuid), tove.person_id
    staff = app.test_client()
    sign_in_staff(staff, "administrator")
    here = f"/admin/partners/{partner}"
    status, page = post(staff, here, f"{here}/people/{uuids[0]}/second-step")
    assert status == 200 and "Tove Lind sets up a new second step" in page
    assert post(staff, here, f"{here}/people/{uuids[1]}/second-step")[0] == 404, (
        "theirs is kept at their company"
    )
    with db.unit_of_work(write=False):
        assert not accounts.factors_of(person_id).any


def test_who_is_invited_to_a_partner_without_a_provider_chooses_a_password(app: Flask) -> None:
    from portal.domain.accounts import mint_link

    with db.unit_of_work():
        own = make_partner("Tinker and Daughter")
        partners.change(own.uuid, actor=SYSTEM, signs_in_by="password")
        row = partners.invite(own, actor=SYSTEM, name="Tove Lind", email="tove@tinker.example", role="worker")
        token = mint_link("partner_invitation", data={"invitation": str(row.uuid), "round": row.round})
    browser = app.test_client()
    status, page = post(browser, f"/extranet/invitation/{token}", name="Tove Lind", password="short")
    assert status == 422
    status, page = post(
        browser, f"/extranet/invitation/{token}", name="Tove Lind", password="a tinker of fine pots"
    )
    assert status == 200 and 'value="tove@tinker.example"' in page
    assert browser.get(f"/extranet/invitation/{token}").status_code == 404, "the link is used"
    status, page = post(
        browser, "/extranet/sign-in/password", email="tove@tinker.example", password="a tinker of fine pots"
    )
    assert status == 200 and "Set up your second step" in page


def test_astrid_puts_up_a_logo_that_customers_see(app: Flask) -> None:
    nils, astrid = app.test_client(), app.test_client()
    sign_in_partner(nils, "nils")
    sign_in_partner(astrid, "astrid")
    assert nils.get("/extranet/company").status_code == 403
    page = "/extranet/company"
    status, text = send(astrid, page, b"no picture")
    assert status == 422 and "no PNG, JPEG or WebP" in text
    status, text = send(astrid, page, scenes.photo())
    (place,) = set(re.findall(r"/logo/partner/[0-9a-f]{64}\.png", text))
    assert status == 200
    got = app.test_client().get(place)
    assert (got.status_code, got.mimetype) == (200, "image/png") and b"Secretmaker" not in got.data
    send(astrid, page, scenes.photo(size=(20, 20)))
    assert app.test_client().get(place).status_code == 404, "only the logo of now"
    status, text = post(astrid, page, f"{page}/logo/removal")
    assert status == 200 and "/logo/partner/" not in text and "customers see letters" in text


def send(browser: FlaskClient, page: str, content: bytes) -> tuple[int, str]:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(page).get_data(as_text=True))
    assert found
    data = {"csrf_token": found[1], "logo": (io.BytesIO(content), "logo.jpg")}
    answer = browser.post(page, data=data, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)

"""Staff set up a partner: company, domains, provider with a trial in words, people; the secret is never shown."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import db
from portal.domain import partners
from portal.domain.accounts import keys
from portal.domain.partners.models import PartnerProvider
from portal.domain.partners.providers import SEAL
from portal.oidc import Step
from portal.text import _t
from tests.signing_in import sign_in_staff

SECRET = "a-word-between-two-firms"


def post(browser: FlaskClient, page: str, path: str = "", **data: str) -> tuple[int, str]:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(page).get_data(as_text=True))
    assert found
    answer = browser.post(path or page, data={"csrf_token": found[1], **data}, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    browser = app.test_client()
    sign_in_staff(browser, "administrator")
    return browser


def northwind() -> partners.Partner:
    with db.unit_of_work(write=False):
        return next(one for one in partners.active() if one.name == "Northwind Repairs")


def test_a_partner_is_set_up_from_nothing(admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No partner yet" in admin.get("/admin/partners").get_data(as_text=True)
    status, page = post(
        admin, "/admin/partners/new", name="", country="PL", kind="partner", signs_in_by="oidc"
    )
    assert status == 422
    status, page = post(
        admin, "/admin/partners/new", name="Northwind Repairs", country="pl", kind="partner", signs_in_by="oidc",
        default_role="reader", contact_email="astrid@northwind.example",
    )  # fmt: skip
    assert status == 200 and "No provider yet" in page
    here = f"/admin/partners/{northwind().uuid}"
    status, page = post(admin, here, f"{here}/domains", domains="gmail.com")
    assert status == 422 and "anybody can have a mailbox" in page
    status, page = post(admin, here, f"{here}/domains", domains="Northwind.example", verified="y")
    assert status == 200 and "northwind.example" in page
    told = {
        "issuer": "https://login.northwind.example",
        "client_id": "portal",
        "proves_by": "client_secret_basic",
    }
    status, page = post(
        admin, f"{here}/provider", issuer="login", client_id="portal", proves_by="client_secret_basic"
    )
    assert status == 422
    status, page = post(admin, f"{here}/provider", **told)
    assert status == 422 and "Write the secret" in page
    status, page = post(admin, f"{here}/provider", **told, secret=SECRET)
    assert status == 200 and "/extranet/sign-in/answer/" in page and SECRET not in page
    with db.unit_of_work(write=False) as session:
        row = session.query(PartnerProvider).one()
        assert SECRET.encode() not in (row.secret or b"") and keys.unseal(SEAL, row.secret or b"") == SECRET
    assert SECRET not in admin.get(f"{here}/provider").get_data(as_text=True)
    status, page = post(admin, f"{here}/provider", **told)
    assert status == 200, "an empty secret keeps the one that is known"

    def tried(provider: Any, *, redirect: str) -> list[Step]:
        assert provider.secret == SECRET and redirect.endswith(str(row.uuid))
        return [
            Step("discovery", _t("What the provider says of itself"), "ok", _t("It answers.")),
            Step("client", _t("Whether it takes us"), "bad", _t("It does not take us.")),
        ]

    monkeypatch.setattr("portal.oidc.try_out", tried)
    status, page = post(admin, here, f"{here}/trial")
    assert status == 200 and "It does not take us." in page
    status, page = post(
        admin, here, f"{here}/people", name="Astrid Holm", email="astrid@northwind.example", role="administrator",
        language="en",
    )  # fmt: skip
    assert status == 200 and "Astrid Holm" in page
    status, page = post(admin, here, f"{here}/deactivation")
    assert status == 200 and "Deactivated" in page
    status, page = post(admin, here, f"{here}/reactivation")
    assert status == 200 and northwind()
    assert "Northwind Repairs" in admin.get("/admin/settings/record?kind=partners").get_data(as_text=True)


def test_a_key_of_ours_is_made_and_its_public_half_shown(admin: FlaskClient) -> None:
    post(admin, "/admin/partners/new", name="Northwind Repairs", country="PL", kind="partner", signs_in_by="oidc",
         default_role="reader")  # fmt: skip
    here = f"/admin/partners/{northwind().uuid}"
    status, page = post(
        admin, f"{here}/provider", issuer="https://login.northwind.example", client_id="portal",
        proves_by="private_key_jwt",
    )  # fmt: skip
    assert status == 200
    found = re.search(r"/extranet/providers/[0-9a-f-]+/keys", page)
    assert found
    (key,) = admin.get(found[0]).get_json()["keys"]
    assert key["kty"] == "RSA" and not {"d", "p", "q"} & set(key)


def test_only_who_may_sets_partners_up(app: Flask) -> None:
    browser = app.test_client()
    sign_in_staff(browser, "handler")
    assert browser.get("/admin/partners").status_code == 403

"""A browser that walks to a provider and back, and the provider from the outside."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient

from portal import db
from portal.config import ROOT
from portal.domain import partners
from portal.domain.actor import SYSTEM
from tests.factories import make_partner

# The provider of another make, as `make second-provider` fetches it.
INSTALLED = Path(os.environ.get("REINS_SECOND_PROVIDER", ROOT / ".venv" / ".second-provider"))
DOMAIN = "northwind.example"
SECRET = "a-secret-between-two-firms"


@dataclass
class Provider:
    """A provider, from the outside."""

    issuer: str

    def next(self, **wanted: Any) -> None:
        """Say who signs in next, and which fault is made."""
        requests.post(f"{self.issuer}/_next", json=wanted, timeout=5).raise_for_status()

    def post(self, path: str, **wanted: Any) -> Any:
        return requests.post(f"{self.issuer}{path}", json=wanted, timeout=5).json()

    def seen(self) -> list[str]:
        return list(requests.get(f"{self.issuer}/_seen", timeout=5).json())


def set_up(
    issuer: str, *, domain: str = DOMAIN, name: str = "Northwind Repairs", **more: Any
) -> partners.PartnerCompany:
    """Set up a partner that signs in at ``issuer``."""
    with db.unit_of_work():
        company = make_partner(name, domain=domain)
        partners.set_provider(
            company.uuid, actor=SYSTEM, issuer=issuer,
            **{"client_id": "portal", "proves_by": partners.BY_SECRET, "secret": SECRET} | more,
        )  # fmt: skip
        db.session().expunge_all()
    return company


def refused(answer: Any, title: str, status: int) -> None:
    """A calm page of its own: what happened, what to do, whom to ask, a reference; no token, never a fault."""
    page = answer.get_data(as_text=True)
    assert answer.status_code == status, f"{answer.status_code}: {page}"
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)
    assert heading and title in heading[1], heading and heading[1]
    assert "Not signed in" in page or "Not done" in page
    for words in ("What to do now", "Whom to ask", "Reference"):
        assert words in page, words
    assert "eyJ" not in page


class Walk:
    """One browser on its way."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser: FlaskClient = app.test_client()

    def form(self, path: str, to: str = "", **data: str) -> Any:
        page = self.browser.get(path).get_data(as_text=True)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page
        return self.browser.post(to or path, data={"csrf_token": found[1], **data})

    def out(self, email: str = f"nils@{DOMAIN}", **data: str) -> str:
        """Set out, and return the address at the provider."""
        answer = self.form("/extranet/sign-in", email=email, **data)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return self.onward(answer)

    @staticmethod
    def onward(answer: Any) -> str:
        found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.get_data(as_text=True))
        assert found, answer.get_data(as_text=True)
        return unescape(found[1])

    @staticmethod
    def answered(address: str) -> str:
        """Sign in at the provider, and return path and query of where it leads back to."""
        answer = requests.get(address, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def back(self, address: str) -> Any:
        return self.browser.get(address)

    def sign_in(self, email: str = f"nils@{DOMAIN}") -> Any:
        return self.back(self.answered(self.out(email)))

    def is_in(self) -> bool:
        return self.browser.get("/extranet").status_code == 200

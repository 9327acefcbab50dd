"""Northwind's sign-in in the demo: one server is both, over real calls to itself, and nobody waits for nobody."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import requests

from portal import config, db, oidc
from portal.app import create_app
from portal.dev import cast, northwind, partnership
from portal.domain import partners
from portal.domain.actor import SYSTEM
from tests.serving import served

pytestmark = pytest.mark.sqlite


@pytest.fixture
def demo(
    own_database: db.Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[str]:  # fmt: skip
    """The demo on a port, with Northwind and its sign-in; its address."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    monkeypatch.setenv("REINS_BASE_URL", f"http://localhost:{port}")
    monkeypatch.setenv("REINS_INSTANCE_DIR", str(tmp_path))
    config.load.cache_clear()
    oidc.forget()
    try:
        app = create_app(config.load(), own_database)
        with db.unit_of_work():
            partnership.joins()
            partnership.signs_in()
        with served(app, port=port, threads=4):
            yield f"http://localhost:{port}"
    finally:
        monkeypatch.undo()
        config.load.cache_clear()


class Browser:
    """A browser that follows pages which lead on, and presses buttons."""

    def __init__(self, address: str) -> None:
        self.address, self.session, self.page = address, requests.Session(), ""

    def open(self, path: str) -> int:
        return self.took(self.session.get(path if "://" in path else self.address + path, timeout=8))

    def took(self, answer: requests.Response) -> int:
        self.page, self.here = answer.text, answer.url
        onward = re.search(r'http-equiv="refresh" content="\d; url=([^"]+)"', self.page)
        return self.open(unescape(onward[1])) if onward else answer.status_code

    def send(self, path: str = "", **values: str) -> int:
        fields = dict(
            re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', self.page)
        )
        fields = {name: unescape(value) for name, value in fields.items()} | values
        address = self.address + path if path else self.here
        return self.took(self.session.post(address, data=fields, headers={"Referer": self.here}, timeout=8))

    def sign_in(self, who: str) -> int:
        self.open("/extranet/sign-in")
        assert self.send(email=cast.NILS.email) == 200 and "Who are you?" in self.page
        return self.send(who=who)


def test_nils_goes_to_northwind_and_comes_back(demo: str) -> None:
    nils = Browser(demo)
    assert nils.sign_in("nils") == 200 and "Nils Berg" in nils.page and "Worker" in nils.page
    nils.open("/extranet/security")
    assert nils.send("/extranet/sign-out") == 200 and "You are signed out" in nils.page, "there and back"
    assert nils.sign_in("nils") == 200
    office = Browser(demo)
    office.open("/dev/northwind")
    assert office.send("/dev/northwind/sign-out", who="nils") == 200 and "has confirmed it" in office.page
    nils.open("/extranet")
    assert "Partner sign-in" in nils.page, "signed out there, so here"
    for who, words in (("nobody", "said no"), ("ulf", "Nobody has asked you in"), ("liv", "not confirmed")):
        assert Browser(demo).sign_in(who) == 403, words
    ida = Browser(demo)
    assert ida.sign_in("ida") == 200 and "Reader" in ida.page
    with db.unit_of_work(write=False):
        company = next(one for one in partners.active() if one.name == cast.NORTHWIND)
        found = partners.to_try(SYSTEM, company.uuid)
    steps = oidc.try_out(found, redirect=f"{demo}/extranet/sign-in/answer/{found.uuid}")
    assert {step.state for step in steps} == {"ok"}, steps
    assert northwind.address() == found.issuer
    before = (config.load().instance_dir / "northwind.json").read_bytes()
    with db.unit_of_work():
        partnership.signs_in()
    assert (config.load().instance_dir / "northwind.json").read_bytes() == before, (
        "a second start changes nothing"
    )

"""The same way at a provider of another make (npm's oidc-provider), by a secret and by a key."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from flask import Flask

from portal import config, db, oidc
from portal.config import ROOT
from portal.domain import partners
from portal.domain.actor import SYSTEM
from tests.oidc.walking import DOMAIN, INSTALLED, Walk, set_up

FOLDER = ROOT / "tests" / "oidc" / "second"
SECRET = "a-secret-between-two-firms-of-some-length"
pytestmark = pytest.mark.sqlite


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _address(company: partners.PartnerCompany) -> str:
    with db.unit_of_work(write=False):
        found = partners.provider_of(company.id)
    assert found is not None
    return f"{config.load().base_url}/extranet/sign-in/answer/{found.uuid}"


@pytest.fixture
def second(app: Flask) -> Iterator[tuple[partners.PartnerCompany, partners.PartnerCompany]]:
    """Two partners, each a client of one running provider of another make."""
    oidc.forget()
    issuer = f"http://127.0.0.1:{_free_port()}"
    private, public = oidc.new_key()
    north = set_up(issuer, secret=SECRET)
    south = set_up(
        issuer, domain="south.example", name="Southwind", client_id="portal-key", proves_by=partners.BY_KEY,
        secret=private, public_key=public,
    )  # fmt: skip
    with db.unit_of_work():
        partners.set_domains(south.uuid, ["south.example"], actor=SYSTEM, verified=True)
        row = db.session().get_one(partners.PartnerCompany, south.id)
        partners.invite(row, actor=SYSTEM, name="Ida Moe", email=f"ida@{DOMAIN}", role="worker")
    shutil.copy(FOLDER / "provider.mjs", INSTALLED / "provider.mjs")  # beside the packages that it imports
    redirects = json.dumps([_address(north), _address(south)])
    command = ["node", "provider.mjs", issuer.rpartition(":")[2], redirects, json.dumps(public)]
    running = subprocess.Popen(
        command, cwd=INSTALLED, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert running.stdout is not None
    try:
        assert "ready" in running.stdout.readline()
        yield north, south
    finally:
        running.terminate()
        running.wait(10)
        running.stdout.close()


def answered(address: str) -> str:
    """Walk through the pages of the provider, and return path and query of where it leads back to."""
    with requests.Session() as browser:
        for _ in range(8):
            answer = browser.get(address, allow_redirects=False, timeout=5)
            assert answer.status_code in {302, 303}, answer.text
            address = requests.compat.urljoin(address, answer.headers["Location"])
            if address.startswith(config.load().base_url):
                return address.removeprefix(config.load().base_url)
    raise AssertionError(address)


def test_ida_signs_in_by_a_secret_and_by_a_key(app: Flask, second: Any) -> None:
    north, south = second
    walk = Walk(app)
    assert walk.back(answered(walk.out(f"ida@{DOMAIN}"))).status_code == 303
    page = walk.browser.get("/extranet").get_data(as_text=True)
    assert "Ida Moe" in page and "Northwind Repairs" in page
    other = Walk(app)
    assert other.back(answered(other.out("ida@south.example"))).status_code == 303
    assert "Southwind" in other.browser.get("/extranet").get_data(as_text=True)
    with db.unit_of_work(write=False):
        people = [partners.members(one.id)[0] for one in (north, south)]
        steps = {
            one.id: {
                step.key: step.state
                for step in oidc.try_out(partners.to_try(SYSTEM, one.uuid), redirect=_address(one))
            }
            for one in second
        }
    assert people[0].person_id == people[1].person_id, "one issuer, one subject, one person"
    assert [one.role for one in people] == ["reader", "worker"]
    for found in steps.values():
        assert set(found.values()) == {"ok"}, found


def test_a_wrong_secret_is_said_so(app: Flask, second: Any) -> None:
    north, _south = second
    with db.unit_of_work():
        known = partners.provider_file(SYSTEM, north.uuid)
        assert known is not None
        partners.set_provider(
            north.uuid, actor=SYSTEM, issuer=known.issuer, client_id="portal", proves_by=partners.BY_SECRET,
            secret="another word",
        )  # fmt: skip
    walk = Walk(app)
    answer = walk.back(answered(walk.out(f"ida@{DOMAIN}")))
    assert answer.status_code == 502
    assert "does not know us any more" in answer.get_data(as_text=True)

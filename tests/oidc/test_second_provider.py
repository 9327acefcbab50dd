"""The same way at a provider of another make (npm's oidc-provider): in, out both ways, changed keys, refusals."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import update

from portal import config, db, oidc
from portal.config import ROOT
from portal.domain import accounts, partners
from portal.domain.actor import SYSTEM
from portal.domain.partners.models import PartnerProvider
from tests.oidc.walking import DOMAIN, INSTALLED, Provider, Walk, refused, set_up
from tests.serving import served

FOLDER = ROOT / "tests" / "oidc" / "second"
SECRET = "a-secret-between-two-firms-of-some-length"
IDA = f"ida@{DOMAIN}"
NORTH, SOUTH = uuid.UUID(int=17), uuid.UUID(int=18)  # of the two clients, known before the portal has them
pytestmark = pytest.mark.sqlite


@dataclass
class Second(Provider):
    """The running provider, our key there, and the notices of a sign-out that it has sent."""

    issuer: str
    key: tuple[str, dict[str, Any]]
    notices: list[str]


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _address(client: uuid.UUID) -> str:
    return f"{config.load().base_url}/extranet/sign-in/answer/{client}"


@pytest.fixture(scope="module")
def running() -> Iterator[Second]:
    """The process, started once, and who hears its notices."""
    notices: list[str] = []

    def hear(environ: Any, start: Any) -> Any:
        said = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        notices.append(parse_qs(said)["logout_token"][0])
        start("200 OK", [("Content-Type", "text/plain")])
        return [b""]

    port, key = _free_port(), oidc.new_key()
    shutil.copy(FOLDER / "provider.mjs", INSTALLED / "provider.mjs")  # beside the packages that it imports
    with served(hear, threads=1) as heard:
        redirects = json.dumps([_address(NORTH), _address(SOUTH)])
        command = [
            "node",
            "provider.mjs",
            str(port),
            redirects,
            json.dumps(key[1]),
            f"http://127.0.0.1:{heard}/",
        ]
        process = subprocess.Popen(
            command, cwd=INSTALLED, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        try:
            assert "ready" in process.stdout.readline()
            yield Second(f"http://127.0.0.1:{port}", key, notices)
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()


@pytest.fixture
def second(running: Second) -> Second:
    """The provider without a fault, and nothing remembered of it."""
    running.next()
    oidc.forget()
    running.notices.clear()
    return running


def _named(company: partners.PartnerCompany, client: uuid.UUID) -> None:
    with db.unit_of_work() as session:
        session.execute(
            update(PartnerProvider).where(PartnerProvider.company_id == company.id).values(uuid=client)
        )


@pytest.fixture
def north(app: Flask, second: Second) -> partners.PartnerCompany:
    """A partner that is a client there by a secret."""
    company = set_up(second.issuer, secret=SECRET)
    _named(company, NORTH)
    return company


@pytest.fixture
def south(app: Flask, second: Second) -> partners.PartnerCompany:
    """A partner that is a client there by a key; Ida is invited."""
    company = set_up(
        second.issuer, domain="south.example", name="Southwind", client_id="portal-key", proves_by=partners.BY_KEY,
        secret=second.key[0], public_key=second.key[1],
    )  # fmt: skip
    _named(company, SOUTH)
    with db.unit_of_work():
        row = db.session().get_one(partners.PartnerCompany, company.id)
        partners.invite(row, actor=SYSTEM, name="Ida Moe", email=IDA, role="worker")
    return company


class There:
    """A browser at the provider: what it holds there stays there."""

    def __init__(self) -> None:
        self.browser = requests.Session()

    def answered(self, address: str) -> str:
        """Walk through the pages of the provider, and return path and query of where it leads back to."""
        for _ in range(8):
            answer = self.browser.get(address, allow_redirects=False, timeout=5)
            assert answer.status_code in {302, 303}, answer.text
            address = requests.compat.urljoin(address, answer.headers["Location"])
            if address.startswith(config.load().base_url):
                return address.removeprefix(config.load().base_url)
        raise AssertionError(address)

    def sign_in(self, walk: Walk, email: str = IDA) -> Any:
        return walk.back(self.answered(walk.out(email)))

    def sign_out(self, address: str) -> str:
        """Say yes to the sign-out there, and return where it leads to."""
        page = self.browser.get(address, timeout=5)
        found = re.search(r'action="([^"]+)".*?name="xsrf" value="([^"]+)"', page.text, re.S)
        assert found, page.text
        answer = self.browser.post(
            found[1], data={"xsrf": found[2], "logout": "yes"}, allow_redirects=False, timeout=5
        )
        return str(answer.headers["Location"])


def test_ida_signs_in_by_a_secret_and_by_a_key(app: Flask, north: Any, south: Any) -> None:
    walk = Walk(app)
    assert There().sign_in(walk).status_code == 303
    page = walk.browser.get("/extranet").get_data(as_text=True)
    assert "Ida Moe" in page and "Northwind Repairs" in page
    other = Walk(app)
    assert There().sign_in(other, "ida@south.example").status_code == 303
    assert "Southwind" in other.browser.get("/extranet").get_data(as_text=True)
    with db.unit_of_work(write=False):
        people = [partners.members(one.id)[0] for one in (north, south)]
        steps = {
            one.id: {
                step.key: step.state
                for step in oidc.try_out(partners.to_try(SYSTEM, one.uuid), redirect=_address(client))
            }
            for one, client in ((north, NORTH), (south, SOUTH))
        }
    assert people[0].person_id == people[1].person_id, "one issuer, one subject, one person"
    assert [one.role for one in people] == ["reader", "worker"]
    for found in steps.values():
        assert set(found.values()) <= {"ok"}, found


def test_out_here_is_out_there_and_out_there_is_out_here(app: Flask, second: Second, north: Any) -> None:
    walk, there = Walk(app), There()
    there.sign_in(walk)
    onward = walk.onward(walk.form("/extranet/security", "/extranet/sign-out"))
    assert not walk.is_in()
    assert there.sign_out(onward).endswith("/extranet/signed-out")
    assert len(second.notices) == 1, "signed out there, so it tells us"
    other = Walk(app)
    there.sign_in(other)
    there.sign_in(walk)
    assert there.sign_out(f"{second.issuer}/session/end").startswith(second.issuer)
    assert walk.is_in() and other.is_in(), "it has only told whoever listens"
    for token in second.notices:
        walk.browser.post(f"/extranet/sign-out-notices/{NORTH}", data={"logout_token": token})
    assert not walk.is_in() and not other.is_in()


def test_its_keys_change_while_people_are_in(app: Flask, second: Second, north: Any) -> None:
    walk = Walk(app)
    There().sign_in(walk)
    second.post("/_rotate")
    assert walk.is_in(), "who is in stays in"
    assert There().sign_in(Walk(app)).status_code == 303, "the new key is found without a restart"


def _without(name: str) -> Callable[[str], str]:
    return lambda address: re.sub(rf"([?&]){name}=[^&]*&?", r"\1", address)


def _with(name: str, value: str) -> Callable[[str], str]:
    return lambda address: re.sub(rf"([?&]){name}=[^&]*", rf"\g<1>{name}={value}", address)


REFUSED: list[tuple[str, dict[str, Any], Callable[[str], str], str, int]] = [
    ("denied", {"denied": True}, str, "You, or your company, said no", 403),
    (
        "wrong issuer",
        {},
        _with("iss", "https%3A%2F%2Fsomebody.example"),
        "The answer came from somebody else",
        400,
    ),
    ("missing issuer", {}, _without("iss"), "The answer does not say who sent it", 400),
    ("bad state", {}, _with("state", "x" * 43), "does not fit the question", 400),
    ("bare", {}, lambda address: urlsplit(address).path, "Nothing to sign in with", 400),
    ("a code that nobody gave", {}, _with("code", "x" * 43), "did not confirm it", 400),
    ("audience", {"fault": "audience"}, str, "The answer was meant for somebody else", 403),
    ("expired", {"fault": "expired"}, str, "The answer is too old", 403),
    ("nonce", {"fault": "nonce"}, str, "The answer belongs to another sign-in", 403),
    ("token issuer", {"fault": "token_issuer"}, str, "The answer names another sign-in", 403),
    ("none", {"fault": "alg_none"}, str, "The answer is not signed", 403),
    ("public key", {"fault": "hs256"}, str, "signed with something that is no secret", 403),
    ("foreign key", {"fault": "foreign_key"}, str, "The signature of the answer is not right", 403),
    ("empty sub", {"fault": "empty_sub"}, str, "does not say who you are", 403),
    ("unverified", {"verified": False}, str, "Your mail address is not confirmed", 403),
    ("unknown", {"email": "ida@elsewhere.example"}, str, "Nobody has asked you in yet", 403),
]


def test_what_cannot_be_trusted_is_refused_there_too(app: Flask, second: Second, north: Any) -> None:
    for case, told, spoil, title, status in REFUSED:
        second.next(**told)
        walk = Walk(app)
        refused(walk.back(spoil(There().answered(walk.out(IDA)))), title, status)
        assert not walk.is_in(), case
    with db.unit_of_work(write=False):
        assert partners.members(north.id) == []


def test_a_known_address_another_browser_and_a_second_use_open_nothing(
    app: Flask, second: Second, north: Any
) -> None:
    walk = Walk(app)
    address = There().answered(walk.out(IDA))
    refused(Walk(app).back(address), "did not begin in this browser", 400)
    assert walk.back(address).status_code == 303
    refused(walk.back(address), "This sign-in is over", 400)
    second.next(sub="somebody-else")
    refused(There().sign_in(Walk(app)), "This mail address belongs to another account", 403)
    second.next()
    with db.unit_of_work():
        (ida,) = partners.members(north.id)
        accounts.deactivate(ida.person_id, actor=SYSTEM)
    refused(There().sign_in(Walk(app)), "Your access is switched off", 403)


def test_a_wrong_secret_is_said_so(app: Flask, north: Any) -> None:
    with db.unit_of_work():
        known = partners.provider_file(SYSTEM, north.uuid)
        assert known is not None
        partners.set_provider(
            north.uuid, actor=SYSTEM, issuer=known.issuer, client_id="portal", proves_by=partners.BY_SECRET,
            secret="another word",
        )  # fmt: skip
    refused(There().sign_in(Walk(app)), "does not know us any more", 502)

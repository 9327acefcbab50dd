"""Whether somebody is known here cannot be told by what happens, nor by how long it takes.

First the same work: the same statements in the same order and as many hashes. Then the same time, by interleaved
samples and the rank test of Mann and Whitney; `make timing` takes many more of them.
"""

from __future__ import annotations

import math
import os
import random
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import config, db
from portal.app import create_app
from portal.domain import accounts, calendars, clock, programs
from portal.domain.accounts import passwords
from portal.domain.actor import SYSTEM
from tests.browsing import TOKEN
from tests.counting import counted
from tests.signing_in import sign_in_customer

SAMPLES = int(os.environ.get("REINS_TIMING_SAMPLES", "30"))
AGENT = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
LIMITS = ("SIGN_INS_PER_ACCOUNT", "SIGN_INS_PER_ADDRESS", "SIGN_INS_GLOBAL", "DOORS_PER_MINUTE", "API_CALLS_PER_MINUTE",
          "RESET_MAILS_PER_DAY", "PROOF_MAILS_PER_6_HOURS")  # fmt: skip


class Doors:
    """The application with one known customer, one colleague, one company, one program."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.known = "amina.known@mail.example"
        self.staff = "sam.known@mail.example"
        with db.unit_of_work():
            accounts.seed_roles()
            calendars.seed(country="PL", zone="Europe/Warsaw", actor=SYSTEM)
            _account, person = accounts.open_account(
                actor=SYSTEM, name="Amina Known", email=self.known, claimed=True
            )
            accounts.set_password(person, "seven green herons")
            colleague = accounts.add_staff(
                actor=SYSTEM, name="Sam Known", email=self.staff, team="Care", roles=("handler",)
            )
            accounts.set_password(colleague, "seven green herons")
            actor = accounts.actor_of(person.id)
            last = calendars.local_day(clock.now(), actor.zone)
            _program, self.token = programs.make("Sync", ("profile:read",), last, actor=actor)
        self.browsers: dict[str, tuple[FlaskClient, str]] = {}

    def stranger(self, known: str) -> str:
        """Return an address of the same length that nobody here has."""
        return "".join(random.choices("bcdfghjk", k=len(known) - 13)) + "@mail.example"

    def post(self, page: str, data: dict[str, str], path: str = "") -> Any:
        if page not in self.browsers:
            browser = self.app.test_client()
            found = TOKEN.search(browser.get(page).get_data(as_text=True))
            assert found
            self.browsers[page] = (browser, found[1])
        browser, proof = self.browsers[page]
        return browser.post(path or page, data={"csrf_token": proof, **data}, headers=AGENT, buffered=True)

    def sign_in(self, known: bool) -> Any:
        email = self.known if known else self.stranger(self.known)
        return self.post("/sign-in", {"email": email, "password": "wrong, quite wrong"})

    def staff_sign_in(self, known: bool) -> Any:
        email = self.staff if known else self.stranger(self.staff)
        return self.post("/admin/sign-in", {"email": email, "password": "wrong, quite wrong"})

    def reset(self, known: bool) -> Any:
        return self.post("/reset", {"email": self.known if known else self.stranger(self.known)})

    def register(self, known: bool) -> Any:
        email = self.known if known else self.stranger(self.known)
        return self.post("/register", {"name": "Amina", "email": email})

    def passkey(self, known: bool) -> Any:
        email = self.known if known else self.stranger(self.known)
        return self.post("/sign-in", {"email": email}, "/sign-in/passkey/options")

    def api_token(self, known: bool) -> Any:
        mark, prefix, secret = self.token.split("_", 2)  # the secret may hold the sign, too
        wrong = f"{mark}_{prefix if known else uuid.uuid4().hex[:12]}_{'x' * len(secret)}"
        return self.app.test_client().get(
            "/api/v1/me", headers={"Authorization": f"Bearer {wrong}"}, buffered=True
        )


DOORS = ("sign_in", "staff_sign_in", "reset", "register", "passkey", "api_token")


@pytest.fixture
def doors(own_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    for name in LIMITS:
        monkeypatch.setenv(f"REINS_{name}", "1000000")
    config.load.cache_clear()
    monkeypatch.setattr("portal.api.entering.WRONG_TOKENS", type(_wrong())(1_000_000))
    app = create_app(config.load(), own_database)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    yield Doors(app)
    config.load.cache_clear()


def _wrong() -> Any:
    from portal.api.entering import WRONG_TOKENS

    return WRONG_TOKENS


def test_known_or_not_the_same_work_is_done(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str] = []
    right = passwords.fits

    def fits(stored: str | None, password: str) -> bool:
        hashes.append("hash")
        return right(stored, password)

    monkeypatch.setattr(passwords, "fits", fits)
    for name in DOORS:
        ask = getattr(doors, name)
        done = []
        for known in (True, False, True, False):  # the first of each warms what is kept
            hashes.clear()
            with counted() as statements:
                answer = ask(known)
            body = re.sub(r'value="[^"]*"|"challenge":\s*"[^"]*"', "", answer.get_data(as_text=True))
            names = sorted(one for one, _ in answer.headers)
            done.append((list(statements), len(hashes), answer.status_code, body, names))
        assert done[2] == done[3], name


def test_known_or_not_it_takes_the_same_time(doors: Doors) -> None:
    found = {}
    for name in DOORS:
        ask = getattr(doors, name)
        for known in (True, False) * 3:
            ask(known)
        times: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(SAMPLES):
            order = [True, False]
            random.shuffle(order)
            for known in order:
                begun = time.perf_counter()
                ask(known)
                times[known].append(time.perf_counter() - begun)
        z, apart, whole = (
            ranks_apart(times[True], times[False]),
            middle(times[True]) - middle(times[False]),
            middle(times[False]),
        )
        found[name] = f"z={z:+.2f} apart={apart * 1000:+.3f} ms of {whole * 1000:.2f} ms"
        # Far apart in ranks alone may be chance of a busy machine, far apart in time alone its noise: a leak is both.
        assert abs(z) < 3.9 or abs(apart) < max(0.000_15, whole * 0.01), (name, found[name])
    print("\n".join(f"{name:14} {words}" for name, words in found.items()))


def middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def ranks_apart(one: list[float], other: list[float]) -> float:
    """Return the z of the rank test of Mann and Whitney: 0 where neither tends to be longer, ±3.9 once in 10,000."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    sum_of_one = sum(place for place, (_value, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(one), len(other)
    u = sum_of_one - n * (n + 1) / 2
    return (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)


def test_the_rank_test_sees_a_difference() -> None:
    rng = random.Random(7)
    one, other = [rng.gauss(10, 1) for _ in range(300)], [rng.gauss(10, 1) for _ in range(300)]
    assert abs(ranks_apart(one, other)) < 3
    assert ranks_apart([value + 1 for value in one], other) > 6


def test_inviting_somebody_known_does_the_same_work(app: Flask) -> None:
    browser = app.test_client()
    sign_in_customer(browser, "ben")
    with db.unit_of_work():
        actor = accounts.actor_of(accounts.person_called("Ben Petrov").id)
        account = accounts.account_by_id(actor.account_id or 0)
        account.kind = "company"
    found = TOKEN.search(browser.get("/colleagues/invitation").get_data(as_text=True))
    assert found
    done = []
    with db.unit_of_work():
        accounts.open_account(actor=SYSTEM, name="Known", email="known.one@mail.example", claimed=True)
        accounts.open_account(actor=SYSTEM, name="Known", email="known.two@mail.example", claimed=True)
    for email in (
        "known.one@mail.example",
        "other.one@mail.example",
        "known.two@mail.example",
        "other.two@mail.example",
    ):
        data = {
            "csrf_token": found[1],
            "name": "Somebody",
            "email": email,
            "language": "en",
            "documents": "y",
        }
        with counted() as statements:
            answer = browser.post("/colleagues/invitation", data=data)
        done.append((list(statements), answer.status_code))
    assert done[2] == done[3]

"""The world of the crawl: the told history, and of everybody something that only a few may ever see."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from portal import config, db, mail
from portal.dev import published, shares, supplies, trade
from portal.domain import (
    accounts,
    calendars,
    clock,
    complaints,
    delivery,
    drops,
    feedback,
    outbox,
    partners,
    preferences,
    programs,
)
from portal.domain.accounts import links
from portal.domain.accounts.credentials import Passkey, SignInSession
from portal.domain.actor import SYSTEM, Actor
from portal.domain.complaints.models import Complaint
from tests.conftest import Compiled, at_rest
from tests.once import folder_of_run, once
from tests.told import served, told_url

from .walking import Walker, enter

assert told_url  # a fixture
SCOPES = tuple(scope.value for scope in programs.Scope)
CUSTOMERS = ("Amina Nowak", "Ben Petrov", "Ola Lipska", "Piotr Bielak", "Zofia Wilk")
STAFF = ("Sam Carter", "Kasia Duda", "Mona Keller", "Dana Ilieva", "Max Brandt", "Rita Nowicka")
ROLE = {
    "Amina Nowak": "customer", "Ben Petrov": "other customer", "Ola Lipska": "administrator",
    "Piotr Bielak": "colleague with few rights", "Zofia Wilk": "colleague of two accounts", "Sam Carter": "handler",
    "Kasia Duda": "agent", "Mona Keller": "marketing", "Dana Ilieva": "privacy officer", "Max Brandt": "manager",
    "Rita Nowicka": "reviewer", "": "anonymous",
}  # fmt: skip


class World:
    """The application, who walks in it, and the words by which what is whose is known."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.marks: dict[str, dict[str, str]] = {}  # by name: a word of each kind of what is theirs
        self.tokens: dict[str, str] = {}  # of their programs
        self.links: dict[str, str] = {}  # one-time links in mails that only they should use
        self.behind: dict[str, list[str]] = {}  # by name: pages to which only an act of theirs leads
        self.walkers: dict[str, Walker] = {}

    def furnish(self) -> None:
        """Give everybody something private that carries words nobody else uses."""
        with self.app.app_context():
            for number, name in enumerate(CUSTOMERS):
                with db.unit_of_work():
                    self._customer(name, number)
            with db.unit_of_work():
                self._staff()
            for told in (shares.begin, trade.leads, published.told, supplies.begin):
                with db.unit_of_work():
                    told()
            drops.check_due(owner="crawl")
            while delivery.deliver_due(mail.silent(self.app), owner="crawl", limit=200):
                pass

    def _customer(self, name: str, number: int) -> None:
        actor = accounts.actor_of(accounts.person_called(name).id)
        marks = self.marks[name] = {
            kind: f"{kind}word{chr(97 + number)}qx"
            for kind in ("draft", "file", "feedback", "program", "passkey", "message")
        }
        draft = complaints.start_draft(
            actor=actor, subject=f"About {marks['draft']}", words=f"It {marks['draft']}s."
        )
        picture = io.BytesIO()
        Image.new("RGB", (4, 4), (number, 80, 80)).save(picture, "PNG")
        picture.seek(0)
        complaints.attach(draft, actor=actor, name=f"{marks['file']}.png", stream=picture)
        feedback.tell_us(actor=actor, text=f"My {marks['feedback']}.", page="/home")
        last = calendars.local_day(clock.now(), actor.zone) + timedelta(days=9)
        _program, self.tokens[name] = programs.make(marks["program"], SCOPES, last, actor=actor)
        preferences.add_address("letter", f"ul. {marks['file']} 1\n00-001 Warszawa", actor=actor)
        passkey_of(actor, marks["passkey"])
        token = links.mint_link(
            links.ADDRESS, person_id=actor.person_id, address=f"{marks['draft']}@mail.example"
        )
        self.links[name] = f"/new-address/{token}"
        case, remedy = self._case_of(actor)
        self.behind[name] = [
            f"/complaints/{draft.uuid}/discarding", f"/complaints/{case}/sent", f"/feedback/answers/{case}",
            f"/complaints/{case}/remedies/{remedy}/objection", self.links[name],
        ]  # fmt: skip
        if name == "Amina Nowak":
            self.behind[name].append(f"/complaints/{self._upheld(actor)}/other-remedy")
        for channel in ("letter", "phone", "inbox"):
            outbox.write(
                "offer", key=f"crawl:{channel}:{actor.person_id}", account_id=actor.account_id,
                person_id=actor.person_id, channel=channel, urgent=True,
                data={"headline": f"For {marks['message']}", "text": "Words.", "code": "X"},
            )  # fmt: skip

    def _case_of(self, actor: Actor) -> tuple[uuid.UUID, uuid.UUID]:
        """Let somebody's complaint be answered and put right, so that the customer has the last word."""
        sam = accounts.actor_of(accounts.person_called("Sam Carter").id, face=accounts.Face.STAFF)
        draft = complaints.start_draft(actor=actor, subject="About a tap", words="It drips.")
        complaints.save_draft(draft, actor=actor, words="It drips.", remedy_wanted="repair")
        case = complaints.send(draft, actor=actor)
        complaints.take(case, actor=sam, next_step="I call the plumber")
        deed = {"kind": "repair", "text": "A new seal", "days": 3}
        offer = complaints.offer(case, actor=sam, finding="upheld", reasons="It was worn.", remedies=[deed])
        complaints.accept(case, actor=actor, number=offer.number, content_hash=offer.content_hash)
        (remedy,) = complaints.case(actor, case.uuid).remedies
        complaints.deliver(remedy.uuid, actor=sam, evidence="Report 5511")
        return case.uuid, remedy.uuid

    def _upheld(self, actor: Actor) -> uuid.UUID:
        """Let nobody answer somebody until the legal date, so that the law does."""
        with clock.at(clock.now() - timedelta(days=16)):
            draft = complaints.start_draft(actor=actor, subject="About a lamp", words="It is dark.")
            complaints.save_draft(draft, actor=actor, words="It is dark.", remedy_wanted="repair")
            case = complaints.send(draft, actor=actor)
        complaints.run_due_clocks(clock.now())
        return case.uuid

    def _staff(self) -> None:
        sam = accounts.actor_of(accounts.person_called("Sam Carter").id, face=accounts.Face.STAFF)
        amina = accounts.actor_of(accounts.person_called("Amina Nowak").id)
        statement = select(Complaint.uuid).where(
            Complaint.account_id == amina.account_id, Complaint.handler_id == sam.person_id
        )
        case = complaints.of(sam).get(db.session().scalars(statement).first() or uuid.uuid4())
        picture = io.BytesIO()
        Image.new("RGB", (6, 6), (1, 2, 3)).save(picture, "PNG")
        picture.seek(0)
        complaints.attach(case, actor=sam, name="boiler.png", stream=picture)
        self.marks["Sam Carter"] = {"note": "notewordzqx", "passkey": "passkeywordzqx"}
        complaints.private_note(
            case, actor=sam, category=next(iter(complaints.PRIVATE_CATEGORIES)), text="Of notewordzqx nobody hears.",
            review_on=(clock.now() + timedelta(days=20)).date(),
        )  # fmt: skip
        passkey_of(sam, "passkeywordzqx")
        colleague = accounts.person_by_id(sam.person_id or 0).uuid
        company = partners.active()[0]
        partners.set_provider(
            company.uuid, actor=SYSTEM, issuer="https://login.partner.example", client_id="portal",
            proves_by=partners.BY_SECRET, secret="a secret of a partner that nobody uses",
        )  # fmt: skip
        self.behind["Max Brandt"] = [
            f"/admin/staff/{colleague}/cases", "/admin/texts/complaint_received/en/versions",
            f"/admin/partners/{company.uuid}/provider", f"/admin/partners/{company.uuid}/secret",
        ]  # fmt: skip

    def walk(self) -> None:
        """Let everybody walk through all that is theirs."""
        for name in ("", *CUSTOMERS, *STAFF):
            kind = "" if not name else "staff" if name in STAFF else "customer"
            walker = self.walkers[name] = enter(self.app, name, kind)
            if kind:
                walker.begin_app()
            walker.walk(self.behind.get(name, ()))


def passkey_of(actor: Actor, name: str) -> None:
    """Write a passkey of somebody, as its making would."""
    now = clock.now()
    db.session().add(
        Passkey(
            uuid=uuid.uuid4(), person_id=actor.person_id or 0, credential_id=uuid.uuid4().bytes, public_key=b"\x00",
            name=name, transports=[], backup_eligible=True, backed_up=True, created_at=now, last_used_at=now,
            refused_at=None,
        )
    )  # fmt: skip
    db.session().flush()


@dataclass(frozen=True, slots=True)
class Walked:
    """The world when everybody has walked, as it is kept for the modules of a run: each tries things on a copy."""

    url: str
    at: datetime
    marks: dict[str, dict[str, str]]
    tokens: dict[str, str]
    links: dict[str, str]
    behind: dict[str, list[str]]
    walkers: dict[
        str, tuple[dict[str, Any], dict[Any, Any]]
    ]  # by name: what they know, and the cookies they hold


def _served(url: str, folder: Path) -> Iterator[Flask]:
    config.load.cache_clear()
    settings: Any = config.load().model_copy(update={"api_calls_per_minute": 1_000_000})
    for app in served(url, settings, folder):
        app.jinja_env.bytecode_cache = Compiled()
        yield app


def _walk(told_url: str, folder: Path) -> Walked:
    """Let everybody walk through a copy of the told history."""
    for app in _served(told_url, folder):
        made = World(app)
        made.furnish()
        made.walk()
        database = db.database()
        known = [each.name for each in fields(Walker) if each.name != "browser"]
        walkers = {
            name: ({key: getattr(one, key) for key in known}, one.browser._cookies or {})
            for name, one in made.walkers.items()
        }
    url = at_rest(database, database.engine.url.render_as_string(hide_password=False))
    return Walked(url, clock.now(), made.marks, made.tokens, made.links, made.behind, walkers)


@pytest.fixture(scope="module")
def world(told_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everybody has walked; nothing was tried yet."""
    walked = once(tmp_path_factory, "walked", lambda: _walk(told_url, folder_of_run(tmp_path_factory)))
    for app in _served(walked.url, tmp_path_factory.mktemp("crawl")):
        made = World(app)
        made.marks, made.tokens, made.links, made.behind = (
            walked.marks,
            walked.tokens,
            walked.links,
            walked.behind,
        )
        for name, (known, cookies) in walked.walkers.items():
            browser = app.test_client()
            browser._cookies = cookies
            made.walkers[name] = Walker(browser=browser, **known)
        with app.app_context(), db.unit_of_work() as session:
            for one in session.scalars(select(SignInSession)):  # they have walked a moment ago
                one.last_seen_at += clock.now() - walked.at
                one.proved_at += clock.now() - walked.at
        yield made

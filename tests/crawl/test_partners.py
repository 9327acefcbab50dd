"""Nils of Northwind walks through everything and tries every address and form there is: he reads his slice, no more."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from portal import config, db
from portal.api.operations import PARTNER_OPERATIONS, Operation
from portal.dev import cast
from portal.domain import accounts, clients, complaints, partners, tasks
from portal.domain.accounts.models import Account, EmailAddress, Person
from portal.domain.complaints.models import Attachment, Complaint, ComplaintEvent, Entry
from portal.domain.outbox import Message
from portal.domain.tasks.models import Part, Task
from tests.api.partner_calling import let_in
from tests.architecture.test_owners import rows_of
from tests.conftest import Compiled
from tests.domain.tasks import scenes
from tests.factories import make_partner, make_partner_member
from tests.told import served, told_url

from .walking import LEFT_OUT, Walker, enter

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]  # the rules run on both by the tests of their domain
assert told_url  # a fixture
OTHERS, SOUTHWIND = "southwindwordqx", "Southwind Services"
TITLE = "Is this kettle safe?"


class Firm:
    """The told firm with two partners: what Nils may see, and words of all that he may not."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context(), db.unit_of_work() as session:
            self.task = session.scalars(select(Task).where(Task.title == TITLE)).one().uuid
            self._other_partner()
            self.north, self.other = (self._system(name) for name in (cast.NORTHWIND, SOUTHWIND))
        with app.app_context(), db.unit_of_work(write=False) as session:
            kettle = session.scalars(select(Complaint).join(Task).where(Task.uuid == self.task)).one()
            self.case, self.account = kettle.uuid, kettle.account_id
            self.shown = {kettle.words[:40], kettle.about}
            self.ids = self._ids(session, kettle)
            self.hidden = self._hidden(session, kettle)
        self.nils = enter(app, cast.NILS.name, "partner")
        self.nils.walk()

    def _other_partner(self) -> None:
        """Southwind has a task of its own, on a complaint of somebody else."""
        south = make_partner(SOUTHWIND)
        make_partner_member(south, "Olga South", email="olga@southwind.example", role="administrator")
        sam = accounts.actor_of(accounts.person_called("Sam Carter").id, face=accounts.Face.STAFF)
        session = db.session()
        found = session.scalars(
            select(Complaint).where(Complaint.state == "in_hand", Complaint.handler_id == sam.person_id)
        )
        self.south = scenes.given(
            complaints.of(sam).get(found.first().uuid), sam, south, "field:words", "field:name"  # type: ignore[union-attr]
        ).uuid  # fmt: skip
        task = session.scalars(select(Task).where(Task.uuid == self.south)).one()
        task.title, task.instructions = f"Title {OTHERS}", f"Do {OTHERS}"

    def _system(self, name: str) -> str:
        """A token of a system of a partner, which may everything."""
        company = next(one for one in partners.active() if one.name == name)
        boss = next(one for one in partners.members(company.id) if one.role == "administrator")
        client, _ = let_in(partners.actor_of(boss.id), name="Robot")
        issued = clients.issue(client, [], seconds=900)
        assert issued is not None
        return issued.token

    def call(self, token: str, one: Operation, public: uuid.UUID | None) -> Any:
        """Call an operation as a system, with an id wherever one stands."""
        path = one.path.replace("<uuid:id>", str(public)).replace("<uuid:file>", str(public))
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
        more: dict[str, Any] = {"json": {"text": "Mine"}} if one.body is not None else {}
        if one.upload:
            path, more = f"{path}?name=x.pdf", {"data": b"x", "content_type": "application/octet-stream"}
        if one.name == "partner_task_proposal":
            more["json"]["kind"] = "repair"
        return self.app.test_client().open(
            f"/api/partner/v1{path}", method=one.method, headers=headers, buffered=True, **more
        )

    def _ids(self, session: Any, kettle: Complaint) -> list[uuid.UUID]:
        """One public id of each kind of thing that is Amina's, or Southwind's, and the file behind the slice."""
        mine = [kettle.uuid, self.south]
        for model in (Attachment, Entry, ComplaintEvent):
            mine += session.scalars(select(model.uuid).where(model.complaint_id == kettle.id).limit(1))
        mine += session.scalars(select(Account.uuid).where(Account.id == kettle.account_id))
        mine += session.scalars(select(Person.uuid).where(Person.id == kettle.person_id))
        mine += session.scalars(select(Message.uuid).where(Message.account_id == kettle.account_id).limit(1))
        mine += session.scalars(select(Part.uuid).join(Task).where(Task.uuid == self.south).limit(1))
        return mine

    def _hidden(self, session: Any, kettle: Complaint) -> set[str]:
        """Words of everything that nobody chose to show him."""
        parts = session.execute(
            select(Part.entry_id, Part.attachment_id).join(Task).where(Task.uuid == self.task)
        ).all()
        entries, files = {one.entry_id for one in parts}, {one.attachment_id for one in parts}
        found = {OTHERS, "Southwind", "Olga South", kettle.number, kettle.subject}
        for account in session.scalars(select(Account)):
            found |= {account.name, account.number, account.phone, account.phone[-7:], account.street}
        found |= set(session.scalars(select(Person.name).join(Complaint, Complaint.person_id == Person.id)))
        found |= set(
            session.scalars(select(EmailAddress.address).where(EmailAddress.person_id == kettle.person_id))
        )
        for one in session.scalars(select(Complaint)):
            found |= {one.number, one.subject, str(one.uuid), str(one.uuid.hex)}
            found |= {one.words[:40], one.about} if one.id != kettle.id else set()
        found |= {one.text[:40] for one in session.scalars(select(Entry)) if one.id not in entries}
        for one in session.scalars(select(Attachment)):
            found |= {str(one.uuid)} | ({one.name} if one.id not in files else set())
        return {word for word in found if len(word) > 4 and word not in self.shown and word != TITLE}

    def leaks(self, answer: Any, *typed: str) -> list[str]:
        """Return what of the hidden stands in an answer, in its body or a header, other than what he typed himself."""
        said = answer.get_data().decode("utf-8", "replace") + "\n".join(
            f"{k}: {v}" for k, v in answer.headers.items()
        )
        for one in typed:
            said = said.replace(one, "").replace(quote(one), "").replace(quote(one, safe=""), "")
        return sorted(word for word in self.hidden if word in said)


@pytest.fixture(scope="module")
def firm(told_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    config.load.cache_clear()
    settings: Any = config.load().model_copy(update={"api_calls_per_minute": 1_000_000})
    for app in served(told_url, settings, tmp_path_factory.mktemp("partners")):
        app.jinja_env.bytecode_cache = Compiled()
        yield Firm(app)


def test_he_walks_far_and_reads_the_slice_and_nothing_beside_it(firm: Firm) -> None:
    nils: Walker = firm.nils
    assert {"/extranet", "/extranet/tasks", f"/extranet/tasks/{firm.task}"} <= nils.opened, sorted(
        nils.opened
    )
    page = nils.pages[f"/extranet/tasks/{firm.task}"]
    assert all(word in page for word in firm.shown)
    assert [one for one in nils.opened if "/files/" in one], "the photo opened"
    for address in sorted(nils.opened):
        assert firm.leaks(nils.look(address)) == [], address


def test_no_address_and_no_form_of_the_product_shows_or_changes_anything(firm: Firm) -> None:
    nils, tried = firm.nils, 0
    with firm.app.app_context():
        before = rows_of("Amina Nowak")
    for rule in sorted(firm.app.url_map.iter_rules(), key=str):
        ends = rule.endpoint.endswith(("sign_out", "set_language", "set_theme"))
        if LEFT_OUT.match(rule.rule) or ends or rule.endpoint == "static":
            continue
        names = sorted(rule.arguments)
        for public in firm.ids if names else [None]:
            given = {
                name: 7 if "Integer" in type(rule._converters[name]).__name__ else public for name in names
            }
            built = rule.build(given)
            if built is None:
                continue
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
                data = {"csrf_token": nils.proof, "text": "Mine", "answer": "yes", "may": "yes", "parts": [str(public)],
                        "acting_for": str(firm.ids[0]), "q": "kettle"}  # fmt: skip
                answer = nils.browser.open(
                    built[1], method=method, data=None if method == "GET" else data, buffered=True,
                    headers={"Referer": f"http://localhost{built[1]}"},
                )  # fmt: skip
                tried += 1
                where = f"{method} {built[1]}: {answer.status_code}"
                assert answer.status_code < 500 or built[1] == "/readyz", where  # no worker runs here
                assert firm.leaks(answer, str(public), built[1]) == [], where
                if names and rule.endpoint.startswith(("customer.", "admin.")):
                    assert answer.status_code in (200, 303, 400, 403, 404, 405, 409, 410, 422), where
    assert tried > 800
    with firm.app.app_context():
        assert rows_of("Amina Nowak") == before


def test_no_operation_shows_a_system_more_than_its_people_see(firm: Firm) -> None:
    """Northwind's reads the slice and no more; Southwind's finds nothing of it, and changes nothing of Amina's."""
    with firm.app.app_context():
        before, tried = rows_of("Amina Nowak"), 0
    for one in PARTNER_OPERATIONS:
        # What its own task shows and takes is another story: it may be on a complaint of Amina's too.
        publics = [*firm.ids, firm.task] if "<uuid:" in one.path else [None]
        for public in publics:
            if public == firm.south:
                continue
            answer = firm.call(firm.other, one, public)
            tried += 1
            where = f"{one.name} {public}: {answer.status_code}"
            assert answer.status_code == (200 if public is None else 404), where
            text = answer.get_data(as_text=True)
            assert not [word for word in firm.shown if word in text] and TITLE not in text, where
    assert tried > 60
    with firm.app.app_context():
        assert rows_of("Amina Nowak") == before
    for one in PARTNER_OPERATIONS:
        for public in [*firm.ids, firm.task] if "<uuid:" in one.path else [None]:
            if public == firm.task and one.method != "GET":
                continue
            answer = firm.call(firm.north, one, public)
            assert firm.leaks(answer, str(public)) == [], f"{one.name} {public}"
    shown = firm.call(
        firm.north, next(one for one in PARTNER_OPERATIONS if one.name == "partner_task"), firm.task
    )
    assert all(word in shown.get_data(as_text=True) for word in firm.shown)


def test_no_search_and_no_suggestion_finds_anything(firm: Firm) -> None:
    doors = [
        one for one in firm.app.url_map.iter_rules() if not one.arguments and "GET" in (one.methods or ())
    ]
    for word in ("Amina Nowak", "kettle", "washing", OTHERS):
        for rule in doors:
            if LEFT_OUT.match(rule.rule):
                continue
            answer = firm.nils.look(f"{rule.rule}?q={quote(word)}&search={quote(word)}&view=all")
            assert firm.leaks(answer, word) == [], rule.rule


def test_when_it_is_called_back_everything_that_opened_is_empty(firm: Firm) -> None:
    with firm.app.app_context(), db.unit_of_work():
        amina = accounts.actor_of(accounts.person_called("Amina Nowak").id)
        tasks.call_back(complaints.of(amina).get(firm.case), actor=amina)
    for address in sorted(firm.nils.opened):
        answer = firm.nils.look(address)
        text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        assert not [word for word in firm.shown if word in text], address
        assert TITLE not in text and firm.leaks(answer) == [], address
        if re.search(r"/tasks/.+/files/|/state$", address):
            assert answer.status_code == 404, address

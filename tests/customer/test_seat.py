"""A company's only administrator has left: a letter with a code to its seat, two of staff, a wait, and mails to all."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select

from portal import config, db, mail
from portal.config import Settings
from portal.domain import accounts, audit, clock, delivery, errors, outbox
from portal.domain.accounts.models import Account, SeatClaim
from portal.domain.actor import Actor, Permission, Right
from tests import records
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.domain.accounts.company import Lipa, lipa
from tests.domain.accounts.people import PASSWORD
from tests.signing_in import sign_in_staff

NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)
PAGE = "/acting-for/administrator"
WAIT = accounts.seat.WAIT
MAY = (Permission.COMPANIES_RECOVER, Permission.LETTERS_PRINT, Permission.MESSAGES_READ)


class Stage:
    def __init__(self, app: Flask) -> None:
        self.app = app
        with db.unit_of_work():
            made: Lipa = lipa(Right.COMPLAINTS_OWN)
            account: Account = made.account
            account.street, account.postcode, account.city = "ul. Lipowa 4", "00-316", "Warszawa"
            self.account_id, self.ola_id, self.piotr_id = account.id, made.ola.id, made.piotr.id
            self.dana, self.max_, self.kasia = (
                records.staff(name, *MAY) for name in ("Dana", "Max", "Kasia")
            )

    def actor(self, person_id: int) -> Actor:
        return accounts.actor_of(person_id, account_id=self.account_id)

    def asked(self) -> Any:
        with db.unit_of_work() as session:
            accounts.seat.claim(actor=self.actor(self.piotr_id), why="Ola left in May")
            return session.scalars(select(SeatClaim.uuid).where(SeatClaim.ended_at.is_(None))).one()

    def lettered(self) -> tuple[Any, str]:
        """Ask, agree twice, let the worker write the letter; return its row and the code on the paper."""
        uuid = self.asked()
        with db.unit_of_work():
            assert accounts.seat.agree(uuid, actor=self.dana) is False
            assert accounts.seat.agree(uuid, actor=self.max_) is True
        with db.unit_of_work() as session:
            letter = session.scalars(select(outbox.Message).where(outbox.Message.name == "seat_code")).one()
            delivery.deliver(letter, at=clock.now(), transport=mail.silent(self.app))
            paper = delivery.letters.to_print(letter, actor=self.kasia)
            return letter.uuid, re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", paper)[0]  # type: ignore[index]

    def told(self) -> Counter[str]:
        with db.unit_of_work(write=False) as session:
            found = session.scalars(select(outbox.Message).where(outbox.Message.name == "seat_claim")).all()
            return Counter(row.data["stage"] for row in found)

    def administers(self, person_id: int) -> bool:
        with db.unit_of_work(write=False):
            return self.actor(person_id).administers


@pytest.fixture
def stage(app: Flask) -> Any:
    with clock.at(NOW):
        yield Stage(app)


def test_from_asking_to_administering_and_everybody_is_told_of_each_step(stage: Stage) -> None:
    _letter, code = stage.lettered()
    with db.unit_of_work():
        until = accounts.seat.enter_code(f" {code.lower()} ", actor=stage.actor(stage.piotr_id))
    assert until == NOW + WAIT
    with clock.at(until - timedelta(seconds=1)):
        assert accounts.seat.carry_out_due() == 0 and not stage.administers(stage.piotr_id)
    with clock.at(until):
        assert accounts.seat.carry_out_due() == 1 and accounts.seat.carry_out_due() == 0
        assert stage.administers(stage.piotr_id) and stage.administers(stage.ola_id)
    assert stage.told() == {"asked": 2, "agreed": 2, "waiting": 2, "done": 2}  # Ola and Piotr, each time
    with db.unit_of_work(write=False) as session:
        tags = session.scalars(select(audit.models.AuditEvent.tag)).all()
        for tag in ("seat:claimed", "seat:agreed", "seat:code_entered", "seat:claim_ended"):
            assert tags.count(tag) == 1, tag


def test_the_code_is_nowhere_but_on_the_paper_and_who_agreed_never_sees_it(stage: Stage) -> None:
    uuid, code = stage.lettered()
    with db.unit_of_work() as session:
        letter = session.scalars(select(outbox.Message).where(outbox.Message.uuid == uuid)).one()
        claim = session.scalars(select(SeatClaim)).one()
        kept = repr([getattr(row, c.key) for row in (letter, claim) for c in row.__table__.columns])
        for written in (code, code.replace("-", "")):
            assert written not in kept
        # Who asked may be a colleague of those who print.
        for approver in (stage.dana, stage.max_, replace(stage.kasia, person_id=stage.piotr_id)):
            assert code not in delivery.letters.to_print(letter, actor=approver)
        assert letter.address.startswith("Hurtownia Lipa\nul. Lipowa 4")
        with pytest.raises(errors.Denied):
            delivery.letters.to_print(letter, actor=records.staff("Nobody", Permission.MESSAGES_READ))
        assert delivery.letters.posted(letter, actor=stage.kasia)
        assert code not in delivery.letters.to_print(letter, actor=stage.kasia)  # posted: over for everybody


def test_two_different_people_have_to_agree(stage: Stage) -> None:
    uuid = stage.asked()
    with db.unit_of_work():
        accounts.seat.agree(uuid, actor=stage.dana)
        with pytest.raises(errors.Denied):
            accounts.seat.agree(uuid, actor=stage.dana)
        for act in (accounts.seat.agree, accounts.seat.refuse):
            with pytest.raises(errors.Denied):
                act(uuid, actor=records.staff("Sam", Permission.COMPLAINTS_SUPERVISE))
        accounts.seat.agree(uuid, actor=stage.max_)
        with pytest.raises(errors.Conflict):
            accounts.seat.agree(uuid, actor=stage.kasia)


def test_five_wrong_codes_end_it_and_the_right_one_then_does_nothing(stage: Stage) -> None:
    _letter, code = stage.lettered()
    for left in (4, 3, 2, 1, 0):
        with db.unit_of_work(), pytest.raises(errors.Invalid) as refused:
            accounts.seat.enter_code("AAAA-BBBB-CCCC", actor=stage.actor(stage.piotr_id))
        assert refused.value.field == "code" and (str(left) in str(refused.value.message) or not left)
    with db.unit_of_work(), pytest.raises(errors.NotFound):
        accounts.seat.enter_code(code, actor=stage.actor(stage.piotr_id))
    assert stage.told()["wrong"] == 2


def test_a_code_is_for_who_asked_once_and_in_time(stage: Stage) -> None:
    _letter, code = stage.lettered()
    with db.unit_of_work(), pytest.raises(errors.NotFound):
        accounts.seat.enter_code(code, actor=stage.actor(stage.ola_id))
    with clock.at(NOW + accounts.seat.CODE_LIVES):
        with db.unit_of_work(), pytest.raises(errors.NotFound):
            accounts.seat.enter_code(code, actor=stage.actor(stage.piotr_id))
        assert accounts.seat.carry_out_due() == 0
    assert stage.told()["expired"] == 2 and not stage.administers(stage.piotr_id)


def test_a_code_in_the_post_lives_through_a_change_of_the_secret_key(
    stage: Stage, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid, code = stage.lettered()
    keys = {"secret_key": SecretStr("N" + "ew-3kq9ZtP0xWvL7rB4sNdY6hJcF8gUaE1iOyTm"),
            "previous_secret_keys": (settings.secret_key,)}  # fmt: skip
    monkeypatch.setattr(config, "load", lambda: settings.model_copy(update=keys))
    with db.unit_of_work() as session:
        assert delivery.reseal().anew == 1  # of the letter that waits for the printer
        letter = session.scalars(select(outbox.Message).where(outbox.Message.uuid == uuid)).one()
        assert code in delivery.letters.to_print(letter, actor=stage.kasia)
        with pytest.raises(errors.Invalid):
            accounts.seat.enter_code("AAAA-BBBB-CCCC", actor=stage.actor(stage.piotr_id))
        assert accounts.seat.enter_code(code, actor=stage.actor(stage.piotr_id)) == NOW + WAIT


def test_an_administrator_who_is_there_after_all_stops_it(stage: Stage) -> None:
    _letter, code = stage.lettered()
    with db.unit_of_work():
        accounts.seat.enter_code(code, actor=stage.actor(stage.piotr_id))
        with pytest.raises(errors.NotFound):
            accounts.seat.enter_code(code, actor=stage.actor(stage.piotr_id))  # once
    with db.unit_of_work():
        accounts.seat.stop(actor=stage.actor(stage.ola_id))
    with clock.at(NOW + WAIT + timedelta(days=1)):
        assert accounts.seat.carry_out_due() == 0 and not stage.administers(stage.piotr_id)
    assert stage.told()["stopped"] == 2


def test_asking_has_its_limits(stage: Stage) -> None:
    uuid = stage.asked()
    assert stage.asked() == uuid  # pressed twice
    with db.unit_of_work():
        with pytest.raises(errors.Conflict):
            accounts.seat.claim(actor=stage.actor(stage.ola_id), why="I am here")
        accounts.seat.refuse(uuid, actor=stage.dana)
    stage.asked()
    with db.unit_of_work():
        accounts.seat.stop(actor=stage.actor(stage.piotr_id))
        with pytest.raises(errors.Conflict):  # twice within a month
            accounts.seat.claim(actor=stage.actor(stage.piotr_id), why="Once more")
        with pytest.raises(errors.NotFound):
            accounts.seat.claim(actor=records.customer("Amina Nowak"), why="Mine is no company")


def test_who_left_meanwhile_does_not_become_administrator(stage: Stage) -> None:
    _letter, code = stage.lettered()
    with db.unit_of_work():
        accounts.seat.enter_code(code, actor=stage.actor(stage.piotr_id))
        accounts.leave_company(actor=stage.actor(stage.piotr_id))
    with clock.at(NOW + WAIT):
        assert accounts.seat.carry_out_due() == 0
    assert stage.told()["expired"] == 1


def test_several_workers_at_once_make_one_administrator_once(
    own_database: db.Database, settings: Any
) -> None:
    from portal.app import create_app

    app = create_app(settings, own_database)
    app.config.update(TESTING=True)
    with clock.at(NOW):
        stage = Stage(app)
        _letter, code = stage.lettered()
        piotr = browser(stage, "piotr@lipa.example")
        assert (
            send(piotr, f"{PAGE}/code", {"code": "AAAA"}, page=PAGE).status_code == 422
        )  # counted apart, for good
        assert send(piotr, f"{PAGE}/code", {"code": code}, page=PAGE).status_code == 303
        with db.unit_of_work(write=False) as session:
            assert session.scalars(select(SeatClaim.tries)).one() == 2
    start, made = threading.Barrier(3), []

    def work() -> None:
        with clock.at(NOW + WAIT):
            start.wait()
            made.append(accounts.seat.carry_out_due())

    threads = [threading.Thread(target=work) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(made) == 1 and stage.told()["done"] == 2


def browser(stage: Stage, email: str) -> AuditingClient:
    made = browser_of(stage.app)
    assert send(made, "/sign-in", {"email": email, "password": PASSWORD}).status_code == 303
    return made


def test_the_whole_way_by_page(stage: Stage) -> None:
    piotr, ola = browser(stage, "piotr@lipa.example"), browser(stage, "ola@lipa.example")
    assert PAGE in piotr.get("/acting-for").get_data(as_text=True)
    assert PAGE not in ola.get("/acting-for").get_data(as_text=True)
    assert send(piotr, PAGE, {"why": ""}).status_code == 422
    assert send(piotr, PAGE, {"why": "Ola left <b>in May</b>"}).status_code == 303
    assert "Two of us have to agree" in piotr.get(PAGE).get_data(as_text=True)
    for role in ("privacy_officer", "manager"):
        colleague = browser_of(stage.app)
        sign_in_staff(colleague, role)
        page = colleague.get("/admin/seats").get_data(as_text=True)
        assert "Ola left &lt;b&gt;in May" in page and "ul. Lipowa 4" in page
        found = re.search(r"/admin/seats/[0-9a-f-]{36}/agreement", page)
        assert found and send(colleague, found[0], page="/admin/seats").status_code == 303
    with db.unit_of_work() as session:
        letter = session.scalars(select(outbox.Message).where(outbox.Message.name == "seat_code")).one()
        delivery.deliver(letter, at=clock.now(), transport=mail.silent(stage.app))
        address = f"/admin/letters/{letter.uuid}"
    code_on = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")
    assert not code_on.search(colleague.get(address).get_data(as_text=True))  # the manager agreed
    sam = browser_of(stage.app)
    sign_in_staff(sam, "handler")
    paper = code_on.search(sam.get(address).get_data(as_text=True))
    assert paper and sam.get("/admin/seats").status_code == 403
    wrong = send(piotr, f"{PAGE}/code", {"code": "nonsense"}, page=PAGE)
    assert wrong.status_code == 422 and "Tries left: 4" in wrong.get_data(as_text=True)
    assert send(piotr, f"{PAGE}/code", {"code": paper[0]}, page=PAGE).status_code == 303
    assert "administers the company from" in ola.get(PAGE).get_data(as_text=True)
    assert send(ola, f"{PAGE}/stop", page=PAGE).status_code == 303
    assert "nobody has asked" in ola.get(PAGE).get_data(as_text=True)

"""Somebody else's complaint answers like one that does not exist, at every address, to the byte."""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.domain import accounts, clock, complaints
from portal.domain.accounts import Face
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor, Right
from portal.domain.complaints.models import ComplaintEvent, Entry
from tests import records
from tests.browsing import browser_of, token_of
from tests.client import AuditingClient
from tests.customer.complaint_pages import at, case_of, photo, signed_in
from tests.domain.complaints import cases
from tests.signing_in import sign_in_customer

NOTHING = uuid.UUID("7a1f0000-0000-4000-8000-00000000dead")


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Every (method, endpoint, rule) of the customer face that carries the id of a complaint or a file."""
    found = []
    for rule in app.url_map.iter_rules():
        kept = rule.rule.startswith(("/complaints/<uuid:", "/files/<uuid:"))
        if rule.endpoint.startswith("customer.") and kept:
            found += [
                (method, rule.endpoint, rule.rule)
                for method in sorted((rule.methods or set()) & {"GET", "POST"})
            ]
    return sorted(found)


def fill(rule: str, case: uuid.UUID, file: uuid.UUID, remedy: uuid.UUID) -> str:
    """Return a rule with ids in it."""
    ids = {"remedy": remedy, "file": file}
    if rule.startswith("/files/"):
        ids["uuid"] = file
    path = re.sub(r"<uuid:(\w+)>", lambda match: str(ids.get(match[1], case)), rule)
    return path.replace("<step>", "words")


def blank(page: str) -> str:
    """Return a page without what differs from answer to answer: the proof of forms."""
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", page)


def rows() -> tuple[int, int]:
    with db.unit_of_work(write=False) as session:
        return tuple(
            session.scalar(select(func.count()).select_from(one)) or 0 for one in (ComplaintEvent, Entry)
        )  # type: ignore[return-value]


def attach(actor: Actor, found: uuid.UUID) -> uuid.UUID:
    with db.unit_of_work():
        case = complaints.of(actor).get(found)
        return complaints.attach(case, actor=actor, name="a.jpg", stream=io.BytesIO(photo())).uuid


@pytest.mark.parametrize("state", ["draft", "needs_customer", "offered", "to_confirm", "withdrawn"])
def test_bens_ids_of_aminas_are_ids_of_nothing(app: Flask, state: str) -> None:
    _, amina = signed_in(app)
    found = at(amina, state)
    file = attach(amina, found) if state != "withdrawn" else NOTHING
    case = case_of(amina, found)
    remedy = case.remedies[0].uuid if case.remedies else NOTHING
    browser = browser_of(app)
    sign_in_customer(browser, "ben")
    token = token_of(browser.get("/complaints/new"))
    data = {
        "csrf_token": token, "version": str(case.version), "words": "x", "answer": "x", "number": "1", "go": "on",
        "content_hash": case.offers[0].content_hash if case.offers else "", "handling": "1", "outcome": "1",
        "remedy_wanted": "refund", "reason": "x", "until": "2030-01-01",
    }  # fmt: skip
    before = rows()
    listed = addresses(app)
    assert len(listed) > 25
    for method, endpoint, rule in listed:
        answers = []
        for ids in ((found, file, remedy), (NOTHING,) * 3):
            path = fill(rule, *ids)
            answers.append(browser.post(path, data=data) if method == "POST" else browser.get(path))
        theirs, nothing = answers
        assert theirs.status_code == nothing.status_code == 404, f"{method} {endpoint}: {theirs.status_code}"
        same = blank(theirs.text).replace(fill(rule, found, file, remedy), "") == blank(nothing.text).replace(
            fill(rule, *(NOTHING,) * 3), ""
        )
        assert same, f"{method} {endpoint}: the two answers differ"
    assert rows() == before
    assert case_of(amina, found).version == case.version


def colleague(app: Flask, name: str, account_id: int, *rights: Right) -> tuple[AuditingClient, Actor]:
    """Sign somebody in who acts for an account of somebody else, with ``rights`` only."""
    with db.unit_of_work() as session:
        member = records.customer(name, *rights, of=session.get_one(Account, account_id))
        person = accounts.person_by_id(member.person_id)
        link, _ = accounts.demo_link(person, face=Face.CUSTOMER)
        step, _ = accounts.enter_by_link(link, device="Firefox", network="192.0.2.11")
    browser = browser_of(app)
    with browser.session_transaction("/") as cookie:
        cookie["token"] = step.token
    return browser, member


def test_a_colleague_reads_what_the_rights_allow(app: Flask) -> None:
    _, ola = signed_in(app, "ola")
    assert ola.account_id is not None
    sent, draft = at(ola, "in_hand"), at(ola, "draft")
    own, _ = colleague(app, "Piotr Bielak", ola.account_id, Right.COMPLAINTS_OWN)
    every, _ = colleague(app, "Zofia Lis", ola.account_id, Right.COMPLAINTS_ALL)
    none, _ = colleague(app, "Jan Lis", ola.account_id, Right.PERMISSIONS)
    assert own.get(f"/complaints/{sent}").status_code == 404
    assert str(sent) not in own.get("/complaints").text
    assert every.get(f"/complaints/{sent}").status_code == 200
    assert str(sent) in every.get("/complaints").text
    assert every.get(f"/complaints/{draft}").status_code == 404, "a draft is its author's alone"
    assert str(draft) not in every.get("/complaints?view=drafts").text
    for path in ("/complaints", "/complaints/new", f"/complaints/{sent}", f"/complaints/{NOTHING}"):
        assert none.get(path).status_code == 403


def test_the_list_shows_only_what_is_ones_own(app: Flask) -> None:
    _, amina = signed_in(app)
    found = at(amina, "offered")
    browser = browser_of(app)
    sign_in_customer(browser, "ben")
    for view in ("all", "open", "ended", "drafts"):
        assert str(found) not in browser.get(f"/complaints?view={view}").text


def test_a_private_note_is_seen_to_exist_but_not_read(app: Flask) -> None:
    browser, amina = signed_in(app)
    found, review_on = at(amina, "in_hand"), clock.now().date() + timedelta(days=30)
    with db.unit_of_work():
        sam = cases.sam("Ola Kowal")
        complaints.private_note(
            complaints.of(sam).get(found), actor=sam, category="legal_advice",
            text="Our counsel thinks otherwise", review_on=review_on,
        )  # fmt: skip
    for path in (f"/complaints/{found}", f"/complaints/{found}/record"):
        page = browser.get(path).text
        assert "Our counsel" not in page
        assert (
            "There is a private note here" in page
            and "legal advice" in page
            and f"{review_on:%-d %b %Y}" in page
        )

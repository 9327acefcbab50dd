"""What is another's answers like what does not exist, to the byte, and nothing of another ever changes."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import db
from portal.db import Base
from portal.domain import accounts, tables
from portal.domain.accounts.models import Person
from portal.ui.gates import Kind
from tests.told import told, told_url

pytestmark = pytest.mark.slow
assert told and told_url  # fixtures: the application with a history of the cast
TOKEN = re.compile(r'(name="csrf_token"[^>]*value=")[^"]*|(csrf[^>]{0,40}content=")[^"]*')
LIVES = {
    "sign_in_session",
    "attempt",
    "held_form",
    "one_time_link",
    "program",
}  # they change by looking, not by reaching


def enter(app: Flask, name: str) -> FlaskClient:
    browser = app.test_client()
    with app.app_context(), db.unit_of_work():
        token, _ = accounts.demo_link(accounts.person_called(name))
    assert browser.get(f"/dev/link/{token}").status_code == 303
    return browser


def belongings(name: str) -> dict[str, list[uuid.UUID]]:
    """The public ids of everything that belongs to a person or an account of hers, by table."""
    with db.unit_of_work(write=False) as session:
        person = session.scalars(select(Person).where(Person.name == name)).one()
        account = accounts.actor_of(person.id).account_id
        found: dict[str, list[uuid.UUID]] = {}
        for table in tables.ALL:
            if "uuid" not in table.columns:
                continue
            mine = [
                table.c[column] == key
                for column, key in (("account_id", account), ("person_id", person.id))
                if column in table.columns
            ]
            if table.name == "account":
                mine = [table.c.id == account]
            if table.name in {"complaint_offer", "complaint_remedy"}:
                hers = select(Base.metadata.tables["complaint"].c.id).where(
                    Base.metadata.tables["complaint"].c.account_id == account
                )
                mine = [table.c.complaint_id.in_(hers)]
            if mine:
                found[table.name] = list(session.scalars(select(table.c.uuid).where(*mine).limit(1)))
        return found


def rows_of(name: str | None = None) -> dict[str, list[Any]]:
    """Every row of every table (or those of one person and her account), to compare before and after."""
    with db.unit_of_work(write=False) as session:
        person = session.scalars(select(Person).where(Person.name == name)).one() if name else None
        account = accounts.actor_of(person.id).account_id if person else None
        kept = {}
        for table in tables.ALL:
            if table.name in LIVES:
                continue
            statement = select(table)
            if person is not None:
                if "account_id" in table.columns:
                    statement = statement.where(table.c.account_id == account)
                elif "person_id" in table.columns:
                    statement = statement.where(table.c.person_id == person.id)
                else:
                    continue
            kept[table.name] = sorted(map(repr, session.execute(statement)))
        return kept


def token_of(browser: FlaskClient) -> str:
    found = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/security").get_data(as_text=True)
    )
    assert found
    return found[1]


def customer_rules(app: Flask) -> list[Any]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("customer.")
        and app.view_functions[rule.endpoint].access.kind is Kind.CUSTOMER  # type: ignore[attr-defined]
    ]


def same(answer: Any, address: str) -> tuple[int, str, str]:
    """What an answer is, without its token and without the address that the asker wrote himself."""
    body = answer.get_data(as_text=True)
    for written in (address, quote(address, safe="")):
        body = body.replace(written, "")
    return answer.status_code, answer.mimetype, TOKEN.sub("", body)


def answer(
    browser: FlaskClient, rule: Any, values: dict[str, Any], method: str, token: str
) -> tuple[int, str, str] | None:
    """Ask by a rule of addresses; nothing where no address of it can hold these values."""
    built = rule.build(values)
    data = {"csrf_token": token} if method == "POST" else None
    return built and same(browser.open(built[1], method=method, data=data), built[1])


def test_nothing_of_amina_answers_to_ben(told: Flask) -> None:
    ben = enter(told, "Ben Petrov")
    token = token_of(ben)
    hers = {kind: ids for kind, ids in belongings("Amina Nowak").items() if ids}
    assert {"complaint", "message", "complaint_remedy", "account"} <= set(hers)
    before = rows_of()
    tried = 0
    for rule in customer_rules(told):
        names = sorted(rule.arguments)
        if not any(type(rule._converters[name]).__name__ == "UUIDConverter" for name in names):
            continue
        nonsense = {name: uuid.uuid4() if "uuid" in name else "what" for name in names}
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            none = answer(ben, rule, nonsense, method, token)
            for kind, ids in hers.items():
                for public in ids:
                    values = {name: public if "uuid" in name else nonsense[name] for name in names}
                    reached = answer(ben, rule, values, method, token)
                    if none and reached:
                        tried += 1
                        assert reached == none, f"{method} {rule} with an id of {kind}"
                        assert reached[0] == 404, f"{method} {rule} with an id of {kind}: {reached[0]}"
    assert tried > 100
    assert rows_of() == before


def test_on_addresses_without_an_id_ben_changes_only_his_own(told: Flask) -> None:
    ben = enter(told, "Ben Petrov")
    token = token_of(ben)
    before = rows_of("Amina Nowak")
    with db.unit_of_work(write=False) as session:
        foreign = {str(i) for ids in belongings("Amina Nowak").values() for i in ids}
        session.rollback()
    for rule in customer_rules(told):
        if rule.arguments or rule.endpoint == "customer.sign_out":
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            data = {"csrf_token": token, "text": "Mine", "name": "Ben Petrov", "version": "1", "account_id": "1",
                    "person_id": "1", "account": next(iter(foreign))}  # fmt: skip
            answer = ben.open(rule.rule, method=method, data=data if method == "POST" else None)
            assert answer.status_code < 500, f"{method} {rule.rule}"
            body = answer.get_data(as_text=True)
            assert "Amina Nowak" not in body and "amina@" not in body, f"{method} {rule.rule}"
            assert not [public for public in foreign if public in body], f"{method} {rule.rule}"
    assert rows_of("Amina Nowak") == before

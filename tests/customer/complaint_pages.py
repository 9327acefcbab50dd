"""Complaints in a wanted state for the person who is signed in, and the pressing of their buttons."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import db
from portal.domain import complaints
from portal.domain.accounts import Person
from portal.domain.accounts.models import Membership
from portal.domain.actor import Actor, ActorKind
from tests.browsing import browser_of
from tests.client import AuditingClient
from tests.domain.complaints import cases
from tests.signing_in import seed_firm, sign_in_customer


def signed_in(app: Flask, key: str = "amina") -> tuple[AuditingClient, Actor]:
    """Return a browser in which the customer of the cast is signed in, and the actor for verbs."""
    browser = browser_of(app)
    with db.unit_of_work():
        seed_firm()
    return browser, actor_of(sign_in_customer(browser, key))


def actor_of(person: Person) -> Actor:
    """Return a customer as verbs take one."""
    with db.unit_of_work(write=False):
        account_id = db.session().scalar(
            select(Membership.account_id).where(Membership.person_id == person.id)
        )
    return Actor(
        ActorKind.CUSTOMER, person_id=person.id, account_id=account_id, name=person.name,
        rights=frozenset({"administer"}), language=person.language, zone=person.zone,
    )  # fmt: skip


def at(actor: Actor, state: str, **fields: Any) -> uuid.UUID:
    """Return the id of a complaint of ``actor`` in ``state``, brought there by the verbs."""
    with db.unit_of_work():
        sam, rita = cases.sam(), cases.rita()
        match state:
            case "draft":
                return cases.draft(actor, **fields).uuid
            case "received":
                return cases.received(actor, **fields).uuid
            case "in_hand":
                return cases.in_hand(actor, sam, **fields).uuid
            case "needs_customer":
                found = cases.in_hand(actor, sam, **fields)
                complaints.ask(found, actor=sam, question="Which model is it?")
                return found.uuid
            case "offered":
                return cases.offered(actor, sam, cases.REFUND, cases.APOLOGY, **fields).uuid
            case "in_review":
                return cases.in_review(actor, sam, **fields).uuid
            case "review_offered":
                found = cases.in_review(actor, sam, **fields)
                complaints.take_review(found, actor=rita, next_step="I read all of it")
                complaints.offer_in_review(
                    found, actor=rita, finding="upheld", reasons="Sam was right, and it took too long.",
                    remedies=[{**cases.REFUND, "amount": "180"}],
                )  # fmt: skip
                return found.uuid
            case "remedy_due" | "to_confirm" | "closed":
                found = cases.accept(cases.offered(actor, sam, cases.REFUND, cases.APOLOGY, **fields), actor)
                if state != "remedy_due":
                    for one in cases.remedies(found, actor):
                        complaints.deliver(one.uuid, actor=sam, evidence="Transfer of today")
                if state == "closed":
                    for one in cases.remedies(found, actor):
                        complaints.confirm(one.uuid, actor=actor)
                return found.uuid
            case "withdrawn":
                return complaints.withdraw(cases.received(actor, **fields), actor=actor).uuid
    raise AssertionError(state)


def case_of(actor: Actor, found: uuid.UUID) -> complaints.Case:
    """Return the case as it is now."""
    with db.unit_of_work(write=False):
        return complaints.case(actor, found)


def press(browser: AuditingClient, page: str, act: str, **given: Any) -> TestResponse:
    """Press the button of the form on ``page`` that posts to ``…/act``, with its hidden fields as they stand."""
    html = browser.get(page).get_data(as_text=True)
    for form in re.findall(r"<form\b.*?</form>", html, re.DOTALL):
        target = re.search(r'action="([^"]*)"', form)
        if target and target[1].endswith(act):
            hidden = dict(
                re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
            )
            return browser.post(
                target[1], data={**hidden, **given}, headers={"Referer": f"http://localhost{page}"}
            )
    raise AssertionError(f"{page}: no form for {act}")


def photo(colour: str = "red") -> bytes:
    """Return a small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()

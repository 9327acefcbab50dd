"""The signed-in browsers of the load: cookies for staff and customers, and the pages each of them asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask_wtf.csrf import generate_csrf
from sqlalchemy import text

from portal import db
from portal.app import create_app
from portal.domain import accounts
from portal.domain.accounts import Face

from . import generate, load, stores
from .patterns import PASSWORD


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser: the header it sends, the proof its forms carry, and what its customer owns."""

    cookie: str
    csrf: str
    account_id: int | None
    complaints: Sequence[str]


@dataclass(frozen=True, slots=True)
class Visitors:
    """Everybody who comes during a measurement."""

    staff: Sequence[Visitor]
    customers: Sequence[Visitor]
    heavy: Sequence[Visitor]  # customers with so many complaints as generate.HEAVY says
    senders: Sequence[Visitor]  # customers with drafts that are ready to be sent
    strangers: Sequence[
        tuple[str, Visitor]
    ]  # mailboxes with a password, and a browser that nobody is signed in to
    cases: Sequence[str]


def arrive() -> Visitors:
    """Sign everybody in on the database of this process."""
    app = create_app(database=db.database())
    with db.unit_of_work() as session:
        staff_id = session.scalar(text("SELECT person_id FROM email_address WHERE address LIKE 'sam@%'"))
        staff = [_signed_in(app, staff_id, Face.STAFF, None, ()) for _ in range(load.CONNECTIONS)]
        first = session.scalar(text("SELECT min(id) FROM account"))
        heavy = [_customer(app, first + place) for place in range(len(generate.HEAVY))]
        senders = [
            _customer(app, first + place, "state = 'draft' AND draft_step = 'check'")
            for place in range(len(generate.HEAVY), len(generate.HEAVY) + generate.SENDERS)
        ]
        chosen = session.scalars(
            text(
                "SELECT min(account_id) FROM complaint WHERE state <> 'draft' AND account_id > :last"
                " GROUP BY account_id ORDER BY 1 LIMIT 400"
            ),
            {"last": first + len(generate.HEAVY) + generate.SENDERS},
        ).all()
        customers = [
            _customer(app, account, "state <> 'draft'") for account in chosen[:: len(chosen) // 8][:8]
        ]
        mailboxes = session.scalars(
            text(
                "SELECT e.address FROM email_address e JOIN password p ON p.person_id = e.person_id"
                " WHERE e.id > (SELECT max(id) FROM email_address) - :n ORDER BY e.id"
            ),
            {"n": generate.SIGN_INS},
        ).all()
        cases = session.scalars(
            text(
                "SELECT uuid FROM complaint WHERE state <> 'draft' AND ended_at IS NULL ORDER BY id LIMIT 4000"
            )
        ).all()
        strangers = [(address, _browser(app, Face.CUSTOMER, {})) for address in mailboxes]
    return Visitors(staff, customers, heavy, senders, strangers, [stores.public(one) for one in cases])


def sign_in(address: str, stranger: Visitor) -> str:
    """Return the request by which somebody signs in."""
    form = urlencode({"csrf_token": stranger.csrf, "email": address, "password": PASSWORD})
    return load.post("/sign-in", stranger.cookie, form)


def send_draft(sender: Visitor, draft: str) -> str:
    """Return the request by which a complaint is filed."""
    return load.post(f"/complaints/{draft}/new/check", sender.cookie, urlencode({"csrf_token": sender.csrf}))


def _customer(app: Flask, account_id: int, condition: str = "1 = 1") -> Visitor:
    session = db.session()
    person = session.scalar(text("SELECT person_id FROM membership WHERE account_id = :a"), {"a": account_id})
    owned = session.scalars(
        text(f"SELECT uuid FROM complaint WHERE account_id = :a AND {condition} ORDER BY id"),
        {"a": account_id},
    ).all()
    return _signed_in(app, person, Face.CUSTOMER, account_id, [stores.public(one) for one in owned])


def _signed_in(
    app: Flask, person_id: int, face: Face, account_id: int | None, owned: Sequence[str]
) -> Visitor:
    token, _ = accounts.demo_link(accounts.person_by_id(person_id), face=face)
    step, _ = accounts.enter_by_link(token, device="Firefox on Linux", network="127.0.0.1")
    found = _browser(app, face, {"token": step.token})
    return Visitor(found.cookie, found.csrf, account_id, owned)


def _browser(app: Flask, face: Face, carried: dict[str, Any]) -> Visitor:
    from flask import session as cookie

    with app.test_request_context("/admin" if face is Face.STAFF else "/"):
        proof = generate_csrf()
        values = {**dict(cookie), **carried}
        name = app.session_interface.get_cookie_name(app)
        signed = app.session_interface.get_signing_serializer(app).dumps(values)  # type: ignore[attr-defined]
    return Visitor(f"{name}={signed}", proof, None, ())

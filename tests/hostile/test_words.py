"""Words of people that look like something else: on pages they stay words, in forms they change nothing more."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import accounts, complaints, feedback
from portal.domain.accounts.models import Account, Membership, MembershipRight, Person
from portal.ui.gates import Access, Kind
from tests.browsing import send
from tests.client import AuditingClient
from tests.signing_in import sign_in_customer, sign_in_staff

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*191 }}${7*191}<%= 7*191 %>"


def test_words_of_people_stay_words_on_every_page(app: Flask) -> None:
    """Each page is audited while it is fetched: nothing inline, valid HTML; and no word was run on the server."""
    app.test_client_class = AuditingClient
    mine, staff = app.test_client(), app.test_client()
    person = sign_in_customer(mine, "amina")
    sign_in_staff(staff, "handler")
    with db.unit_of_work() as session:
        session.get_one(Person, person.id).name = SCRIPT[:110]
        actor = accounts.actor_of(person.id)
        account = session.get_one(Account, actor.account_id)
        account.name = SCRIPT[:110]
        accounts.index_account(account)
        draft = complaints.start_draft(actor=actor, subject=SCRIPT, about=SCRIPT, words=SCRIPT)
        complaints.save_draft(
            draft, actor=actor, remedy_wanted="other", remedy_text=SCRIPT, contact_channel="email"
        )
        complaints.attach(draft, actor=actor, name=f"{SCRIPT}.txt", stream=io.BytesIO(b"Words"))
        complaints.send(draft, actor=actor)
        feedback.tell_us(actor=actor, text=SCRIPT, page="/home")
        case, customer = draft.uuid, account.uuid
    pages: list[tuple[Any, str]] = [
        (mine, path) for path in (f"/complaints/{case}", f"/complaints/{case}/record", "/complaints",
            "/home", "/timeline",
                                  "/profile", "/feedback", "/messages", f"/complaints?q={SCRIPT}")
    ] + [(staff, path) for path in (f"/admin/complaints/{case}", "/admin/queue?view=all", "/admin/feedback",
                                    f"/admin/customers/{customer}", f"/admin/customers/{customer}?for={case}",
                                    f"/admin/search?q={SCRIPT}", "/admin/search?q=script")]  # fmt: skip
    shown = 0
    for browser, path in pages:
        text = browser.get(path).get_data(as_text=True)
        assert "<script>alert" not in text and "<img src=x" not in text and "1337" not in text, path
        shown += "alert(1)" in text
    assert shown > 8


def test_fields_that_are_not_in_a_form_change_nothing(app: Flask) -> None:
    app.test_client_class = AuditingClient
    browser = app.test_client()
    person = sign_in_customer(browser, "amina")

    def rows() -> tuple[Any, ...]:
        with db.unit_of_work(write=False) as session:
            account = session.scalars(
                select(Account).join(Membership).where(Membership.person_id == person.id)
            ).one()
            me = session.get_one(Person, person.id)
            rights = sorted(session.scalars(select(MembershipRight.right)))
            return (account.id, account.uuid, account.kind, account.number, account.created_at, me.uuid, me.created_at,
                    me.claimed_at, me.deactivated_at, rights)  # fmt: skip

    before = rows()
    more = {
        "id": "1", "uuid": "0" * 32, "kind": "company", "number": "000000", "person_id": "1", "account_id": "1",
        "created_at": "2000-01-01", "deactivated_at": "", "claimed_at": "", "roles": "administrator", "is_staff": "1",
        "rights": "administer", "email": "other@example.org", "password": "x" * 20, "state": "closed",
            "_method": "DELETE",
    }  # fmt: skip
    for path, data in (
        ("/profile", {"name": "Amina Nowak"}),
        ("/preferences", {}),
        ("/feedback", {"text": "Hello"}),
    ):
        assert send(browser, path, {**data, **more}).status_code < 500
    assert rows() == before
    with db.unit_of_work(write=False):
        assert accounts.mailbox_of(person.id) == "amina@demo.example"


def test_no_value_forges_a_line_of_the_log(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(**_values: str) -> str:
        raise RuntimeError("inner words")

    broken.access = Access(Kind.LINK)  # type: ignore[attr-defined]
    app.view_functions["customer.invitation"] = broken
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/invitation/a%0d%0aforged%20line%1b[31m%e2%80%a8red")
    assert answer.status_code == 500 and b"inner words" not in answer.data and b"Traceback" not in answer.data
    written = "".join(capfd.readouterr())
    assert "request.failed" in written
    assert not [line for line in written.splitlines() if line.strip().startswith(("forged", "red"))]
    assert "\x1b[31m\u2028" not in written

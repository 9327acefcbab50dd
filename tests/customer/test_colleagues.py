"""Colleagues, through HTTP: who sees what at each moment, for whom one acts, and invitations from end to end."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock, complaints, delivery
from portal.domain.accounts.models import Membership
from portal.domain.actor import SYSTEM, Actor, Right
from portal.domain.complaints.models import Complaint
from portal.domain.outbox import Message
from tests.browsing import browser_of, send, token_of
from tests.client import AuditingClient
from tests.domain.accounts.company import Grant, lipa
from tests.domain.accounts.people import PASSWORD, customer, letters, link_of
from tests.domain.complaints import cases
from tests.domain.delivery.carrying import Carrier

MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)
FRIDAY = date(2026, 6, 19)
WEEKEND = datetime(2026, 6, 19, 22, tzinfo=UTC)


class Stage:
    """Hurtownia Lipa with Ola and Piotr, each with a browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with db.unit_of_work():
            made = lipa()
            self.account_id, self.company = made.account.id, made.account.uuid
            self.ola_id, self.piotr_id = made.ola.id, made.piotr.id
            self.seats = {"ola": made.seat(made.ola), "piotr": made.seat(made.piotr)}

    def actor(self, person_id: int) -> Actor:
        with db.unit_of_work(write=False):
            return accounts.actor_of(person_id, account_id=self.account_id)

    def browser(self, email: str) -> AuditingClient:
        browser = browser_of(self.app)
        answer = send(browser, "/sign-in", {"email": email, "password": PASSWORD})
        assert answer.status_code == 303
        return browser

    def file(self, person_id: int, amount: int | None = None) -> uuid.UUID:
        with db.unit_of_work():
            actor = accounts.actor_of(person_id, account_id=self.account_id)
            return cases.received(actor, remedy_wanted="refund", amount_wanted=amount, currency="EUR").uuid


@pytest.fixture
def stage(app: Flask) -> Any:
    with clock.at(MONDAY):
        yield Stage(app)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def rights(**given: str) -> dict[str, object]:
    return {"currency_complaints_own": "EUR", **given}


def test_ola_gives_piotr_own_complaints_up_to_500_euro_until_friday(stage: Stage) -> None:
    ola, piotr = stage.browser("ola@lipa.example"), stage.browser("piotr@lipa.example")
    hers = stage.file(stage.ola_id, 10)
    refused = piotr.get("/complaints")
    assert refused.status_code == 403 and "Its administrator can widen them" in text(refused)

    page = f"/colleagues/{stage.seats['piotr']}"
    given = rights(complaints_own="y", amount_complaints_own="500", until_complaints_own="2026-06-19")
    assert send(ola, page, given).status_code == 303
    shown = text(ola.get("/colleagues"))
    assert "Piotr Bielak may do this from now on: Own complaints up to €500.00 until 19 Jun 2026." in shown
    history = text(ola.get("/colleagues/history"))
    assert (
        "Ola Lipska for Hurtownia Lipa set what Piotr Bielak may do: own complaints up to €500.00" in history
    )

    assert piotr.get("/complaints").status_code == 200  # at his very next press, without a new sign-in
    small = stage.file(stage.piotr_id, 500)
    with db.unit_of_work():
        draft = complaints.start_draft(actor=accounts.actor_of(stage.piotr_id)).uuid
        complaints.save_draft(
            complaints.of(accounts.actor_of(stage.piotr_id)).get(draft),
            actor=accounts.actor_of(stage.piotr_id), remedy_wanted="refund",
        )  # fmt: skip
    too_much = send(
        piotr, f"/complaints/{draft}/new/amount", {"amount_wanted": "900", "currency": "EUR", "go": "on"},
        page=f"/complaints/{draft}/new/amount",
    )  # fmt: skip
    assert too_much.status_code == 422 and "up to €500.00" in text(too_much)
    assert 'value="900' in text(too_much)  # nothing typed is lost

    listed = text(piotr.get("/complaints"))
    assert str(small) in listed and str(hers) not in listed
    assert piotr.get(f"/complaints/{small}").status_code == 200
    assert piotr.get(f"/complaints/{hers}").status_code == 404
    with db.unit_of_work():
        sam = cases.sam()
        complaints.take(complaints.of(sam).get(small), actor=sam, next_step="I look")

    with clock.at(WEEKEND - timedelta(seconds=1)):
        fresh = stage.browser("piotr@lipa.example")
        assert fresh.get(f"/complaints/{small}").status_code == 200
        assert "complaint" in text(fresh.get("/timeline"))
    carrier = Carrier()
    with clock.at(WEEKEND):
        # The same browser, one second later; no job has run.
        gone = fresh.get("/complaints")
        assert gone.status_code == 403 and "Nothing was changed" in text(gone)
        for path in (f"/complaints/{small}", f"/complaints/{small}/record"):
            assert fresh.get(path).status_code == 403
        for path in ("/home", "/timeline", "/messages", "/who-looked", "/feedback"):
            answer = fresh.get(path)
            assert answer.status_code == 200 and str(small) not in text(answer), path
        with db.unit_of_work():
            for message in db.session().scalars(
                select(Message).where(Message.about_uuid == str(small)).order_by(Message.id)
            ):
                delivery.deliver(message, at=WEEKEND, transport=carrier)
        with db.unit_of_work():
            for message in db.session().scalars(select(Message).where(Message.key.like("passed-on:%"))):
                delivery.deliver(message, at=WEEKEND, transport=carrier)
        assert {parcel.address for parcel, _ in carrier.carried} == {"ola@lipa.example"}
        assert ola_sees(stage, small)


def ola_sees(stage: Stage, found: uuid.UUID) -> bool:
    browser = stage.browser("ola@lipa.example")
    return browser.get(f"/complaints/{found}").status_code == 200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (rights(complaints_own="y", amount_complaints_own="lots"), "Write the amount in digits"),
        (rights(complaints_own="y", amount_complaints_own="0"), "Write an amount above 0"),
        (rights(orders="y", until_orders="2026-06-14"), "This day is over"),
        (rights(orders="y", until_orders="Friday"), "Write the day as day.month.year"),
    ],
)
def test_a_wrong_right_is_named_and_the_rest_is_kept(
    stage: Stage, given: dict[str, object], said: str
) -> None:
    ola = stage.browser("ola@lipa.example")
    answer = send(ola, f"/colleagues/{stage.seats['piotr']}", {**given, "documents": "y"})
    assert answer.status_code == 422
    assert said in text(answer)
    assert re.search(r'<input[^>]*checked[^>]*id="documents"', text(answer))


def test_two_windows_on_the_same_rights_the_second_is_told(stage: Stage) -> None:
    ola = stage.browser("ola@lipa.example")
    page = f"/colleagues/{stage.seats['piotr']}"
    shown = text(ola.get(page))
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', shown)
    assert seen
    send(ola, page, {"documents": "y", "seen": seen[1]})
    answer = send(ola, page, {"orders": "y", "seen": seen[1]})
    assert answer.status_code == 409 and "Somebody changed these rights in the meantime" in text(answer)


def test_the_last_administrator_is_kept_by_every_page(stage: Stage) -> None:
    ola = stage.browser("ola@lipa.example")
    answer = send(ola, f"/colleagues/{stage.seats['ola']}", {"documents": "y"})
    assert answer.status_code == 409 and "Somebody has to administer the account" in text(answer)
    assert send(ola, "/acting-for/leave").status_code == 409
    assert ola.get(f"/colleagues/{stage.seats['ola']}/end").status_code == 303


def test_a_colleague_without_the_right_reaches_no_page_of_colleagues(stage: Stage) -> None:
    piotr = stage.browser("piotr@lipa.example")
    seat = stage.seats["piotr"]
    token = token_of(piotr.get("/acting-for"))
    for path in ("/colleagues", f"/colleagues/{seat}", f"/colleagues/{seat}/end", "/colleagues/deputy",
                 "/colleagues/history", "/colleagues/invitation"):  # fmt: skip
        assert piotr.get(path).status_code == 403, path
        if path not in {"/colleagues", "/colleagues/history"}:
            data = {"csrf_token": token, "administer": "y"}
            assert piotr.post(path, data=data).status_code == 403, path
    assert stage.actor(stage.piotr_id).rights == frozenset()
    assert "/colleagues" not in text(piotr.get("/acting-for"))


def test_a_private_customer_has_no_colleagues(app: Flask, stage: Stage) -> None:
    with db.unit_of_work():
        customer()
    amina = stage.browser("amina@example.org")
    for path in ("/colleagues", "/colleagues/invitation", "/colleagues/deputy", "/acting-for/leave",
                 f"/colleagues/{stage.seats['piotr']}"):  # fmt: skip
        assert amina.get(path).status_code == 404, path


def test_ending_leaving_and_the_next_press(stage: Stage) -> None:
    ola, piotr = stage.browser("ola@lipa.example"), stage.browser("piotr@lipa.example")
    assert piotr.get("/home").status_code == 200
    assert send(ola, f"/colleagues/{stage.seats['piotr']}/end").status_code == 303
    assert "no longer acts for the company" in text(ola.get("/colleagues"))
    led = piotr.get("/home")
    assert led.status_code == 303 and "sign-in" in led.headers["Location"]
    with db.unit_of_work(write=False):
        assert [one.name for one in letters("membership_ended")] == ["membership_ended"]


def test_a_deputy_by_page(stage: Stage) -> None:
    ola = stage.browser("ola@lipa.example")
    wrong = send(ola, "/colleagues/deputy", {"deputy": str(stage.seats["piotr"])})
    assert wrong.status_code == 422 and "Choose the last day" in text(wrong)
    given = {"deputy": str(stage.seats["piotr"]), "since": "2026-06-17", "until": "2026-06-19"}
    assert send(ola, "/colleagues/deputy", given).status_code == 303
    assert "Administrator from 17 Jun 2026 until 19 Jun 2026" in text(ola.get("/colleagues"))
    assert not stage.actor(stage.piotr_id).administers
    with clock.at(datetime(2026, 6, 18, 8, tzinfo=UTC)):
        assert stage.browser("piotr@lipa.example").get("/colleagues").status_code == 200


# ------------------------------------------------------------------------ invitations


def invite(stage: Stage, email: str) -> str:
    ola = stage.browser("ola@lipa.example")
    given = rights(
        name="Ewa Nowa", email=email, language="en", complaints_own="y", amount_complaints_own="500",
        until_complaints_own="2026-06-19",
    )  # fmt: skip
    answer = send(ola, "/colleagues/invitation", given)
    assert answer.status_code == 303
    assert f"We have sent the invitation to {email}" in text(ola.get("/colleagues"))
    with db.unit_of_work():
        return link_of(letters("invitation")[-1])


def test_somebody_new_accepts_with_a_password(app: Flask, stage: Stage) -> None:
    token = invite(stage, "ewa@lipa.example")
    ewa = browser_of(app)
    page = text(ewa.get(f"/invitation/{token}"))
    assert "Ola Lipska invites you" in page and "Own complaints up to €500.00 until 19 Jun 2026" in page
    short = send(ewa, f"/invitation/{token}", {"name": "Ewa Nowa", "password": "short"})
    assert short.status_code == 422 and 'value="Ewa Nowa"' in text(short)
    done = send(ewa, f"/invitation/{token}", {"name": "Ewa Nowa", "password": "nine yellow storks"})
    assert done.status_code == 303
    home = text(ewa.get("/home"))
    assert "Welcome. You now act for Hurtownia Lipa." in home
    assert ewa.get("/complaints").status_code == 200
    assert browser_of(app).get(f"/invitation/{token}").status_code == 404


def test_the_page_after_inviting_is_the_same_for_a_known_and_an_unknown_address(stage: Stage) -> None:
    with db.unit_of_work():
        customer()
    ola = stage.browser("ola@lipa.example")
    pages = []
    for email in ("amina@example.org", "nobody@example.org"):
        given = {"name": "A B", "email": email, "language": "en", "orders": "y"}
        answer = send(ola, "/colleagues/invitation", given)
        flashes = re.search(r'role="status">(.*?)</div> </div>', text(ola.get("/colleagues")))
        assert flashes
        pages.append((answer.status_code, answer.headers["Location"], flashes[1].replace(email, "…")))
    assert pages[0] == pages[1]


def test_who_is_known_signs_in_and_then_switches_between_accounts(app: Flask, stage: Stage) -> None:
    with db.unit_of_work():
        customer()
    token = invite(stage, "amina@example.org")
    stranger = browser_of(app)
    page = text(stranger.get(f"/invitation/{token}"))
    assert "Sign in to accept" in page and 'name="password"' not in page
    onward = f"/sign-in?next=/invitation/{token}"
    led = send(
        stranger, onward, {"email": "amina@example.org", "password": PASSWORD, "next": f"/invitation/{token}"}
    )
    assert led.headers["Location"].endswith(f"/invitation/{token}")
    assert send(stranger, f"/invitation/{token}").status_code == 303
    home = text(stranger.get("/home"))
    assert "You are now acting for Hurtownia Lipa." in home and "You act for" in home
    shown = text(stranger.get("/acting-for"))
    assert "Amina Nowak" in shown and "in hand now" in shown


def test_declining_needs_no_sign_in(app: Flask, stage: Stage) -> None:
    token = invite(stage, "ewa@lipa.example")
    browser = browser_of(app)
    answer = send(browser, f"/invitation/{token}/no", page=f"/invitation/{token}")
    assert answer.status_code == 200 and "You said no" in text(answer)
    assert browser.get(f"/invitation/{token}").status_code == 404
    ola = stage.browser("ola@lipa.example")
    assert "Ewa Nowa declined the invitation" in text(ola.get("/colleagues/history"))


def test_cancelling_and_sending_again_by_page(app: Flask, stage: Stage) -> None:
    token = invite(stage, "ewa@lipa.example")
    ola = stage.browser("ola@lipa.example")
    found = re.search(r"/colleagues/invitations/([0-9a-f-]+)/again", text(ola.get("/colleagues")))
    assert found
    base = f"/colleagues/invitations/{found[1]}"
    assert send(ola, f"{base}/again", page="/colleagues").status_code == 303
    assert browser_of(app).get(f"/invitation/{token}").status_code == 404
    assert send(ola, f"{base}/cancel", page="/colleagues").status_code == 303
    assert send(ola, f"{base}/cancel", page="/colleagues").status_code == 404
    other = f"/colleagues/invitations/{uuid.uuid4()}/cancel"
    assert send(ola, other, page="/colleagues").status_code == 404


# -------------------------------------------------------------------- several accounts


@pytest.fixture
def amina(stage: Stage) -> AuditingClient:
    """Amina has an account of her own and acts for Lipa too, with every right."""
    with db.unit_of_work() as session:
        person = customer()
        account = accounts.account_by_id(stage.account_id)
        accounts.join(account, person, actor=SYSTEM, rights=(Right.COMPLAINTS_ALL, Right.PERMISSIONS))
        session.flush()
    return stage.browser("amina@example.org")


def own_of(name: str) -> uuid.UUID:
    with db.unit_of_work(write=False):
        person = accounts.person_called(name)
        return accounts.account_by_id(accounts.actor_of(person.id).account_id or 0).uuid


def switch(browser: AuditingClient, to: uuid.UUID, **more: str) -> Any:
    return send(browser, "/acting-for", {"account": str(to), **more}, page="/acting-for")


def test_one_account_at_a_time(stage: Stage, amina: AuditingClient) -> None:
    theirs = stage.file(stage.ola_id)
    assert str(theirs) not in text(amina.get("/complaints"))
    assert amina.get(f"/complaints/{theirs}").status_code == 404
    assert switch(amina, stage.company).status_code == 303
    listed = text(amina.get("/complaints"))
    assert str(theirs) in listed and "You act for <strong>Hurtownia Lipa</strong>" in listed
    assert switch(amina, own_of("Amina")).status_code == 303
    assert amina.get(f"/complaints/{theirs}").status_code == 404
    for wanted in (str(uuid.uuid4()), "nonsense", ""):
        answer = send(amina, "/acting-for", {"account": wanted}, page="/acting-for")
        assert answer.status_code == 404


def test_a_form_of_another_account_is_refused_and_what_was_typed_is_kept(
    stage: Stage, amina: AuditingClient
) -> None:
    token_page = amina.get("/profile")
    made_for = re.search(r'name="acting_for" value="([0-9a-f-]+)"', text(token_page))
    assert made_for and made_for[1] == str(own_of("Amina"))
    switch(amina, stage.company)  # in the other window
    stale = {
        "csrf_token": token_of(token_page), "acting_for": made_for[1], "name": "Amina Nowak-Lis", "language": "en",
        "zone": "Europe/Warsaw", "salutation": "Ms N", "phone": "", "street": "ul. Nowa 1", "postcode": "", "city": "",
        "country": "PL",
    }  # fmt: skip
    answer = amina.post("/profile", data=stale)
    assert answer.status_code == 409
    page = text(answer)
    assert "made for Amina Nowak" in page and "Go on for Amina Nowak" in page
    with db.unit_of_work(write=False):
        assert accounts.person_called("Amina").name == "Amina Nowak"
    switch(amina, own_of("Amina"), next="/profile")
    again = text(amina.get("/profile"))
    assert 'value="Amina Nowak-Lis"' in again and 'value="ul. Nowa 1"' in again


def test_a_form_of_an_account_that_is_gone_writes_nowhere(stage: Stage, amina: AuditingClient) -> None:
    stale = {"csrf_token": token_of(amina.get("/profile")), "acting_for": str(uuid.uuid4()), "name": "X"}
    answer = amina.post("/profile", data=stale)
    assert answer.status_code == 409 and "no longer act for that account" in text(answer)


def test_every_form_of_a_signed_in_customer_names_its_account(stage: Stage, amina: AuditingClient) -> None:
    for path in ("/home", "/profile", "/permissions", "/preferences", "/complaints", "/feedback", "/acting-for",
                 "/security", "/messages"):  # fmt: skip
        page = text(amina.get(path))
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", page):
            assert 'name="acting_for"' in form, f"{path}: {form[:200]}"


def test_a_link_in_a_mail_leads_to_the_right_account(app: Flask, stage: Stage, amina: AuditingClient) -> None:
    theirs = stage.file(stage.ola_id)
    path = f"/complaints/{theirs}?for={stage.company}"
    asked = amina.get(path)
    assert asked.status_code == 200 and "This is about Hurtownia Lipa" in text(asked)
    led = switch(amina, stage.company, next=f"/complaints/{theirs}")
    assert led.headers["Location"].endswith(f"/complaints/{theirs}")
    # Signed out, the sign-in itself begins in the right account and says so.
    fresh = browser_of(app)
    to_sign_in = fresh.get(path)
    assert to_sign_in.status_code == 303
    given = {"email": "amina@example.org", "password": PASSWORD, "next": path}
    answer = send(fresh, "/sign-in", given)
    assert answer.headers["Location"].endswith(path)
    page = text(fresh.get(path))
    assert "You are now acting for Hurtownia Lipa." in page and "This is about" not in page
    # Somebody else's account is not named: the object answers as if it did not exist.
    with db.unit_of_work():
        customer("Ben Petrov", "ben@example.org")
    ben = stage.browser("ben@example.org")
    assert ben.get(path).status_code == 404 and "Lipa" not in text(ben.get(path))


def test_mails_to_who_acts_for_a_company_carry_the_account(app: Flask, stage: Stage) -> None:
    from portal.mail import Composer

    stage.file(stage.ola_id)
    carrier = Carrier()
    composer = Composer(app, app.config["SETTINGS"])
    with db.unit_of_work():
        message = letters("complaint_received")[0]
        delivery.deliver(message, at=MONDAY, transport=carrier)
        [(parcel, _)] = carrier.carried
    assert parcel.link_account == str(stage.company)
    words = composer.compose(parcel)
    assert f"?for={stage.company}" in words.text and f"?for={stage.company}" in words.html


def test_leaving_goes_on_with_the_other_account(stage: Stage, amina: AuditingClient) -> None:
    switch(amina, stage.company)
    assert send(amina, "/acting-for/leave").status_code == 303
    home = text(amina.get("/home"))
    assert "You have left Hurtownia Lipa." in home
    assert "You act for" not in home
    with db.unit_of_work(write=False):
        ended = db.session().scalars(select(Membership).where(Membership.ended_at.is_not(None))).one()
        assert ended.account_id == stage.account_id


def test_who_acts_for_whom_stands_on_the_record(stage: Stage) -> None:
    with db.unit_of_work():
        ola = accounts.actor_of(stage.ola_id)
        accounts.set_rights(
            stage.seats["piotr"], [Grant(Right.COMPLAINTS_OWN, Decimal(500), "EUR")], actor=ola
        )
    stage.file(stage.piotr_id, 20)
    page = text(stage.browser("ola@lipa.example").get("/timeline"))
    assert "Piotr Bielak for Hurtownia Lipa filed complaint" in page
    with db.unit_of_work(write=False):
        assert db.session().scalars(select(Complaint)).one().person_id == stage.piotr_id

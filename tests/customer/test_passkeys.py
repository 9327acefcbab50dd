"""Passkeys through HTTP: made, used alone, after the password and as a fresh proof; and everything that is refused."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock
from portal.domain.accounts.credentials import Passkey
from tests.authenticator import UP, UV, Authenticator, b64, unb64
from tests.browsing import TOKEN, browser_of, send, token_of
from tests.client import AuditingClient
from tests.domain.accounts.people import PASSWORD, customer, letters, member_of_staff

AMINA = {"email": "amina@example.org", "password": PASSWORD}
BEN = {"email": "ben@example.org", "password": PASSWORD}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
Bend = Callable[[dict[str, Any]], Any]


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    with db.unit_of_work():
        customer()
        customer("Ben Petrov", "ben@example.org")
    return browser_of(app)


def ask(browser: AuditingClient, path: str, body: Any, *, page: str) -> Any:
    """Post JSON with the proof of a page, as the module does."""
    token = token_of(browser.get(page))
    return browser.post(path, json=body, headers={"X-CSRFToken": token, "Referer": "http://localhost" + page})


def add(browser: AuditingClient, device: Authenticator, *, face: str = "") -> str:
    options = ask(browser, f"{face}/security/passkeys/options", {}, page=f"{face}/security")
    assert options.status_code == 200, options.get_data(as_text=True)
    body = {"credential": device.create(options.json)}
    done = ask(browser, f"{face}/security/passkeys", body, page=f"{face}/security")
    assert done.status_code == 200, done.get_data(as_text=True)
    return str(done.json["next"])


def enter(browser: AuditingClient, device: Authenticator, *, face: str = "", **body: Any) -> Any:
    page = f"{face}/sign-in/code" if body.get("step") else f"{face}/sign-in"
    options = ask(browser, f"{face}/sign-in/passkey/options", body, page=page)
    given = device.get(options.json)
    return ask(browser, f"{face}/sign-in/passkey", {**body, "credential": given}, page=page)


def signed_in(browser: AuditingClient, page: str = "/security") -> bool:
    return browser.get(page).status_code == 200


@pytest.mark.parametrize("kind", ["ES256", "EdDSA", "RS256"])
def test_a_passkey_is_made_and_signs_in_without_a_password(
    app: Flask, browser: AuditingClient, kind: str
) -> None:
    device = Authenticator(kind)
    send(browser, "/sign-in", AMINA)
    named = add(browser, device)
    assert send(browser, named, {"name": "My phone"}).status_code == 303
    assert "My phone" in browser.get("/security").get_data(as_text=True)
    other = browser_of(app)
    answer = enter(other, device, next="/permissions")
    assert (answer.status_code, answer.json) == (200, {"next": "/permissions"})
    page = other.get("/security").get_data(as_text=True)
    assert "last used" in page and "Amina Nowak" in page
    with db.unit_of_work(write=False):
        told = letters("factor_changed")[-1]
        assert (told.data["change"], told.data["factor"]) == ("added", "passkey")


def test_what_the_browser_is_asked_names_our_site_and_asks_for_the_lock_of_the_device(
    browser: AuditingClient,
) -> None:
    send(browser, "/sign-in", AMINA)
    device = Authenticator()
    add(browser, device)
    options = ask(browser, "/security/passkeys/options", {}, page="/security").json
    assert options["rp"]["id"] == "localhost"
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert [one["id"] for one in options["excludeCredentials"]] == [b64(device.keys[0].id)]
    assert len(unb64(options["challenge"])) == 32
    send(browser, "/sign-out", page="/security")
    asked = ask(browser, "/sign-in/passkey/options", {}, page="/sign-in").json
    assert asked["userVerification"] == "required" and not asked.get("allowCredentials")


def test_a_host_header_changes_nothing(browser: AuditingClient) -> None:
    send(browser, "/sign-in", AMINA)
    token = token_of(browser.get("/security"))
    answer = browser.post(
        "/security/passkeys/options",
        json={},
        headers={"X-CSRFToken": token, "X-Forwarded-Host": "evil.example"},
    )
    assert answer.json["rp"]["id"] == "localhost"


def _set(*path: str, value: Any) -> Bend:
    def change(given: dict[str, Any]) -> Any:
        place = given
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value
        return given

    return change


def _flip(name: str) -> Bend:
    def change(given: dict[str, Any]) -> Any:
        raw = bytearray(unb64(given["response"][name]))
        raw[len(raw) // 2] ^= 1
        given["response"][name] = b64(bytes(raw))
        return given

    return change


DEEP = b64(b"\x81" * 9000 + b"\x00")
ENDLESS = b64(b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x5b" + b"\xff" * 8 + b"x")
MANY = b64(b"\x9b" + b"\x00\x00\x00\xff" * 2)

NONSENSE: dict[str, Bend] = {
    "nothing": lambda _given: None,
    "a text": lambda _given: "no",
    "a list": lambda given: [given],
    "empty": lambda _given: {},
    "no response": _set("response", value=None),
    "a response that is a text": _set("response", value="x"),
    "an id that is a number": _set("id", value=7),
    "another id than the raw one": _set("id", value=b64(b"x" * 32)),
    "an endless id": _set("id", value="A" * 3000),
    "no base64": _set("rawId", value="%%%"),
    "another type": _set("type", value="password"),
    "client data that is no JSON": _set("response", "clientDataJSON", value=b64(b"\xff\xfe{")),
    "client data that is a list": _set("response", "clientDataJSON", value=b64(b"[]")),
    "client data without a challenge": _set(
        "response", "clientDataJSON", value=b64(b'{"type":"webauthn.get"}')
    ),
    "client data of wrong kinds": _set(
        "response", "clientDataJSON", value=b64(b'{"type":[],"challenge":{},"origin":7}')
    ),
    "client data nested without end": _set("response", "clientDataJSON", value=b64(b"[" * 9000)),
    "an oversized value": _set("response", "clientDataJSON", value="A" * 40_000),
    "an unknown attachment": _set("authenticatorAttachment", value="glued on"),
}
WRONG_ASSERTIONS: dict[str, Bend] = {
    **NONSENSE,
    "a tampered signature": _flip("signature"),
    "tampered client data": _flip("clientDataJSON"),
    "tampered authenticator data": _flip("authenticatorData"),
    "no signature": _set("response", "signature", value=""),
    "short authenticator data": _set("response", "authenticatorData", value=b64(b"x" * 20)),
    "authenticator data with nested CBOR": _set(
        "response",
        "authenticatorData",
        value=b64(bytes(32) + b"\xc5" + bytes(4) + bytes(18) + b"\x81" * 4000),
    ),
    "a user handle that is a list": _set("response", "userHandle", value=["x"]),
    "somebody else's user handle": _set("response", "userHandle", value=b64(b"somebody")),
}
WRONG_ATTESTATIONS: dict[str, Bend] = {
    **NONSENSE,
    "tampered client data": _flip("clientDataJSON"),
    "no attestation": _set("response", "attestationObject", value=None),
    "attestation that is no CBOR": _set("response", "attestationObject", value=b64(b"\xff\xff\xff")),
    "attestation that is a number": _set("response", "attestationObject", value=b64(b"\x07")),
    "attestation nested without end": _set("response", "attestationObject", value=DEEP),
    "attestation of endless length": _set("response", "attestationObject", value=ENDLESS),
    "attestation of endlessly many": _set("response", "attestationObject", value=MANY),
}


@pytest.mark.parametrize("what", WRONG_ASSERTIONS)
def test_a_wrong_assertion_is_refused_and_never_breaks_anything(browser: AuditingClient, what: str) -> None:
    device = Authenticator()
    send(browser, "/sign-in", AMINA)
    add(browser, device)
    send(browser, "/sign-out", page="/security")
    options = ask(browser, "/sign-in/passkey/options", {}, page="/sign-in").json
    given = WRONG_ASSERTIONS[what](device.get(options))
    answer = ask(browser, "/sign-in/passkey", {"credential": given}, page="/sign-in")
    assert 400 <= answer.status_code < 500
    assert answer.json["message"]
    assert not signed_in(browser)


@pytest.mark.parametrize("what", WRONG_ATTESTATIONS)
def test_a_wrong_attestation_is_refused_and_never_breaks_anything(browser: AuditingClient, what: str) -> None:
    send(browser, "/sign-in", AMINA)
    options = ask(browser, "/security/passkeys/options", {}, page="/security").json
    given = WRONG_ATTESTATIONS[what](Authenticator().create(options))
    answer = ask(browser, "/security/passkeys", {"credential": given}, page="/security")
    assert 400 <= answer.status_code < 500
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(Passkey)).all() == []


BENT: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://evil.example"},
    "another port": {"origin": "http://localhost:9999"},
    "another relying party": {"rp_id": "evil.example"},
    "no lock of the device": {"flags": UP},
    "nobody present": {"flags": UV},
    "within another site": {"cross_origin": True},
}


@pytest.mark.parametrize("what", BENT)
def test_an_authenticator_elsewhere_or_unlocked_is_refused(browser: AuditingClient, what: str) -> None:
    send(browser, "/sign-in", AMINA)
    device = Authenticator()
    options = ask(browser, "/security/passkeys/options", {}, page="/security").json
    wrong = Authenticator(**BENT[what])
    refused = ask(browser, "/security/passkeys", {"credential": wrong.create(options)}, page="/security")
    assert refused.status_code == 400
    add(browser, device)
    for name, value in BENT[what].items():
        setattr(device, name, value)
    send(browser, "/sign-out", page="/security")
    assert enter(browser, device).status_code == 400
    assert not signed_in(browser)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b"{", b"\xff", b'{"credential":' + b"[" * 5000, b"[" * 70_000, b'{"a":"' + b"x" * 70_000]
)  # fmt: skip
def test_a_body_that_is_no_answer_is_refused(browser: AuditingClient, body: bytes) -> None:
    token = token_of(browser.get("/sign-in"))
    for path in ("/sign-in/passkey", "/sign-in/passkey/options", "/admin/sign-in/passkey"):
        answer = browser.post(
            path, data=body, content_type="application/json", headers={"X-CSRFToken": token}
        )
        assert answer.status_code < 500
        assert not (path.endswith("passkey") and answer.status_code < 400)


def test_without_the_proof_of_the_page_nothing_is_answered(browser: AuditingClient) -> None:
    assert browser.post("/sign-in/passkey/options", json={}).status_code == 400
    send(browser, "/sign-in", AMINA)
    assert browser.post("/security/passkeys/options", json={}).status_code == 400


def test_a_challenge_is_answered_once_and_for_what_it_was_made(app: Flask, browser: AuditingClient) -> None:
    device = Authenticator()
    send(browser, "/sign-in", AMINA)
    add(browser, device)
    send(browser, "/sign-out", page="/security")
    options = ask(browser, "/sign-in/passkey/options", {}, page="/sign-in").json
    given = device.get(options)
    stranger = browser_of(app)
    assert ask(stranger, "/sign-in/passkey", {"credential": given}, page="/sign-in").status_code == 400
    made = device.create(options, kind="webauthn.get", key=device.keys[0])
    assert ask(browser, "/sign-in/passkey", {"credential": made}, page="/sign-in").status_code == 400
    # It has been used up by the wrong answer: the right one comes too late.
    assert ask(browser, "/sign-in/passkey", {"credential": given}, page="/sign-in").status_code == 400
    options = ask(browser, "/sign-in/passkey/options", {}, page="/sign-in").json
    wrong = device.get(options, kind="webauthn.create")
    assert ask(browser, "/sign-in/passkey", {"credential": wrong}, page="/sign-in").status_code == 400
    assert enter(browser, device).status_code == 200
    assert ask(browser, "/sign-in/passkey", {"credential": given}, page="/security").status_code == 400


def test_a_challenge_lives_five_minutes(browser: AuditingClient) -> None:
    device = Authenticator()
    send(browser, "/sign-in", AMINA)
    add(browser, device)
    send(browser, "/sign-out", page="/security")
    options = ask(browser, "/sign-in/passkey/options", {}, page="/sign-in").json
    with clock.at(clock.now() + timedelta(minutes=5, seconds=1)):
        given = {"credential": device.get(options)}
        assert ask(browser, "/sign-in/passkey", given, page="/sign-in").status_code == 400


def test_a_sign_in_challenge_of_one_face_is_worth_nothing_on_the_other(browser: AuditingClient) -> None:
    device = Authenticator()
    send(browser, "/sign-in", AMINA)
    add(browser, device)
    send(browser, "/sign-out", page="/security")
    assert enter(browser, device, face="/admin").status_code == 400  # a customer is no staff
    assert enter(browser, device).status_code == 200


def test_another_persons_passkey_is_no_second_step(app: Flask, browser: AuditingClient) -> None:
    bens, aminas = Authenticator(), Authenticator()
    send(browser, "/sign-in", BEN)
    add(browser, bens)
    send(browser, "/sign-out", page="/security")
    send(browser, "/sign-in", AMINA)
    add(browser, aminas)
    with db.unit_of_work():
        accounts.enrol_known(accounts.person_called("Amina"), SECRET)
    send(browser, "/sign-out", page="/security")
    assert send(browser, "/sign-in", AMINA).headers["Location"] == "/sign-in/code"
    assert "Use a passkey" in browser.get("/sign-in/code").get_data(as_text=True)
    assert enter(browser, bens, step=True).status_code == 400
    assert not signed_in(browser)
    assert enter(browser, aminas, step=True).status_code == 200
    assert "Amina Nowak" in browser.get("/security").get_data(as_text=True)


def test_the_handle_of_another_person_is_refused(browser: AuditingClient) -> None:
    device = Authenticator()
    send(browser, "/sign-in", AMINA)
    add(browser, device)
    with db.unit_of_work(write=False):
        device.keys[0].handle = accounts.person_called("Ben").uuid.bytes
    send(browser, "/sign-out", page="/security")
    assert enter(browser, device).status_code == 400


def test_a_credential_that_somebody_has_already_is_refused(app: Flask, browser: AuditingClient) -> None:
    device = Authenticator()
    send(browser, "/sign-in", AMINA)
    add(browser, device)
    ben = browser_of(app)
    send(ben, "/sign-in", BEN)
    options = ask(ben, "/security/passkeys/options", {}, page="/security").json
    body = {"credential": device.create(options, key=device.keys[0])}
    assert ask(ben, "/security/passkeys", body, page="/security").status_code == 409
    with db.unit_of_work(write=False) as session:
        assert len(session.scalars(select(Passkey)).all()) == 1


def test_a_counter_that_goes_back_shuts_the_passkey_and_tells_its_owner(
    app: Flask, browser: AuditingClient
) -> None:
    device = Authenticator()
    send(browser, "/sign-in", AMINA)
    add(browser, device)
    send(browser, "/sign-out", page="/security")
    for _ in range(3):
        assert enter(browser, device).status_code == 200
        send(browser, "/sign-out", page="/security")
    device.keys[0].count = 1  # a copy was made after the first use
    refused = enter(browser, device)
    assert refused.status_code == 400 and "copy" in refused.json["message"]
    with db.unit_of_work(write=False):
        assert [one.data["what"] for one in letters("passkey_copied")] == ["Firefox, Windows"]
    device.keys[0].count = 50  # the real one is shut too: nobody can tell them apart
    assert enter(browser, device).status_code == 400
    send(browser, "/sign-in", AMINA)
    assert "there may be a copy" in browser.get("/security").get_data(as_text=True)


def test_an_authenticator_without_a_counter_works_again_and_again(browser: AuditingClient) -> None:
    device = Authenticator(counts=False)
    send(browser, "/sign-in", AMINA)
    add(browser, device)
    for _ in range(3):
        send(browser, "/sign-out", page="/security")
        assert enter(browser, device).status_code == 200


def test_a_lock_by_a_stranger_leaves_the_passkey_open(app: Flask, browser: AuditingClient) -> None:
    device = Authenticator()
    send(browser, "/sign-in", AMINA)
    add(browser, device)
    send(browser, "/sign-out", page="/security")
    stranger = browser_of(app)
    for _ in range(10):
        send(stranger, "/sign-in", {**AMINA, "password": "wrong"})
    assert send(browser, "/sign-in", AMINA).status_code == 429
    assert enter(browser, device).status_code == 200
    assert signed_in(browser)


def test_making_and_removing_asks_for_a_fresh_sign_in(browser: AuditingClient) -> None:
    device = Authenticator()
    send(browser, "/sign-in", AMINA)
    named = add(browser, device)
    with clock.at(clock.now() + timedelta(minutes=15)):
        answer = ask(browser, "/security/passkeys/options", {}, page="/security")
        assert answer.status_code == 403
        assert answer.json["next"] == "/confirm-it-is-you?next=/security"
        gone = send(browser, f"{named}/remove", page="/security")
        assert gone.headers["Location"].startswith("/confirm-it-is-you")
        # The passkey itself is a fresh proof.
        where = "/confirm-it-is-you"
        options = ask(browser, "/security/confirm/passkey/options", {}, page=where).json
        body = {"credential": device.get(options), "next": named}
        assert ask(browser, "/security/confirm/passkey", body, page=where).json == {"next": named}
        assert send(browser, f"{named}/remove", page=named).status_code == 303
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(Passkey)).all() == []
        assert letters("factor_changed")[-1].data["change"] == "removed"
    send(browser, "/sign-out", page="/security")
    assert enter(browser, device).status_code == 400


def test_ones_passkeys_are_ones_own(app: Flask, browser: AuditingClient) -> None:
    send(browser, "/sign-in", AMINA)
    named = add(browser, Authenticator())
    ben = browser_of(app)
    send(ben, "/sign-in", BEN)
    nonsense = f"/security/passkeys/{uuid.uuid4()}"
    answers = []
    for path in (named, nonsense):
        answers.append(ben.get(path))
        answers.append(send(ben, path, {"name": "Mine"}, page="/security"))
        answers.append(send(ben, f"{path}/remove", page="/security"))
    assert {one.status_code for one in answers} == {404}
    hers, none = (
        TOKEN.sub("", answers[at].get_data(as_text=True)).replace(path, "")
        for at, path in ((0, named), (3, nonsense))
    )
    assert hers == none
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(Passkey.name)).one() == "Firefox, Windows"


def test_a_name_is_kept_within_reason(browser: AuditingClient) -> None:
    send(browser, "/sign-in", AMINA)
    named = add(browser, Authenticator(aaguid=bytes.fromhex("d548826e79b4db40a3d811116f7e8349")))
    assert "Bitwarden" in browser.get("/security").get_data(as_text=True)
    assert send(browser, named, {"name": "x" * 61}).status_code == 422
    assert send(browser, named, {"name": " "}).status_code == 422
    send(browser, named, {"name": "<b>Key</b>"})
    assert "&lt;b&gt;Key&lt;/b&gt;" in browser.get("/security").get_data(as_text=True)


# Staff


def test_staff_sign_in_by_passkey_alone_and_keep_their_last_second_step(app: Flask) -> None:
    with db.unit_of_work():
        member_of_staff(secret=SECRET)
    device, sam = Authenticator(), browser_of(app)
    send(sam, "/admin/sign-in", {"email": "sam@example.org", "password": PASSWORD})
    with db.unit_of_work(write=False):
        code = accounts.current_code(accounts.person_called("Sam").id)
    send(sam, "/admin/sign-in/code", {"code": code})
    named = add(sam, device, face="/admin")
    send(sam, "/admin/sign-out", page="/admin/security")
    assert enter(sam, device, face="/admin").json == {"next": "/admin/"}
    assert signed_in(sam, "/admin/security")
    # With a passkey left the app may go, and then the passkey may not.
    assert send(sam, "/admin/security/app/remove", page="/admin/security").status_code == 303
    assert send(sam, f"{named}/remove", page="/admin/security").status_code == 403
    send(sam, "/admin/sign-out", page="/admin/security")
    asked = send(sam, "/admin/sign-in", {"email": "sam@example.org", "password": PASSWORD})
    assert asked.headers["Location"] == "/admin/sign-in/code"
    assert enter(sam, device, face="/admin", step=True).status_code == 200


def test_a_passkey_of_somebody_who_left_opens_nothing(app: Flask, browser: AuditingClient) -> None:
    device = Authenticator()
    send(browser, "/sign-in", AMINA)
    add(browser, device)
    with db.unit_of_work():
        from portal.domain.actor import SYSTEM

        accounts.deactivate(accounts.person_called("Amina").id, actor=SYSTEM)
    assert enter(browser, device).status_code == 400

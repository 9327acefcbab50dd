"""Every endpoint says who may enter, and whoever may not is refused: the table of rights, tried."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from portal import db
from portal.domain import accounts
from portal.domain.accounts.roles import ROLES
from portal.domain.actor import SYSTEM
from portal.ui.gates import Access, Kind
from portal.ui.limits import OPEN_DOORS
from tests.signing_in import sign_in_customer, sign_in_partner, sign_in_staff

PLACEHOLDER = {"uuid": str(uuid.UUID(int=7)), "string": "0" * 64, "integer": "7", "path": "nonsense"}
PUBLIC_PREFIXES = ("static",)


def endpoints(app: Flask) -> dict[str, Access | None]:
    return {
        name: getattr(view, "access", None)
        for name, view in sorted(app.view_functions.items())
        if not name.startswith(PUBLIC_PREFIXES)
    }


def addresses(app: Flask, endpoint: str) -> list[tuple[str, str]]:
    """Every (method, address) of an endpoint, with nonsense for each parameter."""
    found = []
    for rule in app.url_map.iter_rules(endpoint):
        values = {
            name: PLACEHOLDER.get(
                type(rule._converters[name]).__name__.removesuffix("Converter").lower(), "nonsense"
            )
            for name in rule.arguments
        }
        values = {k: PLACEHOLDER["string"] if v == "nonsense" else v for k, v in values.items()}
        address = rule.build(values)
        assert address is not None
        found += [(method, address[1]) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def test_every_endpoint_says_who_may_enter(app: Flask) -> None:
    silent = [name for name, access in endpoints(app).items() if access is None]
    assert silent == [], f"{silent}: put @public, @link, @customer(...), @staff(...) or @dev under the route"


def test_what_strangers_post_is_counted(app: Flask) -> None:
    """But for what asks nothing of anybody, and what one machine sends for thousands.

    That is the one-click stop of a mail service, and the signed notice of a provider that somebody signed out there.
    """
    free = {"sign_out", "set_language", "set_theme", "stop_by_link_press", "sign_out_notice"}
    open_to_all = {Kind.PUBLIC, Kind.LINK, Kind.ENROLLING}
    uncounted = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and getattr(getattr(app.view_functions[rule.endpoint], "access", None), "kind", None) in open_to_all
        and rule.endpoint not in OPEN_DOORS
    }
    assert {name for name in uncounted if name.rpartition(".")[2] not in free} == set()


def test_staff_pages_name_a_permission(app: Flask) -> None:
    """Only the pages about oneself may ask for nothing more than being staff."""
    own = {"admin.security", "admin.sign_out", "admin.dashboard", "admin.set_language"}
    bare = {
        name
        for name, access in endpoints(app).items()
        if access and access.kind is Kind.STAFF and not access.permissions
    }
    assert {name for name in bare if not name.startswith("admin.security") and name not in own} <= {
        "admin.confirm",
        "admin.end_session",
        "admin.end_other_sessions",
    }, bare


def test_a_stranger_is_led_to_the_sign_in(app: Flask) -> None:
    browser = app.test_client()
    for name, access in endpoints(app).items():
        if access and access.kind in {Kind.CUSTOMER, Kind.STAFF, Kind.PARTNER}:
            for method, address in addresses(app, name):
                answer = browser.open(address, method=method)
                # A POST without a session has no token either: refused (400) or led to the sign-in (303).
                assert answer.status_code in {303, 400}, f"{method} {address}: {answer.status_code}"
                if answer.status_code == 303:
                    assert "sign-in" in answer.headers["Location"]


def test_a_customer_never_enters_the_staff_area(app: Flask) -> None:
    browser = app.test_client()
    sign_in_customer(browser, "amina")
    for name, access in endpoints(app).items():
        if access and access.kind is Kind.STAFF:
            for method, address in addresses(app, name):
                answer = browser.open(address, method=method)
                assert answer.status_code in {303, 400}, f"{method} {address}: {answer.status_code}"


def test_a_partner_enters_neither_the_portal_nor_the_staff_area(app: Flask) -> None:
    browser = app.test_client()
    sign_in_partner(browser, "nils")
    assert browser.get("/extranet").status_code == 200
    for name, access in endpoints(app).items():
        if access and access.kind in {Kind.CUSTOMER, Kind.STAFF}:
            for method, address in addresses(app, name):
                answer = browser.open(address, method=method)
                assert answer.status_code in {303, 400}, f"{method} {address}: {answer.status_code}"


@pytest.mark.parametrize("key", ["amina", "handler"])
def test_nobody_else_enters_the_extranet(app: Flask, key: str) -> None:
    browser = app.test_client()
    (sign_in_customer if key == "amina" else sign_in_staff)(browser, key)
    for name, access in endpoints(app).items():
        if access and access.kind is Kind.PARTNER:
            for method, address in addresses(app, name):
                answer = browser.open(address, method=method)
                assert answer.status_code in {303, 400}, f"{method} {address}: {answer.status_code}"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_is_refused_what_it_lacks(app: Flask, role: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # the denial itself is tried, not the token
    browser = app.test_client()
    sign_in_staff(browser, role)
    held = {permission.value for permission in ROLES[role].permissions}
    refused = entered = 0
    for name, access in endpoints(app).items():
        if not access or access.kind is not Kind.STAFF:
            continue
        may = {permission.value for permission in access.permissions} <= held
        for method, address in addresses(app, name):
            answer = browser.open(address, method=method)
            if may:
                entered += 1
                assert answer.status_code != 403 or method == "POST", f"{role} {method} {address}"
            else:
                refused += 1
                assert answer.status_code == 403, f"{role} {method} {address}: {answer.status_code}"
    assert entered
    if role not in {"administrator", "manager"}:
        assert refused


def test_a_demotion_works_at_the_next_request(app: Flask) -> None:
    browser = app.test_client()
    person = sign_in_staff(browser, "handler")
    assert browser.get("/admin/queue").status_code == 200
    with db.unit_of_work():
        accounts.set_roles(person.id, [], actor=SYSTEM)
    assert browser.get("/admin/queue").status_code == 403

"""The menu of the staff area offers what its reader may open, and nothing that would be refused."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.domain.accounts.roles import ROLES
from tests.browsing import browser_of, send
from tests.signing_in import sign_in_staff

MENU = re.compile(r'<nav class="staff-nav".*?</nav>', re.DOTALL)
PLACES = {"/admin/", "/admin/queue", "/admin/customers", "/admin/feedback", "/admin/tasks", "/admin/letters"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_place_in_the_menu_opens_and_every_other_is_refused(app: Flask, role: str) -> None:
    browser = browser_of(app)
    sign_in_staff(browser, role)
    page = browser.get("/admin/").get_data(as_text=True)
    offered = set(re.findall(r'href="([^"]+)"', MENU.search(page)[0]))
    assert "/admin/" in offered and offered <= PLACES | {
        "/admin/settings"
    }  # the settings have a test of their own
    for place in offered:
        assert browser.get(place).status_code == 200, f"{role} {place}"
    for place in PLACES - offered:
        assert browser.get(place).status_code == 403, f"{role} {place}"


def test_who_may_not_search_is_offered_no_search(app: Flask) -> None:
    browser = browser_of(app)
    sign_in_staff(browser, "marketing")
    assert 'role="search"' not in browser.get("/admin/").get_data(as_text=True)


def test_staff_change_their_language_from_the_menu_and_it_stays(app: Flask) -> None:
    browser = browser_of(app)
    sign_in_staff(browser, "handler")
    page = browser.get("/admin/").text
    assert 'action="/admin/language"' in page and '<html lang="en"' in page
    answer = send(browser, "/admin/language", {"language": "bg", "next": "/admin/queue"}, page="/admin/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/queue")
    assert '<html lang="bg"' in browser.get("/admin/queue").text

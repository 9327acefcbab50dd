"""Cookies are read once an hour; what a stranger makes up is never kept."""

from __future__ import annotations

from flask import Flask

from portal.ui import cookies
from tests.signing_in import sign_in_customer


def test_a_cookie_that_nobody_here_signed_is_not_remembered(app: Flask) -> None:
    stranger = app.test_client(use_cookies=False)
    with app.test_request_context("/"):
        name = cookies.FaceCookies().get_cookie_name(app)
    before = cookies.carried_by.cache_info().currsize
    for number in range(3):
        made_up = f"{number}." + "x" * 8000
        assert stranger.get("/sign-in", headers={"Cookie": f"{name}={made_up}"}).status_code == 200
    assert cookies.carried_by.cache_info().currsize == before


def test_a_cookie_of_ours_is_proved_once(app: Flask) -> None:
    browser = app.test_client()
    sign_in_customer(browser, "amina")
    for _ in range(2):  # the first page adds the proof of forms to it
        browser.get("/permissions")
    hits = cookies.carried_by.cache_info().hits
    assert browser.get("/permissions").status_code == 200
    assert cookies.carried_by.cache_info().hits == hits + 1

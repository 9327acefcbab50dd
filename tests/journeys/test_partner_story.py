"""A part of a complaint in a partner's hands, and data that the customer shares: told once, in Chromium."""

from __future__ import annotations

import re
import time
import uuid

import pytest
from playwright.sync_api import Page, expect

from portal import db
from portal.dev import cast
from portal.domain import accounts

from . import flows_of_partners as flows
from .flows import Opened, english, press
from .stage import Stage, Watched

pytestmark = pytest.mark.browser

SIZE = 12 * 1024 * 1024
SLOW = {"offline": False, "latency": 0, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
PHONE = re.compile("601[ \u00a0]?224[ \u00a0]?518")
POLL = 12_000  # milliseconds; the page asks every four seconds
AT_ONCE = 5  # seconds from the press to the first refusal; one is meant, the rest is for a busy machine


def hand_over(opened: Opened, case: uuid.UUID) -> None:
    """Sam hands the readings, the words and the phone number to Northwind, if Amina says yes."""
    page = opened("Sam Carter").go(f"/admin/complaints/{case}/task")
    page.get_by_label("To which partner").select_option(label=cast.NORTHWIND)
    page.get_by_label("What is to be done, in a few words").fill("Find the leak")
    page.get_by_label("What exactly").fill("Read the readings and ring up for a visit.")
    for part in ("words", "phone"):
        page.locator(f"#part-field-{part}").check()
    page.locator(".form-check", has_text="readings.csv").locator("input").check()
    press(page, "Hand it over")
    expect(page.get_by_role("heading", name="The customer is asked")).to_be_visible()


def sign_in(watched: Watched) -> Page:
    """Nils comes in by the front door: his address leads to the sign-in of his own company, which leads back."""
    page = watched.go("/extranet/sign-in")
    page.locator("main input[type=email]").fill(cast.NILS.email)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/dev/northwind/authorize*")
    expect(page.get_by_role("radio", name=re.compile(f"^{cast.NILS.name}"))).to_be_checked()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(re.compile("/extranet/?$"))
    return page


def test_a_task_is_narrowed_and_called_back_while_it_is_open(stage: Stage, opened: Opened) -> None:
    case = flows.case_with_readings(stage, SIZE)
    hand_over(opened, case)
    hers = opened("Amina Nowak").go(f"/complaints/{case}")
    press(hers, re.compile("^Yes, they may see this"))

    nils = opened()
    his = sign_in(nils)
    his.get_by_role("link", name="Find the leak").click()
    expect(his.get_by_text(PHONE)).to_be_visible()

    # She takes the phone number out: his open page learns of it by itself.
    hers.get_by_label(re.compile("^Phone number")).uncheck()
    press(hers, "Show only what is ticked")
    expect(his.get_by_text(PHONE)).to_have_count(0, timeout=POLL)
    expect(his.get_by_role("link", name="readings.csv")).to_be_visible()

    # She calls it back while his page is open and a download runs.
    line = nils.context.new_cdp_session(his)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    address, file = his.url, his.get_by_role("link", name="readings.csv").get_attribute("href") or ""
    with his.expect_download() as begun:
        his.get_by_role("link", name="readings.csv").click()
    his.evaluate("window.neverReloaded = true")
    hers.locator("summary", has_text="Call the task back").click()
    pressed = time.monotonic()
    press(hers, re.compile("^Yes, call it back now"))
    assert his.request.get(nils.url + file).status == 404
    assert time.monotonic() - pressed < AT_ONCE, "the refusal comes at once"
    assert his.request.get(f"{address}/state").status == 404
    expect(his.get_by_role("heading", level=1)).to_have_text(re.compile("called back"), timeout=POLL)
    assert his.evaluate("window.neverReloaded"), "the open page says so by itself"
    assert "hall for a week" not in his.content() and "readings.csv" not in his.content()
    assert begun.value.failure(), "the download ends with what was read so far"
    line.send("Network.emulateNetworkConditions", {**SLOW, "downloadThroughput": -1, "uploadThroughput": -1})
    his.reload()
    expect(his.get_by_role("heading", level=1)).to_have_text("This task has ended")

    # Each thing that was opened stands where she looks who looked.
    looks = hers.context.pages[0]
    looks.goto(f"{stage.url}/who-looked")
    row = looks.locator("li", has_text="A task of a partner").first
    for what in (cast.NORTHWIND, "words of the complaint", "phone number", "readings.csv"):
        expect(row).to_contain_text(what)


def test_a_share_is_asked_for_given_changed_stopped_and_confirmed(stage: Stage, opened: Opened) -> None:
    with stage.app.app_context(), db.unit_of_work(write=False):
        number = accounts.account_by_id(flows.actor("Vera Sokolova").account_id or 0).number
    his = opened(cast.NILS.name).go("/extranet/shares/requests/new")
    his.get_by_label("Customer number").fill(number)
    his.locator("label", has_text="to repair, deliver or install").click()
    his.get_by_label("What for, in your words").fill("The seal of your washing machine")
    his.get_by_label("What does the customer get?").fill("We come a day earlier")
    for data in ("e-mail address", "phone number"):
        his.locator("#fields label", has_text=data).click()
    press(his, "Ask")
    expect(his.locator("#asked")).to_contain_text("waits for an answer")

    # She reads what they ask for, and lets them see it.
    hers = english(opened("Vera Sokolova"), "/sharing")
    with hers.expect_navigation():
        hers.get_by_role("link", name="See what and answer").click()
    for data in ("e-mail address", "phone number"):
        hers.get_by_label(data).check()
    press(hers, "Read what it means")
    expect(hers.locator(".sentence")).to_contain_text("e-mail address, phone number")
    press(hers, "Share it")
    expect(hers.locator(".receipt")).to_contain_text("Not yet confirmed")

    # She takes a part out: what changes is marked before it holds.
    with hers.expect_navigation():
        hers.get_by_role("link", name="Change", exact=True).click()
    hers.get_by_label("phone number").uncheck()
    press(hers, "Read what it means")
    expect(hers.locator("#changes mark")).to_have_text("e-mail address")
    press(hers, "Change it")

    # Two presses from the first page, and it is over; the receipt says what is not sure yet.
    hers.goto(f"{stage.url}/home")
    with hers.expect_navigation():
        hers.get_by_role("navigation", name="Main").get_by_role("link", name="Sharing").click()
    with hers.expect_navigation():
        hers.locator(".permission-row", has_text="The seal of your").get_by_role(
            "button", name="Stop"
        ).click()
    expect(hers.locator(".receipt")).to_contain_text("Not yet confirmed")
    expect(hers.locator("#history")).to_contain_text("Not yet confirmed")

    # They confirm what they were told; she reads when, and by whom.
    his.reload()
    while his.locator("#confirm").count():
        press(his, "We know it")
    hers.reload()
    expect(hers.locator(".receipt")).to_contain_text("has confirmed it")
    expect(hers.locator("#history .timeline-row").first).to_contain_text(f"Confirmed by {cast.NILS.name} on")

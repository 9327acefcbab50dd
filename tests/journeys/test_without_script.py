"""The main acts with JavaScript off: all of it is forms and links underneath."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from portal import db
from portal.dev import cast
from portal.domain import accounts

from . import flows
from .flows import Opened, english, press, sign_in
from .flows_of_partners import share_of
from .stage import Stage

pytestmark = pytest.mark.browser


def test_customer_stops_allows_and_changes_preferences(opened: Opened) -> None:
    watched = opened(script=False)
    page = sign_in(watched, "/sign-in", cast.AMINA.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Right now")

    watched.go("/permissions")
    tips = page.locator("#purpose-tips")
    for name, became in (("Stop", "Stopped"), ("Allow", "Allowed")):
        with page.expect_navigation():
            tips.get_by_role("button", name=re.compile(f"^{name}")).click()
        expect(page.locator(".receipt").first).to_contain_text(became)
        expect(tips.locator(".permission-press")).to_contain_text(became)

    watched.go("/preferences")
    before = page.locator("#sentence").inner_text()
    budget = page.locator("[name=budget_count]")
    budget.select_option("4" if budget.input_value() != "4" else "3")
    press(page, "Keep these settings")
    expect(page.locator("#sentence")).not_to_have_text(before)


def test_staff_sign_in_with_both_steps(stage: Stage, opened: Opened) -> None:
    watched = opened(script=False)
    page = sign_in(watched, "/admin/sign-in", cast.SAM.email)
    with stage.app.app_context(), db.unit_of_work():
        code = accounts.current_code(accounts.person_called(cast.SAM.email).id)
    page.locator("main input:not([type=hidden])").first.fill(code)
    press(page, re.compile("Sign in|Go on|Continue"))
    expect(page).to_have_url(re.compile(r"/admin/?$"))
    watched.go("/admin/queue")
    page.locator("#queue a").first.click()
    expect(page.get_by_text("In the words of")).to_be_visible()


def test_customer_files_a_complaint(opened: Opened) -> None:
    watched = opened("Amina Nowak", script=False, width=390)
    page = watched.go("/complaints/new")
    page.locator("label", has_text="We tell you how it could happen").click()
    press(page, "Continue")
    press(page, "Continue")
    expect(page.locator(".error-summary")).to_contain_text("Write what happened")
    page.get_by_label("Your words").fill("The invoice shows a visit that never was.")
    for _step in ("words", "about", "files"):
        press(page, "Continue")
    page.locator("label", has_text="Nothing leaves the portal").click()
    press(page, "Continue")
    press(page, "Send the complaint")
    expect(page.get_by_text("Your number is")).to_be_visible()


def test_customer_accepts_an_offer(opened: Opened) -> None:
    watched = opened("Ben Petrov", script=False)
    watched.go("/home")
    press(watched.page, "English")  # he reads Bulgarian; the words below are English
    page = watched.go("/complaints")
    page.locator(".complaint-line", has_text="Answered").get_by_role("link").first.click()
    press(page, re.compile("^Accept"))
    expect(page.locator("#owed")).to_be_visible()


def unseen(_page: object, _name: str) -> None:
    """Pass a page by: without script no eye of axe opens."""


def test_customer_sets_up_codes_and_finds_the_way_back(opened: Opened, stage: Stage) -> None:
    flows.codes(opened, stage, unseen, cast.VERA, script=False)


def test_company_invites_a_colleague_and_changes_rights(opened: Opened, stage: Stage) -> None:
    flows.colleagues(opened, stage, unseen, script=False, address="iga@demo.example")


def test_customer_lets_a_program_in(opened: Opened) -> None:
    flows.program(opened, unseen, script=False)


def test_manager_changes_a_setting(opened: Opened) -> None:
    flows.settings(opened, unseen, script=False)


def test_partner_works_on_a_task(opened: Opened) -> None:
    page = opened(cast.NILS.name, script=False, width=390).go("/extranet")
    page.get_by_role("link", name="Is this kettle safe?").click()
    page.locator("summary", has_text="Write").click()
    press(page, "Send")
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("What you want to say").fill("We have looked at the batch.")
    press(page, "Send")
    expect(page.locator(".thread")).to_contain_text("We have looked at the batch.")


def test_customer_shares_changes_and_stops(opened: Opened, stage: Stage) -> None:
    shared = share_of(stage, cast.VERA.name, "warranty")
    page = english(opened(cast.VERA.name, script=False, width=390), f"/sharing/{shared}/change")
    page.get_by_label("phone number").uncheck()
    press(page, "Read what it means")
    expect(page.locator("#changes mark")).to_have_text("name")
    press(page, "Change it")
    press(page, "Stop now")
    expect(page.locator(".receipt")).to_contain_text("Not yet confirmed")

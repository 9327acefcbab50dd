"""Longer ways through the product, each told once: with script for the eye of axe, and without it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
from playwright.sync_api import Page, expect

from portal.dev import cast

from .mailbox import link_in, wait_for
from .stage import Stage, Watched

Look = Callable[[Page, str], None]
Opened = Callable[..., Watched]


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press the button of that name and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def sign_in(watched: Watched, path: str, address: str) -> Page:
    """Fill in and send the sign-in form."""
    page = watched.go(path)
    page.locator("input[type=email]").fill(address)
    page.locator("input[type=password]").fill(cast.PASSWORD)
    press(page, "Sign in")
    return page


def english(watched: Watched, path: str) -> Page:
    """Open a page and have it in English from now on."""
    page = watched.go(path)
    if page.locator("html").get_attribute("lang") != "en":
        press(page, "English")
    return page


def codes(opened: Opened, stage: Stage, look: Look, who: cast.Customer, *, script: bool) -> None:
    """Set up codes, lose the phone, ask for the way back, and come in with a recovery code after all."""
    watched, address = opened(who.name, script=script), who.email
    page = english(watched, "/security")
    press(page, "Set up an app")
    look(page, "setting up an app")
    secret = (page.locator("main .more code").text_content() or "").replace(" ", "")
    page.locator("main input[name=code]").fill(pyotp.TOTP(secret).now())
    press(page, "Confirm the app")
    look(page, "recovery codes")
    recovery = page.locator("#recovery-codes code").all_text_contents()

    watched.context.clear_cookies()
    sign_in(watched, "/sign-in", address)
    look(page, "second step")
    with page.expect_navigation():
        page.get_by_role("link", name="Phone, key and recovery codes are gone").click()
    look(page, "lost second step")
    press(page, "Send me the link")
    look(page, "link to the wait sent")
    watched.go(link_in(wait_for(stage, address, "/second-step/"), "/second-step/"))
    look(page, "begin the wait")
    press(page, "It is me: begin the wait")
    look(page, "the wait has begun")

    sign_in(watched, "/sign-in", address)
    page.locator("main input[name=code]").fill(recovery[0])
    press(page, "Sign in")
    expect(page).to_have_url(re.compile("/home$"))
    watched.go(link_in(wait_for(stage, address, "/not-me/"), "/not-me/"))
    look(page, "alarm link")


def colleagues(opened: Opened, stage: Stage, look: Look, *, script: bool, address: str) -> None:
    """Ola invites a colleague, who accepts; then she changes what the colleague may do."""
    watched = opened("Ola Lipska", script=script)
    page = english(watched, "/colleagues/invitation")
    page.get_by_label("Name", exact=True).fill("Iga Zając")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Documents", exact=True).check()
    press(page, "Send the invitation")
    expect(page.locator("#invitations")).to_contain_text(address)

    guest = opened(script=script)
    invited = guest.go(link_in(wait_for(stage, address, "/invitation/"), "/invitation/"))
    look(invited, "invitation")
    invited.locator("input[type=password]").fill(cast.PASSWORD)
    with invited.expect_navigation():
        invited.locator("main form .btn-primary").click()
    expect(invited.locator(".acting")).to_contain_text("Hurtownia Lipa")

    watched.go("/colleagues")
    with page.expect_navigation():
        page.locator(".colleague", has_text=address).locator(".colleague-acts a").click()
    page.get_by_label("Own complaints", exact=True).check()
    press(page, "Set these rights")
    watched.go("/colleagues")
    look(page, "colleagues")
    expect(page.locator(".colleague", has_text=address)).to_contain_text("Own complaints")
    with page.expect_navigation():
        page.locator(".colleague", has_text=address).locator(".colleague-acts a").click()
    with page.expect_navigation():
        page.get_by_role("link", name="End it").click()
    look(page, "end of a colleague")


def mails(opened: Opened, stage: Stage, look: Look) -> None:
    """Ben asks for a new password; Amina stops the tips, reads under which words, and allows them again."""
    page = opened().go("/reset")
    page.locator("main input[type=email]").fill(cast.BEN.email)
    with page.expect_navigation():
        page.locator("main form .btn-primary").click()
    page.goto(link_in(wait_for(stage, cast.BEN.email, "/reset/"), "/reset/"))
    look(page, "new password")

    page = opened("Amina Nowak").go("/permissions")
    for name in ("Stop", "Allow"):
        with page.expect_navigation():
            page.locator("#purpose-tips").get_by_role("button", name=re.compile(f"^{name}")).click()
    look(page, "receipt of a permission")
    page.goto(page.url.split("?")[0].rstrip("/"))
    with page.expect_navigation():
        page.locator("#purpose-tips h3 a").click()
    with page.expect_navigation():
        page.locator("main a[href*='/notices/']").first.click()
    look(page, "words of a permission")


def complaint(opened: Opened, look: Look) -> None:
    """Amina sends a complaint, and reads its number and its dates."""
    page = opened("Amina Nowak").go("/complaints/new")
    page.locator("label", has_text="We tell you how it could happen").click()
    press(page, "Continue")
    page.get_by_label("Your words").fill("The invoice shows a visit that never was.")
    for _step in ("words", "about", "files"):
        press(page, "Continue")
    page.locator("label", has_text="Nothing leaves the portal").click()
    press(page, "Continue")
    press(page, "Send the complaint")
    look(page, "complaint sent")


def program(opened: Opened, look: Look, *, script: bool) -> None:
    """Let a program in, and see its token once."""
    watched = opened("Amina Nowak", script=script)
    page = watched.go("/programs/new")
    page.get_by_label("What do you call it?").fill("Home ledger")
    page.get_by_label("Messages").select_option(index=1)
    press(page, "Make the token")
    look(page, "the token")
    expect(page.locator("#token")).to_contain_text("reins_")
    watched.go("/programs")
    look(page, "programs")
    expect(page.locator("#token")).to_have_count(0)
    expect(page.get_by_text("Home ledger").first).to_be_visible()


def settings(opened: Opened, look: Look, *, script: bool) -> None:
    """Max moves Dana to another team, and the record says so."""
    watched = opened("Max Brandt", script=script)
    page = watched.go("/admin/staff")
    with page.expect_navigation():
        page.get_by_role("link", name="Dana Ilieva").click()
    team = page.get_by_label("Team")
    became = "Privacy" if team.input_value() != "Privacy" else "Data protection"
    team.fill(became)
    press(page, "Change the team")
    expect(page.get_by_label("Team")).to_have_value(became)
    watched.go("/admin/staff")
    with page.expect_navigation():
        page.get_by_role("link", name="Sam Carter").click()
    with page.expect_navigation():
        page.locator("main a[href$='/cases']").click()
    look(page, "cases of a colleague")
    watched.go("/admin/settings/record")
    look(page, "record of changes")
    expect(page.locator(".timeline-row").first).to_contain_text("Dana Ilieva")

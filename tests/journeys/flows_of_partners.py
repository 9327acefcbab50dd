"""Longer ways of partners: coming in, being refused, setting up a receiver, a task, a share."""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta

import pyotp
from playwright.sync_api import Page, expect

from portal import db
from portal.dev import cast
from portal.domain import accounts, calendars, clock, complaints, partners, sharing, tasks
from portal.domain.accounts import Face
from portal.domain.actor import Actor
from tests.domain.complaints import cases

from . import scenes
from .flows import Look, Opened, english, press
from .mailbox import link_in, wait_for
from .stage import Stage

ASTRID = cast.ASTRID.name


def actor(name: str, face: Face = Face.CUSTOMER) -> Actor:
    """Return somebody as signed in at a face; within a unit of work."""
    return accounts.actor_of(accounts.person_called(name).id, face=face)


def northwind() -> partners.Partner:
    """Return the partner of the cast; within a unit of work."""
    return next(one for one in partners.active() if one.name == cast.NORTHWIND)


def asked_in(opened: Opened, stage: Stage, look: Look, *, script: bool, address: str) -> None:
    """Astrid asks a colleague in, who sets a password and a second step, and comes back with both."""
    watched = opened(ASTRID, script=script)
    page = watched.go("/extranet/people/new")
    page.get_by_label("Name", exact=True).fill("Jonas Lind")
    page.get_by_label(re.compile("^E-mail")).fill(address)
    page.locator("label", has_text="Works on tasks").click()
    press(page, "Send the invitation")
    expect(page.locator("main")).to_contain_text(address)
    look(page, "asked in")

    guest = opened(script=script)
    page = guest.go(link_in(wait_for(stage, address, "/extranet/invitation/"), "/extranet/invitation/"))
    look(page, "invitation to the extranet")
    page.locator("input[type=password]").fill(cast.PASSWORD)
    press(page, "Come in")
    page.locator("main input[type=email]").fill(address)
    page.locator("main input[type=password]").fill(cast.PASSWORD)
    press(page, "Sign in")
    look(page, "second step of a partner")
    secret = (page.locator("main .more code").text_content() or "").replace(" ", "")
    page.locator("main input[name=code]").fill(pyotp.TOTP(secret).now())
    press(page, re.compile("Confirm|Set"))
    look(page, "recovery codes of a partner")
    recovery = page.locator("#recovery-codes code").all_text_contents()
    with page.expect_navigation():
        page.get_by_role("link", name="I have kept them, go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Right now")

    guest.context.clear_cookies()
    by_password(guest.go("/extranet/sign-in"), address)
    look(page, "code of a partner")
    page.locator("main input[name=code]").fill(recovery[0])
    press(page, "Sign in")
    expect(page).to_have_url(re.compile("/extranet/?$"))


def by_password(page: Page, address: str) -> None:
    """Say who one is on the sign-in page of partners, and give the password."""
    page.locator("main input[type=email]").fill(address)
    press(page, "Go on")
    page.locator("main input[type=password]").fill(cast.PASSWORD)
    press(page, "Sign in")


def set_up(opened: Opened, stage: Stage, look: Look) -> None:
    """Max tries a provider that is down; somebody of that company reads why they cannot come in."""
    page = opened("Max Brandt").go("/admin/partners")
    with page.expect_navigation():
        page.get_by_role("link", name=scenes.BALTIC).click()
    look(page, "partner with a provider")
    press(page, "Try it")
    expect(page.locator(".trial")).to_contain_text("wrong")
    look(page, "trial of a provider")
    with page.expect_navigation():
        page.get_by_role("link", name="Change the provider").click()
    look(page, "provider")

    page = opened().go("/extranet/sign-in")
    page.locator("main input[type=email]").fill(f"lena@{scenes.BALTIC_DOMAIN}")
    press(page, "Go on")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("cannot be reached"))
    look(page, "provider is down")


def receiver(opened: Opened, look: Look) -> None:
    """Astrid lets the systems of her company hear of shares, and ends it again."""
    page = opened(ASTRID).go("/extranet/events")
    page.get_by_label("Address of your receiver").fill("http://127.0.0.1:9/reins")
    press(page, "Use this address")
    look(page, "secret of the receiver")
    with page.expect_navigation():
        page.get_by_role("link", name="I have it").click()
    look(page, "receiver")
    press(page, "No more events")


def confirmed_by_mail(opened: Opened, stage: Stage, look: Look) -> None:
    """Ben thinks of changing a share, and stops it; the partner confirms by the link of the mail, not signed in."""
    shared = share_of(stage, "Ben Petrov", "advice")
    watched = opened("Ben Petrov")
    page = english(watched, f"/sharing/{shared}/change")
    page.get_by_label("phone number").uncheck()
    press(page, "Read what it means")
    look(page, "what a change means")
    watched.go("/sharing")
    page.locator(f".permission-row:has(a[href$='{shared}'])").get_by_role("button", name="Stop").click()
    expect(page.locator(".receipt")).to_contain_text("Not yet confirmed")
    link = link_in(wait_for(stage, cast.ASTRID.email, "has ended"), "/extranet/shares/confirm/")
    there = opened().go(link)
    look(there, "confirm by mail")
    press(there, "We know it")
    look(there, "confirmed by mail")
    page.reload()
    expect(page.locator(".receipt")).to_contain_text("has confirmed it")


def handed_in(opened: Opened, stage: Stage, look: Look) -> None:
    """Nils hands in the result of a task, and nothing of it is shown any more."""
    case = case_with_readings(stage, 1400)
    with stage.app.app_context(), db.unit_of_work():
        sam = actor("Sam Carter", Face.STAFF)
        task = tasks.give(
            complaints.of(sam).get(case), actor=sam, partner=northwind().uuid, title="Ring up for a visit",
            instructions="Ring up.", parts=["field:phone"], until=clock.now() + timedelta(days=1), basis="contract",
            basis_words="You asked for a repair.",
        ).uuid  # fmt: skip
    page = opened(cast.NILS.name).go(f"/extranet/tasks/{task}")
    page.get_by_label("What came of it").fill("We come on Tuesday.")
    press(page, "Hand in the result and end the task")
    look(page, "task has ended")


def share_of(stage: Stage, name: str, purpose: str) -> uuid.UUID:
    """Let a customer share with Northwind for a purpose, and return the share."""
    with stage.app.app_context(), db.unit_of_work():
        customer = actor(name)
        until = calendars.day_end((clock.now() + timedelta(days=40)).date(), customer.zone)
        terms = sharing.Terms(
            purpose=purpose, fields=("contact.name", "contact.phone"), until=until, words="a new seal", keep_days=14
        )  # fmt: skip
        return sharing.give(northwind().uuid, terms, actor=customer).uuid


def case_with_readings(stage: Stage, size: int) -> uuid.UUID:
    """Return a complaint of Amina's in Sam's hands, with a file of ``size`` bytes."""
    with stage.app.app_context(), db.unit_of_work():
        amina, sam = actor("Amina Nowak"), actor("Sam Carter", Face.STAFF)
        complaint = cases.in_hand(amina, sam, subject="The washing machine leaks")
        stream = io.BytesIO(b"one;two;three\n" * (size // 14))
        complaints.attach(complaint, actor=amina, name="readings.csv", stream=stream)
        return complaint.uuid

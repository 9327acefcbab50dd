"""The first complaint of a newcomer, from the registration at a phone to the rating, seen from both sides."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from . import mailbox
from .stage import Stage, Watched

pytestmark = pytest.mark.browser

NAME = "Hanna Wrona"
ADDRESS = "hanna.wrona@mail.example"
WORDS = "The kettle leaks at the base. The worktop under it is swollen now."
CASE = re.compile(r"/complaints/[0-9a-f-]{36}$")
Opened = Callable[..., Watched]


def photo() -> bytes:
    """Return a photo as a phone takes it."""
    picture = Image.new("RGB", (1200, 900), "#8fa3ad")
    ImageDraw.Draw(picture).ellipse((300, 250, 900, 800), fill="#39424a")
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press the button of that name and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def act(page: Page, noun: str) -> Page:
    """Open an act of the case page, where it is not open yet."""
    place = page.locator(f"#act-{noun}")
    if place.get_attribute("open") is None:
        place.locator("summary").click()
    return page


def register(stage: Stage, customer: Watched) -> None:
    """Register, prove the mailbox by the mail that really came, and choose a password."""
    page = customer.go("/register")
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("E-mail").fill(ADDRESS)
    press(page, "Send me the link")
    mail = mailbox.wait_for(stage, ADDRESS, "/proof/")
    page.goto(mailbox.link_in(mail, "/proof/"))
    page.locator("input[type=password]").first.fill("kettle worktop morning rain")
    press(page, "Open my account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Right now")


def file_complaint(page: Page) -> str:
    """File through the wizard, with a photo; return the path of the complaint."""
    page.get_by_role("link", name=re.compile("complaint", re.I)).first.wait_for()
    page.goto(re.sub(r"(https?://[^/]+).*", r"\1/complaints/new", page.url))
    page.locator("label", has_text="You get back what you paid").click()
    press(page, "Continue")
    page.get_by_label("Amount").fill("149.90")
    press(page, "Continue")
    page.get_by_label("Your words").fill(WORDS)
    press(page, "Continue")
    page.get_by_label("What is it about?").fill("Kettle, order VH-20417")
    press(page, "Continue")
    page.locator("input[type=file]").set_input_files(
        {"name": "kettle.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    press(page, "Continue")
    page.locator("label", has_text="Every step comes to your mailbox").click()
    press(page, "Continue")
    expect(page.get_by_text("kettle.jpg").first).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_visible()
    press(page, "Send the complaint")
    expect(page.get_by_text("Your number is")).to_be_visible()
    page.get_by_role("link", name="See your complaint").click()
    page.wait_for_url(CASE)
    return CASE.search(page.url)[0]  # type: ignore[index]


def queued(page: Page) -> tuple[list[str], int]:
    """Return the dates of the queue from top to bottom, without the dangerous ones, and the place of the new one."""
    rows = page.locator("#queue tbody tr:not(.is-harm)")
    dates, place = [], -1
    for number in range(rows.count()):
        row = rows.nth(number)
        dates.append(row.locator("time").get_attribute("datetime") or "")
        if NAME in row.inner_text():
            place = number
    return dates, place


def take(stage: Stage, sam: Watched) -> None:
    """Find it where its clock puts it, look the person up for it, take it."""
    page = sam.go("/admin/queue")
    dates, place = queued(page)
    assert place >= 0
    assert dates == sorted(dates)
    page.locator("#queue tr", has_text=NAME).get_by_role("link").click()
    expect(page.locator(".case-words")).to_have_text(WORDS)
    with page.expect_download() as download:
        page.get_by_role("link", name="kettle.jpg").first.click()
    assert download.value.suggested_filename.endswith(".jpg")
    page.get_by_role("link", name=NAME).first.click()
    expect(page.get_by_role("heading", name="The customer's own terms")).to_be_visible()
    page.go_back()
    act(page, "responsibility").get_by_label("First step").fill("I read your order and the repair report")
    press(page, "Take it")


def answer_with(page: Page, reasons: str, amount: str, button: str) -> None:
    """Make an offer on the case page: partly right, and a refund."""
    act(page, "offers").locator("#finding-partly").check()
    page.get_by_label("Reasons, in plain words").fill(reasons)
    page.locator("#remedy-0-kind").select_option("refund")
    page.locator("#remedy-0-amount").fill(amount)
    page.locator("#remedy-0-days").fill("5")
    press(page, button)


def lines(page: Page) -> list[str]:
    """Return the sentences of a timeline, newest first."""
    return [
        " ".join(text.split()) for text in page.locator(".timeline-row .timeline-title").all_inner_texts()
    ]


def test_newcomer_files_disputes_and_closes_and_both_sides_read_the_same(
    stage: Stage, opened: Opened
) -> None:
    customer = opened(width=390)
    register(stage, customer)
    phone = customer.page
    case = file_complaint(phone)

    sam = opened("Sam Carter")
    take(stage, sam)
    desk = sam.page
    act(desk, "questions").get_by_label("One thing you need to know").fill("When did it begin to leak?")
    press(desk, "Ask")

    mailbox.wait_for(stage, ADDRESS, "When did it begin to leak?")
    customer.go(case)
    expect(phone.get_by_text("We need one thing from you")).to_be_visible()
    phone.get_by_label("Your answer").fill("On the second day.")
    press(phone, "Send the answer")

    sam.go("/admin" + case)
    answer_with(desk, "The base leaks; the worktop we cannot judge from the photo.", "60", "Send the answer")

    customer.go(case)
    expect(phone.get_by_text("60.00").first).to_be_visible()
    press(phone, re.compile("^Not enough"))

    rita = opened("Rita Nowicka")
    page = rita.go("/admin/queue?view=review")
    page.locator("#queue tr", has_text=NAME).get_by_role("link").click()
    act(page, "review").get_by_label("First step").fill("I look at the photo with the workshop")
    press(page, "Take the review")
    answer_with(
        page, "The workshop says that the water did it. You get all of it.", "149.90", "Send the answer"
    )

    customer.go(case)
    expect(phone.get_by_text("The answer of the review")).to_be_visible()
    press(phone, re.compile("^Accept"))

    rita.go("/admin" + case)
    page.get_by_label("Proof that it is done").fill("Transfer 2211 of today")
    press(page, "It is done")

    customer.go(case)
    expect(phone.get_by_text("Transfer 2211 of today").first).to_be_visible()
    press(phone, re.compile("^Yes, it is done"))
    rating = phone.locator("#rating")
    rating.locator("fieldset").nth(0).get_by_role("radio").last.check()
    rating.locator("fieldset").nth(1).get_by_role("radio").last.check()
    press(phone, "Send both answers")

    sam.go("/admin" + case)
    desk.get_by_role("link", name=NAME).first.click()
    theirs = lines(desk)
    mine = lines(customer.go("/timeline"))
    shared = min(len(theirs), len(mine))
    assert shared > 10
    assert mine[:shared] == theirs[:shared]

    looks = customer.go("/who-looked").locator(".lookup-row")
    text = " ".join(looks.all_inner_texts())
    assert "Complaints" in text
    assert "Review" in text
    assert "kettle.jpg" in text
    looks.first.get_by_text("Why?").click()
    expect(looks.first.locator("details p")).to_be_visible()


def test_stopping_offers_lists_the_messages_this_cancelled(opened: Opened) -> None:
    amina = opened("Amina Nowak")
    waiting = amina.go("/messages?view=waiting").locator("main .row-item").all_inner_texts()
    offers = [text for text in waiting if "Offers that fit what you own" in text]
    assert offers

    page = amina.go("/permissions")
    row = page.locator("#purpose-offers")
    with page.expect_navigation():
        row.get_by_role("button", name=re.compile("^Stop")).click()
    receipt = page.locator(".receipt").first
    expect(receipt).to_contain_text(f"Waiting messages cancelled: {len(offers)}")
    expect(receipt.locator("li a")).to_have_count(len(offers))

    left = amina.go("/messages?view=waiting").locator("main .row-item").all_inner_texts()
    assert not [text for text in left if "Offers that fit what you own" in text]
    amina.go("/permissions")
    with page.expect_navigation():
        row.get_by_role("button", name=re.compile("^Allow")).click()

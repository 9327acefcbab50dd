"""Signing in and filing by the keyboard alone: every stop is seen, nothing is out of reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.dev import cast

from .stage import Watched

pytestmark = pytest.mark.browser

MOST_STOPS = 60
# The ring stands at the element or around the card or row that it fills.
SEEN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const ringed = at => {
    const look = getComputedStyle(at);
    return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  };
  const around = [one, one.parentElement, one.closest("li")].filter(Boolean);
  return around.some(ringed) && box.bottom > 0 && box.top < innerHeight;
}"""
WHAT = """() => {
  const one = document.activeElement, label = one.labels && one.labels[0];
  return (label || one).textContent.trim().replace(/\\s+/g, " ") || one.getAttribute("aria-label") || one.name || "";
}"""


def to(page: Page, wanted: str) -> None:
    """Press Tab until the element of that name has the focus; each stop on the way must be visible."""
    for _stop in range(MOST_STOPS):
        if page.evaluate(WHAT).startswith(wanted):
            return
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), f"the focus cannot be seen on {page.evaluate(WHAT)!r} of {page.url}"
    raise AssertionError(f"{wanted!r} is not reached by Tab on {page.url}")


def enter(page: Page) -> None:
    """Press Enter and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_sign_in_and_file_by_keyboard(opened: Callable[..., Watched]) -> None:
    page = opened().go("/")
    page.emulate_media(reduced_motion="reduce")  # a smooth scroll would still be on its way
    page.keyboard.press("Tab")
    assert page.evaluate(WHAT).startswith("Skip")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"

    page.goto(page.url.split("#")[0] + "sign-in")
    to(page, "E-mail")
    page.keyboard.type(cast.PIOTR.email)
    to(page, "Password")
    page.keyboard.type(cast.PASSWORD)
    enter(page)
    to(page, page.locator("main a[href='/complaints/new']").first.inner_text().strip())
    enter(page)

    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    to(page, page.locator("main form .btn-primary").first.inner_text().strip())
    enter(page)
    to(page, page.locator("label[for=words]").inner_text().strip())
    page.keyboard.type("The lamp hums.")
    while not page.url.endswith("/check"):
        to(page, page.locator("main form .btn-primary").first.inner_text().strip())
        enter(page)
    to(page, page.locator("main form .btn-primary").last.inner_text().strip())
    enter(page)
    expect(page.locator("#number")).to_be_visible()

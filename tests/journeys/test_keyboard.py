"""Signing in and filing by the keyboard alone: every stop is seen, nothing is out of reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.dev import cast

from .flows import english
from .flows_of_partners import share_of
from .stage import Stage, Watched
from .test_passkeys import ready_for_passkeys

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


@pytest.fixture
def reading(opened: Callable[..., Watched]) -> Callable[..., Page]:
    """Opens a page in English for somebody without a mouse; a smooth scroll would still be on its way."""

    def open_page(path: str, name: str = "", before: Callable[[Watched], None] | None = None) -> Page:
        watched = opened(name)
        if before is not None:
            before(watched)
        page = english(watched, path)
        page.emulate_media(reduced_motion="reduce")
        return page

    return open_page


def test_sign_in_and_file_by_keyboard(reading: Callable[..., Page]) -> None:
    page = reading("/")
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


def test_invite_a_colleague_by_keyboard(reading: Callable[..., Page]) -> None:
    page = reading("/colleagues", "Ola Lipska")
    to(page, "Invite a colleague")
    enter(page)
    to(page, "Name")
    page.keyboard.type("Jan Kowal")
    to(page, "E-mail address")
    page.keyboard.type("jan.kowal@demo.example")
    to(page, "Documents")
    page.keyboard.press("Space")
    to(page, "Send the invitation")
    enter(page)
    expect(page.locator("#invitations")).to_contain_text("jan.kowal@demo.example")
    to(page, "Cancel")
    enter(page)


def test_let_a_program_in_by_keyboard(reading: Callable[..., Page]) -> None:
    page = reading("/programs", "Amina Nowak")
    to(page, "Let a program in")
    enter(page)
    to(page, "What do you call it?")
    page.keyboard.type("By keys")
    to(page, "Messages")
    page.keyboard.press("ArrowDown")
    to(page, "Make the token")
    enter(page)
    expect(page.locator("#token")).to_contain_text("reins_")


def test_make_and_name_a_passkey_by_keyboard(reading: Callable[..., Page]) -> None:
    page = reading("/security", "Ben Petrov", ready_for_passkeys)
    to(page, "Add a passkey")
    page.keyboard.press("Enter")
    page.wait_for_url("**/security/passkeys/*")
    to(page, "Name")
    page.keyboard.press("Control+A")
    page.keyboard.type("The red key")
    to(page, "Keep this name")
    enter(page)
    expect(page.get_by_text("The red key").first).to_be_visible()


def test_change_a_setting_by_keyboard(reading: Callable[..., Page]) -> None:
    page = reading("/admin/staff", "Max Brandt")
    to(page, "Rita Nowicka")
    enter(page)
    to(page, "Team")
    page.keyboard.press("Control+A")
    page.keyboard.type("Review and second look")
    to(page, "Change the team")
    enter(page)
    expect(page.get_by_label("Team")).to_have_value("Review and second look")


def test_work_on_a_task_by_keyboard(reading: Callable[..., Page]) -> None:
    page = reading("/extranet/tasks", cast.NILS.name)
    to(page, "Is this kettle safe?")
    enter(page)
    to(page, "Write")
    page.keyboard.press("Enter")
    to(page, "What you want to say")
    page.keyboard.type("The batch is checked.")
    to(page, "Send")
    enter(page)
    expect(page.locator(".thread")).to_contain_text("The batch is checked.")


def test_stop_what_is_shared_by_keyboard(reading: Callable[..., Page], stage: Stage) -> None:
    share_of(stage, cast.BEN.name, "service")
    page = reading("/sharing", cast.BEN.name)
    to(page, "Stop")
    enter(page)
    expect(page.locator(".receipt")).to_contain_text("sees nothing of it from now on")
    to(page, "Share again")
    enter(page)
    to(page, "Read what it means")
    enter(page)
    to(page, "Share it")
    enter(page)
    expect(page.locator(".receipt")).to_contain_text("sees exactly this from now on")

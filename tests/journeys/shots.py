"""Which pages are pictured: who reads each, where it is, and what is done first to get there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urljoin

from playwright.sync_api import Page

from portal import db
from portal.domain import clock, complaints, tasks
from portal.domain.accounts import Face

from . import flows_of_partners as partners
from . import scenes
from .stage import Stage

Act = Callable[[Page], None]
LEAK = "The washing machine leaks"


class Shot(NamedTuple):
    """A page of the list: the reader ('' for anybody), its address, and what is done first."""

    reader: str
    path: str
    act: Act | None = None


def first(selector: str, *onward: str) -> Act:
    """Follow the first link of a page that fits, and from there the first that fits the next."""

    def go(page: Page) -> None:
        for one in (selector, *onward):
            page.goto(urljoin(page.url, link(page, one)), wait_until="load")

    return go


def link(page: Page, selector: str) -> str:
    """Return the address that the first fitting link leads to."""
    return page.locator(selector).first.get_attribute("href") or ""


def press(selector: str) -> Act:
    """Press the first button that fits, and wait for the page it leads to."""

    def act(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).first.click()

    return act


def then(*acts: Act) -> Act:
    """Do one after the other."""

    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def unfolded(page: Page) -> None:
    """Open every part that is folded up."""
    page.eval_on_selector_all(
        "main details:not([data-menu])", "all => all.forEach(one => { one.open = true; })"
    )


def to_check(page: Page) -> None:
    """Go from a draft to the last look at its answers."""
    first("main .complaint-line a")(page)
    page.goto(page.url.rsplit("/", 1)[0] + "/check", wait_until="load")


def provider_is_down(page: Page) -> None:
    """Set out for a sign-in that cannot be reached."""
    page.locator("main input[type=email]").fill(f"lena@{scenes.BALTIC_DOMAIN}")
    press("main form .btn-primary")(page)


def what_it_means(page: Page) -> None:
    """Fill in what a partner asks for, up to the last look at it."""
    first("#asked-list a.btn-primary, section[aria-labelledby=asked] a.btn-primary")(page)
    for box in page.locator("main form input[type=checkbox]").all():
        box.check()
    press("main form .btn-primary")(page)


def stopped(page: Page) -> None:
    """Stop what is shared, so that the receipt stands on the page; where nothing is, share it again before."""
    stop = page.locator(".permission-press form button")
    if not stop.count():
        first("main .permission-row h3 a", "a[href$='/change']")(page)
        press("main form .btn-primary")(page)
        press("main form .btn-primary")(page)
        page.goto(urljoin(page.url, "/sharing"), wait_until="load")
    press(".permission-press form button")(page)


def prepare(stage: Stage) -> None:
    """Let something wait for an answer that the demo has answered: whether a partner may see a part of a complaint."""
    case = partners.case_with_readings(stage, 40_000)
    with stage.app.app_context(), db.unit_of_work():
        sam = partners.actor("Sam Carter", Face.STAFF)
        complaint = complaints.of(sam).get(case)
        files = [one.key for one in tasks.choices(complaints.case(sam, case)) if one.kind == "file"]
        tasks.give(
            complaint, actor=sam, partner=partners.northwind().uuid, parts=["field:words", "field:phone", *files],
            title="Find the leak", instructions="Read the readings and ring up for a visit.",
            until=clock.now() + timedelta(days=1),
        )  # fmt: skip


CASE = "a[href*='/complaints/']:not([href$='/new'])"
AMINA, BEN, OLA, ZOFIA = "Amina Nowak", "Ben Petrov", "Ola Lipska", "Zofia Wilk"
SAM, TOMEK, MAX = "Sam Carter", "Tomek Rybak", "Max Brandt"
NILS, ASTRID, ELIZA = "Nils Berg", "Astrid Holm", "Eliza Mazur"
QUEUE = "/admin/queue?view=all_open"
AMINAS_CASE = "#queue tr:has-text('Amina') a"
PARTNER = f"#partner-list a:has-text('{scenes.BALTIC}')"

SHOTS: dict[str, Shot] = {
    "landing": Shot("", "/"),
    "how-complaints-work": Shot("", "/how-complaints-work"),
    "purposes": Shot("", "/purposes"),
    "sign-in": Shot("", "/sign-in"),
    "register": Shot("", "/register"),
    "not-found": Shot("", "/nowhere"),
    "home": Shot(AMINA, "/home"),
    "permissions": Shot(AMINA, "/permissions"),
    "permission": Shot(AMINA, "/permissions", first("#purpose-offers h3 a")),
    "preferences": Shot(AMINA, "/preferences"),
    "preferences-partners": Shot(AMINA, "/preferences/partners"),
    "complaints": Shot(AMINA, "/complaints"),
    "complaint": Shot(AMINA, "/complaints", first(f"main .complaint-line {CASE}")),
    "complaint-new": Shot(AMINA, "/complaints/new"),
    "complaint-task-asked": Shot(AMINA, "/complaints", first(f"main .complaint-line:has-text('{LEAK}') a")),
    "complaint-task": Shot(AMINA, "/complaints", first("main .complaint-line:has-text('kettle') a")),
    "messages": Shot(AMINA, "/messages"),
    "message": Shot(AMINA, "/messages", first("main .row-item a[href^='/messages/']")),
    "timeline": Shot(AMINA, "/timeline"),
    "who-looked": Shot(AMINA, "/who-looked"),
    "feedback": Shot(AMINA, "/feedback"),
    "security": Shot(AMINA, "/security"),
    "programs-new": Shot(AMINA, "/programs/new"),
    "profile": Shot(AMINA, "/profile"),
    "sharing": Shot(AMINA, "/sharing"),
    "sharing-new": Shot(AMINA, "/sharing/new"),
    "sharing-request": Shot(AMINA, "/sharing", first("section[aria-labelledby=asked] a.btn-primary")),
    "sharing-check": Shot(AMINA, "/sharing", what_it_means),
    "sharing-share": Shot(AMINA, "/sharing", first("main .permission-row h3 a")),
    "sharing-change": Shot(AMINA, "/sharing", first("main .permission-row h3 a", "a[href$='/change']")),
    "colleagues": Shot(OLA, "/colleagues"),
    "colleague-rights": Shot(OLA, "/colleagues", first(".colleague:has-text('Piotr') .colleague-acts a")),
    "colleague-invitation": Shot(OLA, "/colleagues/invitation"),
    "acting-for": Shot(ZOFIA, "/acting-for"),
    "sharing-none": Shot(ZOFIA, "/sharing"),
    "complaint-offered": Shot(BEN, "/complaints", first("main .complaint-line:has(.status-waiting_you) a")),
    "complaint-check": Shot(BEN, "/complaints?view=drafts", to_check),
    "staff-dashboard": Shot(SAM, "/admin/"),
    "staff-queue": Shot(SAM, QUEUE),
    "staff-case": Shot(SAM, QUEUE, first(AMINAS_CASE)),
    "staff-customer": Shot(SAM, QUEUE, first(AMINAS_CASE, ".case-facts a[href^='/admin/customers/']")),
    "staff-intake": Shot(SAM, "/admin/intake"),
    "staff-feedback": Shot(SAM, "/admin/feedback"),
    "staff-letters": Shot(SAM, "/admin/letters"),
    "staff-security": Shot(SAM, "/admin/security"),
    "staff-task": Shot(
        TOMEK, QUEUE, first("#queue tr:has-text('Amina'):has-text('kettle') a", "a[href$='/task']")
    ),
    "settings": Shot(MAX, "/admin/settings"),
    "settings-staff": Shot(MAX, "/admin/staff"),
    "settings-person": Shot(MAX, "/admin/staff", first("main td a, main th a")),
    "settings-roles": Shot(MAX, "/admin/roles"),
    "settings-purpose": Shot(MAX, "/admin/purposes/offers"),
    "settings-firm": Shot(MAX, "/admin/firm"),
    "settings-hours": Shot(MAX, "/admin/calendar"),
    "settings-record": Shot(MAX, "/admin/settings/record"),
    "partners": Shot(MAX, "/admin/partners"),
    "partner": Shot(MAX, "/admin/partners", first("#partner-list a:has-text('Northwind')")),
    "partner-trial": Shot(
        MAX, "/admin/partners", then(first(PARTNER), press("form[action$='/trial'] button"))
    ),
    "partner-provider": Shot(MAX, "/admin/partners", first(PARTNER, "a[href$='/provider']")),
    "partner-new": Shot(MAX, "/admin/partners/new"),
    "partner-events": Shot(MAX, "/admin/partner-events"),
    "partner-leads": Shot(MAX, "/admin/exchange"),
    "partner-lead": Shot(MAX, "/admin/exchange", first("main th a")),
    "partner-lead-new": Shot(MAX, "/admin/exchange/leads/new"),
    "partner-announcements": Shot(MAX, "/admin/exchange/announcements"),
    "partner-announcement-new": Shot(MAX, "/admin/exchange/announcements/new"),
    "extranet-sign-in": Shot("", "/extranet/sign-in"),
    "extranet-refused": Shot("", "/extranet/sign-in", provider_is_down),
    "extranet-home": Shot(NILS, "/extranet"),
    "extranet-tasks": Shot(NILS, "/extranet/tasks"),
    "extranet-task": Shot(NILS, "/extranet/tasks", first("main .task-list a")),
    "extranet-task-acts": Shot(NILS, "/extranet/tasks", then(first("main .task-list a"), unfolded)),
    "extranet-shares": Shot(NILS, "/extranet/shares"),
    "extranet-share": Shot(NILS, "/extranet/shares", first("main .permission-row h3 a")),
    "extranet-share-ask": Shot(NILS, "/extranet/shares/requests/new"),
    "extranet-exchange": Shot(NILS, "/extranet/exchange"),
    "extranet-announcements": Shot(NILS, "/extranet/exchange/announcements"),
    "extranet-announcement": Shot(
        NILS, "/extranet/exchange/announcements", first("main a[href*='/announcements/']")
    ),
    "extranet-leads": Shot(NILS, "/extranet/exchange/leads"),
    "extranet-lead": Shot(NILS, "/extranet/exchange/leads", first("main a.cover")),
    "extranet-lead-new": Shot(NILS, "/extranet/exchange/leads/new"),
    "extranet-people": Shot(ASTRID, "/extranet/people"),
    "extranet-company": Shot(ASTRID, "/extranet/company"),
    "extranet-person": Shot(
        ASTRID, "/extranet/people", first(".colleague:has-text('Nils') .colleague-acts a")
    ),
    "extranet-person-new": Shot(ASTRID, "/extranet/people/new"),
    "extranet-events": Shot(ASTRID, "/extranet/events"),
    "extranet-security": Shot(ASTRID, "/extranet/security"),
    "extranet-acting-for": Shot(ELIZA, "/extranet/acting-for"),
    "extranet-nothing": Shot(ELIZA, "/extranet"),
    # The last one: it ends what the others show.
    "sharing-receipt": Shot(AMINA, "/sharing", stopped),
}

"""Which pages there are: a list for each reader, and what their links lead to, each kind of page once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page

from .scenes import ERRORS
from .stage import Watched

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}")
# Downloads, and addresses that are used up or change something when they are opened.
NOT_PAGES = re.compile(
    r"^/(dev/link|u/|proof|reset/.|new-address|admin/invitation|\.well-known|robots|api/(partner/)?v1/)"
    r"|/pdf$|/files/|\.eml$|\.csv$"
)
LETTERS = re.compile(r"^/dev/mail/.+")

READERS: dict[str, tuple[str, ...]] = {
    "": (
        "/", "/how-complaints-work", "/our-numbers", "/purposes", "/privacy", "/imprint", "/accessibility", "/sign-in",
        "/register", "/register/sent", "/reset", "/reset/sent", "/api", "/admin/sign-in", "/dev/components",
        "/dev/mail", "/nowhere", "/invitation/none", "/second-step/none", "/second-step/none/removal", "/not-me/none",
        "/proof/none", "/reset/none", *(f"/stage/errors/{code}" for code in ERRORS),
    ),
    "Amina Nowak": (
        "/home", "/permissions", "/preferences", "/messages", "/timeline", "/who-looked", "/feedback", "/complaints",
        "/complaints/new", "/profile", "/profile/address", "/security", "/security/password", "/security/app",
        "/security/codes", "/security/history", "/programs", "/programs/new", "/nowhere",
    ),
    "Ben Petrov": ("/complaints", "/complaints?view=drafts", "/complaints?view=ended"),
    "Ola Lipska": (
        "/colleagues", "/colleagues/invitation", "/colleagues/deputy", "/colleagues/history", "/acting-for",
    ),
    "Piotr Bielak": ("/colleagues", "/acting-for/leave"),
    "Zofia Wilk": ("/acting-for",),
    "Sam Carter": (
        "/admin/", "/admin/queue", "/admin/queue?view=mine", "/admin/customers", "/admin/search?q=nowak",
        "/admin/search?q=zzzz", "/admin/tasks", "/admin/letters", "/admin/feedback", "/admin/intake",
        "/admin/security", "/admin/security/password", "/admin/security/app", "/admin/security/history",
        "/admin/nowhere",
    ),
    "Max Brandt": (
        "/admin/settings", "/admin/settings/record", "/admin/firm", "/admin/retention", "/admin/calendar",
        "/admin/staff",
        "/admin/purposes", "/admin/purposes/new", "/admin/purposes/offers", "/admin/purposes/tips/compare",
        "/admin/staff?view=invited", "/admin/texts", "/admin/texts/complaint_taken/en", "/admin/complaint-terms",
        "/admin/texts/complaint_taken/ru/preview", "/admin/texts/complaint_taken/pl/preview?view=letter",
        "/admin/texts/complaint_taken/bg/preview?view=text", "/admin/texts/complaint_taken/en/versions",
        "/admin/staff?view=ended", "/admin/staff/new", "/admin/roles", "/admin/roles/new", "/admin/roles/agent",
    ),
    "Rita Nowicka": ("/admin/", "/admin/queue?view=review", "/admin/queue?view=remedies"),
    "Mona Keller": ("/admin/", "/admin/queue", "/admin/customers"),
    "Dana Ilieva": (
        "/admin/", "/admin/customers", "/admin/queue", "/admin/settings", "/admin/purposes",
        "/admin/purposes/tips/compare", "/admin/seats",
    ),
}  # fmt: skip
# The others see pages of the same kinds: theirs are the complaints in each state and what their role leaves out.
FOLLOW_ALL = {"", "Amina Nowak", "Sam Carter"}
# What only one reader sees is followed for that one.
OWN = re.compile(r"^(/admin/staff|/colleagues)/[0-9a-f-]{36}")
CASE = re.compile(r"^(/admin)?/complaints/[0-9a-f-]{36}(\?|$)")
LINKS = """all => all.map(one => {
  const row = one.closest("tr, li"), state = row && row.querySelector(".row-side .status, .q-state .status");
  return [one.getAttribute("href"), state ? state.textContent.trim() : ""];
})"""
STEPS = ("remedy", "amount", "words", "about", "files", "contact", "check")
MOST = 80


def kind_of(path: str) -> str:
    """Return what stands for all pages of one kind: the address without ids and values."""
    parts = urlsplit(path)
    names = sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair)
    return ID.sub("*", LETTERS.sub("/dev/mail/*", parts.path)) + (f"?{','.join(names)}" if names else "")


def links(page: Page) -> list[tuple[str, str]]:
    """Return (address, state) of what a page links to on this site; the state stands in the row of a complaint."""
    found = page.eval_on_selector_all("a[href^='/']", LINKS)
    return [(path.split("#")[0], state) for path, state in found if not NOT_PAGES.search(path)]


def walk(watched: Watched, reader: str) -> Iterator[str]:
    """Open the pages of a reader one after the other; yield the address of each while it is open.

    A complaint is a page of its own kind in each state.
    """
    waiting = [(path, "") for path in READERS[reader]]
    staff = READERS[reader][0].startswith("/admin")
    seen: set[str] = set()
    while waiting:
        path, state = waiting.pop(0)
        key = path if path in READERS[reader] else kind_of(path)
        if CASE.match(path):
            key += f" {state}"
        if key in seen or (reader and path.startswith("/admin") is not staff):
            continue
        assert len(seen) < MOST, f"{reader}: more than {MOST} kinds of pages"
        seen |= {key, kind_of(path)}
        page = watched.go(path)
        landed = urlsplit(page.url).path
        if "/new/" in landed and landed == path:
            waiting += [(f"{landed.rsplit('/', 1)[0]}/{step}", "") for step in STEPS]
        waiting += [
            one
            for one in links(page)
            if reader in FOLLOW_ALL or "/complaints/" in one[0] or OWN.match(one[0])
        ]
        yield path

"""Which pages there are: a list for each reader, and what their links lead to, each kind of page once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import Page

from .scenes import ERRORS
from .stage import Watched

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}")
# Downloads, and addresses that are used up or change something when they are opened.
NOT_PAGES = re.compile(
    r"^/(dev/link|u/|proof|reset/.|new-address|(admin|extranet)/invitation|\.well-known|robots|api/(partner/)?v1/)"
    r"|/pdf$|^(/admin)?/files/|/tasks/.+/files/|/files/example/|/(content|errors|file)$|\.eml$|\.csv$"
    r"|/materials/[^/]+/versions/|/receipts/"
)
LETTERS = re.compile(r"^/dev/mail/.+")

READERS: dict[str, tuple[str, ...]] = {
    "": (
        "/", "/how-complaints-work", "/our-numbers", "/purposes", "/privacy", "/imprint", "/accessibility", "/sign-in",
        "/register", "/register/sent", "/reset", "/reset/sent", "/api", "/admin/sign-in", "/dev/components",
        "/dev/mail", "/nowhere", "/invitation/none", "/second-step/none", "/second-step/none/removal", "/not-me/none",
        "/proof/none", "/reset/none", "/extranet/sign-in", "/extranet/sign-in/password", "/extranet/signed-out",
        f"/extranet/sign-in/answer/{UUID(int=7)}", "/extranet/invitation/none", "/extranet/shares/confirm/none",
        *(f"/stage/errors/{code}" for code in ERRORS),
    ),
    "Amina Nowak": (
        "/home", "/permissions", "/preferences", "/messages", "/timeline", "/who-looked", "/feedback", "/complaints",
        "/complaints/new", "/sharing", "/sharing/new", "/preferences/partners", "/profile", "/profile/address",
        "/security", "/security/password", "/security/app", "/security/codes", "/confirm-it-is-you",
        "/security/history", "/programs", "/programs/new", "/nowhere",
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
        "/admin/staff", "/admin/complaint-categories", "/admin/confirm-it-is-you", "/admin/law",
        "/admin/purposes", "/admin/purposes/new", "/admin/purposes/offers", "/admin/purposes/tips/compare",
        "/admin/staff?view=invited", "/admin/texts", "/admin/texts/complaint_taken/en", "/admin/complaint-terms",
        "/admin/texts/complaint_taken/ru/preview", "/admin/texts/complaint_taken/pl/preview?view=letter",
        "/admin/texts/complaint_taken/bg/preview?view=text", "/admin/texts/complaint_taken/en/versions",
        "/admin/staff?view=ended", "/admin/staff/new", "/admin/roles", "/admin/roles/new", "/admin/roles/agent",
    ),
    "Max Brandt, about partners": (
        "/admin/partners", "/admin/partners/new", "/admin/partner-events", "/admin/exchange",
        "/admin/exchange/leads/new", "/admin/exchange/announcements", "/admin/exchange/announcements/new",
        "/admin/exchange/materials", "/admin/exchange/materials/new", "/admin/partner-tiers", "/admin/exchange/files",
        "/admin/exchange/prices", "/admin/exchange/promises",
    ),
    "Rita Nowicka": ("/admin/", "/admin/queue?view=review", "/admin/queue?view=remedies"),
    "Mona Keller": ("/admin/", "/admin/queue", "/admin/customers"),
    "Dana Ilieva": (
        "/admin/", "/admin/customers", "/admin/queue", "/admin/settings", "/admin/purposes",
        "/admin/purposes/tips/compare", "/admin/seats",
    ),
    "Astrid Holm": (
        "/extranet", "/extranet/tasks", "/extranet/shares", "/extranet/shares/requests/new", "/extranet/exchange",
        "/extranet/exchange/leads", "/extranet/exchange/leads/new", "/extranet/exchange/announcements",
        "/extranet/exchange/materials", "/extranet/exchange/files", "/extranet/exchange/prices",
        "/extranet/exchange/promises", "/extranet/systems",
        "/extranet/systems/new", "/extranet/company", "/extranet/people", "/extranet/people/new", "/extranet/events",
        "/extranet/security", "/extranet/security/history", "/extranet/nowhere",
    ),
    "Eliza Mazur": (
        "/extranet", "/extranet/acting-for", "/extranet/security", "/extranet/security/password",
        "/extranet/security/app", "/extranet/confirm-it-is-you",
    ),
    "Igor Sowa": ("/acting-for/administrator",),
}  # fmt: skip
# The others see pages of the same kinds: theirs are the complaints in each state and what their role leaves out.
FOLLOW_ALL = {"", "Amina Nowak", "Sam Carter", "Astrid Holm"}
# What only one reader sees is followed for that one.
OWN = re.compile(
    r"^(/admin/staff|/admin/complaint-categories/rows|/admin/partners|/colleagues)/[0-9a-f-]{36}"
    r"|^/admin/(exchange|law|outside-bodies)/.|/complaints/"
)
CASE = re.compile(r"^(/admin)?/complaints/[0-9a-f-]{36}(\?|$)")
LINKS = """all => all.map(one => {
  const row = one.closest("tr, li"), state = row && row.querySelector(".row-side .status, .q-state .status");
  return [one.getAttribute("href"), state ? state.textContent.trim() : ""];
})"""
STEPS = ("remedy", "amount", "words", "about", "files", "contact", "check")
MOST = 100


def kind_of(path: str) -> str:
    """Return what stands for all pages of one kind: the address without ids and values."""
    parts = urlsplit(path)
    names = sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair)
    return ID.sub("*", LETTERS.sub("/dev/mail/*", parts.path)) + (f"?{','.join(names)}" if names else "")


def face_of(path: str) -> str:
    """Return the face that an address belongs to; the pages of customers and of everybody are one."""
    return next((face for face in ("/admin", "/extranet") if path.startswith(face)), "")


def links(page: Page) -> list[tuple[str, str]]:
    """Return (address, state) of what a page links to on this site; the state stands in the row of a complaint."""
    found = page.eval_on_selector_all("a[href^='/']", LINKS)
    return [(path.split("#")[0], state) for path, state in found if not NOT_PAGES.search(path)]


def walk(watched: Watched, reader: str) -> Iterator[str]:
    """Open the pages of a reader one after the other; yield the address of each while it is open.

    A complaint is a page of its own kind in each state.
    """
    waiting = [(path, "") for path in READERS[reader]]
    face = face_of(READERS[reader][0])
    seen: set[str] = set()
    begun: set[str] = set()  # drafts, each a way through the steps
    while waiting:
        path, state = waiting.pop(0)
        key = path if path in READERS[reader] else kind_of(path)
        if CASE.match(path):
            key += f" {state}"
        if key in seen or (reader and face_of(path) != face):
            continue
        assert len(seen) < MOST, f"{reader}: more than {MOST} kinds of pages"
        seen |= {key, kind_of(path)}
        page = watched.go(path)
        landed = urlsplit(page.url).path
        if landed.startswith("/complaints/") and "/new/" in landed and landed.rsplit("/", 1)[0] not in begun:
            begun.add(landed.rsplit("/", 1)[0])
            waiting += [(f"{landed.rsplit('/', 1)[0]}/{step}", "") for step in STEPS]
        waiting += [one for one in links(page) if reader in FOLLOW_ALL or OWN.search(one[0])]
        yield path

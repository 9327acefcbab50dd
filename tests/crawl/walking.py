"""Somebody who walks through all that the product offers to them, and remembers every address."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from portal import db
from portal.domain import accounts

from .reading import Found, offers

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
# Addresses that end or change something when they are opened, or that belong to the demo and not to the product.
LEFT_OUT = re.compile(r"^/(dev/|static/|u/|\.well-known|api/v1/|stage/)")
PROOF = re.compile(r'(name="csrf_token"[^>]*value=")[^"]*|(csrf[^>]{0,40}content=")[^"]*')
LINK = "/new-address/"  # followed by a token
STARTS = {
    "": ("/", "/sign-in", "/admin/sign-in", "/register", "/reset", "/api", "/purposes", "/feedback", "/robots.txt"),
    "customer": (
        "/home", "/complaints", "/complaints?view=drafts", "/complaints?view=ended", "/messages", "/timeline",
        "/who-looked", "/permissions", "/preferences", "/profile", "/profile/address", "/security",
        "/security/history", "/programs", "/programs/new", "/colleagues", "/acting-for", "/feedback", "/complaints/new",
        "/colleagues/history", "/colleagues/invitation", "/acting-for/leave", "/confirm-it-is-you", "/security/app",
        "/",
    ),
    "staff": (
        "/admin/", "/admin/queue", "/admin/queue?view=mine", "/admin/queue?view=all", "/admin/customers",
        "/admin/search?q=nowak", "/admin/search?q=lipa", "/admin/tasks", "/admin/letters", "/admin/feedback",
        "/admin/intake", "/admin/security", "/admin/security/history", "/admin/settings", "/admin/staff",
        "/admin/purposes", "/admin/roles", "/admin/firm", "/admin/calendar", "/admin/settings/record",
        "/admin/confirm-it-is-you", "/admin/security/app",
    ),
    "partner": (
        "/extranet", "/extranet/tasks", "/extranet/security", "/extranet/security/history", "/extranet/acting-for",
        "/extranet/people", "/extranet/shares", "/extranet/exchange", "/extranet/exchange/leads", "/", "/home",
        "/admin/", "/api",
    ),
}  # fmt: skip
OF_A_KIND = 2  # pages that differ by their query alone
OF_ONE_KIND = 3  # pages that differ by their id; a letter is drawn once, since that takes a second


@dataclass(frozen=True, slots=True)
class Form:
    """A form as somebody has seen it."""

    path: str
    fields: tuple[tuple[str, str], ...]


def without_ids(address: str) -> str:
    """Return an address with marks in place of its ids."""
    return HASH.sub("#", UUID.sub("*", address))


def with_other_ids(text: str) -> str:
    """Return ``text`` with every id in it replaced by one of the same length that nothing has."""
    fresh: dict[str, str] = {}
    text = UUID.sub(lambda found: fresh.setdefault(found[0], str(uuid.uuid4())), text)
    return HASH.sub(lambda _found: uuid.uuid4().hex * 2, text)


@dataclass(slots=True)
class Walker:
    """One reader: the browser, what was opened with success, every address and form that was ever shown."""

    name: str
    kind: str
    browser: FlaskClient
    opened: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    listed: set[str] = field(
        default_factory=set
    )  # like what was opened, so that opening it would show nothing new
    forms: dict[str, Form] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    proof: str = ""
    account: str = ""

    def look(self, address: str, **more: Any) -> Any:
        return self.browser.get(address, buffered=True, **more)

    def begin_app(self) -> None:
        """Begin an authenticator app, as the page about security does: its secret belongs to this browser alone."""
        face = "/admin" if self.kind == "staff" else ""
        page = self.look(f"{face}/security").get_data(as_text=True)
        found = offers(f"{face}/security", page)
        answer = self.browser.post(f"{face}/security/app/begin", data={"csrf_token": found.proof})
        assert answer.status_code == 303, f"{self.name}: {answer.status_code}"

    def walk(self, behind: Sequence[str] = (), *, most: int = 400) -> None:
        """Open everything that can be reached from the start pages, by links and by forms that only ask.

        ``behind`` are pages that only an act leads to.
        """
        waiting, kinds = [*behind, *STARTS[self.kind]], Counter[str]()
        seen: set[str] = set()
        while waiting:
            address = waiting.pop(0).partition("#")[0]
            path = urlsplit(address).path
            if address in seen or LEFT_OUT.match(path):
                continue
            seen.add(address)
            if UUID.search(address) or HASH.search(address):
                self.shown.add(address)
            kind, named = self._kind(address)
            kinds[kind] += 1
            if "?" in address and kinds[kind] > OF_A_KIND:
                continue
            if named and kinds[kind] > (1 if path.endswith("/pdf") else OF_ONE_KIND):
                self.listed.add(address)
                continue
            assert len(self.opened) < most, f"{self.name}: more than {most} pages"
            waiting += self._open(address)

    def _kind(self, address: str) -> tuple[str, bool]:
        """Return what stands for all addresses of a kind, and whether it names an object."""
        parts = urlsplit(address)
        names = ",".join(sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair))
        try:
            endpoint, values = self.browser.application.url_map.bind("localhost").match(
                parts.path, method="GET"
            )
        except HTTPException:  # RequestRedirect is one too
            return without_ids(address), bool(UUID.search(parts.path))
        return f"{endpoint}?{names}", bool(values)

    def _open(self, address: str) -> list[str]:
        answer = self.look(address)
        assert answer.status_code < 500, f"{self.name} {address}: {answer.status_code}"
        if answer.status_code in (301, 302, 303, 307, 308):
            onward = urlsplit(answer.headers["Location"])
            if answer.status_code == 303 and "sign-in" not in onward.path:
                self.opened.add(address)
            return [onward.path + (f"?{onward.query}" if onward.query else "")]
        if answer.status_code >= 400:
            return []
        self.opened.add(address)
        if answer.mimetype != "text/html":
            self.pages[address] = answer.get_data().decode("latin-1")
            return []
        text = self.pages[address] = answer.get_data(as_text=True)
        found = offers(address, text)
        self.proof = found.proof or self.proof
        onward = list(found.links)
        for form in found.forms:
            onward += self._offered(form)
        return onward

    def _offered(self, form: Found) -> list[str]:
        path = form.path
        if form.method == "GET":
            asked = "&".join(
                f"{name}={quote('nowak' if name == 'q' else value)}" for name, value in form.fields.items()
            )
            return [f"{path}?{asked}"]
        mine = dict(form.fields)
        self.account = mine.pop("acting_for", self.account)
        self.forms.setdefault(path, Form(path, tuple(mine.items())))
        if re.fullmatch(r"/admin/customers/[0-9a-f-]{36}", path) and "purpose" in mine:
            # Nothing of a customer is shown before a purpose is stated; the walk states one, as staff do.
            data = {"csrf_token": self.proof, "purpose": "call", "reference": "by phone"}
            if self.browser.post(path, data=data).status_code == 303:
                return [path]
        return []


UNSAID = {"Set-Cookie", "Content-Length", "Date"}


def enter(app: Flask, name: str, kind: str) -> Walker:
    """Let somebody in, by name; nobody for ''."""
    browser = app.test_client()
    if name:
        with app.app_context(), db.unit_of_work():
            token, _face = accounts.demo_link(accounts.person_called(name))
        assert browser.get(f"/dev/link/{token}").status_code == 303
    return Walker(name, kind, browser)


def plain(answer: Any, *written: str) -> tuple[int, dict[str, str], str]:
    """Return what an answer says: its status, its headers, its body, without proofs and what the asker wrote."""
    said = [("body", PROOF.sub("", answer.get_data().decode("utf-8", "replace")))]
    said += [(name, value) for name, value in answer.headers.items() if name not in UNSAID]
    ids = {one for words in written for one in (*UUID.findall(words), *HASH.findall(words))}
    for one in sorted({*ids, *(words for words in written if words.startswith(LINK))}, key=len, reverse=True):
        said = [(name, value.replace(one, "…")) for name, value in said]
    return answer.status_code, dict(said[1:]), said[0][1]

"""The side doors: words on pages of others, searches, counters, similar cases, old links, pages kept by a browser."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from PIL import Image

from portal import db
from portal.domain import accounts, complaints, feedback
from tests.told import told_url

from .walking import PROOF, UUID, Walker, with_other_ids
from .world import CUSTOMERS, ROLE, STAFF, World, world

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]  # the rules run on both by the tests of their domain
assert world and told_url  # fixtures
COMPANY = {"Ola Lipska", "Piotr Bielak", "Zofia Wilk"}
# Which kinds of words of a customer staff may come across, by role; nobody comes across a draft or a program.
FOR_STAFF: dict[str, set[str]] = {"marketing": {"feedback"}}
USUAL = {"feedback", "file", "message", "program", "passkey"}  # on the record, which both sides read
# What an administrator reads of what colleagues do for the company.
OF_COMPANY = {"feedback", "message", "program"}

ONCE = re.compile(r'name="key" type="hidden" value="[^"]*"')  # drawn anew for each form


def everywhere(walker: Walker) -> str:
    return "\n".join(walker.pages.values())


def test_no_page_carries_words_of_somebody_else(world: World) -> None:
    for name, marks in world.marks.items():
        for other in world.walkers.values():
            if other.name == name:
                continue
            text = everywhere(other)
            for kind, mark in marks.items():
                if other.name in STAFF:
                    if kind in FOR_STAFF.get(ROLE[other.name], USUAL) or (kind == "note" and name in STAFF):
                        continue
                elif {name, other.name} <= COMPANY and kind in OF_COMPANY and other.name == "Ola Lipska":
                    continue
                assert mark not in text, f"{ROLE[other.name]} reads the {kind} of {ROLE[name]}"


def found(walker: Walker, door: str, word: str) -> str:
    """Return what somebody reads behind a search for a word, without the word itself."""
    text = PROOF.sub("", walker.look(door.format(quote(word))).get_data(as_text=True))
    return text.replace(word, "", 6)


def test_searches_find_nothing_of_others(world: World) -> None:
    doors = ("/complaints?q={}", "/messages?q={}", "/timeline?q={}", "/admin/search?q={}", "/admin/customers?q={}",
             "/admin/queue?q={}", "/complaints?about={}", "/feedback?from={}")  # fmt: skip
    nothing: dict[tuple[str, str, int], str] = {}  # what a word of that length finds that nobody wrote
    for name, marks in world.marks.items():
        for other in world.walkers.values():
            if other.name == name:
                continue
            for kind in ("draft", "program", "passkey", "note"):
                if kind not in marks or ({name, other.name} <= COMPANY and kind in OF_COMPANY):
                    continue
                for door in doors:
                    if (other.kind == "staff") is not door.startswith("/admin"):
                        continue
                    text = found(other, door, marks[kind])
                    none = (other.name, door, len(marks[kind]))
                    if none not in nothing:
                        nothing[none] = found(other, door, "z" * len(marks[kind]))
                    assert text == nothing[none], f"{ROLE[other.name]}: {door} by the {kind} of {ROLE[name]}"


def seen(walker: Walker) -> dict[str, Any]:
    """Return every page that somebody has, as it is now, without proofs and words about passing time."""
    found = {}
    for address in sorted(walker.pages):
        answer = walker.look(address)
        text = PROOF.sub("", answer.get_data().decode("utf-8", "replace"))
        text = ONCE.sub("", text)
        found[address] = (answer.status_code, re.sub(r"\d+ (seconds?|minutes?) ago|[Jj]ust now", "", text))
    return found


def test_what_amina_does_shows_nowhere_on_bens_pages(world: World) -> None:
    """Counters, similar cases, expected times, lists: nothing that one customer does moves a byte for another."""
    ben = world.walkers["Ben Petrov"]
    before = seen(ben)
    with world.app.app_context(), db.unit_of_work():
        amina = accounts.actor_of(accounts.person_called("Amina Nowak").id)
        for number in range(3):
            draft = complaints.start_draft(
                actor=amina, subject=f"Heating {number}", words="Ben Petrov's is cold."
            )
            complaints.save_draft(draft, actor=amina, remedy_wanted="repair", contact_channel="email")
            picture = io.BytesIO()
            Image.new("RGB", (5, 5), (number, 0, 9)).save(picture, "PNG")
            picture.seek(0)
            complaints.attach(draft, actor=amina, name="ben.png", stream=picture)
            complaints.send(draft, actor=amina)
        feedback.tell_us(actor=amina, text="Ben Petrov")
        complaints.start_draft(actor=amina, words="One more")
    after = seen(ben)
    assert [address for address in before if before[address] != after[address]] == []


def test_a_page_kept_by_a_browser_is_not_confirmed_to_somebody_else(world: World) -> None:
    """An ETag that was seen elsewhere, or guessed, tells nothing: another's object is missing with it too."""
    amina, ben = world.walkers["Amina Nowak"], world.walkers["Ben Petrov"]
    tried = 0
    for address in sorted(amina.opened - ben.opened):
        if "/notices/" in address or not UUID.search(
            urlsplit(address).path
        ):  # the words of a purpose are everybody's
            continue
        mine = amina.look(address)
        if mine.status_code != 200:
            continue
        kept = {
            "If-None-Match": mine.headers.get("ETag", "*"),
            "If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT",
        }
        assert ben.look(address, headers=kept).status_code not in (200, 304, 412), address
        assert "no-store" in mine.headers["Cache-Control"] or "private" in mine.headers["Cache-Control"], (
            address
        )
        if "/files/" in address or "/messages/" in address or "/complaints/" in address:
            assert mine.headers["Cache-Control"] == "no-store", address
            assert "ETag" not in mine.headers, address
        tried += 1
    assert tried > 5


def test_the_way_back_after_a_sign_in_tells_nothing_of_what_it_leads_to(world: World) -> None:
    """`next=` to another's page and to none are followed alike, and what it leads to is missing."""
    amina = world.walkers["Amina Nowak"]
    case = next(one for one in sorted(amina.opened) if re.fullmatch(r"/complaints/[0-9a-f-]{36}", one))
    none = with_other_ids(case)
    stranger = world.app.test_client()
    pages = [stranger.get(f"/sign-in?next={path}").get_data(as_text=True) for path in (case, none)]
    pages = [PROOF.sub("", page).replace(path, "…").replace(quote(path, safe=""), "…")
             for page, path in zip(pages, (case, none), strict=True)]  # fmt: skip
    assert pages[0] == pages[1]


def test_staff_see_nothing_of_a_customer_before_a_purpose_is_stated(world: World) -> None:
    """Whoever has stated nothing sees no more of a customer than the name."""
    walker = world.walkers["Sam Carter"]
    fresh = world.app.test_client()
    with world.app.app_context(), db.unit_of_work():
        token, _ = accounts.demo_link(accounts.person_called("Tomek Rybak"))
    fresh.get(f"/dev/link/{token}")
    pages = [
        one
        for one in sorted(walker.opened)
        if re.fullmatch(r"/admin/customers/[0-9a-f-]{36}(/[a-z-]+)?", one)
    ]
    assert len(pages) > 4
    for address in pages:
        text = fresh.get(address, follow_redirects=True).get_data(as_text=True)
        for name in CUSTOMERS:
            assert not [mark for mark in world.marks[name].values() if mark in text], address
        assert "@demo.example" not in text and "+48 60" not in text, address

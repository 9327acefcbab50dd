"""Narrowed and called back while a page is open and a download runs, on a served application: within a second."""

from __future__ import annotations

import io
import re
import threading
import time
import uuid
from dataclasses import dataclass, field

import pytest
import requests
from flask import Flask

from portal import db
from portal.dev import cast
from portal.domain import accounts, complaints, lookups, partners, tasks
from portal.domain.actor import Actor
from tests.domain.complaints import cases
from tests.domain.tasks import scenes
from tests.serving import served
from tests.told import told, told_url

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]  # the rules run on both by the tests of their domain
assert told and told_url  # fixtures
AT_ONCE = 1.0  # seconds
SIZE = 12 * 1024 * 1024


@dataclass
class Running:
    """A download on its way, read as fast as it comes."""

    browser: requests.Session
    url: str
    got: int = 0
    told: int = 0
    ended: float = 0.0
    began: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        try:
            with self.browser.get(self.url, stream=True, timeout=30) as answer:
                self.told = int(answer.headers["Content-Length"])
                for chunk in answer.iter_content(16_384):
                    self.got += len(chunk)
                    self.began.set()
        except requests.RequestException:
            pass  # cut short, as it should be
        self.ended = time.monotonic()


def enter(app: Flask, url: str, name: str) -> requests.Session:
    browser = requests.Session()
    with app.app_context(), db.unit_of_work():
        token, _ = accounts.demo_link(accounts.person_called(name))
    assert browser.get(f"{url}/dev/link/{token}").status_code == 200
    return browser


def handed_over(app: Flask) -> tuple[Actor, uuid.UUID, uuid.UUID]:
    """Amina's complaint with a large file and a phone number, in the hands of Northwind."""
    with app.app_context(), db.unit_of_work():
        amina = accounts.actor_of(accounts.person_called("Amina Nowak").id)
        sam = accounts.actor_of(accounts.person_called("Sam Carter").id, face=accounts.Face.STAFF)
        complaint = cases.in_hand(amina, sam, subject="Title secrettitleqx")
        stream = io.BytesIO(b"one;two;three\n" * (SIZE // 14))
        complaints.attach(complaint, actor=amina, name="readings.csv", stream=stream)
        northwind = next(one for one in partners.active() if one.name == cast.NORTHWIND)
        task = tasks.give(
            complaint, actor=sam, partner=northwind.uuid, title="Look at the readings", instructions="Find the leak.",
            parts=["field:words", "field:phone", *scenes.files(complaint, sam)], until=scenes.soon(),
            basis="contract", basis_words="You asked for a repair.",
        )  # fmt: skip
        return amina, complaint.uuid, task.uuid


def press(browser: requests.Session, page: str, act: str, **given: object) -> requests.Response:
    html = browser.get(page).text
    form = next(one for one in re.findall(r"<form\b.*?</form>", html, re.DOTALL) if f'{act}"' in one)
    target = re.search(r'action="([^"]*)"', form)
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    assert target
    site = page.split("/complaints")[0].split("/extranet")[0]
    return browser.post(site + target[1], data={**hidden, **given}, headers={"Referer": page})


def test_the_next_request_and_the_next_chunk_are_refused_within_a_second(told: Flask) -> None:
    amina, case, task = handed_over(told)
    with served(told, threads=6) as port:
        url = f"http://localhost:{port}"
        hers, his = enter(told, url, "Amina Nowak"), enter(told, url, "Nils Berg")
        page, task_page = f"{url}/complaints/{case}", f"{url}/extranet/tasks/{task}"
        seen = his.get(task_page).text
        assert "601" in seen and "readings.csv" in seen
        file = url + re.search(r'href="(/extranet/tasks/[^"]+/files/[^"]+)"', seen)[1]  # type: ignore[index]
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', seen)[1]  # type: ignore[index]

        # She takes the phone number out: it is gone from the very next request.
        with told.app_context(), db.unit_of_work(write=False):
            live = tasks.of_case(complaints.case(amina, case))[0].live
        keep = [str(one.uuid) for one in live if str(one.label) != "phone number"]
        assert press(hers, page, "/limits", parts=keep).status_code == 200
        began = time.monotonic()
        narrowed = his.get(task_page).text
        assert "601" not in narrowed and "readings.csv" in narrowed and time.monotonic() - began < AT_ONCE

        # She calls it back while the page is open and a download runs.
        running = Running(his, file)
        reader = threading.Thread(target=running.read)
        reader.start()
        assert running.began.wait(10)
        assert press(hers, page, "/recall").status_code == 200
        called = time.monotonic()
        other = requests.Session()
        other.cookies.update(his.cookies)
        for address, status in (
            (f"{task_page}/state", 404), (file, 404), (task_page, 200), (f"{url}/extranet/tasks", 200),
        ):  # fmt: skip
            answer = other.get(address)
            assert answer.status_code == status
            assert "hall for a week" not in answer.text and "Look at the readings" not in answer.text, address
        answer = other.post(
            f"{task_page}/result", data={"csrf_token": token, "text": "Done"}, headers={"Referer": page}
        )
        assert answer.status_code == 409 and "This task has ended" in answer.text
        assert time.monotonic() - called < 5 * AT_ONCE, "five requests"
        reader.join(20)
        assert running.ended - called < AT_ONCE, f"{running.ended - called:.2f} s"
        assert 0 < running.got < running.told, "cut short, and told so by the size"

        # What was opened is all there, for her to read.
        with told.app_context(), db.unit_of_work(write=False):
            opened = {str(one.label) for look in lookups.of(amina).page() for one in look.opened
                      if look.about_key == str(task)}  # fmt: skip
            listed = {str(one.what) for one in tasks.of_case(complaints.case(amina, case))[0].seen}
        assert opened == listed == {"the words of the complaint", "phone number", "file readings.csv"}

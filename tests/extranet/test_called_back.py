"""Narrowed and called back while a page is open, downloads run and a token is in use, served: within a second."""

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
from tests.api.partner_calling import let_in
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


def system(app: Flask, url: str) -> requests.Session:
    """Northwind's own system with a token, as the token endpoint gives it."""
    with app.app_context(), db.unit_of_work():
        northwind = next(one for one in partners.active() if one.name == cast.NORTHWIND)
        astrid = next(one for one in partners.members(northwind.id) if one.role == "administrator")
        client, secret = let_in(partners.actor_of(astrid.id))
        proof = (str(client.uuid), secret)
    answer = requests.post(
        f"{url}/oauth/token", data={"grant_type": "client_credentials"}, auth=proof, timeout=10
    )
    caller = requests.Session()
    caller.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return caller


def test_the_next_request_the_next_chunk_and_the_next_use_of_a_token_are_refused_within_a_second(
    told: Flask,
) -> None:
    amina, case, task = handed_over(told)
    with served(told, threads=6) as port:
        url = f"http://localhost:{port}"
        hers, his = enter(told, url, "Amina Nowak"), enter(told, url, "Nils Berg")
        page, task_page = f"{url}/complaints/{case}", f"{url}/extranet/tasks/{task}"
        seen = his.get(task_page).text
        assert "601" in seen and "readings.csv" in seen
        file = url + re.search(r'href="(/extranet/tasks/[^"]+/files/[^"]+)"', seen)[1]  # type: ignore[index]
        caller, api = system(told, url), f"{url}/api/partner/v1"
        shown = caller.get(f"{api}/tasks/{task}").json()
        assert {one["key"] for one in shown["fields"]} == {"words", "phone"}
        file_there = f"{api}/tasks/{task}/files/{shown['files'][0]['id']}"
        began_at = caller.get(f"{api}/changes").json()["next"]
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', seen)[1]  # type: ignore[index]

        # She takes the phone number out: it is gone from the very next request.
        with told.app_context(), db.unit_of_work(write=False):
            live = tasks.of_case(complaints.case(amina, case))[0].live
        keep = [str(one.uuid) for one in live if str(one.label) != "phone number"]
        assert press(hers, page, "/limits", parts=keep).status_code == 200
        began = time.monotonic()
        narrowed = his.get(task_page).text
        assert "601" not in narrowed and "readings.csv" in narrowed and time.monotonic() - began < AT_ONCE
        began = time.monotonic()
        answer = caller.get(f"{api}/tasks/{task}")
        assert "601" not in answer.text and time.monotonic() - began < AT_ONCE

        # She calls it back while the page is open and a download runs.
        running = [Running(his, file), Running(caller, file_there)]
        readers = [threading.Thread(target=one.read) for one in running]
        for reader in readers:
            reader.start()
        assert all(one.began.wait(10) for one in running)
        assert press(hers, page, "/recall").status_code == 200
        called = time.monotonic()
        other_use = requests.Session()
        other_use.headers.update(caller.headers)
        for address in (f"{api}/tasks/{task}", file_there):
            assert other_use.get(address, timeout=10).status_code == 404
        assert str(task) not in other_use.get(f"{api}/tasks", timeout=10).text
        assert time.monotonic() - called < 3 * AT_ONCE, "three uses of the token"
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
        assert time.monotonic() - called < 8 * AT_ONCE, "eight requests"
        for reader, one in zip(readers, running, strict=True):
            reader.join(20)
            assert one.ended - called < AT_ONCE, f"{one.ended - called:.2f} s"
            assert 0 < one.got < one.told, "cut short, and told so by the size"
        page_of_changes = other_use.get(f"{api}/changes", params={"after": began_at}, timeout=10)
        assert {(one["subject_id"], one["what"]) for one in page_of_changes.json()["items"]} == {
            (str(task), "ended")
        }

        # What was opened is all there, for her to read.
        with told.app_context(), db.unit_of_work(write=False):
            looks = [one for one in lookups.of(amina).page() if one.about_key == str(task)]
            opened = {str(one.label) for look in looks for one in look.opened}
            assert {one.team for one in looks} == {cast.NORTHWIND, f"{cast.NORTHWIND}, Workshop (API)"}
            listed = {str(one.what) for one in tasks.of_case(complaints.case(amina, case))[0].seen}
        assert opened == listed == {"the words of the complaint", "phone number", "file readings.csv"}

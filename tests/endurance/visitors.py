"""People and programs that use the portal over HTTP, and write down what it told them was done.

An act that was not answered is done again with the same key or the same form, until it is answered.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import struct
import threading
import time
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from .processes import HOST

PATIENCE = 400.0  # seconds until an act that is never answered fails the test


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(slots=True)
class Told:
    """What the portal has acknowledged, by the words that mark each act, and what was cut."""

    filed: dict[str, str] = field(default_factory=dict)  # words → id of the complaint
    files: dict[str, tuple[str, str]] = field(default_factory=dict)  # name → complaint, content's hash
    words: dict[str, str] = field(default_factory=dict)  # words → id of the complaint
    answers: dict[str, int] = field(default_factory=dict)  # person:purpose → acknowledged changes
    last: dict[str, str] = field(default_factory=dict)  # person:purpose → the last of them
    requests: int = 0
    away: int = 0  # requests that met nobody
    cut: int = 0  # requests that were sent and got no answer
    replayed: int = 0  # … that had been done all the same, as the answer to the second try says
    refused: list[str] = field(default_factory=list)  # answers that were neither done nor cut


class Cut(Exception):
    """No answer came: the act may have been done or not."""


class Visitor(threading.Thread):
    """One person or program; does one act after the other until told to stop."""

    def __init__(self, name: str, ports: list[int], seed: int) -> None:
        super().__init__(name=name, daemon=True)
        self.ports, self.random = ports, random.Random(f"{seed}-{name}")
        self.told, self.leave, self.failure = Told(), threading.Event(), ""
        self.serial = 0
        self.pause = 0.05

    def run(self) -> None:
        try:
            while not self.leave.is_set():
                self.act()
                time.sleep(self.random.uniform(0, 2 * self.pause))
        except Exception as error:
            self.failure = f"{self.name}: {type(error).__name__}: {error}"

    def act(self) -> None:
        raise NotImplementedError

    def mark(self, of: str) -> str:
        """Return words that nobody else writes."""
        self.serial += 1
        return f"{of} {self.serial} of {self.name}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send one request; raise Cut when no whole answer came."""
        self.told.requests += 1
        connection = http.client.HTTPConnection("127.0.0.1", self.random.choice(self.ports), timeout=60)
        sent = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", **(headers or {})}
        try:
            connection.request(method, path, body=body, headers=sent)
            found = connection.getresponse()
            content = found.read()
            self.heard(found)
            return Answer(
                found.status,
                {name.lower(): value for name, value in found.getheaders()},
                content.decode("utf-8", "replace"),
            )
        except ConnectionRefusedError as error:
            self.told.away += 1
            raise Cut from error
        except (OSError, http.client.HTTPException) as error:
            self.told.cut += 1
            raise Cut from error
        finally:
            connection.close()

    def heard(self, found: http.client.HTTPResponse) -> None:
        """Note what an answer carries beside its content."""

    def until_answered(self, once: Callable[[], Answer]) -> tuple[Answer, bool]:
        """Do it until an answer comes; tell whether it was cut before."""
        cut, began = False, time.monotonic()
        while True:
            try:
                answer = once()
                if answer.status < 500:
                    return answer, cut
                self.told.refused.append(f"{answer.status} {answer.body[:300]}")
            except Cut:
                pass
            cut = True
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError("no answer")
            time.sleep(self.random.uniform(0.05, 0.25))


class Program(Visitor):
    """A program with a token: complaints with files and words, each act under a key of its own."""

    def __init__(self, name: str, ports: list[int], seed: int, token: str, purpose: str) -> None:
        super().__init__(name, ports, seed)
        self.token, self.purpose, self.open = token, purpose, ""

    def act(self) -> None:
        chosen = self.random.random()
        if not self.open or chosen < 0.4:
            self.file()
        elif chosen < 0.65:
            self.add_file()
        elif chosen < 0.85:
            self.add_words()
        else:
            self.answer_purpose()

    def call(self, path: str, body: Any, *, kind: str = "application/json", match: str = "") -> Answer | None:
        """Send one act under a new key until it is answered; None when its state had moved on."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        key = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key, "Content-Type": kind}
        if match:
            headers["If-Match"] = match
        answer, cut = self.until_answered(lambda: self.ask("POST", f"/api/v1{path}", content, headers))
        if cut and answer.headers.get("idempotency-replayed") == "true":
            self.told.replayed += 1
        if answer.status == 412:
            return None
        assert answer.status in (200, 201), (path, answer.status, answer.body[:300])
        return answer

    def file(self) -> None:
        words = self.mark("It leaks")
        body = {"words": words, "remedy_wanted": "refund", "amount_wanted": "49.90", "currency": "PLN"}
        answer = self.call("/complaints", body)
        assert answer is not None
        self.open = json.loads(answer.body)["id"]
        self.told.filed[words] = self.open

    def add_file(self) -> None:
        name = self.mark("photo").replace(" ", "-") + ".png"
        content = picture(self.random)
        answer = self.call(
            f"/complaints/{self.open}/files?name={name}", content, kind="application/octet-stream"
        )
        assert answer is not None
        self.told.files[name] = (self.open, json.loads(answer.body)["id"])
        if len([1 for about, _ in self.told.files.values() if about == self.open]) > 15:
            self.open = ""

    def add_words(self) -> None:
        words = self.mark("And more")
        answer = self.call(f"/complaints/{self.open}/words", {"text": words})
        assert answer is not None
        self.told.words[words] = self.open

    def answer_purpose(self) -> None:
        """Turn a permission: the other answer than the one before."""
        headers = {"Authorization": f"Bearer {self.token}"}
        seen, _ = self.until_answered(
            lambda: self.ask("GET", f"/api/v1/permissions/{self.purpose}", headers=headers)
        )
        wanted = "no" if self.told.last.get(self.purpose) == "yes" else "yes"
        match = seen.headers["etag"]
        if self.call(f"/permissions/{self.purpose}/answer", {"answer": wanted}, match=match) is not None:
            self.told.last[self.purpose] = wanted
            self.told.answers[self.purpose] = self.told.answers.get(self.purpose, 0) + 1


class Person(Visitor):
    """A person in a browser without scripts: signs in, turns permissions, files complaints step by step."""

    def __init__(
        self, name: str, ports: list[int], seed: int, email: str, password: str, purpose: str
    ) -> None:
        super().__init__(name, ports, seed)
        self.email, self.password, self.purpose = email, password, purpose
        self.cookies: dict[str, str] = {}
        self.sent: list[str] = []

    def heard(self, found: http.client.HTTPResponse) -> None:
        for line in found.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value

    def get(self, path: str) -> Answer:
        """Open a page."""
        answer, _ = self.until_answered(lambda: self.ask("GET", path, headers=self._cookie()))
        return answer

    def post(self, path: str, fields: dict[str, str]) -> tuple[Answer, bool]:
        """Send a form, again and again as it is when no answer comes, as somebody does who reloads the page."""
        body = urlencode(fields).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}{path}"}
        return self.until_answered(lambda: self.ask("POST", path, body, kind | self._cookie()))

    def _cookie(self) -> dict[str, str]:
        return (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if self.cookies
            else {}
        )

    def sign_in(self) -> None:
        """Sign in by address and password."""
        fields = hidden(self.get("/sign-in").body) | {"email": self.email, "password": self.password}
        answer, _ = self.post("/sign-in", fields)
        assert answer.status == 303, (answer.status, re.findall(r"error[^<]*<[^>]*>[^<]+", answer.body)[:5])

    def run(self) -> None:
        try:
            self.sign_in()
        except Exception as error:
            self.failure = f"{self.name}: {type(error).__name__}: {error}"
            return
        super().run()

    def act(self) -> None:
        chosen = self.random.random()
        if chosen < 0.4:
            self.press()
        elif chosen < 0.7 or not self.sent:
            self.file()
        else:
            self.say_more()

    def press(self) -> None:
        """Turn a permission by its button."""
        shown = hidden(self.get("/permissions").body)
        fields = {name: value for name, value in shown.items() if name not in ("answer", "channel", "from")}
        wanted = "no" if self.told.last.get(self.purpose) == "yes" else "yes"
        answer, _ = self.post(f"/permissions/{self.purpose}/answer", fields | {"answer": wanted})
        assert answer.status == 303 and "receipt=" in answer.headers["location"], (
            answer.status,
            answer.headers,
        )
        self.told.last[self.purpose] = wanted
        self.told.answers[self.purpose] = self.told.answers.get(self.purpose, 0) + 1

    def file(self) -> None:
        """Go through the questions and send it."""
        words = self.mark("It came broken")
        asked = hidden(self.get("/complaints/new").body)
        assert asked.get("key"), "without the key of its form, a draft sent twice is two"
        first = asked | {"remedy_wanted": "repair", "about": words, "go": "on"}
        answer, _ = self.post("/complaints/new", first)
        assert answer.status == 303, (answer.status, answer.body[:500])
        path = answer.headers["location"].split("?")[0]
        base = path.rsplit("/", 1)[0]
        step = hidden(self.get(f"{base}/words").body) | {"words": words, "go": "on"}
        answer, _ = self.post(f"{base}/words", step)
        assert answer.status == 303, (answer.status, answer.body[:500])
        answer, cut = self.post(f"{base}/check", hidden(self.get(f"{base}/check").body))
        assert answer.status == 303, (answer.status, answer.body[:500])
        found = base.split("/")[2]
        self.told.filed[words] = found
        self.told.replayed += cut and not answer.headers["location"].endswith("/sent")
        self.sent.append(found)

    def say_more(self) -> None:
        """Add words on the page of a complaint; the same form again when no answer came."""
        about, words = self.random.choice(self.sent), self.mark("One thing more")
        fields = hidden(self.get(f"/complaints/{about}").body, action=f"/complaints/{about}/words")
        answer, _ = self.post(f"/complaints/{about}/words", fields | {"words": words})
        assert answer.status == 303, (answer.status, answer.body[:500])
        self.told.words[words] = about


FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S)
HIDDEN = re.compile(r"<input\b[^>]*type=\"?hidden\"?[^>]*>", re.S)


def hidden(page: str, *, action: str = "") -> dict[str, str]:
    """Return the hidden fields of the last form of a page's main part that posts, or of the one to ``action``."""
    main = page.partition("<main")[2].partition("</main>")[0]  # below it are the switches of the footer
    forms = [form for form in FORM.findall(main) if "csrf_token" in form]
    if action:
        forms = [form for form in forms if f'action="{action}"' in form]
    assert forms, f"no form {action} on the page: {page[:300]}"
    found = {}
    for tag in HIDDEN.findall(forms[-1]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    return found


def picture(of: random.Random) -> bytes:
    """Return a small PNG that no other is like."""
    row = b"\0" + bytes(of.getrandbits(8) for _ in range(3 * 24))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(row * 24)), (b"IEND", b"")
    ]  # fmt: skip
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)

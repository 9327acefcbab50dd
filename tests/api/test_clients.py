"""Two foreign HTTP clients, Python's requests and curl, use keys, ETags and pages as the document says."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from portal import db
from portal.config import Settings
from portal.domain.complaints import Complaint
from tests.api.calling import token_of
from tests.api.live import make, serving

FILED = {"words": "It leaks since Monday.", "remedy_wanted": "repair"}


@pytest.fixture
def live(own_database: db.Database, settings: Settings) -> Iterator[tuple[str, str]]:
    """A live server with a token of Amina's."""
    app = make(own_database, settings)
    token = token_of(app, "amina")
    with serving(app) as address:
        yield f"{address}/api/v1", token


def complaints_kept() -> int:
    with db.unit_of_work(write=False) as session:
        return session.scalar(select(func.count()).select_from(Complaint)) or 0


def test_requests_files_once_changes_what_it_saw_and_follows_pages(live: tuple[str, str]) -> None:
    base, token = live
    client = requests.Session()
    client.headers["Authorization"] = f"Bearer {token}"
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = client.post(f"{base}/complaints", json=FILED, headers=key)
    second = client.post(f"{base}/complaints", json=FILED, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content and first.headers["Location"] == second.headers["Location"]
    assert client.post(f"{base}/complaints", json=FILED | {"words": "Else."}, headers=key).status_code == 422
    assert complaints_kept() == 1

    one = f"{base}/complaints/{first.json()['id']}"
    seen = client.get(one).headers["ETag"]
    assert seen == first.headers["ETag"]
    assert client.get(one, headers={"If-None-Match": seen}).status_code == 304
    words = client.post(f"{one}/words", json={"text": "And loud."}, headers={"Idempotency-Key": "w1"})
    assert words.status_code == 200
    late = client.post(f"{one}/withdrawal", json={}, headers={"Idempotency-Key": "x1", "If-Match": seen})
    assert late.status_code == 412
    now = {"Idempotency-Key": "x1", "If-Match": late.headers["ETag"]}
    assert client.post(f"{one}/withdrawal", json={}, headers=now).json()["state"] == "withdrawn"

    for number in range(4):
        client.post(f"{base}/complaints", json=FILED, headers={"Idempotency-Key": f"f{number}"})
    found, page = [], client.get(f"{base}/complaints?limit=2")
    while True:
        found += [item["id"] for item in page.json()["items"]]
        if "next" not in page.links:
            break
        page = client.get(base.removesuffix("/api/v1") + page.links["next"]["url"])
    assert len(found) == len(set(found)) == 5


def test_requests_sends_and_gets_a_file(live: tuple[str, str]) -> None:
    base, token = live
    client = requests.Session()
    client.headers["Authorization"] = f"Bearer {token}"
    one = client.post(f"{base}/complaints", json=FILED, headers={"Idempotency-Key": "c"}).json()["id"]
    content = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    sent = client.post(
        f"{base}/complaints/{one}/files", params={"name": "Rechnung für März.pdf"}, data=content,
        headers={"Idempotency-Key": "f", "Content-Type": "application/octet-stream"},
    )  # fmt: skip
    assert sent.status_code == 201, sent.text
    got = client.get(base.removesuffix("/api/v1") + sent.headers["Location"])
    assert got.content == content and got.headers["Content-Type"] == "application/pdf"
    assert "UTF-8''Rechnung%20f%C3%BCr%20M%C3%A4rz.pdf" in got.headers["Content-Disposition"]


class Curl:
    """The command ``curl`` with a token in a file, so that it stands in no list of processes."""

    def __init__(self, base: str, token: str, folder: Path) -> None:
        self.base, self.folder = base, folder
        self.config = folder / "curlrc"
        self.config.write_text(f'header = "Authorization: Bearer {token}"\n')

    def __call__(self, path: str, *args: str) -> tuple[int, dict[str, list[str]], Any]:
        program = shutil.which("curl") or "curl"
        done = subprocess.run(
            [program, "-sS", "-K", self.config, "-o", self.folder / "body", "-w", "%{http_code} %{header_json}",
             *args, self.base + path],
            capture_output=True, text=True, check=True, timeout=30,
        )  # fmt: skip
        status, _, headers = done.stdout.partition(" ")
        content = (self.folder / "body").read_bytes() if int(status) not in (204, 304) else b""
        return int(status), json.loads(headers), json.loads(content) if content else None


def test_curl_files_once_and_changes_what_it_saw(live: tuple[str, str], tmp_path: Path) -> None:
    curl = Curl(*live, tmp_path)
    sent = ["-H", "Idempotency-Key: k1", "-H", "Content-Type: application/json", "-d", json.dumps(FILED)]
    first, second = curl("/complaints", *sent), curl("/complaints", *sent)
    assert (first[0], second[0]) == (201, 201) and first[2] == second[2]
    assert second[1]["idempotency-replayed"] == ["true"]
    assert complaints_kept() == 1
    status, headers, _ = curl("/me")
    seen = headers["etag"][0]
    assert status == 200
    change = ["-X", "PATCH", "-H", "Content-Type: application/json", "-d", '{"salutation": "Ms Nowak"}']
    assert curl("/me", *change)[0] == 428
    assert curl("/me", *change, "-H", f"If-Match: {seen}")[0] == 200
    status, headers, problem = curl("/me", *change, "-H", f"If-Match: {seen}")
    assert (status, headers["content-type"]) == (412, ["application/problem+json"])
    assert problem["type"] == "/api#changed"
    assert curl("/me", "-H", f"If-None-Match: {headers['etag'][0]}")[0] == 304

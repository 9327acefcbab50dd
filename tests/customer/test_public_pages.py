"""What anybody may read, without a sign-in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from portal import db
from portal.customer import life_of_a_complaint
from portal.domain import complaints
from portal.domain.complaints import State
from portal.text import Lazy
from tests.client import AuditingClient

PAGES = ("/", "/how-complaints-work", "/our-numbers", "/purposes", "/privacy", "/imprint", "/accessibility")


@pytest.fixture
def visitor(app: Flask) -> AuditingClient:
    app.test_client_class = AuditingClient
    return app.test_client()


def csrf(html: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_whole(visitor: AuditingClient, path: str) -> None:
    page = visitor.get(path)
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers or "token" not in page.headers["Set-Cookie"]


def test_the_landing_page_publishes_each_promise_with_its_number(visitor: AuditingClient) -> None:
    text = visitor.get("/").get_data(as_text=True)
    for promise in ("A named person writes to you", "1 business day", "10 business days", "did not come due"):
        assert promise in text


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("bg-BG,bg;q=0.9,en;q=0.8", "bg"), ("ru", "ru"), ("de-DE,de;q=0.9,ru;q=0.5", "ru"), ("pl,en;q=0.5", "pl"),
        ("de", "en"), ("", "en"),
    ],
)  # fmt: skip
def test_a_visitor_is_spoken_to_in_the_language_the_browser_asks_for(
    visitor: AuditingClient, asked: str, spoken: str
) -> None:
    assert f'<html lang="{spoken}"' in visitor.get("/", headers={"Accept-Language": asked}).text


@pytest.mark.parametrize("language", ["pl", "bg", "ru"])
@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_is_whole_in_each_language(
    visitor: AuditingClient, path: str, language: str
) -> None:
    page = visitor.get(path, headers={"Accept-Language": language})
    assert page.status_code == 200
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
    assert heading and f'<html lang="{language}"' in page.text
    if language in {"bg", "ru"}:
        assert re.search(r"[а-я]{4}", heading[1])


def test_a_language_is_kept_in_a_cookie_and_next_stays_on_this_site(visitor: AuditingClient) -> None:
    token = csrf(visitor.get("/").get_data(as_text=True))
    answer = visitor.post("/language", data={"csrf_token": token, "language": "pl", "next": "/imprint"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/imprint"
    assert 'lang="pl"' in visitor.get("/imprint").get_data(as_text=True)
    for elsewhere in (
        "https://evil.example/",
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:1",
    ):
        answer = visitor.post("/language", data={"csrf_token": token, "language": "en", "next": elsewhere})
        assert (
            answer.headers["Location"].startswith("/")
            and "evil" not in answer.headers["Location"].split("/")[0]
        )
        assert not re.match(r"^(//|/\\|\w+:)", answer.headers["Location"])
    answer = visitor.post("/language", data={"csrf_token": token, "language": "xx", "next": "/"})
    assert "language=" not in answer.headers.get("Set-Cookie", "")


def test_our_numbers_are_there_for_programs_too(visitor: AuditingClient) -> None:
    page = visitor.get("/our-numbers")
    answer = visitor.get("/our-numbers.csv")
    assert answer.mimetype == "text/csv" and "our-numbers.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    by_name = {row["figure"]: row for row in rows}
    assert set(rows[0]) == {"figure", "value", "n", "since", "until"} and len(by_name) == len(rows)
    # With nothing counted there is no figure, on the page and in the table alike.
    assert by_name["answer_median_days"]["value"] == "" and by_name["answer_median_days"]["n"] == "0"
    assert by_name["handling_mean_1_to_5"]["value"] == "" and by_name["response_rate"]["value"] == ""
    assert "too few for a figure" in page.text and "None ended in this time." in page.text


def test_colours_are_kept_in_a_cookie(visitor: AuditingClient) -> None:
    token = csrf(visitor.get("/").get_data(as_text=True))
    visitor.post("/theme", data={"csrf_token": token, "theme": "dark", "next": "/"})
    assert 'data-bs-theme="dark"' in visitor.get("/").get_data(as_text=True)
    visitor.post("/theme", data={"csrf_token": token, "theme": "auto", "next": "/"})
    assert "data-bs-theme" not in visitor.get("/").get_data(as_text=True)


def test_machines_find_their_addresses(visitor: AuditingClient) -> None:
    security = visitor.get("/.well-known/security.txt")
    assert security.mimetype == "text/plain"
    lines = dict(line.split(": ", 1) for line in security.get_data(as_text=True).splitlines())
    assert lines["Contact"].startswith("mailto:")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", lines["Expires"])
    assert visitor.get("/.well-known/change-password").status_code == 302
    assert "Disallow: /admin" in visitor.get("/robots.txt").get_data(as_text=True)


@pytest.fixture
def drawn() -> Iterator[dict]:
    yield life_of_a_complaint.picture()


def test_every_live_state_stands_in_words_with_every_way_on(drawn: dict, database: db.Database) -> None:
    stages = {stage.key: stage for stage in life_of_a_complaint.stages()}
    assert "with_partner" in stages
    assert set(stages) == set(State), "each state is live"
    live = [row for row in complaints.TABLE if row.live and row.source in map(State, stages)]
    for row in live:
        if row.target != row.source:
            ways = [step.anchor for step in stages[row.source.value].onward]
            assert f"state-{row.target.value}" in ways
    for stage in stages.values():
        assert isinstance(stage.label, Lazy) and isinstance(stage.sees, Lazy)


@pytest.mark.pure
def test_the_picture_shows_only_steps_of_the_table(drawn: dict) -> None:
    assert len(drawn["boxes"]) == len(life_of_a_complaint.STRAIGHT) + len(life_of_a_complaint.BESIDE)
    for first, second in zip(life_of_a_complaint.STRAIGHT, life_of_a_complaint.STRAIGHT[1:], strict=False):
        assert any(row.live and row.source is first and row.target is second for row in complaints.TABLE)
    assert len(drawn["arrows"]) >= len(drawn["boxes"]) - 1

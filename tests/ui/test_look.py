"""Every component in every state: valid, labelled, in each language, readable in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from portal.ui.theme import local_path
from tests.client import audit_page

ROOT = Path(__file__).parents[2]
TOKENS = (ROOT / "static/css/tokens.css").read_text()


@pytest.mark.parametrize("language", ["en", "pl", "bg", "ru"])
def test_the_gallery_is_a_valid_page(face: Flask, language: str):
    answer = face.test_client().get(f"/gallery/{language}")
    assert answer.status_code == 200
    audit_page(answer.text, f"/gallery/{language}")
    assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize("name", ["400", "403", "404", "409", "413", "429", "500"])
def test_an_error_page_needs_no_database_and_nobody_signed_in(face: Flask, name: str):
    answer = face.test_client().get(f"/error/{name}")
    audit_page(answer.text, f"/error/{name}")
    assert "Why &amp; how" in answer.text


# Whole forms that the two faces share; they need their pages and are looked at there.
WHOLE_FORMS = {
    "audience.html", "dropped.html", "passkeys.html", "security.html", "signing.html", "supply.html",
}  # fmt: skip


def test_the_gallery_shows_every_component():
    gallery = (ROOT / "templates/dev/components.html").read_text()
    for path in (ROOT / "templates/components").glob("*.html"):
        shown = path.name in WHOLE_FORMS or f'"components/{path.name}"' in gallery
        assert shown, f"{path.name} is not in the gallery"


def test_every_component_file_says_what_its_macros_take():
    for path in (ROOT / "templates/components").glob("*.html"):
        assert "{#" in path.read_text(), path.name


def colours(selector: str) -> dict[str, str]:
    found = re.search(re.escape(selector) + r" \{(.*?)\n\s*\}", TOKENS, re.S)
    assert found, selector
    return dict(re.findall(r"--([\w-]+): ([^;]+);", found[1]))


LIGHT = colours(":root")
DARK = colours('[data-bs-theme="dark"]')


def test_dark_is_the_same_by_the_device_and_by_choice():
    assert colours(':root:not([data-bs-theme="light"])') == DARK


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


STATES = ("allowed", "withheld", "you", "us", "late", "done", "neutral", "note")
GROUNDS = ("paper", "surface", "raised", "sunken")
READ = [
    *((text, ground, 4.5) for text in ("ink", "ink-2", "link", "amber-ink", "late") for ground in GROUNDS),
    *((text, "teal-soft", 4.5) for text in ("ink", "ink-2", "link")),
    *((state, f"{state}-soft", 4.5) for state in STATES),
    *(("ink", f"{state}-soft", 4.5) for state in STATES),
    *(("on-teal", ground, 4.5) for ground in ("teal", "teal-deep")),
    *((text, ground, 4.5) for text in ("on-band", "on-band-2") for ground in ("band", "band-2")),
    *(("focus", ground, 3.0) for ground in GROUNDS),
    *(("line-strong", ground, 3.0) for ground in ("paper", "surface", "sunken")),
    *(("band-focus", ground, 3.0) for ground in ("band", "band-2")),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_of_colours_can_be_read(theme: str):
    values = LIGHT if theme == "light" else LIGHT | DARK
    short = [
        (front, back, round(contrast(values[front], values[back]), 2))
        for front, back, least in READ
        if contrast(values[front], values[back]) < least
    ]
    assert not short


def test_the_switch_remembers_the_colours_and_comes_back(face: Flask):
    client = face.test_client()
    answer = client.post("/theme", data={"theme": "dark", "next": "/gallery/en?x=1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/gallery/en?x=1")
    cookie = answer.headers["Set-Cookie"]
    assert "theme=dark" in cookie and "HttpOnly" in cookie and "Secure" in cookie
    page = client.get("/gallery/en", base_url="https://localhost", headers={"Cookie": "theme=dark"}).text
    assert 'data-bs-theme="dark"' in page


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "", "x", "/\n//evil"]
)
def test_coming_back_never_leaves_the_site(target: str):
    assert local_path(target) == "/"

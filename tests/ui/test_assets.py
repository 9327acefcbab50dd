"""Static files: few, small, hashed, compressed, pinned."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.dev import vendor
from portal.ui import stylesheet

ROOT = Path(__file__).parents[2]


def named(face: Flask, name: str) -> str:
    return face.jinja_env.globals["asset"](name)


def fetch(face: Flask, url: str, encoding: str = "identity") -> TestResponse:
    with face.test_client().get(url, headers={"Accept-Encoding": encoding}) as answer:
        answer.get_data()
    return answer


def test_a_static_file_is_compressed_guarded_and_kept_for_ever(face: Flask):
    answer = fetch(face, named(face, "app.css"), "br")
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_every_file_that_the_styles_name_is_served(face: Flask):
    css = fetch(face, named(face, "app.css")).text
    inside = [url for url in re.findall(r"url\(([^)]+)\)", css) if url.startswith("/")]
    assert len(inside) == 3, "three subsets of the font"
    for url in inside:
        assert fetch(face, url).status_code == 200, url


def test_styles_and_script_of_a_page_stay_below_45_kb_and_its_fonts_below_120(face: Flask):
    weights = {name: len(fetch(face, named(face, name), "br").data) for name in ("app.css", "app.js")}
    assert sum(weights.values()) < 45_000, weights
    fonts = [p.stat().st_size for p in (ROOT / "static/vendor/fonts").glob("*.woff2")]
    assert sum(fonts) < 120_000


def test_our_own_scripts_stay_below_12_kb():
    assert sum(p.stat().st_size for p in (ROOT / "static/js").glob("*.js")) < 12_000


def test_a_second_start_builds_nothing_again(face: Flask):
    from portal.ui import assets

    folder = face.config["SETTINGS"].instance_dir / "assets"
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    assets.prepare(assets.SOURCE, folder)
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before


def test_an_unknown_icon_says_how_to_add_it(face: Flask):
    with pytest.raises(LookupError, match="make vendor"):
        face.jinja_env.globals["icon"]("no-such-icon")


def test_a_spoken_icon_escapes_its_label(face: Flask):
    assert 'aria-label="a &#34;b&#34;"' in face.jinja_env.globals["icon"]("eye", 'a "b"')


def test_vendored_files_are_as_their_manifest_says():
    assert vendor.check() == []


def test_the_lock_holds_sums_and_no_addresses_of_a_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = [package for name, package in lock["packages"].items() if name]
    assert all("integrity" in package and "resolved" not in package for package in packages)


def test_nothing_in_the_templates_is_inline():
    for path in (ROOT / "templates").rglob("*.html"):
        if path.is_relative_to(ROOT / "templates/messages"):
            continue  # mails have no style sheet of their own to link to
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", text), path


BASE = (ROOT / "static/vendor/bootstrap.min.css").read_text()


def test_the_base_styles_lose_only_what_no_page_can_use():
    everything = frozenset(stylesheet.CLASS.findall(BASE))
    plain = re.compile(r"/\*.*?\*/|\s", re.S)
    assert plain.sub("", stylesheet.needed(BASE, everything)) == plain.sub("", BASE)
    css = (
        ".a,.b:not(.x,.y):hover{c:d}@media (min-width:1px){.b{c:d}.col-3{c:d}}"
        "@keyframes k{0%{c:d}}.e .f{animation:k}p{c:d}"
    )
    assert (
        stylesheet.needed(css, frozenset({"b"}))
        == ".b:not(.x,.y):hover{c:d}@media (min-width:1px){.b{c:d}}p{c:d}"
    )
    assert "@keyframes k{0%{c:d}}.e .f{animation:k}" in stylesheet.needed(css, frozenset({"e", "f"}))
    assert stylesheet.needed(css, frozenset({"col-"})) == "@media (min-width:1px){.col-3{c:d}}p{c:d}"


@pytest.mark.parametrize("language", ["en"])
def test_every_base_class_on_the_gallery_has_its_styles(face: Flask, language: str):
    base = {name.replace("\\", "") for name in stylesheet.CLASS.findall(BASE)}
    sent = {
        name.replace("\\", "") for name in stylesheet.CLASS.findall(fetch(face, named(face, "app.css")).text)
    }
    page = face.test_client().get(f"/gallery/{language}").text
    used = {name for names in re.findall(r'class="([^"]*)"', page) for name in names.split()}
    assert used & base <= sent

"""A browser for tests that audits every page it fetches."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FRAGMENT = "<!doctype html><html lang=en><head><title>x</title></head><body>"
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


class AuditingClient(FlaskClient):
    """Fetches as a browser would and fails on a page that breaks a rule every page must keep."""

    audit = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if self.audit and response.mimetype == "text/html" and not response.is_streamed and response.data:
            audit_page(response.get_data(as_text=True), response.request.path, response.status_code)
        if self.audit:
            audit_headers(response)
        return response


def audit_headers(response: TestResponse) -> None:
    """Every answer carries the policy and the other guards."""
    policy = response.headers.get("Content-Security-Policy", "")
    where = f"{response.request.method} {response.request.path}"
    assert "default-src 'none'" in policy, f"{where}: no policy"
    assert "unsafe-inline" not in policy, f"{where}: the policy allows inline"
    assert response.headers.get("X-Content-Type-Options") == "nosniff", f"{where}: no nosniff"
    assert response.headers.get("Referrer-Policy"), f"{where}: no Referrer-Policy"


def parse(html: str) -> Element:
    """Parse a whole page strictly; invalid HTML raises."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parser.parse(html)


def audit_page(html: str, path: str, status: int = 200) -> None:
    """Fail with the address and the rule when a page is not as every page must be."""
    whole = html.lstrip().lower().startswith("<!doctype")
    try:
        tree = parse(
            html if whole else f"<!doctype html><html lang=en><head><title>x</title></head><body>{html}"
        )
    except Exception as error:  # html5lib has its own error class
        raise AssertionError(f"{path}: invalid HTML: {error}") from error
    elements = list(tree.iter())
    tags = [e for e in elements if isinstance(e.tag, str)]
    if whole:
        _audit_whole(tree, tags, path)
    ids = Counter(e.get("id") for e in tags if e.get("id"))
    double = [name for name, n in ids.items() if n > 1]
    assert not double, f"{path}: ids used twice: {double}"
    _audit_inline(tags, path)
    _audit_forms(tree, tags, set(ids), path)
    for element in tags:
        if element.tag == "img":
            assert element.get("alt") is not None, f"{path}: an image without alt"
        if element.tag == "a":
            assert element.get("href") not in {"", "#"}, f"{path}: a dead link: {_text(element)!r}"
            named = _text(element).strip() or element.get("aria-label") or list(element.iter("title"))
            assert named, f"{path}: a link without a name: {element.get('href')}"


def _audit_whole(tree: Element, tags: list[Element], path: str) -> None:
    root = next(e for e in tags if e.tag == "html")
    assert root.get("lang"), f"{path}: no language"
    titles = tree.findall("./head/title")
    assert len(titles) == 1 and _text(titles[0]).strip(), f"{path}: no title"
    headings = [e for e in tags if e.tag == "h1"]
    assert len(headings) == 1, f"{path}: {len(headings)} h1"
    assert [e for e in tags if e.tag == "main"], f"{path}: no main"
    level = 0
    for element in tags:
        if len(element.tag) == 2 and element.tag[0] == "h" and element.tag[1].isdigit():
            now = int(element.tag[1])
            assert now <= level + 1, f"{path}: heading jumps from h{level} to h{now}: {_text(element)!r}"
            level = now


def _audit_inline(tags: list[Element], path: str) -> None:
    for element in tags:
        assert element.get("style") is None, f"{path}: inline style on <{element.tag}>"
        handlers = [name for name in element.attrib if name.lower().startswith("on")]
        assert not handlers, f"{path}: {handlers} on <{element.tag}>"
        assert element.tag != "style", f"{path}: inline <style>"
        if element.tag == "script":
            assert element.get("src"), f"{path}: inline <script>"


def _audit_forms(tree: Element, tags: list[Element], ids: set[str | None], path: str) -> None:
    labelled = {e.get("for") for e in tags if e.tag == "label"}
    wrapped = {inner for e in tags if e.tag == "label" for inner in e.iter()}
    for element in tags:
        if element.tag not in {"input", "select", "textarea"} or element.get("type", "") in UNLABELLED:
            continue
        named = (
            element.get("id") in labelled or element in wrapped or element.get("aria-label")
            or element.get("aria-labelledby") in ids
        )  # fmt: skip
        assert named, f"{path}: no label for {element.get('name') or element.get('id')}"
        for described in (element.get("aria-describedby") or "").split():
            assert described in ids, f"{path}: {element.get('name')} is described by a missing {described}"
    for form in (e for e in tags if e.tag == "form"):
        fields = {e.get("name") for e in form.iter("input")}
        if (form.get("method") or "get").lower() == "post":
            assert "csrf_token" in fields, f"{path}: a form without CSRF: {form.get('action')}"
        else:
            assert "csrf_token" not in fields, f"{path}: a GET form leaks its token: {form.get('action')}"
        buttons = [e for e in form.iter() if e.tag == "button" or e.get("type") == "submit"]
        outside = [e for e in tags if form.get("id") and e.get("form") == form.get("id")]
        assert buttons or outside, f"{path}: a form without a button: {form.get('action')}"


def _text(element: Element) -> str:
    return "".join(element.itertext())

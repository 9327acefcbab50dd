"""Every page of every reader: WCAG 2.2 AA in both themes and widths, no sideways scroll, a clean console."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from portal.dev import cast

from . import flows
from .pages import READERS, walk
from .stage import Stage, Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path("tests/vendor/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The themes differ in colours alone, so the dark one is asked only what depends on colours.
COLOURS = ["color-contrast", "link-in-text-block"]
RUN = """async only => {
  // A change of theme runs down the page as transitions: colours are compared when they are through.
  for (let quiet = 0, frames = 0; quiet < 3 && frames < 90; frames++) {
    await new Promise(requestAnimationFrame);
    quiet = document.getAnimations().length ? 0 : quiet + 1;
  }
  const values = only.split(","), type = values[0].startsWith("wcag") ? "tag" : "rule";
  const found = await axe.run(document, {runOnly: {type, values}, preload: false, resultTypes: ["violations"]});
  const told = node => node.target.join(" ") + " " + node.html.slice(0, 110) + " | "
    + node.any.map(one => one.message).join(" ").slice(0, 150);
  return found.violations.map(one => one.id + ": " + one.nodes.slice(0, 3).map(told).join(" ;; "));
}"""
TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return "";
  const wide = [...document.querySelectorAll("body *")].filter(
    one => one.getBoundingClientRect().right > root.clientWidth + 1 && !one.closest("[data-scroll-nav]"));
  return root.scrollWidth + " px: " + wide.slice(0, 4).map(one => one.outerHTML.slice(0, 90)).join(" ;; ");
}"""
UNFOLD = "all => all.forEach(one => { one.open = true; })"


def faults_of(page: Page, path: str) -> list[str]:
    """Return all that is wrong with the open page."""
    found: list[str] = []

    def ask(width: int, scheme: Any, only: list[str]) -> None:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 860})
        found.extend(f"{path} {width} {scheme}: {fault}" for fault in page.evaluate(RUN, ",".join(only)))

    page.set_viewport_size({"width": 320, "height": 860})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if wide := page.evaluate(TOO_WIDE):
        found.append(f"{path}: scrolls sideways at 320 px, {wide}")
    page.eval_on_selector_all("details:not([data-menu])", UNFOLD)
    if wide := page.evaluate(TOO_WIDE):
        found.append(f"{path}: scrolls sideways at 320 px when all is open, {wide}")
    page.evaluate(AXE)
    ask(390, "light", TAGS)
    if os.environ.get("REINS_SOAK"):  # the colours are the same at both widths
        ask(390, "dark", COLOURS)
    ask(1280, "dark", COLOURS)
    ask(1280, "light", TAGS)
    return found


class Eye:
    """What is wrong with the pages that a part of this test looks at."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __call__(self, page: Page, name: str) -> None:
        self.found += faults_of(page, name)

    def close(self) -> None:
        """Fail for every fault."""
        assert not self.found, "\n".join(self.found)


@pytest.fixture
def eye() -> Eye:
    """An eye that has seen nothing yet."""
    return Eye()


@pytest.mark.parametrize("reader", READERS, ids=lambda name: name or "anybody")
def test_page_is_accessible_and_fits(reader: str, opened: Callable[..., Watched], eye: Eye) -> None:
    watched = opened(reader.split(",")[0])
    for path in walk(watched, reader):
        title = watched.page.title()
        if "/errors/500" not in path and "Something broke" in title:
            eye.found.append(f"{path}: {title}")
        eye(watched.page, path)
    eye.close()


def test_pages_behind_a_press_or_a_link_in_a_mail_are_accessible(
    opened: Callable[..., Watched], stage: Stage, eye: Eye
) -> None:
    flows.colleagues(opened, stage, eye, script=True, address="iga.b@demo.example")
    flows.codes(opened, stage, eye, cast.ZOFIA, script=True)
    flows.program(opened, eye, script=True)
    flows.settings(opened, eye, script=True)
    flows.mails(opened, stage, eye)
    flows.complaint(opened, eye)
    eye.close()

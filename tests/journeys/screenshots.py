"""Pictures of every page that matters: two widths, light and dark; ``--readme`` makes those of the README.

``python -m tests.journeys.screenshots [FOLDER] [--readme]``
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, Page

from .stage import Stage, Watched, chromium, staged

WIDTHS = (1280, 390)
THEMES = ("light", "dark")
TALLEST = 2600
README = Path("docs/img")
BIGGEST = 250_000


def first(selector: str) -> Callable[[Page], None]:
    """Follow the first link of a page that fits."""

    def go(page: Page) -> None:
        page.goto(urljoin(page.url, link(page, selector)), wait_until="load")

    return go


def link(page: Page, selector: str) -> str:
    """Return the address that the first fitting link leads to."""
    return page.locator(selector).first.get_attribute("href") or ""


def stop_offers(page: Page) -> None:
    """Stop the offers, so that the receipt stands on the page."""
    button = page.locator("#purpose-offers").get_by_role("button")
    with page.expect_navigation():
        button.first.click()


def to_check(page: Page) -> None:
    """Go from a draft to the last look at its answers."""
    first("main .complaint-line a")(page)
    page.goto(page.url.rsplit("/", 1)[0] + "/check", wait_until="load")


def in_english(page: Page) -> None:
    """Have the page in English: the pictures are read by everybody."""
    if page.locator("html").get_attribute("lang") != "en":
        with page.expect_navigation():
            page.get_by_role("button", name="English").first.click()


def rights_of_piotr(page: Page) -> None:
    """Open what Piotr may do, from the list of colleagues."""
    in_english(page)
    first(".colleague:has-text('Piotr') .colleague-acts a")(page)


CASE = "a[href*='/complaints/']:not([href$='/new'])"
# name: who reads, where, and what is done first
PAGES: dict[str, tuple[str, str, Callable[[Page], None] | None]] = {
    "landing": ("", "/", None),
    "how-complaints-work": ("", "/how-complaints-work", None),
    "purposes": ("", "/purposes", None),
    "sign-in": ("", "/sign-in", None),
    "register": ("", "/register", None),
    "not-found": ("", "/nowhere", None),
    "home": ("Amina Nowak", "/home", None),
    "permissions": ("Amina Nowak", "/permissions", None),
    "permission": ("Amina Nowak", "/permissions", first("#purpose-offers h3 a")),
    "preferences": ("Amina Nowak", "/preferences", None),
    "complaints": ("Amina Nowak", "/complaints", None),
    "complaint": ("Amina Nowak", "/complaints", first(f"main .complaint-line {CASE}")),
    "complaint-new": ("Amina Nowak", "/complaints/new", None),
    "messages": ("Amina Nowak", "/messages", None),
    "message": ("Amina Nowak", "/messages", first("main .row-item a[href^='/messages/']")),
    "timeline": ("Amina Nowak", "/timeline", None),
    "who-looked": ("Amina Nowak", "/who-looked", None),
    "feedback": ("Amina Nowak", "/feedback", None),
    "security": ("Amina Nowak", "/security", None),
    "programs-new": ("Amina Nowak", "/programs/new", None),
    "profile": ("Amina Nowak", "/profile", None),
    "colleagues": ("Ola Lipska", "/colleagues", in_english),
    "colleague-rights": ("Ola Lipska", "/colleagues", rights_of_piotr),
    "colleague-invitation": ("Ola Lipska", "/colleagues/invitation", in_english),
    "acting-for": ("Zofia Wilk", "/acting-for", in_english),
    "complaint-offered": ("Ben Petrov", "/complaints", first("main .complaint-line:has-text('Answered') a")),
    "complaint-check": ("Ben Petrov", "/complaints?view=drafts", to_check),
    "staff-dashboard": ("Sam Carter", "/admin/", None),
    "staff-queue": ("Sam Carter", "/admin/queue?view=all_open", None),
    "staff-case": ("Sam Carter", "/admin/queue?view=all_open", first("#queue tr:has-text('Amina') a")),
    "staff-intake": ("Sam Carter", "/admin/intake", None),
    "staff-feedback": ("Sam Carter", "/admin/feedback", None),
    "staff-letters": ("Sam Carter", "/admin/letters", None),
    "staff-security": ("Sam Carter", "/admin/security", None),
    "settings": ("Max Brandt", "/admin/settings", None),
    "settings-staff": ("Max Brandt", "/admin/staff", None),
    "settings-person": ("Max Brandt", "/admin/staff", first("main td a, main th a")),
    "settings-roles": ("Max Brandt", "/admin/roles", None),
    "settings-purpose": ("Max Brandt", "/admin/purposes/offers", None),
    "settings-firm": ("Max Brandt", "/admin/firm", None),
    "settings-hours": ("Max Brandt", "/admin/calendar", None),
    "settings-record": ("Max Brandt", "/admin/settings/record", None),
}  # fmt: skip


def customer_page(page: Page) -> None:
    """Go from a case to its customer, as staff do."""
    first("#queue tr:has-text('Amina') a")(page)
    first(".case-facts a[href^='/admin/customers/']")(page)


PAGES["staff-customer"] = ("Sam Carter", "/admin/queue?view=all_open", customer_page)

# The pictures of the README: page, width, height of the view.
BEST = {
    "landing": (1280, 800), "complaint": (1280, 1130), "permissions": (1280, 900), "home": (390, 844),
    "who-looked": (1280, 820), "colleagues": (1280, 820), "staff-queue": (1280, 760), "staff-case": (1280, 1060),
}  # fmt: skip


def watched(stage: Stage, browser: Browser, reader: str, width: int) -> Watched:
    """Return a page of a reader, of a width."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="en-GB", timezone_id="Europe/Warsaw",
        reduced_motion="reduce", device_scale_factor=1 if width > 1000 else 2,
    )  # fmt: skip
    one = Watched(context, stage.url)
    one.page.set_default_timeout(60_000)
    if reader:
        one.go(stage.link(reader))
    return one


def shown(one: Watched, name: str) -> Page:
    """Open a page of the list and do what it begins with."""
    _reader, path, act = PAGES[name]
    page = one.go(path)
    if act is not None:
        act(page)
    page.evaluate("document.fonts.ready")
    return page


def take(page: Page, theme: Any, *, whole: bool) -> Image.Image:
    """Return a picture of the page in a theme."""
    page.emulate_media(color_scheme=theme)
    page.wait_for_timeout(150)  # until the change of theme is through
    size = page.viewport_size or {"width": 1280, "height": 900}
    tall = min(TALLEST, page.evaluate("document.documentElement.scrollHeight")) if whole else size["height"]
    raw = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": size["width"], "height": tall})
    return Image.open(io.BytesIO(raw)).convert("RGB")


def keep(picture: Image.Image, path: Path) -> None:
    """Write a picture with a palette of its own, as small as it can be and still look the same."""
    for colours in (256, 128, 64):
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
        if path.stat().st_size < BIGGEST:
            return


def every_page(stage: Stage, browser: Browser, folder: Path) -> None:
    """Picture all pages into a folder as ``page-width-theme.png``."""
    for width in WIDTHS:
        open_as: dict[str, Watched] = {}
        for name, (reader, _path, _act) in PAGES.items():
            one = open_as.get(reader) or open_as.setdefault(reader, watched(stage, browser, reader, width))
            page = shown(one, name)
            for theme in THEMES:
                keep(take(page, theme, whole=True), folder / f"{name}-{width}-{theme}.png")
            sys.stdout.write(f"{name} {width}\n")
        for one in open_as.values():
            one.context.close()


def best_pages(stage: Stage, browser: Browser) -> None:
    """Picture what the README shows."""
    README.mkdir(parents=True, exist_ok=True)
    for name, (width, height) in BEST.items():
        one = watched(stage, browser, PAGES[name][0], width)
        one.page.set_viewport_size({"width": width, "height": height})
        page = shown(one, name)
        if name == "permissions":
            stop_offers(page)
        keep(take(page, "light", whole=False), README / f"{name}.png")
        one.context.close()
        sys.stdout.write(f"{README / name}.png\n")


def main() -> None:
    """Set the stage and take the pictures."""
    asks = argparse.ArgumentParser(description=(__doc__ or "").split(";", maxsplit=1)[0])
    asks.add_argument("folder", nargs="?", type=Path, default=Path("screenshots"))
    asks.add_argument("--readme", action="store_true", help="only the pictures of the README, into docs/img")
    asked = asks.parse_args()
    with tempfile.TemporaryDirectory() as scratch, staged(Path(scratch)) as stage, chromium() as browser:
        if asked.readme:
            best_pages(stage, browser)
        else:
            asked.folder.mkdir(parents=True, exist_ok=True)
            every_page(stage, browser, asked.folder)


if __name__ == "__main__":
    main()

"""Pictures of every page that matters: two widths, light and dark; ``--readme`` makes those of the README.

``python -m tests.journeys.screenshots [FOLDER] [--only WORD] [--language pl] [--readme]``
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from .shots import SHOTS, prepare, press
from .stage import Stage, Watched, chromium, staged

WIDTHS = (1280, 390)
THEMES = ("light", "dark")
TALLEST = 2600
README = Path("docs/img")
BIGGEST = 250_000
LOCALES = {"en": "en-GB", "pl": "pl-PL", "bg": "bg-BG", "ru": "ru-RU"}


def stop_offers(page: Page) -> None:
    """Stop the offers, so that the receipt stands on the page."""
    press("#purpose-offers button")(page)


# The pictures of the README: page, width, height of the view.
BEST = {
    "landing": (1280, 800), "complaint": (1280, 1130), "permissions": (1280, 900), "home": (390, 844),
    "who-looked": (1280, 820), "colleagues": (1280, 820), "staff-queue": (1280, 760), "staff-case": (1280, 1060),
    "sharing": (1280, 1000), "extranet-task": (1280, 1000),
}  # fmt: skip


def watched(stage: Stage, browser: Browser, reader: str, width: int, language: str) -> Watched:
    """Return a page of a reader, of a width, in a language."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale=LOCALES[language], timezone_id="Europe/Warsaw",
        reduced_motion="reduce", device_scale_factor=1 if width > 1000 else 2,
    )  # fmt: skip
    one = Watched(context, stage.url)
    one.page.set_default_timeout(60_000)
    if reader:
        one.go(stage.link(reader))
    else:
        one.go("/")
    if one.page.locator("html").get_attribute("lang") != language:
        with one.page.expect_navigation():  # the switch may be folded away
            one.page.eval_on_selector(
                f"button[name=language][value={language}]", "button => button.form.requestSubmit(button)"
            )
    return one


def shown(one: Watched, name: str) -> Page:
    """Open a page of the list and do what it begins with."""
    shot = SHOTS[name]
    page = one.go(shot.path)
    if shot.act is not None:
        shot.act(page)
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


def every_page(stage: Stage, browser: Browser, folder: Path, names: list[str], language: str) -> int:
    """Picture pages into a folder as ``page-width-theme.png``; return how many scroll sideways."""
    open_as: dict[tuple[str, int], Watched] = {}
    too_wide = 0
    for name in names:
        for width in WIDTHS:
            who = SHOTS[name].reader, width
            one = open_as.get(who) or open_as.setdefault(who, watched(stage, browser, *who, language))
            page = shown(one, name)
            for theme in THEMES:
                keep(take(page, theme, whole=True), folder / f"{name}-{width}-{theme}.png")
            told = f"{name} {width}"
            for narrow in {width, min(width, 320)}:
                page.set_viewport_size({"width": narrow, "height": 900})
                if page.evaluate(
                    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                ):
                    told, too_wide = f"{told}  SCROLLS SIDEWAYS at {narrow}", too_wide + 1
            page.set_viewport_size({"width": width, "height": 900})
            sys.stdout.write(f"{told}\n")
            sys.stdout.flush()
    for one in open_as.values():
        one.context.close()
    return too_wide


def best_pages(stage: Stage, browser: Browser) -> None:
    """Picture what the README shows."""
    README.mkdir(parents=True, exist_ok=True)
    for name, (width, height) in BEST.items():
        one = watched(stage, browser, SHOTS[name].reader, width, "en")
        one.page.set_viewport_size({"width": width, "height": height})
        page = shown(one, name)
        if name == "permissions":
            stop_offers(page)
        keep(take(page, "light", whole=False), README / f"{name}.png")
        one.context.close()
        sys.stdout.write(f"{README / name}.png\n")
        sys.stdout.flush()


def main() -> None:
    """Set the stage and take the pictures."""
    asks = argparse.ArgumentParser(description=(__doc__ or "").split(";", maxsplit=1)[0])
    asks.add_argument("folder", nargs="?", type=Path, default=Path("screenshots"))
    asks.add_argument(
        "--only", default="", metavar="WORD", help="pages whose name begins with it; several: home,sharing"
    )
    asks.add_argument("--language", default="en", choices=LOCALES, help="the language of the pages")
    asks.add_argument("--readme", action="store_true", help="only the pictures of the README, into docs/img")
    asked = asks.parse_args()
    names = [name for name in SHOTS if name.startswith(tuple(asked.only.split(",")))]
    if not names:
        asks.error(f"no page begins with {asked.only!r}; there are: {', '.join(SHOTS)}")
    with tempfile.TemporaryDirectory() as scratch, staged(Path(scratch)) as stage, chromium() as browser:
        prepare(stage)
        if asked.readme:
            best_pages(stage, browser)
            return
        asked.folder.mkdir(parents=True, exist_ok=True)
        if wide := every_page(stage, browser, asked.folder, names, asked.language):
            sys.exit(f"{wide} pages scroll sideways.")


if __name__ == "__main__":
    main()

"""What a browser keeps of typed words is for who typed them, also where several people share one browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .stage import Stage, Watched

pytestmark = pytest.mark.browser


def test_words_kept_in_a_browser_are_shown_to_nobody_else(
    stage: Stage, opened: Callable[..., Watched]
) -> None:
    watched = opened("Amina Nowak")
    page = watched.go("/feedback")
    page.locator("textarea").first.fill("Only mine to read")
    page.reload()
    expect(page.locator("textarea").first).to_have_value("Only mine to read")

    page.goto(stage.link("Ben Petrov"))  # her session ended; somebody else signs in at the same browser
    page = watched.go("/feedback")
    expect(page.locator("textarea").first).to_have_value("")
    page.goto(stage.link("Amina Nowak"))
    page = watched.go("/feedback")
    expect(page.locator("textarea").first).to_have_value("")

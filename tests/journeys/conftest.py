"""Fixtures of the journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from .stage import Stage, Watched, chromium, staged


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The served demo firm."""
    with staged(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(stage: Stage, browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Opens watched pages, each in a context of its own; a fault on any of them fails the journey."""
    watched: list[Watched] = []

    def open_page(name: str = "", *, width: int = 1280, script: bool = True, dark: bool = False) -> Watched:
        context = browser.new_context(
            viewport={"width": width, "height": 860}, java_script_enabled=script, locale="en-GB",
            color_scheme="dark" if dark else "light", timezone_id="Europe/Warsaw",
        )  # fmt: skip
        one = Watched(context, stage.url)
        watched.append(one)
        if name:
            one.go(stage.link(name))
        return one

    yield open_page
    faults = [fault for one in watched for fault in one.faults]
    for one in watched:
        one.context.close()
    assert faults == []

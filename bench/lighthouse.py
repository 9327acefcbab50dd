"""``python -m bench.lighthouse``: Lighthouse on a throttled phone, median of five, against a served demo firm.

The pages travel as in an installation: compressed (nginx does that there, :class:`Compressed` here), static files
hashed and compressed by ourselves. Exit code 1 when a score lies under its floor.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from playwright.sync_api import Browser

from tests.journeys.screenshots import PAGES, shown, watched
from tests.journeys.stage import Stage, chromium, staged

FLOORS = {"accessibility": 100, "best-practices": 100, "performance": 85}
PUBLIC, STAFF = 95, 90
# What is judged: the name of a page in the screenshots, and the aim of its performance.
JUDGED = {
    "landing": PUBLIC, "how-complaints-work": PUBLIC, "purposes": PUBLIC, "sign-in": PUBLIC, "register": PUBLIC,
    "home": PUBLIC, "complaint": PUBLIC, "permissions": PUBLIC, "staff-queue": STAFF, "staff-case": STAFF,
}  # fmt: skip
SHOWN = {
    "first-contentful-paint": "FCP", "largest-contentful-paint": "LCP", "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS",
}  # fmt: skip
CHROME = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-component-update"
MISSING = (
    "Lighthouse left out: not here (npm install --global lighthouse, or LIGHTHOUSE=/path/to/lighthouse)."
)


class Compressed:
    """WSGI: compresses pages as the web server before an installation does."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        told: list[Any] = []

        def later(status: str, headers: list[tuple[str, str]], info: Any = None) -> None:
            told[:] = [status, headers]

        parts = self.app(environ, later)
        body = b"".join(parts)
        getattr(parts, "close", lambda: None)()
        status, headers = told
        names = {name.lower(): value for name, value in headers}
        if names.get("content-type", "").startswith("text/html") and "content-encoding" not in names:
            body = gzip.compress(body, 6)
            headers = [one for one in headers if one[0].lower() != "content-length"]
            headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
        start(status, headers)
        return [body]


@dataclass(frozen=True, slots=True)
class Judged:
    """One page: the median of each score, and of the times behind the performance."""

    name: str
    scores: dict[str, float]
    times: dict[str, str]
    faults: list[str]

    @property
    def held(self) -> bool:
        """Whether every floor is reached."""
        return all(self.scores[name] >= floor for name, floor in FLOORS.items())


def lighthouse() -> str | None:
    """Return the program: LIGHTHOUSE, or what is in the path."""
    return os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        return None


def cookies(stage: Stage, reader: str) -> str:
    """Sign ``reader`` in and return the header ``Cookie``."""
    try:
        urllib.request.build_opener(_Stay()).open(stage.link(reader))
    except HTTPError as answer:
        told = answer.headers.get_all("Set-Cookie") or []
        return "; ".join(one.split(";")[0] for one in told)
    raise AssertionError("a sign-in leads on")


def address(stage: Stage, browser: Browser, name: str) -> str:
    """Return where a page of the screenshots ends up."""
    one = watched(stage, browser, PAGES[name][0], 390)
    try:
        return shown(one, name).url
    finally:
        one.context.close()


def judge(program: str, url: str, cookie: str, folder: Path) -> dict[str, Any]:
    """Run Lighthouse once and return its report."""
    report, headers = folder / "report.json", folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookie} if cookie else {}))
    subprocess.run(
        [
            program, url, "--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={CHROME}",
            "--only-categories=performance,accessibility,best-practices", f"--extra-headers={headers}",
        ],
        check=True, env={**os.environ, "CHROME_PATH": os.environ.get("REINS_CHROMIUM") or "/usr/bin/chromium"},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def judged(name: str, reports: list[dict[str, Any]]) -> Judged:
    """Return the medians of several reports of one page."""
    scores = {
        one: statistics.median(round(100 * report["categories"][one]["score"]) for report in reports)
        for one in FLOORS
    }
    times = {}
    for key, label in SHOWN.items():
        value = statistics.median(report["audits"][key]["numericValue"] for report in reports)
        times[label] = f"{value:.2f}" if label == "CLS" else f"{value / 1000:.2f} s"
    wanted = {
        ref["id"]
        for one in FLOORS
        if one != "performance"
        for ref in reports[-1]["categories"][one]["auditRefs"]
        if ref["weight"]
    }
    audits = reports[-1]["audits"]
    faults = [key for key in sorted(wanted) if audits[key]["score"] is not None and audits[key]["score"] < 1]
    return Judged(name, scores, times, faults)


def pages(program: str, names: Iterable[str], runs: int, folder: Path) -> Iterator[Judged]:
    """Judge pages of a fresh demo firm."""
    with staged(folder / "firm", around=Compressed) as stage:
        with chromium() as browser:
            where = {name: address(stage, browser, name) for name in names}
        signed = {reader: cookies(stage, reader) for reader in {PAGES[name][0] for name in names} if reader}
        for name, url in where.items():
            cookie = signed.get(PAGES[name][0], "")
            yield judged(name, [judge(program, url, cookie, folder) for _ in range(runs)])


def main() -> int:
    """Judge every page and print the table."""
    asks = argparse.ArgumentParser(prog="python -m bench.lighthouse", description=__doc__)
    asks.add_argument("--runs", type=int, default=5, help="of which the median counts")
    asks.add_argument("--only", default="", help=f"pages, of {', '.join(JUDGED)}")
    asked = asks.parse_args()
    program = lighthouse()
    if program is None:
        print(MISSING)
        return 0
    names = [name for name in JUDGED if not asked.only or name in asked.only.split(",")]
    held = True
    print(
        "| Page | Accessibility | Best practices | Performance | Must, aim | "
        + " | ".join(SHOWN.values())
        + " |"
    )
    print("|---|---|---|---|---|" + "---|" * len(SHOWN), flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "firm").mkdir()
        for one in pages(program, names, asked.runs, folder):
            scores = [f"{one.scores[key]:.0f}" for key in FLOORS]
            cells = [one.name, *scores, f"{FLOORS['performance']}, {JUDGED[one.name]}", *one.times.values()]
            print(
                f"| {' | '.join(cells)} |" + (f"  under its floor: {one.faults}" if not one.held else ""),
                flush=True,
            )
            held = held and one.held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())

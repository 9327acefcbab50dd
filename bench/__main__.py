"""``python -m bench``: fill databases, measure every line, print the table; 1 when a floor is missed."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal import logs
from tests.postgres import Server

from . import audiences, decisions, generate, growth, lines, pages, patterns, queries, stores

SIZES, QUICK_SIZES, MILLION = (1_000, 100_000), (1_000,), (1_000, 1_000_000)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Read what was asked on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the small database only, short rounds")
    parser.add_argument(
        "--million", action="store_true", help="a thousand and a million customers; some 40 GB"
    )
    parser.add_argument("--only", default="", help="lines to measure, such as P1,D1")
    parser.add_argument("--database", choices=stores.KINDS, help="one kind of database only")
    parser.add_argument("--anyway", action="store_true", help="judge although other processes are at work")
    parser.add_argument("--port", type=int, default=8110, help="the first of two free ports")
    parser.add_argument("--markdown", action="store_true", help="print the table for the documentation too")
    return parser.parse_args(given)


def measured(asked: argparse.Namespace, folder: Path, server: Any) -> Iterator[lines.Line]:
    """Yield the lines as they come, database after database."""
    wanted = {name.strip().upper()[:2] for name in asked.only.split(",") if name.strip()}
    models = patterns.make(folder)
    memory: dict[str, float] = {}
    costs: dict[str, growth.Costs] = {}
    sizes = MILLION if asked.million else QUICK_SIZES if asked.quick else SIZES
    for kind in (asked.database,) if asked.database else stores.KINDS:
        for size in sizes:
            began = time.monotonic()
            url = stores.new_url(kind, f"bench_{size}", folder, server)
            stores.migrated(url).dispose()
            stores.use(url)
            made = generate.fill(url, models, size, drafts=150 if asked.quick else 600)
            print(f"# {kind}, {size:,} customers and complaints: {made.rows:,} rows in "
                  f"{time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
            database = stores.use(url)
            try:
                if not wanted or wanted & {"D1", "D2", "D3"}:
                    yield from decisions.lines(url, size, count=600 if asked.quick else 2_000)
                if not wanted or "A1" in wanted:
                    yield from audiences.lines(url, size)
                if not wanted or "C2" in wanted:
                    yield from queries.lines(url, size)
                if not wanted or wanted & {"G1", "P4"}:
                    now = growth.measured()
                    yield from growth.lines(kind, size, now, costs.get(kind))
                    costs.setdefault(kind, now)
                if not wanted or wanted & {"P1", "P2", "P3", "C1", "M1", "S1"}:
                    seen = pages.Pages(
                        url, size, port=asked.port, wanted=wanted,
                        seconds=0.6 if asked.quick else 1.5, rounds=3 if asked.quick else pages.ROUNDS,
                    )  # fmt: skip
                    yield from seen.lines(pids=_processes(server), judge_anyway=asked.anyway)
                    if seen.memory is not None:
                        yield from _memory(kind, size, seen.memory, seen.libraries, memory.get(kind))
                        memory.setdefault(kind, seen.memory)
            finally:
                database.dispose()
                stores.thrown_away(url, server)  # a million customers with all that is theirs fill 20 GB


def _memory(kind: str, size: int, now: float, bare: float, first: float | None) -> Iterator[lines.Line]:
    yield lines.Line("M1a", kind, size, f"{now:.0f} of {bare:.0f} MiB", now / bare)
    if first is not None:
        yield lines.Line("M1b", kind, size, f"{first:.0f} to {now:.0f} MiB", now - first)


def _processes(server: Any) -> list[int]:
    """Return the first process of the database, whose time is ours too."""
    return [int((server.home / "data" / "postmaster.pid").read_text().split()[0])]


def main() -> int:
    """Measure and print; return the exit code."""
    asked = arguments()
    done: list[lines.Line] = []
    with (
        tempfile.TemporaryDirectory(prefix="bench") as name,
        Server(durable=True) as server,
        Path(os.devnull).open("wb") as nobody,
    ):
        folder = Path(name)
        stores.prepare(folder)
        logs.configure(
            to=nobody
        )  # what this process itself serves is logged as in an installation, and not shown
        print(lines.header(), flush=True)
        for line in measured(asked, folder, server):
            done.append(line)
            print(lines.written(line), flush=True)
    if asked.markdown:
        print(lines.markdown(done))
    failed = lines.missed(done)
    if failed:
        print(
            f"{len(failed)} of {len(done)} lines missed their floor: {', '.join(sorted({x.key for x in failed}))}"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

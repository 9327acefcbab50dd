"""P1 to P3, C1, M1 and S1: pages over the line, against the bare page under the same server."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from portal.domain.accounts import passwords

from . import load, quiet, server, stores, visitors
from .lines import Line
from .patterns import PASSWORD

ROUNDS = 5
PER_SECOND = 4  # sign-ins beside a list
Requests = Sequence[Sequence[str]]
Found = tuple[str, str, float]  # line, value, ratio


@dataclass(slots=True)
class Side:
    """One kind of request in all rounds: answers a second, milliseconds of processor each, the slowest of a hundred."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)

    def note(self, result: load.Result, cpu: float) -> None:
        """Take one round."""
        self.rates.append(result.rate)
        self.cpu.append(cpu * 1000 / max(result.count, 1))
        self.slow.append(result.percentile(0.99))


class Pages:
    """The measurements of one database; every round asks each kind of page in turn, so that noise falls on all."""

    def __init__(
        self, url: str, size: int, *, port: int, seconds: float, rounds: int, wanted: set[str]
    ) -> None:
        self.url, self.size, self.port, self.seconds, self.rounds = url, size, port, seconds, rounds
        self.kind = stores.SQLITE if url.startswith("sqlite") else stores.POSTGRESQL
        self.wanted = wanted
        self.sides: dict[str, Side] = {}
        self.others = 0.0
        self.memory: float | None = None
        self.libraries = 0.0

    def _wants(self, *names: str) -> bool:
        return not self.wanted or bool(self.wanted & set(names))

    def lines(self, *, pids: Sequence[int], judge_anyway: bool) -> Iterator[Line]:
        """Measure and yield the lines; what ran beside others is not judged."""
        everybody = visitors.arrive()
        with (
            server.Served("bare", self.url, self.port + 1) as bare,
            server.Served("portal", self.url, self.port) as portal,
        ):
            with quiet.Watch(pids) as watch:
                if self._wants("P1", "P2", "P3", "C1", "M1"):
                    self._rounds(everybody, bare, portal)
                if self._wants("M1"):
                    # Beside the same neighbours, since what processes share is counted by its share.
                    self.memory, self.libraries = server.rss(portal.pid), server.libraries()
            judged = judge_anyway or watch.quiet
            note = "" if watch.quiet else f"others used {watch.others:.2f} of a core"
            yield from (self._line(*one, judged, note) for one in self._ratios())
            if self._wants("S1"):
                with quiet.Watch(pids) as watch:
                    found = list(self._sign_ins(everybody, portal))
                judged = judge_anyway or watch.quiet
                note = "" if watch.quiet else f"others used {watch.others:.2f} of a core"
                yield from (self._line(*one, judged, note) for one in found)

    def _line(self, key: str, value: str, ratio: float, judged: bool, note: str) -> Line:
        return Line(key, self.kind, self.size, value, ratio, judged, note)

    def _requests(self, everybody: visitors.Visitors) -> dict[str, Requests]:
        staff, customers = everybody.staff, everybody.customers
        cases = everybody.cases
        return {
            "bare": [
                [load.get(f"/bare/{9 * n + k * 37}") for n in range(100)] for k in range(load.CONNECTIONS)
            ],
            "queue": [[load.get("/admin/queue", one.cookie)] for one in staff],
            "case": [
                [load.get(f"/admin/complaints/{uuid}", one.cookie) for uuid in cases[k::2] + cases[:k:2]]
                for k, one in enumerate(staff)
            ],
            "own": [[load.get(f"/complaints/{one.complaints[0]}", one.cookie)] for one in customers],
            "post": [
                [visitors.send_draft(one, draft) for draft in one.complaints] for one in everybody.senders
            ],
        }

    def _rounds(self, everybody: visitors.Visitors, bare: Any, portal: Any) -> None:
        requests = self._requests(everybody)
        wanted = ["bare"] + [
            name
            for name, keys in (
                ("queue", ("P1", "C1", "M1")),
                ("case", ("P2", "M1")),
                ("own", ("P2", "C1", "M1")),
                ("post", ("P3", "M1")),
            )
            if self._wants(*keys)
        ]
        drafts = requests.pop("post")
        portions = self.rounds + 1
        for turn in range(portions):
            for name in wanted:
                once = name == "post"
                asked = [part[turn::portions] for part in drafts] if once else requests[name]
                side = self._visit(
                    name, bare if name == "bare" else portal, asked, again=not once, short=not turn
                )
                if turn:  # the first round only warms up
                    self.sides.setdefault(name, Side()).note(*side)

    def _visit(
        self, name: str, served: Any, asked: Requests, *, again: bool = True, short: bool = False
    ) -> tuple[load.Result, float]:
        before = quiet.cpu_of(served.pid)
        result = load.run(
            served.port, asked, seconds=self.seconds / 2 if short else self.seconds, again=again
        )
        wrong = {status for status in result.statuses if status not in ("200", "303")}
        if wrong or not result.count or (name == "post") == ("303" not in result.statuses):
            raise RuntimeError(f"the page {name} answered {result.statuses}")
        return result, quiet.cpu_of(served.pid) - before

    def _ratios(self) -> Iterator[Found]:
        bare = self.sides.get("bare")
        if bare is None:
            return
        for key, name in (("P1", "queue"), ("P2a", "case"), ("P2b", "own"), ("P3", "post")):
            if name in self.sides and self._wants(key[:2]):
                ours = self.sides[name]
                ratio = statistics.median(a / b for a, b in zip(ours.rates, bare.rates, strict=True))
                value = (
                    f"{statistics.median(ours.rates):,.0f} of {statistics.median(bare.rates):,.0f} a second"
                )
                yield key, value, ratio
        for key, name in (("C1a", "queue"), ("C1b", "own")):
            if name in self.sides and self._wants("C1"):
                ours = self.sides[name]
                ratio = statistics.median(a / b for a, b in zip(ours.cpu, bare.cpu, strict=True))
                value = f"{statistics.median(ours.cpu):.2f} of {statistics.median(bare.cpu):.2f} ms"
                yield key, value, ratio

    def _sign_ins(self, everybody: visitors.Visitors, portal: Any) -> Iterator[Found]:
        attempts = [visitors.sign_in(*one) for one in everybody.strangers]
        alone = attempts[: len(attempts) // 2]
        hashed = passwords.hash_of(PASSWORD)
        ratios, ours, theirs = [], [], []
        each = len(alone) // (self.rounds + 1)
        with load.Line(portal.port) as line:
            for turn in range(self.rounds + 1):
                signed, verified = [], []
                for attempt in alone[turn * each : (turn + 1) * each]:
                    # In turns, so that a noisy moment falls on both.
                    signed.append(_timed(lambda asked=attempt: _let_in(line.ask(asked))))
                    verified.append(_timed(lambda: passwords.fits(hashed, PASSWORD)))
                if turn:
                    ours.append(statistics.median(signed))
                    theirs.append(statistics.median(verified))
                    ratios.append(ours[-1] / theirs[-1])
        value = f"{statistics.median(ours) * 1000:.1f} of {statistics.median(theirs) * 1000:.1f} ms"
        yield "S1a", value, statistics.median(ratios)
        yield from self._beside(everybody, portal, attempts[len(attempts) // 2 :])

    def _beside(self, everybody: visitors.Visitors, portal: Any, attempts: Sequence[str]) -> Iterator[Found]:
        listed = self._requests(everybody)["queue"]
        calm, busy = [], []
        seconds = max(self.seconds, 2.0)
        each = int(seconds * PER_SECOND) + 2
        with ThreadPoolExecutor(1) as beside:
            for turn in range(self.rounds):
                calm.append(self._visit("queue", portal, listed)[0].percentile(0.99))
                portion = attempts[turn * each : (turn + 1) * each]
                coming = beside.submit(
                    load.run, portal.port, [portion], seconds=seconds, again=False, pace=1 / PER_SECOND
                )
                busy.append(self._visit("queue", portal, listed)[0].percentile(0.99))
                coming.result()
        value = f"{statistics.median(busy) * 1000:.1f} of {statistics.median(calm) * 1000:.1f} ms"
        ratio = statistics.median(b / c for b, c in zip(busy, calm, strict=True))
        yield "S1b", value, ratio


def _let_in(status: str) -> None:
    if status != "303":
        raise RuntimeError(f"signing in answered {status}")


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began

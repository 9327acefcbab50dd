"""Whether anybody else is at work on this machine: a measurement beside others is not judged."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

ALLOWED = 0.15  # of one core
TICK = os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int) -> float:
    """Return the seconds of processor time that a process has used, 0.0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def _everything() -> float:
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    user, nice, system, _idle, _wait, irq, softirq, *_ = map(int, fields)
    return (user + nice + system + irq + softirq) / TICK


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found


def family(roots: Iterable[int]) -> set[int]:
    """Return processes and all that came from them."""
    known: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in known:
            known.add(pid)
            waiting += _children(pid)
    return known


class Watch:
    """Measures over a block how much of a core all others used; ``roots`` are processes of ours besides this one."""

    def __init__(self, roots: Iterable[int] = ()) -> None:
        self.roots = [os.getpid(), *roots]
        self.others = 0.0

    def __enter__(self) -> Watch:
        self._mine = {pid: cpu_of(pid) for pid in family(self.roots)}
        self._all, self._at = _everything(), time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        took = max(time.monotonic() - self._at, 0.01)
        mine = sum(cpu_of(pid) - self._mine.get(pid, 0.0) for pid in family(self.roots))
        self.others = max((_everything() - self._all - mine) / took, 0.0)

    @property
    def quiet(self) -> bool:
        """Tell whether the others kept still."""
        return self.others <= ALLOWED


def wait(*, patience: float, roots: Iterable[int] = ()) -> bool:
    """Wait for a quiet second, at most ``patience`` seconds; tell whether there was one."""
    until = time.monotonic() + patience
    while True:
        with Watch(roots) as watch:
            time.sleep(1.0)
        if watch.quiet:
            return True
        if time.monotonic() >= until:
            return False

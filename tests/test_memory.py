from __future__ import annotations

import subprocess
import sys

import pytest

from portal import db, memory

THREADS = """
import threading
from pathlib import Path
from portal import memory

def arenas():
    # Each arena beside the first begins a heap of 64 MiB, most of it only reserved.
    found = 0
    for line in Path("/proc/self/maps").read_text().splitlines():
        begin, end = (int(part, 16) for part in line.split()[0].split("-"))
        found += begin % 2**26 == 0 and line.split()[1] == "rw-p" and end - begin < 2**26
    return found

if {small}:
    assert memory.keep_small()
ready, done = threading.Barrier(9), threading.Event()

def work():
    kept = [bytearray(3_000) for _ in range(200)]
    ready.wait()
    done.wait()

for _ in range(8):
    threading.Thread(target=work, daemon=True).start()
ready.wait()
print(arenas())
done.set()
"""


@pytest.mark.pure
@pytest.mark.skipif(sys.platform != "linux", reason="glibc is asked")
def test_eight_threads_share_one_arena() -> None:
    def count(small: bool) -> int:
        code = THREADS.format(small=small)
        return int(
            subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        )

    if count(False) < 4:
        pytest.skip("this C library keeps its threads together by itself")
    assert count(True) == 0


@pytest.mark.pure
def test_asking_another_library_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_library", lambda: None)
    assert not memory.keep_small()
    memory.give_back()


@pytest.mark.sqlite
def test_connections_stay_open_and_small(own_database: db.Database) -> None:
    with db.unit_of_work(write=False) as session:
        assert session.connection().exec_driver_sql("PRAGMA cache_size").scalar() == -512
    assert own_database.engine.pool.size() == 10  # type: ignore[attr-defined]

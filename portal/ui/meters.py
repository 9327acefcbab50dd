"""Figures for Prometheus, the same from whichever web process is asked: each keeps its counts in a shared folder.

Imported only where ``REINS_METRICS_TOKEN`` is set. Labels are names of endpoints, methods, statuses and events.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from portal import db
from portal.domain import clock, complaints, heartbeats, outbox
from portal.ui import watch

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Meters:
    """The counts of this process, and the sum of all."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # The library decides at its import whether counts live in files.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        from prometheus_client import Counter, Gauge, Histogram

        self.folder = folder
        self.requests = Counter("reins_requests", "Answers", ["endpoint", "method", "status"], registry=None)
        self.seconds = Histogram(
            "reins_request_seconds", "Time to the answer", ["endpoint"], buckets=BUCKETS, registry=None
        )
        self.events = Counter("reins_security_events", "Sign-ins, refusals", ["event"], registry=None)
        self.pool = Gauge(
            "reins_database_connections", "Connections in use", registry=None, multiprocess_mode="livesum"
        )
        self._known: dict[Any, Any] = {}

    def count(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        key = (endpoint, method, status)
        known = self._known.get(key)
        if known is None:
            known = self.requests.labels(endpoint, method, str(status)), self.seconds.labels(endpoint)
            self._known[key] = known
        known[0].inc()
        known[1].observe(seconds)
        database = db.database()
        pools = {id(one): one for one in (database.engine.pool, database.reader.pool)}
        self.pool.set(sum(getattr(one, "checkedout", int)() for one in pools.values()))

    def event(self, name: str) -> None:
        """Count one sign-in or refusal."""
        self.events.labels(name).inc()

    def exposition(self) -> tuple[bytes, str]:
        """Return every figure of all web processes and of the database, and the type of the answer."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess

        self._forget_the_dead(multiprocess.mark_process_dead)
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry, str(self.folder))
        registry.register(Facts())
        return generate_latest(registry), CONTENT_TYPE_LATEST

    def _forget_the_dead(self, forget: Any) -> None:
        """Leave connections of ended processes out; what they counted stays, or sums would fall."""
        for path in self.folder.glob("gauge_livesum_*.db"):
            pid = int(path.stem.rpartition("_")[2])
            if not Path(f"/proc/{pid}").exists():
                forget(pid, str(self.folder))


class Facts:
    """What the database knows, asked when somebody wants to know."""

    def collect(self) -> Iterable[Any]:
        """Yield the depth and age of the outbox, the lag of the clocks and the signs of the workers."""
        from prometheus_client.core import GaugeMetricFamily as Gauge

        now = clock.now()
        with db.unit_of_work(write=False):
            depth = outbox.depth(now)
            lag = complaints.clock_lag(now)
            workers, times = heartbeats.alive(now), heartbeats.job_times()
        yield Gauge("reins_outbox_due", "Messages that should have left", value=depth.due)
        yield Gauge(
            "reins_outbox_oldest_seconds", "Age of the longest due", value=depth.oldest.total_seconds()
        )
        yield Gauge("reins_outbox_failed", "Messages given up", value=depth.failed)
        yield Gauge("reins_clock_lag_seconds", "Age of the longest due effect", value=lag.total_seconds())
        yield Gauge("reins_workers", "Workers that gave a sign lately", value=len(workers))
        ages = Gauge("reins_job_age_seconds", "Time since a job went well", labels=["job"])
        for name, at in sorted(times.items()):
            ages.add_metric([name], (now - at).total_seconds())
        yield ages


@cache
def _meters(folder: Path) -> Meters:
    return Meters(folder)


def init_meters(app: Flask) -> None:
    """Count what the watch of ``app`` sees; in the runtime folder of the service, or else in the instance folder."""
    own = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    folder = Path(own) if own else app.config["SETTINGS"].instance_dir
    meters = app.extensions["reins.meters"] = _meters(folder / "metrics")
    app.extensions["reins.watch"].count = meters.count
    watch.count_events(meters.event)

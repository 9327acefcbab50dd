"""G1 and P4: what each page costs alone, and how much more of it where the firm has a thousand times the customers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping

from sqlalchemy import text

from portal import db
from portal.app import create_app

from . import stores, visitors
from .lines import Line

LARGE = 100_000  # from this size on the figures of P4 are judged
GROWING = {"dashboard", "search"}  # they look at all there is; every other page at its own rows
Costs = Mapping[str, float]


def measured(*, times: int = 15) -> dict[str, float]:
    """Return the milliseconds of each page of the database in use: asked in turns, the median of each counts."""
    everybody = visitors.arrive()
    client = create_app(database=db.database()).test_client(use_cookies=False)
    staff, heavy, customer = everybody.staff[0], everybody.heavy[1], everybody.customers[0]
    with db.unit_of_work(write=False) as session:
        account, name = session.execute(
            text("SELECT uuid, name FROM account WHERE id = :id"), {"id": heavy.account_id}
        ).one()
    pages = {
        "dashboard": ("/admin/", staff),
        "search": (f"/admin/search?q={name.split()[-1]}", staff),
        **{f"queue {view}": (f"/admin/queue?view={view}", staff) for view in ("due", "mine", "unassigned", "ended")},
        "case": (f"/admin/complaints/{everybody.cases[0]}", staff),
        "customer": (f"/admin/customers/{stores.public(account)}?for={heavy.complaints[0]}", staff),
        "own case": (f"/complaints/{customer.complaints[0]}", customer),
        **{path[1:]: (path, heavy) for path in ("/home", "/complaints", "/messages", "/timeline", "/who-looked")},
    }  # fmt: skip
    found: dict[str, list[float]] = {page: [] for page in pages}
    for turn in range(times + 2):
        for page, (path, visitor) in pages.items():
            began = time.perf_counter()
            answer = client.get(path, headers={"Cookie": visitor.cookie})
            took = time.perf_counter() - began
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}")
            if turn > 1:
                found[page].append(took * 1000)
    return {page: statistics.median(each) for page, each in found.items()}


def lines(kind: str, size: int, now: Costs, first: Costs | None) -> Iterator[Line]:
    """Yield what the large pages cost, and how much dearer every page is than in the smallest database."""
    if size >= LARGE:
        yield Line("P4a", kind, size, "dashboard", now["dashboard"])
        yield Line("P4b", kind, size, "search", now["search"])
    if first is None:
        return
    for key, among in (("G1a", set(now) - GROWING), ("G1b", GROWING)):
        growth = {page: now[page] / first[page] for page in among}
        worst = max(growth, key=lambda page: growth[page])
        value = f"{worst}: {first[worst]:.1f} to {now[worst]:.1f} ms"
        told = ", ".join(
            f"{page} {growth[page]:.2f}" for page in sorted(growth, key=lambda one: -growth[one])
        )
        yield Line(key, kind, size, value, growth[worst], note=told)

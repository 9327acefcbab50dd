"""C2: statements of a page, the sign-in included, the same for ten, twenty-five and a hundred rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, text

from portal import db
from portal.app import create_app

from . import stores, visitors
from .lines import Line

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Give the list of statements that a block runs, those on the driver's own cursor too."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(NOT_COUNTED):
            seen.append(statement)

    own = db.cursor

    def cursor() -> Any:
        seen.append("the driver's own cursor")
        return own()

    engines = {db.database().engine, db.database().reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        with patch.object(db, "cursor", cursor):
            yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def lines(url: str, size: int) -> Iterator[Line]:
    """Count the statements of each kind of page, opened for the second time in its half hour."""
    kind = stores.SQLITE if url.startswith("sqlite") else stores.POSTGRESQL
    everybody = visitors.arrive()
    client = create_app(database=db.database()).test_client(use_cookies=False)

    def statements(path: str, visitor: visitors.Visitor) -> int:
        headers = {"Cookie": visitor.cookie}
        client.get(path, headers=headers)
        with counted() as seen:
            answer = client.get(path, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return len(seen)

    staff, heavy = everybody.staff[0], everybody.heavy
    with db.unit_of_work(write=False) as session:
        accounts = [
            session.scalar(text("SELECT uuid FROM account WHERE id = :id"), {"id": one.account_id})
            for one in heavy
        ]
    groups: dict[str, list[tuple[str, visitors.Visitor]]] = {
        "C2a": [(f"/admin/queue?view={view}", staff) for view in ("due", "review", "all_open")],
        "C2b": [(f"/admin/complaints/{uuid}", staff) for uuid in everybody.cases[:6]]
        + [(f"/complaints/{one.complaints[0]}", one) for one in everybody.customers],
        "C2c": [
            (path, one) for path in ("/complaints", "/messages", "/timeline", "/who-looked") for one in heavy
        ],
        "C2d": [("/home", one) for one in heavy]
        + [
            (f"/admin/customers/{stores.public(account)}?for={one.complaints[0]}", staff)
            for account, one in zip(accounts, heavy, strict=True)
        ],
    }
    for key, asked in groups.items():
        found: dict[str, set[int]] = {}
        for path, visitor in asked:
            page = "/".join(part for part in path.partition("?")[0].split("/") if len(part) < 30)
            found.setdefault(page, set()).add(statements(path, visitor))
        grows = [page for page, counts in found.items() if len(counts) > 1 and key in ("C2c", "C2d")]
        value = ", ".join(f"{page} {'-'.join(map(str, sorted(counts)))}" for page, counts in found.items())
        most = max(max(counts) for counts in found.values())
        note = f"differs by rows: {', '.join(grows)}" if grows else ""
        yield Line(key, kind, size, value, float(most) if not grows else 99.0, note=note)

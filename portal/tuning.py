"""How each kind of database is set up for every connection, and who of a process writes to SQLite next."""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import Connection, Engine, event


class Turns:
    """Who of this process writes to SQLite: the next begins at once when one is done.

    The database itself lets those who wait look again after a while, which leaves it idle between two writers.
    """

    PATIENCE = 10.0  # seconds; whoever waits in vain is told so by the database

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: Any = None

    def take(self, connection: Any) -> None:
        """Wait until it is this connection's turn."""
        if self._holder is not connection and self._lock.acquire(timeout=self.PATIENCE):
            self._holder = connection

    def give(self, connection: Any) -> None:
        """Let the next one write, where it was this connection's turn."""
        if self._holder is connection:
            self._holder = None
            self._lock.release()


def tune_sqlite(engine: Engine, turns: Turns, *, durable: bool) -> None:
    """Let every connection write ahead, wait for its turn, and keep foreign keys; ``durable`` syncs every commit."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=wal")
        cursor.execute(f"PRAGMA synchronous={'full' if durable else 'off'}")
        cursor.execute("PRAGMA foreign_keys=on")
        cursor.execute("PRAGMA busy_timeout=10000")
        # Pages are kept by the system already; two more megabytes in each connection buy next to nothing.
        cursor.execute("PRAGMA cache_size=-512")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A read lock cannot become a write lock while another writer waits, so a writer says so at once.
        write = connection.get_execution_options().get("reins_write")
        driver: Any = connection.connection.driver_connection
        if driver.in_transaction:
            return  # it began on the driver itself
        if write:
            turns.take(driver)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    def _given_back(connection: Any, *_rest: Any) -> None:
        turns.give(connection)

    event.listen(engine, "rollback", lambda one: turns.give(one.connection.driver_connection))
    for name in ("checkin", "invalidate", "close", "detach"):
        event.listen(engine, name, _given_back)


IDLE = "30s"  # in a transaction: none of ours waits for anything but the database


def tune_postgresql(engine: Engine) -> None:
    """End a transaction that stands idle: nobody of ours waits within one."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # A process that is stopped, or a machine that is cut off, must not hold the rows of others for ever.
        connection.autocommit = True
        connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE}'")
        connection.autocommit = False


def wait_for_files(connection: Connection) -> None:
    """Let the transaction at hand on PostgreSQL stand still while files are copied, as long as that takes."""
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")

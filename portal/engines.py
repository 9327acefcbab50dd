"""Below the seam: how a database is reached, with its ways to read and to write, and one unit of work on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

from portal.tuning import Turns, tune_postgresql, tune_sqlite


def _dumps(value: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class ReadOnlySession(RuntimeError):
    """Something tried to write while only reading is allowed (a GET)."""


class Database:
    """One engine with its way to read, its way to write, and for tests one pinned connection."""

    def __init__(self, url: str, *, durable: bool = True, pool_size: int = 10) -> None:
        options: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads}
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            options["connect_args"] = {"timeout": 10, "check_same_thread": False}
        if not self.sqlite or make_url(url).database:  # a database in memory has a pool of its own kind
            options |= {"pool_size": pool_size, "max_overflow": pool_size, "pool_pre_ping": False}
        self.engine: Engine = create_engine(url, **options)
        self.turns = Turns()
        if self.sqlite:
            tune_sqlite(self.engine, self.turns, durable=durable)
        else:
            tune_postgresql(self.engine)
        self.writer = self.engine.execution_options(reins_write=True)
        # A page reads without BEGIN and COMMIT, on PostgreSQL through connections that never begin by themselves.
        self.reader = (
            self.engine if self.sqlite else create_engine(url, isolation_level="AUTOCOMMIT", **options)
        )
        self._pinned: Connection | None = None
        self.kept: dict[str, Any] = {}  # what this process read a moment ago and no page should ask for again
        self._memory: dict[Any, Any] = {}

    @property
    def pinned(self) -> Connection | None:
        """The one connection of a test, or None."""
        return self._pinned

    @pinned.setter
    def pinned(self, connection: Connection | None) -> None:
        self._pinned = connection
        self.kept = {}

    @property
    def memory(self) -> dict[Any, Any]:
        """What a process keeps of rows that hardly ever change; a pinned connection keeps nothing."""
        return {} if self.pinned is not None else self._memory

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self.reader.dispose()


class Unit:
    """One unit of work: a session that is made when it is asked for, and the bare connection below it."""

    __slots__ = (
        "_beside", "_connection", "_session", "_shared", "above", "afterwards", "database", "gathering", "info",
        "write",
    )  # fmt: skip

    def __init__(self, database: Database, *, write: bool, above: Unit | None = None) -> None:
        self.database, self.write, self.above = database, write, above
        self.afterwards: list[Callable[[], None]] = []  # what waits for the commit
        self.info: dict[str, Any] = {}  # what is read once in this unit
        self.gathering: Any = None  # where rows go that are worked out now and written later
        self._session: Session | None = None
        self._connection: Any = None
        self._shared = False  # whether the connection is that of the unit above
        self._beside: Unit | None = None

    @property
    def session(self) -> Session:
        """The session: one that writes, or one that refuses to flush."""
        if self._session is None:
            info, pinned = {"write": self.write}, self.database.pinned
            if pinned is not None:
                # A reader takes no savepoint: closing it would undo what was committed apart in the meantime.
                mode: Any = "create_savepoint" if self.write else "rollback_only"
                self._session = Session(pinned, info=info, join_transaction_mode=mode, autoflush=self.write)
            elif self.write and self._connection is not None:  # what has begun on the driver goes on
                self._session = Session(
                    Connection(self.database.writer, connection=self._connection), info=info
                )
            elif self.write:
                self._session = Session(self.database.writer, info=info)
            else:
                bind = Connection(self.database.reader, connection=self._bare())
                self._session = Session(bind, info=info, autoflush=False)
        return self._session

    @property
    def bare(self) -> bool:
        """Whether statements may go to the driver past the session: nothing here is ever written or begun."""
        return not self.write and self.database.pinned is None

    def fetch(self, sql: str, given: Any) -> list[Any]:
        """Run a SELECT on the driver's cursor; a connection that the server has closed meanwhile is replaced once."""
        reader: Any = self.database.reader
        try:
            return self._fetch(sql, given)
        except reader.dialect.dbapi.Error as error:
            if not self.put_aside(error):
                raise
        return self._fetch(sql, given)

    @property
    def begun(self) -> bool:
        """Whether this unit has a connection or a session already, which may have written something."""
        return self._session is not None or self._connection is not None

    def put_aside(self, error: Any) -> bool:
        """Let go of a bare connection where the server went away, and of every other of that time; tell if it was so.

        What had begun on it is gone; whoever can begin anew does.
        """
        engine: Any = self.database.engine if self.write else self.database.reader
        bare = self._connection if self._session is None else None
        if bare is None or not engine.dialect.is_disconnect(error, bare, None):
            return False
        engine.pool._invalidate(bare, error)
        self._connection = None
        return True

    def _fetch(self, sql: str, given: Any) -> list[Any]:
        cursor = self._bare().cursor()
        self._tell(cursor, sql, given)
        cursor.execute(sql, given)
        found: list[Any] = cursor.fetchall()
        cursor.close()
        return found

    def _tell(self, cursor: Any, sql: str, given: Any) -> None:
        """Tell whoever counts or logs statements."""
        engine: Any = self.database.reader
        if engine._has_events:
            for listener in engine.dispatch.before_cursor_execute:
                listener(None, cursor, sql, given, None, False)

    def _bare(self) -> Any:
        if self._connection is None:
            self._connection = self.above.idle() if self.above is not None else None
            self._shared = self._connection is not None
            if not self._shared:
                self._connection = self.database.reader.raw_connection()
        return self._connection

    def idle(self) -> Any:
        """Return a connection to SQLite for reading, before this unit has begun to write; else None.

        One more for each thread that writes would keep its own copy of the schema and of every statement.
        """
        if not self.database.sqlite or self._session is not None:
            return None
        if self._connection is None:
            self._connection = self.database.engine.raw_connection()
        return None if self._connection.driver_connection.in_transaction else self._connection

    @property
    def beside(self) -> Unit:
        """The unit that reads beside this one before its write begins; it is closed with it."""
        if self._beside is None:
            self._beside = Unit(self.database, write=False, above=self)
        return self._beside

    def rest(self) -> None:
        """Forget what was read by the session; a bare connection stays for the next time."""
        self.gathering, self.info = None, {}
        if self._session is not None or self._shared:
            self.close()

    def writing(self) -> Any:
        """Return a cursor of the driver in the transaction of this unit, which begins now where it has not."""
        if not self.write:
            raise ReadOnlySession("this unit of work only reads")
        if self._session is not None or self.database.pinned is not None:
            driver: Any = self.session.connection().connection.driver_connection
            return driver.cursor()
        if self._connection is None:
            self._connection = self.database.engine.raw_connection()
        driver = self._connection.driver_connection
        cursor = driver.cursor()
        if self.database.sqlite and not driver.in_transaction:
            self.database.turns.take(driver)
            cursor.execute("BEGIN IMMEDIATE")
        return cursor

    def tell(self, cursor: Any, sql: str, given: Any) -> None:
        """Tell whoever counts or logs statements of one that writes."""
        for listener in self.database.engine.dispatch.before_cursor_execute:
            listener(None, cursor, sql, given, None, False)

    def commit(self) -> None:
        """Commit once, and then run what waited for it."""
        if self._session is not None or self._connection is None:
            self.session.commit()
        if (
            self._connection is not None
        ):  # a session that ran nothing knows nothing of what began on the driver
            self._connection.commit()
            self.database.turns.give(self._connection.driver_connection)
        waiting, self.afterwards = self.afterwards, []
        for callback in waiting:
            callback()

    def rollback(self) -> None:
        """Undo what was not committed."""
        self.afterwards = []
        if self._session is not None:
            self._session.rollback()
        if self._connection is not None:
            self._connection.rollback()
            self.database.turns.give(self._connection.driver_connection)

    def close(self) -> None:
        """Give the connection back; what was not committed is rolled back."""
        if self._beside is not None:
            self._beside.close()
        try:
            self._close()
        finally:
            self._session = self._connection = self._beside = None
            self._shared = False

    def _close(self) -> None:
        if self._session is not None:
            bind = self._session.bind
            self._session.close()
            if self._shared:
                return
            if self._connection is not None and isinstance(bind, Connection):
                bind.close()
                return
        if self._connection is not None and not self._shared:
            self._connection.close()


@event.listens_for(Session, "before_flush")
def _refuse_to_flush(session: Session, *_: Any) -> None:
    if session.info.get("write") is False:
        raise ReadOnlySession("this unit of work only reads")

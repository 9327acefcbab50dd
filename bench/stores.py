"""The databases that are measured: migrated, with the demo firm and any number of customers; a server of our own."""

from __future__ import annotations

import os
import secrets
import sqlite3
import uuid as uuidlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from portal import config, db, schema

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = (POSTGRESQL, SQLITE)


def prepare(folder: Path) -> None:
    """Point the settings of this process, and of those it starts, at a demo firm that lives in ``folder``.

    The limits of sign-ins are lifted, because one address measures for everybody.
    """
    os.environ |= {
        "REINS_SECRET_KEY": secrets.token_urlsafe(48),
        "REINS_DEMO": "1",
        "REINS_PARTNERS_MAY_USE_PASSWORDS": "1",
        "REINS_LIGHT_PASSWORDS": "0",
        "REINS_BASE_URL": "http://localhost:8110",
        "REINS_INSTANCE_DIR": str(folder / "instance"),
        "REINS_SIGN_INS_PER_ADDRESS": "1000000",
        "REINS_SIGN_INS_PER_ACCOUNT": "1000000",
        "REINS_SIGN_INS_GLOBAL": "1000000",
        "REINS_DOORS_PER_MINUTE": "1000000",
        "DATABASE_URL": "sqlite://",
    }
    (folder / "instance").mkdir(parents=True, exist_ok=True)
    config.load.cache_clear()


def use(url: str, *, durable: bool = True) -> db.Database:
    """Make the database at ``url`` the one of this process and return it."""
    os.environ["DATABASE_URL"] = url
    config.load.cache_clear()
    found = db.Database(url, durable=durable)
    db.configure(found)
    return found


def migrated(url: str) -> db.Database:
    """Bring an empty database to this release and make it the one of this process."""
    found = use(url, durable=False)
    with found.writer.connect() as connection:
        schema.upgrade(connection)
        connection.commit()
    return found


def new_url(kind: str, name: str, folder: Path, server: Any) -> str:
    """Return the address of a new, empty database."""
    if kind == SQLITE:
        return f"sqlite:///{folder / name}.db"
    with psycopg.connect(dsn(server.url), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    return make_url(server.url).set(database=name).render_as_string(hide_password=False)


def thrown_away(url: str, server: Any) -> None:
    """Remove a database that :func:`new_url` named."""
    if url.startswith("sqlite"):
        for end in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + end).unlink(missing_ok=True)
        return
    with psycopg.connect(dsn(server.url), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def dsn(url: str) -> str:
    """Return an address of SQLAlchemy as the driver of PostgreSQL takes it."""
    found = make_url(url)
    return f"host={found.query['host']} user={found.username} dbname={found.database}"


@contextmanager
def raw(url: str) -> Iterator[Any]:
    """Give a connection of the driver itself, without anything of ours in between."""
    if url.startswith("sqlite"):
        connection: Any = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    else:
        connection = psycopg.connect(dsn(url), autocommit=True)
    try:
        yield connection
    finally:
        connection.close()


def public(value: Any) -> str:
    """Return a public id as addresses carry it, whichever database it came from."""
    return str(value if isinstance(value, uuidlib.UUID) else uuidlib.UUID(str(value)))

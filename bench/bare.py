"""The yardstick: a plain Flask page with a template of thirty rows and two queries on the driver's own cursor."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import psycopg
from flask import Flask, render_template
from psycopg.rows import dict_row

from . import stores

PERSON = "SELECT name, language FROM person WHERE id = {}"
ROWS = "SELECT number, name, city, created_at FROM account WHERE id > {} ORDER BY id LIMIT 30"
PAGES = 900  # the list begins at as many places, so that no page is all in one block of the database


def create(url: str) -> Flask:
    """Return the application on the database at ``url``; each thread has its own connection."""
    app = Flask(__name__)
    sqlite = url.startswith("sqlite")
    mark = "?" if sqlite else "%s"
    person, rows = PERSON.format(mark), ROWS.format(mark)
    kept = threading.local()

    def connection() -> Any:
        if not hasattr(kept, "connection"):
            if sqlite:
                kept.connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
                kept.connection.row_factory = sqlite3.Row
            else:
                kept.connection = psycopg.connect(stores.dsn(url), autocommit=True, row_factory=dict_row)
        return kept.connection

    @app.get("/bare/<int:place>")
    def bare(place: int) -> str:
        cursor = connection().cursor()
        cursor.execute(person, (place % 7 + 1,))
        found = cursor.fetchone()
        cursor.execute(rows, (place % PAGES,))
        return render_template("bare.html", person=found, rows=cursor.fetchall())

    return app

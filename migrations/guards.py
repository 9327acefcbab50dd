"""What migrations add beside tables: triggers that keep ledgers append-only, and the full-text index."""

from __future__ import annotations

from alembic import op

KINDS = ("account", "complaint")  # of search documents


NONE_DUE = "NOT EXISTS (SELECT 1 FROM retention_pass)"


def append_only(table: str) -> None:
    """Refuse every UPDATE and DELETE on ``table``."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def append_only_until_due(table: str) -> None:
    """Refuse UPDATE and DELETE on ``table``, but for those of a transaction that holds a row of retention_pass."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"WHEN {NONE_DUE} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change_until_due() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF EXISTS (SELECT 1 FROM retention_pass) THEN "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_until_due()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def drop_append_only(table: str) -> None:
    """Take the guard of ``table`` away again."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
        return
    op.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
    op.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")


def full_text() -> None:
    """Index the folded column: FTS5 with trigrams on SQLite, trigram GIN on PostgreSQL."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_fts USING fts5("
            "folded, content='search_document', content_rowid='id', tokenize='trigram')"
        )
        op.execute(
            "CREATE TRIGGER search_fts_insert AFTER INSERT ON search_document BEGIN "
            "INSERT INTO search_fts(rowid, folded) VALUES (new.id, new.folded); END"
        )
        op.execute(
            "CREATE TRIGGER search_fts_delete AFTER DELETE ON search_document BEGIN "
            "INSERT INTO search_fts(search_fts, rowid, folded) VALUES ('delete', old.id, old.folded); END"
        )
        op.execute(
            "CREATE TRIGGER search_fts_update AFTER UPDATE ON search_document BEGIN "
            "INSERT INTO search_fts(search_fts, rowid, folded) VALUES ('delete', old.id, old.folded); "
            "INSERT INTO search_fts(rowid, folded) VALUES (new.id, new.folded); END"
        )
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    # One index for each kind: a word that stands in every complaint must not slow down the search for a customer.
    for kind in KINDS:
        op.execute(
            f"CREATE INDEX ix_search_document_folded_{kind} ON search_document "
            f"USING gin (folded gin_trgm_ops) WHERE kind = '{kind}'"
        )


def drop_full_text() -> None:
    """Drop the full-text index."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER IF EXISTS search_fts_{act}")
        op.execute("DROP TABLE IF EXISTS search_fts")
        return
    for kind in KINDS:
        op.execute(f"DROP INDEX IF EXISTS ix_search_document_folded_{kind}")

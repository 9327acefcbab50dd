"""Systems of partners with their tokens, the feed from which they keep in step, and look-ups that are theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=Text()), "postgresql"
)
UNNUMBERED = sa.text("number IS NULL")
OF_CLIENTS = sa.text("client_id IS NOT NULL")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _keyed(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _public(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.UniqueConstraint("uuid", name=op.f(f"uq_{table}_uuid")),
        *_keyed(table),
    )


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _clients() -> None:
    op.create_table(
        "partner_client",
        *_public("partner_client"),
        sa.Column("partner_id", KEY, nullable=False),
        _text("name", 80),
        sa.Column("scopes", JSON, nullable=False),
        _text("secret_hash", 64),
        sa.Column("secret_at", AT, nullable=False),
        _text("earlier_hash", 64),
        sa.Column("earlier_until", AT, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by_id", KEY, nullable=True),
        _text("created_by_name", 120),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("last_used_at", AT, nullable=True),
        sa.Column("revoked_at", AT, nullable=True),
        _text("revoked_by", 120),
        _to("partner_client", "partner_id", "partner_company"),
        _to("partner_client", "created_by_id", "person"),
    )
    op.create_index("ix_partner_client_partner", "partner_client", ["partner_id", "id"])
    op.create_table(
        "partner_client_token",
        *_keyed("partner_client_token"),
        sa.Column("client_id", KEY, nullable=False),
        _text("prefix", 12),
        _text("token_hash", 64),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("revoked_at", AT, nullable=True),
        sa.UniqueConstraint("prefix", name=op.f("uq_partner_client_token_prefix")),
        _to("partner_client_token", "client_id", "partner_client"),
    )
    op.create_index("ix_partner_client_token_client", "partner_client_token", ["client_id", "id"])
    op.create_index("ix_partner_client_token_expires_at", "partner_client_token", ["expires_at"])
    op.create_table(
        "partner_client_reply",
        *_keyed("partner_client_reply"),
        sa.Column("client_id", KEY, nullable=False),
        _text("key", 100),
        _text("fingerprint", 64),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.UniqueConstraint("client_id", "key", name=op.f("uq_partner_client_reply_client_id_key")),
        _to("partner_client_reply", "client_id", "partner_client"),
    )
    op.create_index("ix_partner_client_reply_created_at", "partner_client_reply", ["created_at"])


def _feed() -> None:
    op.create_table(
        "partner_feed",
        *_keyed("partner_feed"),
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("last_number", KEY, nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.UniqueConstraint("partner_id", name=op.f("uq_partner_feed_partner_id")),
        _to("partner_feed", "partner_id", "partner_company"),
    )
    op.create_table(
        "partner_change",
        *_public("partner_change"),
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=True),
        sa.Column("numbered_at", AT, nullable=True),
        sa.Column("at", AT, nullable=False),
        _text("subject", 8),
        sa.Column("subject_uuid", sa.Uuid(), nullable=False),
        _text("what", 10),
        sa.Column("until", AT, nullable=True),
        sa.UniqueConstraint("partner_id", "number", name=op.f("uq_partner_change_partner_id_number")),
        _to("partner_change", "partner_id", "partner_company"),
    )
    op.create_index("ix_partner_change_subject", "partner_change", ["subject_uuid", "id"])
    op.create_index("ix_partner_change_numbered_at", "partner_change", ["numbered_at"])
    op.create_index(
        "ix_partner_change_unnumbered", "partner_change", ["partner_id", "id"], sqlite_where=UNNUMBERED,
        postgresql_where=UNNUMBERED,
    )  # fmt: skip


@contextmanager
def _items_aside() -> Iterator[None]:
    """Put the rows that refer to look_up aside while SQLite makes it anew: a table that is referred to cannot go."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("CREATE TEMPORARY TABLE look_up_item_aside AS SELECT * FROM look_up_item")
        op.execute("DELETE FROM look_up_item")
    yield
    if sqlite:
        op.execute("INSERT INTO look_up_item SELECT * FROM look_up_item_aside")
        op.execute("DROP TABLE look_up_item_aside")


def upgrade() -> None:
    _clients()
    _feed()
    op.add_column(
        "share_grant", sa.Column("data_mark", sa.String(length=64), nullable=False, server_default="")
    )
    op.add_column("share_grant", sa.Column("data_seen_at", AT, nullable=True))
    with _items_aside(), op.batch_alter_table("look_up") as table:
        table.alter_column("session_id", existing_type=KEY, nullable=True)
        table.alter_column("staff_person_id", existing_type=KEY, nullable=True)
        table.add_column(sa.Column("client_id", KEY, nullable=True))
        table.create_foreign_key(
            op.f("fk_look_up_client_id_partner_client"), "partner_client", ["client_id"], ["id"]
        )
    op.create_index(
        "uq_look_up_client", "look_up", ["client_id", "account_key", "purpose", "about_key", "window_start"],
        unique=True, sqlite_where=OF_CLIENTS, postgresql_where=OF_CLIENTS,
    )  # fmt: skip


def downgrade() -> None:
    theirs = "SELECT id FROM look_up WHERE client_id IS NOT NULL"
    op.execute(f"DELETE FROM look_up_item WHERE look_up_id IN ({theirs})")  # noqa: S608 - a text of our own
    op.execute("DELETE FROM look_up WHERE client_id IS NOT NULL")
    op.drop_index("uq_look_up_client", "look_up")
    with _items_aside(), op.batch_alter_table("look_up") as table:
        table.drop_constraint(op.f("fk_look_up_client_id_partner_client"), type_="foreignkey")
        table.drop_column("client_id")
        table.alter_column("staff_person_id", existing_type=KEY, nullable=False)
        table.alter_column("session_id", existing_type=KEY, nullable=False)
    op.drop_column("share_grant", "data_seen_at")
    op.drop_column("share_grant", "data_mark")
    for name in (
        "partner_change", "partner_feed", "partner_client_reply", "partner_client_token", "partner_client"
    ):  # fmt: skip
        op.drop_table(name)

"""Price lists, promises of stock, and files that either side drops."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import portal.db
from migrations import guards

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=Text()), "postgresql"
)
OPEN = sa.text("ended_at IS NULL")
WAITING = sa.text("state IN ('queued', 'leased')")


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _at(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, AT, nullable=nullable)


def _day(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _whole(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _scaled(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _id() -> sa.Column:
    return sa.Column("id", KEY, autoincrement=True, nullable=False)


def _to(table: str, column: str, other: str, **more: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **more)


def upgrade() -> None:
    op.create_table(
        "price_list",
        _text("scope", 40),
        sa.Column("partner_id", KEY, nullable=True),
        sa.Column("ours", sa.Boolean(), nullable=False),
        _whole("version"),
        _text("currency", 3),
        _day("starts"),
        _day("ends", True),
        _whole("lines"),
        _text("digest", 64),
        sa.Column("previous_id", KEY, nullable=True),
        sa.Column("retroactive", sa.Boolean(), nullable=False),
        _at("published_at", False),
        sa.Column("published_by_id", KEY, nullable=True),
        _text("published_by_name", 120),
        sa.Column("source", sa.Uuid(), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _id(),
        _to("price_list", "partner_id", "partner_company"),
        _to("price_list", "previous_id", "price_list"),
        _to("price_list", "published_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_list")),
        sa.UniqueConstraint("scope", "version", name=op.f("uq_price_list_scope_version")),
        sa.UniqueConstraint("uuid", name=op.f("uq_price_list_uuid")),
    )
    op.create_index("ix_price_list_partner", "price_list", ["partner_id", "id"])
    op.create_table(
        "price",
        sa.Column("list_id", KEY, nullable=False),
        _whole("position"),
        _text("number", 60),
        _text("name", 200),
        _text("unit", 20),
        _scaled("price"),
        _scaled("least"),
        _id(),
        _to("price", "list_id", "price_list"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price")),
        sa.UniqueConstraint("list_id", "number", "least", name=op.f("uq_price_list_id_number_least")),
    )
    op.create_table(
        "stock_promise",
        sa.Column("partner_id", KEY, nullable=False),
        _text("item", 60),
        _text("reference", 60),
        _text("name", 200),
        _text("unit", 20),
        _scaled("quantity"),
        _day("by"),
        _scaled("first_quantity"),
        _day("first_by"),
        _text("state", 10),
        _day("delivered_on", True),
        _at("created_at", False),
        _at("moved_at", False),
        _at("ended_at"),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _id(),
        _to("stock_promise", "partner_id", "partner_company"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_promise")),
        sa.UniqueConstraint("uuid", name=op.f("uq_stock_promise_uuid")),
    )
    op.create_index("ix_stock_promise_partner", "stock_promise", ["partner_id", "id"])
    op.create_index(
        "uq_stock_promise_open", "stock_promise", ["partner_id", "item", "reference"], unique=True,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index("ix_stock_promise_by", "stock_promise", ["ended_at", "by"])
    op.create_table(
        "stock_promise_event",
        sa.Column("promise_id", KEY, nullable=False),
        _at("at", False),
        _text("act", 10),
        _text("by_kind", 10),
        _text("by_name", 120),
        _text("text", 300),
        sa.Column("data", JSON, nullable=False),
        _id(),
        _to("stock_promise_event", "promise_id", "stock_promise"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_promise_event")),
        info={"append_only": True},
    )
    op.create_index("ix_stock_promise_event_promise", "stock_promise_event", ["promise_id", "id"])
    guards.append_only("stock_promise_event")
    op.create_table(
        "dropped_file",
        _text("scope", 40),
        sa.Column("partner_id", KEY, nullable=True),
        sa.Column("ours", sa.Boolean(), nullable=False),
        _text("kind", 20),
        _text("name", 200),
        _whole("size"),
        _text("sha256", 64),
        _text("stored_name", 64),
        _at("removed_at"),
        sa.Column("given", JSON, nullable=False),
        _text("state", 12),
        _at("due_at", False),
        _text("leased_by", 80),
        _at("leased_until"),
        _whole("attempts"),
        _whole("lines"),
        _whole("taken"),
        _whole("known"),
        _whole("bad"),
        sa.Column("problem", JSON, nullable=True),
        _text("reason", 500),
        _at("released_at"),
        _text("decided_by_name", 120),
        sa.Column("result", sa.Uuid(), nullable=True),
        _at("created_at", False),
        sa.Column("created_by_id", KEY, nullable=True),
        _text("created_by_name", 120),
        _at("ended_at"),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _id(),
        _to("dropped_file", "partner_id", "partner_company"),
        _to("dropped_file", "created_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dropped_file")),
        sa.UniqueConstraint("scope", "kind", "sha256", name=op.f("uq_dropped_file_scope_kind_sha256")),
        sa.UniqueConstraint("uuid", name=op.f("uq_dropped_file_uuid")),
    )
    op.create_index("ix_dropped_file_partner", "dropped_file", ["partner_id", "id"])
    op.create_index("ix_dropped_file_state", "dropped_file", ["state", "id"])
    op.create_index(
        "ix_dropped_file_due", "dropped_file", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_table(
        "dropped_fault",
        sa.Column("file_id", KEY, nullable=False),
        _whole("line"),
        _text("column", 120),
        sa.Column("message", JSON, nullable=False),
        _id(),
        _to("dropped_fault", "file_id", "dropped_file", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dropped_fault")),
    )
    op.create_index("ix_dropped_fault_file", "dropped_fault", ["file_id", "id"])


def downgrade() -> None:
    guards.drop_append_only("stock_promise_event")
    for table in (
        "dropped_fault",
        "dropped_file",
        "stock_promise_event",
        "stock_promise",
        "price",
        "price_list",
    ):
        op.drop_table(table)

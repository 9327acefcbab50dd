"""Rows of law are confirmed and switched on from a day; outside bodies are rows; what a complaint concerns has a sector."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outside_body",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("sector", sa.String(length=30), nullable=False),
        sa.Column("customer_type", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("web", sa.String(length=200), nullable=False),
        sa.Column("mail", sa.String(length=320), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("confirmed_by", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_body")),
        sa.UniqueConstraint("key", "valid_from", name=op.f("uq_outside_body_key_valid_from")),
    )
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name, kind, default in columns:
                nullable = default is None
                batch.add_column(sa.Column(name, kind, nullable=nullable, server_default=default))
        with op.batch_alter_table(table) as batch:
            for name, _kind, default in columns:
                if default is not None:
                    batch.alter_column(name, server_default=None)


def downgrade() -> None:
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name, _kind, _default in columns:
                batch.drop_column(name)
    op.drop_table("outside_body")


ADDED = {
    "law_row": (
        ("confirmed_by", sa.String(length=120), ""),
        ("live_from", sa.Date(), None),
        ("rolling", sa.String(length=20), "none"),
    ),
    "complaint_category": (("sector", sa.String(length=30), ""),),
}

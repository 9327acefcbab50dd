"""Purposes as staff write them before they are published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "purpose_sketch",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("body", portal.db.Json, nullable=False),
        sa.Column("at", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("id", portal.db.BigId, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purpose_sketch")),
        sa.UniqueConstraint("key", name=op.f("uq_purpose_sketch_key")),
    )


def downgrade() -> None:
    op.drop_table("purpose_sketch")

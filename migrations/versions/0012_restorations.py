"""A database that came back from a backup sends nothing until somebody decides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "restoration",
        sa.Column("taken_at", AT, nullable=False),
        sa.Column("restored_at", AT, nullable=False),
        sa.Column("released_at", AT, nullable=True),
        sa.Column("doubtful", sa.String(length=10), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
    )


def downgrade() -> None:
    op.drop_table("restoration")

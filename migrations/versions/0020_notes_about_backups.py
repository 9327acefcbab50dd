"""What the commands for backups did is noted, so that the doctor can say how old the last one is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "backup_note",
        sa.Column("at", AT, nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("taken_at", AT, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_note")),
    )
    op.create_index("ix_backup_note_taken", "backup_note", ["taken_at", "id"])


def downgrade() -> None:
    op.drop_table("backup_note")

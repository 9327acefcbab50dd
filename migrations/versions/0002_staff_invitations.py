"""Staff are invited, and acts about the firm itself are found quickly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff_member") as batch:
        batch.add_column(sa.Column("invited_at", portal.db.UtcDateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_audit_event_firm",
        "audit_event",
        ["id"],
        sqlite_where=sa.text("account_id IS NULL AND visible = 0"),
        postgresql_where=sa.text("account_id IS NULL AND NOT visible"),
    )


def downgrade() -> None:
    op.drop_index("ix_audit_event_firm", "audit_event")
    with op.batch_alter_table("staff_member") as batch:
        batch.drop_column("invited_at")

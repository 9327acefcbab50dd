"""A complaint may have several tasks of partners at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

UNENDED = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.drop_index("uq_partner_task_unended", table_name="partner_task")


def downgrade() -> None:
    op.create_index(
        "uq_partner_task_unended", "partner_task", ["complaint_id"], unique=True, sqlite_where=UNENDED,
        postgresql_where=UNENDED,
    )  # fmt: skip

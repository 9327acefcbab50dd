"""Words of shares go after years, so their ledgers let go what is due; events of partners are found by their key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db
from migrations.guards import append_only, append_only_until_due, drop_append_only

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

AT = portal.db.UtcDateTime(timezone=True)
LEDGERS = ("share_event", "share_confirmation")


def upgrade() -> None:
    op.add_column("share_grant", sa.Column("words_gone_at", AT, nullable=True))
    for table in LEDGERS:
        drop_append_only(table)
        append_only_until_due(table)


def downgrade() -> None:
    for table in LEDGERS:
        drop_append_only(table)
        append_only(table)
    with op.batch_alter_table("share_grant") as table:
        table.drop_column("words_gone_at")

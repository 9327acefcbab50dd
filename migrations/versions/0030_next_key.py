"""A key of ours that waits at a provider, and one that is shown still."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

AT = portal.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=Text()), "postgresql"
)
COLUMNS: tuple[tuple[str, sa.types.TypeEngine], ...] = (
    ("next_secret", sa.LargeBinary()), ("next_public_key", JSON), ("next_since", AT), ("old_public_key", JSON),
    ("old_until", AT),
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("partner_provider") as table:
        for name, kind in COLUMNS:
            table.add_column(sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("partner_provider") as table:
        for name, _kind in reversed(COLUMNS):
            table.drop_column(name)

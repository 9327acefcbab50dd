"""The day on which a purpose publishes itself, and the permission to write purposes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PURPOSES = "any:purpose:write"
ROLE = sa.table("role", sa.column("id"), sa.column("key"))
MAY = sa.table("role_permission", sa.column("role_id"), sa.column("permission"))


def upgrade() -> None:
    with op.batch_alter_table("purpose_sketch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("publish_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("planned_by", sa.String(length=120), nullable=False, server_default=""))
    # Whoever could publish purposes still can, and from now on the privacy officer too.
    held = sa.select(MAY.c.role_id).where(MAY.c.permission == PURPOSES)
    for wanted in (
        sa.select(MAY.c.role_id).where(MAY.c.permission == "any:settings:write"),
        sa.select(ROLE.c.id).where(ROLE.c.key == "privacy_officer", ROLE.c.id.not_in(held)),
    ):
        chosen = wanted.add_columns(sa.literal(PURPOSES))
        op.execute(sa.insert(MAY).from_select(["role_id", "permission"], chosen))


def downgrade() -> None:
    op.execute(sa.delete(MAY).where(MAY.c.permission == PURPOSES))
    with op.batch_alter_table("purpose_sketch", schema=None) as batch_op:
        batch_op.drop_column("planned_by")
        batch_op.drop_column("publish_on")

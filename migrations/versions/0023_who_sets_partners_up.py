"""Administrators of an installation that was here before may set partners up, as those of a new one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

PARTNERS = "any:partner:write"
ROLE = sa.table("role", sa.column("id"), sa.column("key"))
MAY = sa.table("role_permission", sa.column("role_id"), sa.column("permission"))


def upgrade() -> None:
    has_it = sa.select(MAY.c.role_id).where(MAY.c.permission == PARTNERS)
    lacking = sa.select(ROLE.c.id, sa.literal(PARTNERS)).where(
        ROLE.c.key == "administrator", ROLE.c.id.not_in(has_it)
    )
    op.execute(sa.insert(MAY).from_select(["role_id", "permission"], lacking))


def downgrade() -> None:
    op.execute(sa.delete(MAY).where(MAY.c.permission == PARTNERS))

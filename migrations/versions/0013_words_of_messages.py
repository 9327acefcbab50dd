"""The firm's own words of messages, and the permission to write them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db
from migrations import guards

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXTS = "any:text:write"
MAY = sa.table("role_permission", sa.column("role_id"), sa.column("permission"))
AT = portal.db.UtcDateTime(timezone=True)


def _common() -> list[sa.Column]:
    return [
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("body", portal.db.Json, nullable=False),
        sa.Column("base", portal.db.Json, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("id", portal.db.BigId, autoincrement=True, nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "wording_version",
        *_common(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("by_id", portal.db.BigId, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_wording_version_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_version")),
        sa.UniqueConstraint(
            "name", "language", "number", name=op.f("uq_wording_version_name_language_number")
        ),
    )
    op.create_table(
        "wording_draft",
        *_common(),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_draft")),
        sa.UniqueConstraint("name", "language", name=op.f("uq_wording_draft_name_language")),
    )
    guards.append_only("wording_version")
    # Whoever may change settings could be asked to do this so far.
    holders = sa.select(MAY.c.role_id, sa.literal(TEXTS)).where(MAY.c.permission == "any:settings:write")
    op.execute(sa.insert(MAY).from_select(["role_id", "permission"], holders))


def downgrade() -> None:
    op.execute(sa.delete(MAY).where(MAY.c.permission == TEXTS))
    op.drop_table("wording_draft")
    guards.drop_append_only("wording_version")
    op.drop_table("wording_version")

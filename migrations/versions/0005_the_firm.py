"""The firm in versions, and its logo."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db
from migrations import guards

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "firm_version",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", portal.db.Json, nullable=False),
        sa.Column("at", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", portal.db.BigId, nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("id", portal.db.BigId, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_firm_version_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_version")),
        sa.UniqueConstraint("number", name=op.f("uq_firm_version_number")),
    )
    op.create_table(
        "firm_logo",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", portal.db.BigId, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_logo")),
        sa.UniqueConstraint("digest", name=op.f("uq_firm_logo_digest")),
    )
    for table in ("firm_version", "firm_logo"):
        guards.append_only(table)


def downgrade() -> None:
    for table in ("firm_logo", "firm_version"):
        guards.drop_append_only(table)
        op.drop_table(table)

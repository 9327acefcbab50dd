"""How long the promises of complaints are, from a day on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT = portal.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "complaint_terms",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("body", portal.db.Json, nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by_id", portal.db.BigId, nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("withdrawn_by", sa.String(length=120), nullable=False),
        sa.Column("id", portal.db.BigId, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_complaint_terms_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_terms")),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_terms_number")),
    )


def downgrade() -> None:
    op.drop_table("complaint_terms")

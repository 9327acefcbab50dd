"""A partner has a logo, drawn anew by us and found by its digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("partner_company") as table:
        table.add_column(sa.Column("logo", sa.String(length=64), nullable=False, server_default=""))
    op.create_table(
        "partner_logo",
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner_company.id"], name=op.f("fk_partner_logo_partner_id_partner_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_logo")),
        sa.UniqueConstraint("partner_id", name=op.f("uq_partner_logo_partner_id")),
    )
    op.create_index(op.f("ix_partner_logo_digest"), "partner_logo", ["digest"])


def downgrade() -> None:
    op.drop_table("partner_logo")
    with op.batch_alter_table("partner_company") as table:
        table.drop_column("logo")

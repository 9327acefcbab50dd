"""The way back for a company whose only administrator is gone, and the permission to agree to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

RECOVER = "any:company:recover"
ROLE = sa.table("role", sa.column("id"), sa.column("key"))
MAY = sa.table("role_permission", sa.column("role_id"), sa.column("permission"))
AT = portal.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "seat_claim",
        sa.Column("account_id", portal.db.BigId, nullable=False),
        sa.Column("person_id", portal.db.BigId, nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("first_id", portal.db.BigId, nullable=True),
        sa.Column("first_name", sa.String(length=120), nullable=False),
        sa.Column("second_id", portal.db.BigId, nullable=True),
        sa.Column("second_name", sa.String(length=120), nullable=False),
        sa.Column("code_hash", sa.String(length=40), nullable=False),
        sa.Column("code_until", AT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ready_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_how", sa.String(length=12), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", portal.db.BigId, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_seat_claim_account_id_account")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_claim_person_id_person")),
        sa.ForeignKeyConstraint(["first_id"], ["person.id"], name=op.f("fk_seat_claim_first_id_person")),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name=op.f("fk_seat_claim_second_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_claim")),
        sa.UniqueConstraint("uuid", name=op.f("uq_seat_claim_uuid")),
    )
    # One at a time for each company.
    op.create_index(
        "uq_seat_claim_open",
        "seat_claim",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    chosen = sa.select(ROLE.c.id, sa.literal(RECOVER)).where(ROLE.c.key.in_(["manager", "privacy_officer"]))
    op.execute(sa.insert(MAY).from_select(["role_id", "permission"], chosen))


def downgrade() -> None:
    op.execute(sa.delete(MAY).where(MAY.c.permission == RECOVER))
    op.drop_index("uq_seat_claim_open", table_name="seat_claim")
    op.drop_table("seat_claim")

"""Two steps as a wish of customers, and the way back for a lost second step."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "two_steps",
        sa.Column("person_id", key, nullable=False),
        sa.Column("since", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_two_steps_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_two_steps")),
        sa.UniqueConstraint("person_id", name=op.f("uq_two_steps_person_id")),
    )
    op.create_table(
        "lost_second_step",
        sa.Column("person_id", key, nullable=False),
        sa.Column("asked_at", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ready_at", portal.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("told_at", portal.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", portal.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(length=12), nullable=False),
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_lost_second_step_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lost_second_step")),
    )
    with op.batch_alter_table("lost_second_step", schema=None) as batch_op:
        batch_op.create_index("ix_lost_second_step_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_lost_second_step_ready", ["ended_at", "ready_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("lost_second_step", schema=None) as batch_op:
        batch_op.drop_index("ix_lost_second_step_ready")
        batch_op.drop_index("ix_lost_second_step_person_id")
    op.drop_table("lost_second_step")
    op.drop_table("two_steps")

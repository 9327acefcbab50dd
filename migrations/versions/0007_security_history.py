"""Browsers that are known again, and sign-ins that were refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "known_device",
        sa.Column("person_id", key, nullable=False),
        sa.Column("face", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("first_seen_at", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_known_device_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint(
            "person_id", "face", "token_hash", name=op.f("uq_known_device_person_id_face_token_hash")
        ),
    )
    op.create_table(
        "refused_sign_in",
        sa.Column("bucket", sa.String(length=100), nullable=False),
        sa.Column("at", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("face", sa.String(length=10), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("network", sa.String(length=60), nullable=False),
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_sign_in")),
    )
    with op.batch_alter_table("refused_sign_in", schema=None) as batch_op:
        batch_op.create_index("ix_refused_sign_in_bucket_at", ["bucket", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("refused_sign_in", schema=None) as batch_op:
        batch_op.drop_index("ix_refused_sign_in_bucket_at")
    op.drop_table("refused_sign_in")
    op.drop_table("known_device")

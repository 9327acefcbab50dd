"""Programs that act for a person, and the kept answers to their requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True, astext_type=Text()), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "program",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", _json(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", portal.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", portal.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_program_account_id_account")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_program_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program")),
        sa.UniqueConstraint("uuid", name=op.f("uq_program_uuid")),
        sa.UniqueConstraint("prefix", name=op.f("uq_program_prefix")),
    )
    with op.batch_alter_table("program") as batch_op:
        batch_op.create_index("ix_program_account", ["account_id", "person_id"], unique=False)
    op.create_table(
        "program_reply",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("program_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", _json(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_program_reply_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_program_reply_program_id_program")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_reply")),
        sa.UniqueConstraint("program_id", "key", name=op.f("uq_program_reply_program_id_key")),
    )
    with op.batch_alter_table("program_reply") as batch_op:
        batch_op.create_index("ix_program_reply_created_at", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("program_reply")
    op.drop_table("program")

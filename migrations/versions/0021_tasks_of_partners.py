"""Tasks of partners: what is to be done, each thing that may be seen for it, and what a customer lets partners see."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=Text()), "postgresql"
)
UNENDED = sa.text("ended_at IS NULL")


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _key(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, KEY, nullable=nullable)


def _at(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, AT, nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "partner_task",
        _key("complaint_id"),
        sa.Column("complaint_uuid", sa.Uuid(), nullable=False),
        _text("complaint_number", 12),
        _key("account_id"),
        _key("person_id"),
        _key("partner_id"),
        _text("partner_name", 120),
        _text("number", 12),
        _text("region", 2),
        _text("state", 8),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("title", 120),
        sa.Column("instructions", sa.Text(), nullable=False),
        _text("basis", 20),
        _text("basis_words", 500),
        sa.Column("may_write", sa.Boolean(), nullable=False),
        _at("due_at"),
        _text("zone", 60),
        _key("given_by_id", nullable=True),
        _text("given_by_name", 120),
        _at("asked_at"),
        _at("opened_at", nullable=True),
        _at("ended_at", nullable=True),
        _text("ended_how", 20),
        _text("ended_by", 120),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _to("partner_task", "complaint_id", "complaint"),
        _to("partner_task", "account_id", "account"),
        _to("partner_task", "person_id", "person"),
        _to("partner_task", "partner_id", "partner_company"),
        _to("partner_task", "given_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_task")),
        sa.UniqueConstraint("number", name=op.f("uq_partner_task_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_partner_task_uuid")),
    )
    op.create_index(
        "uq_partner_task_unended", "partner_task", ["complaint_id"], unique=True, sqlite_where=UNENDED,
        postgresql_where=UNENDED,
    )  # fmt: skip
    op.create_index("ix_partner_task_complaint", "partner_task", ["complaint_id", "id"])
    op.create_index("ix_partner_task_partner", "partner_task", ["partner_id", "state", "due_at", "id"])
    op.create_index("ix_partner_task_ended", "partner_task", ["partner_id", "ended_at", "id"])
    op.create_index(
        "ix_partner_task_due",
        "partner_task",
        ["due_at", "id"],
        sqlite_where=UNENDED,
        postgresql_where=UNENDED,
    )
    op.create_table(
        "partner_task_part",
        _key("task_id"),
        _key("account_id"),
        _text("kind", 8),
        _text("key", 20),
        _key("attachment_id", nullable=True),
        _key("entry_id", nullable=True),
        sa.Column("theirs", sa.Boolean(), nullable=False),
        _at("since"),
        _at("until", nullable=True),
        _text("until_by", 120),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _to("partner_task_part", "task_id", "partner_task"),
        _to("partner_task_part", "account_id", "account"),
        _to("partner_task_part", "attachment_id", "complaint_attachment"),
        _to("partner_task_part", "entry_id", "complaint_entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_task_part")),
        sa.UniqueConstraint("uuid", name=op.f("uq_partner_task_part_uuid")),
    )
    op.create_index("ix_partner_task_part_task", "partner_task_part", ["task_id", "id"])
    op.create_table(
        "partner_standing",
        _key("account_id"),
        _key("person_id"),
        sa.Column("parts", JSON, nullable=False),
        _at("changed_at"),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _to("partner_standing", "account_id", "account"),
        _to("partner_standing", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_standing")),
        sa.UniqueConstraint("account_id", "person_id", name=op.f("uq_partner_standing_account_id_person_id")),
    )


def downgrade() -> None:
    for table in ("partner_standing", "partner_task_part", "partner_task"):
        op.drop_table(table)

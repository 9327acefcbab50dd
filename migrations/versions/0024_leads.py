"""Leads: companies that may become customers, who holds them, and what happened to each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import portal.db
from migrations import guards

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=Text()), "postgresql"
)
GOING_ON = sa.text("ended_at IS NULL")


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _at(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, AT, nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "exchange_lead",
        sa.Column("partner_id", KEY, nullable=False),
        _text("number", 12),
        sa.Column("shared", sa.Boolean(), nullable=False),
        _text("state", 10),
        _text("standing", 6),
        _text("company", 160),
        _text("country", 2),
        _text("city", 80),
        _text("tax_number", 20),
        sa.Column("about", sa.Text(), nullable=False),
        _text("identity", 320),
        _text("mark_number", 40),
        _text("mark_domain", 270),
        _text("mark_name", 320),
        _text("contact_name", 120),
        _text("contact_email", 320),
        _text("contact_phone", 20),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        _text("agreed_how", 200),
        _at("accept_by"),
        _at("protected_until"),
        _at("renewed_at"),
        sa.Column("created_by_id", KEY, nullable=True),
        _text("created_by_name", 120),
        _at("created_at", False),
        _at("moved_at", False),
        _at("ended_at"),
        _at("contact_gone_at"),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _to("exchange_lead", "partner_id", "partner_company"),
        _to("exchange_lead", "created_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_lead")),
        sa.UniqueConstraint("number", name=op.f("uq_exchange_lead_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_exchange_lead_uuid")),
    )
    op.create_index("ix_exchange_lead_partner", "exchange_lead", ["partner_id", "id"])
    for mark in ("mark_number", "mark_domain", "mark_name"):
        op.create_index(f"ix_exchange_lead_{mark}", "exchange_lead", [mark])
    op.create_index(
        "uq_exchange_lead_own", "exchange_lead", ["partner_id", "identity"], unique=True, sqlite_where=GOING_ON,
        postgresql_where=GOING_ON,
    )  # fmt: skip
    op.create_table(
        "exchange_claim",
        _text("mark", 320),
        sa.Column("lead_id", KEY, nullable=False),
        _at("until", False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _to("exchange_claim", "lead_id", "exchange_lead"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_claim")),
        sa.UniqueConstraint("mark", name=op.f("uq_exchange_claim_mark")),
    )
    op.create_index("ix_exchange_claim_lead", "exchange_claim", ["lead_id"])
    op.create_table(
        "exchange_lead_event",
        sa.Column("lead_id", KEY, nullable=False),
        _at("at", False),
        _text("act", 20),
        _text("by_kind", 10),
        _text("by_name", 120),
        _text("text", 500),
        sa.Column("data", JSON, nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _to("exchange_lead_event", "lead_id", "exchange_lead"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_lead_event")),
        info={"append_only": True},
    )
    op.create_index("ix_exchange_lead_event_lead", "exchange_lead_event", ["lead_id", "id"])
    guards.append_only_until_due("exchange_lead_event")


def downgrade() -> None:
    guards.drop_append_only("exchange_lead_event")
    for table in ("exchange_lead_event", "exchange_claim", "exchange_lead"):
        op.drop_table(table)

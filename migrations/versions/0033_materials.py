"""Materials for partners and suppliers, their versions, and who has taken which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)


def _at(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, AT, nullable=nullable)


def _key(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, KEY, nullable=nullable)


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _id() -> sa.Column:
    return sa.Column("id", KEY, autoincrement=True, nullable=False)


def upgrade() -> None:
    op.create_table(
        "exchange_material",
        _text("name", 120),
        _text("kind", 12),
        sa.Column("description", sa.Text(), nullable=False),
        _key("audience_id"),
        _at("created_at", nullable=False),
        _key("created_by_id", nullable=True),
        _text("created_by_name", 120),
        _at("withdrawn_at"),
        _text("withdrawn_by_name", 120),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _id(),
        _to("exchange_material", "audience_id", "partner_audience"),
        _to("exchange_material", "created_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_material")),
        sa.UniqueConstraint("uuid", name=op.f("uq_exchange_material_uuid")),
    )
    op.create_table(
        "exchange_edition",
        _key("material_id"),
        _text("language", 5),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("changes", 500),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        _text("name", 200),
        _text("media_type", 80),
        sa.Column("size", sa.Integer(), nullable=False),
        _text("sha256", 64),
        _text("stored_name", 64),
        _at("created_at", nullable=False),
        _key("created_by_id", nullable=True),
        _text("created_by_name", 120),
        _at("told_at"),
        _at("withdrawn_at"),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        _text("withdrawn_by_name", 120),
        _text("withdrawn_why", 500),
        _at("removed_at"),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _id(),
        _to("exchange_edition", "material_id", "exchange_material"),
        _to("exchange_edition", "created_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_edition")),
        sa.UniqueConstraint(
            "material_id", "language", "number", name=op.f("uq_exchange_edition_material_id_language_number")
        ),
        sa.UniqueConstraint("stored_name", name=op.f("uq_exchange_edition_stored_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_exchange_edition_uuid")),
    )
    op.create_table(
        "exchange_taken",
        _key("edition_id"),
        _key("partner_id"),
        _key("person_id"),
        _at("at", nullable=False),
        _id(),
        _to("exchange_taken", "edition_id", "exchange_edition"),
        _to("exchange_taken", "partner_id", "partner_company"),
        _to("exchange_taken", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_taken")),
    )
    op.create_index("ix_exchange_taken_edition", "exchange_taken", ["edition_id", "id"])
    op.create_index("ix_exchange_taken_person", "exchange_taken", ["person_id", "edition_id"])


def downgrade() -> None:
    for table in ("exchange_taken", "exchange_edition", "exchange_material"):
        op.drop_table(table)

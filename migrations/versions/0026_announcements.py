"""Tiers of partners, whom something is for, announcements and who has read them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)
# The tiers most firms know, the lowest first; their names are the firm's.
TIERS = (
    ("registered", "Registered", "Zarejestrowany", "Регистриран", "Зарегистрированный"),
    ("silver", "Silver", "Srebrny", "Сребърен", "Серебряный"),
    ("gold", "Gold", "Złoty", "Златен", "Золотой"),
)


def _at(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, AT, nullable=nullable)


def _key(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, KEY, nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _id() -> sa.Column:
    return sa.Column("id", KEY, autoincrement=True, nullable=False)


def upgrade() -> None:
    tiers = op.create_table(
        "partner_tier",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("names", portal.db.Json, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _at("created_at", nullable=False),
        _at("retired_at"),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_tier")),
        sa.UniqueConstraint("key", name=op.f("uq_partner_tier_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_partner_tier_uuid")),
    )
    now = datetime.now(UTC)
    op.bulk_insert(
        tiers,
        [
            {
                "key": key, "names": dict(zip(("en", "pl", "bg", "ru"), names, strict=True)), "position": place,
                "created_at": now, "uuid": uuid.uuid4(),
            }
            for place, (key, *names) in enumerate(TIERS, start=1)
        ],
    )  # fmt: skip
    op.add_column("partner_company", sa.Column("tier", sa.String(length=40), nullable=True))
    op.create_table(
        "partner_audience",
        sa.Column("whom", sa.String(length=10), nullable=False),
        sa.Column("tiered", sa.Boolean(), nullable=False),
        _id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_audience")),
    )
    op.create_table(
        "partner_audience_part",
        _key("audience_id"),
        sa.Column("tier", sa.String(length=40), nullable=True),
        _key("partner_id", nullable=True),
        _id(),
        _to("partner_audience_part", "audience_id", "partner_audience"),
        _to("partner_audience_part", "partner_id", "partner_company"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_audience_part")),
    )
    op.create_index("ix_partner_audience_part_audience", "partner_audience_part", ["audience_id"])
    op.create_index("ix_partner_audience_part_partner", "partner_audience_part", ["partner_id"])
    op.create_table(
        "exchange_announcement",
        _key("audience_id"),
        sa.Column("words", portal.db.Json, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("asks", sa.Boolean(), nullable=False),
        _at("created_at", nullable=False),
        _key("created_by_id", nullable=True),
        sa.Column("created_by_name", sa.String(length=120), nullable=False),
        _at("told_at"),
        _at("withdrawn_at"),
        sa.Column("withdrawn_by_name", sa.String(length=120), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _id(),
        _to("exchange_announcement", "audience_id", "partner_audience"),
        _to("exchange_announcement", "created_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_announcement")),
        sa.UniqueConstraint("uuid", name=op.f("uq_exchange_announcement_uuid")),
    )
    op.create_index("ix_exchange_announcement_from", "exchange_announcement", ["from_day", "id"])
    op.create_table(
        "exchange_reading",
        _key("announcement_id"),
        _key("partner_id"),
        _key("person_id"),
        _at("first_at", nullable=False),
        _at("confirmed_at"),
        _id(),
        _to("exchange_reading", "announcement_id", "exchange_announcement"),
        _to("exchange_reading", "partner_id", "partner_company"),
        _to("exchange_reading", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_reading")),
        sa.UniqueConstraint(
            "announcement_id", "partner_id", "person_id",
            name=op.f("uq_exchange_reading_announcement_id_partner_id_person_id"),
        ),
    )  # fmt: skip
    op.create_index("ix_exchange_reading_person", "exchange_reading", ["person_id"])


def downgrade() -> None:
    for table in ("exchange_reading", "exchange_announcement", "partner_audience_part", "partner_audience"):
        op.drop_table(table)
    op.drop_column("partner_company", "tier")
    op.drop_table("partner_tier")

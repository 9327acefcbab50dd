"""What complaints are sorted by stands in lists of the firm: what went wrong, and what it concerns."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)
GIVEN = sa.text("(kind_key IS NOT NULL OR subject_key IS NOT NULL)")
# What went wrong, as most firms would say it; each firm changes it as it likes.
KINDS = (
    ("delivery", "Delivery", "Dostawa", "Доставка", "Доставка"),
    ("fault", "Broken or does not work", "Zepsute lub nie działa", "Счупено или не работи", "Сломано или не работает"),
    ("money", "Bill, price or payment", "Rachunek, cena lub płatność", "Сметка, цена или плащане",
     "Счёт, цена или оплата"),
    ("conduct", "How somebody was treated", "Sposób traktowania", "Отношение към клиента", "Обращение с клиентом"),
    ("promise", "Something promised was not done", "Niedotrzymana obietnica", "Неизпълнено обещание",
     "Невыполненное обещание"),
    ("data", "Data and messages", "Dane i wiadomości", "Данни и съобщения", "Данные и сообщения"),
    ("other", "Something else", "Coś innego", "Друго", "Другое"),
)  # fmt: skip


def upgrade() -> None:
    table = op.create_table(
        "complaint_category",
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("names", portal.db.Json, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("retired_at", AT, nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_category")),
        sa.UniqueConstraint("sort", "key", name=op.f("uq_complaint_category_sort_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_complaint_category_uuid")),
    )
    now = datetime.now(UTC)
    op.bulk_insert(
        table,
        [
            {
                "sort": "kind", "key": key, "names": dict(zip(("en", "pl", "bg", "ru"), names, strict=True)),
                "position": place, "created_at": now, "uuid": uuid.uuid4(),
            }
            for place, (key, *names) in enumerate(KINDS, start=1)
        ],
    )  # fmt: skip
    for name in ("kind_key", "subject_key"):
        op.add_column("complaint", sa.Column(name, sa.String(length=40), nullable=True))
    op.create_index(
        "ix_complaint_sorted", "complaint", ["received_at", "kind_key", "subject_key"],
        sqlite_where=GIVEN, postgresql_where=GIVEN,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_complaint_sorted", table_name="complaint")
    for name in ("subject_key", "kind_key"):
        op.drop_column("complaint", name)
    op.drop_table("complaint_category")

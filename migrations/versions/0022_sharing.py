"""What customers share with partners, and the signed events by which partners hear of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import portal.db
from migrations.guards import append_only, drop_append_only

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)
ON_ITS_WAY = sa.text("state IN ('queued', 'leased')")
RUNS = sa.text("ended_at IS NULL")
LEDGERS = ("share_event", "share_confirmation")


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True, astext_type=Text()), "postgresql"
    )


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _public(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.UniqueConstraint("uuid", name=op.f(f"uq_{table}_uuid")),
        *_keyed(table),
    )


def _keyed(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _maybe(*names: str) -> tuple[sa.Column[object], ...]:
    return tuple(sa.Column(name, AT, nullable=True) for name in names)


def _webhooks() -> None:
    op.create_table(
        "webhook_endpoint",
        *_public("webhook_endpoint"),
        sa.Column("partner_id", KEY, nullable=False),
        _text("url", 500),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("earlier_secret", sa.LargeBinary(), nullable=True),
        *_maybe("earlier_until", "stopped_at", "answered_at", "failing_since"),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("rotated_at", AT, nullable=False),
        sa.UniqueConstraint("partner_id", name=op.f("uq_webhook_endpoint_partner_id")),
        _to("webhook_endpoint", "partner_id", "partner_company"),
    )
    op.create_table(
        "webhook_event",
        *_public("webhook_event"),
        _text("key", 160),
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        _text("stream_kind", 30),
        _text("stream_uuid", 36),
        sa.Column("sequence", sa.Integer(), nullable=False),
        _text("kind", 60),
        sa.Column("data", _json(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        _text("state", 12),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *_maybe("leased_until", "ended_at"),
        _text("leased_by", 60),
        _text("reason", 60),
        _text("detail", 300),
        sa.UniqueConstraint("key", name=op.f("uq_webhook_event_key")),
        sa.UniqueConstraint(
            "stream_kind",
            "stream_uuid",
            "sequence",
            name=op.f("uq_webhook_event_stream_kind_stream_uuid_sequence"),
        ),
        _to("webhook_event", "partner_id", "partner_company"),
        _to("webhook_event", "account_id", "account"),
    )
    op.create_index("ix_webhook_event_partner", "webhook_event", ["partner_id", "id"])
    op.create_index("ix_webhook_event_ended", "webhook_event", ["state", "ended_at"])
    op.create_index(
        "ix_webhook_event_due",
        "webhook_event",
        ["due_at", "id"],
        sqlite_where=ON_ITS_WAY,
        postgresql_where=ON_ITS_WAY,
    )


def _requests() -> None:
    op.create_table(
        "share_request",
        *_public("share_request"),
        sa.Column("partner_id", KEY, nullable=False),
        _text("number", 12),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("asked_by_id", KEY, nullable=True),
        _text("asked_by_name", 120),
        _text("purpose", 20),
        _text("words", 500),
        _text("benefit", 300),
        sa.Column("fields", _json(), nullable=False),
        sa.Column("data_since", sa.Date(), nullable=True),
        _text("often", 10),
        sa.Column("days", sa.Integer(), nullable=False),
        _text("sub_recipients", 300),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        *_maybe("answered_at", "not_before"),
        _text("answer", 10),
        _to("share_request", "partner_id", "partner_company"),
        _to("share_request", "account_id", "account"),
        _to("share_request", "asked_by_id", "person"),
    )
    op.create_index("ix_share_request_account", "share_request", ["account_id", "id"])
    op.create_index("ix_share_request_partner", "share_request", ["partner_id", "id"])


def _grants() -> None:
    op.create_table(
        "share_grant",
        *_public("share_grant"),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("purpose", 20),
        _text("words", 500),
        sa.Column("fields", _json(), nullable=False),
        sa.Column("data_since", sa.Date(), nullable=True),
        _text("often", 10),
        sa.Column("until", AT, nullable=False),
        _text("sub_recipients", 300),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("reviewed_at", AT, nullable=False),
        *_maybe("ended_at", "erase_asked_at", "used_at", "window_at"),
        _text("ended_how", 12),
        sa.Column("uses", sa.Integer(), nullable=False),
        _to("share_grant", "account_id", "account"),
        _to("share_grant", "person_id", "person"),
        _to("share_grant", "partner_id", "partner_company"),
        _to("share_grant", "request_id", "share_request"),
    )
    op.create_index("ix_share_grant_account", "share_grant", ["account_id", "id"])
    op.create_index("ix_share_grant_partner", "share_grant", ["partner_id", "id"])
    op.create_index(
        "ix_share_grant_until", "share_grant", ["until"], sqlite_where=RUNS, postgresql_where=RUNS
    )


def _history() -> None:
    op.create_table(
        "share_event",
        *_public("share_event"),
        sa.Column("grant_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("at", AT, nullable=False),
        _text("kind", 16),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("actor_kind", 12),
        sa.Column("actor_person_id", KEY, nullable=True),
        _text("actor_name", 120),
        sa.Column("terms", _json(), nullable=False),
        sa.Column("changed", _json(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        _text("language", 5),
        _text("told_by", 10),
        _text("told_key", 60),
        sa.UniqueConstraint("told_key", name=op.f("uq_share_event_told_key")),
        _to("share_event", "grant_id", "share_grant"),
        _to("share_event", "account_id", "account"),
        _to("share_event", "partner_id", "partner_company"),
        _to("share_event", "actor_person_id", "person"),
    )
    op.create_index("ix_share_event_grant", "share_event", ["grant_id", "id"])
    op.create_table(
        "share_confirmation",
        *_keyed("share_confirmation"),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("at", AT, nullable=False),
        _text("how", 10),
        _text("name", 120),
        sa.UniqueConstraint("event_id", name=op.f("uq_share_confirmation_event_id")),
        _to("share_confirmation", "event_id", "share_event"),
    )


def upgrade() -> None:
    _webhooks()
    _requests()
    _grants()
    _history()
    for table in LEDGERS:
        append_only(table)


def downgrade() -> None:
    for table in LEDGERS:
        drop_append_only(table)
    for table in (
        "share_confirmation",
        "share_event",
        "share_grant",
        "share_request",
        "webhook_event",
        "webhook_endpoint",
    ):
        op.drop_table(table)

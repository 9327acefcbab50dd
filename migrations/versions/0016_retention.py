"""What is removed on its date: runs, legal holds, and guards that let only what is due go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db
from migrations import guards

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)
LIVE = sa.text("lifted_at IS NULL")
LEDGERS = ("complaint_entry", "complaint_event", "contact")
READ, WRITE = "any:retention:read", "any:retention:write"
ROLE = sa.table("role", sa.column("id"), sa.column("key"))
MAY = sa.table("role_permission", sa.column("role_id"), sa.column("permission"))


def upgrade() -> None:
    op.create_table(
        "retention_run",
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cut_off", AT, nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("oldest", AT, nullable=True),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("finished_at", AT, nullable=True),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
        sa.UniqueConstraint("day", "rule", name=op.f("uq_retention_run_day_rule")),
    )
    op.create_table(
        "retention_pass",
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_pass")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("set_at", AT, nullable=False),
        sa.Column("set_by_id", KEY, nullable=True),
        sa.Column("set_by_name", sa.String(length=120), nullable=False),
        sa.Column("lifted_at", AT, nullable=True),
        sa.Column("lifted_by_name", sa.String(length=120), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_legal_hold_account_id_account")
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_legal_hold_set_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sa.UniqueConstraint("uuid", name=op.f("uq_legal_hold_uuid")),
    )
    op.create_index(
        "uq_legal_hold_live",
        "legal_hold",
        ["account_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    for table in ("message", "complaint"):
        op.add_column(table, sa.Column("words_gone_at", AT, nullable=True))
    for table in LEDGERS:
        guards.drop_append_only(table)
        guards.append_only_until_due(table)
    for permission, roles in ((READ, ("privacy_officer", "administrator")), (WRITE, ("privacy_officer",))):
        held = sa.select(MAY.c.role_id).where(MAY.c.permission == permission)
        wanted = sa.select(ROLE.c.id, sa.literal(permission)).where(
            ROLE.c.key.in_(roles), ROLE.c.id.not_in(held)
        )
        op.execute(sa.insert(MAY).from_select(["role_id", "permission"], wanted))


def downgrade() -> None:
    op.execute(sa.delete(MAY).where(MAY.c.permission.in_([READ, WRITE])))
    for table in LEDGERS:
        guards.drop_append_only(table)
        guards.append_only(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION IF EXISTS refuse_change_until_due()")
    for table in ("complaint", "message"):
        op.drop_column(table, "words_gone_at")
    op.drop_index("uq_legal_hold_live", "legal_hold")
    for table in ("legal_hold", "retention_pass", "retention_run"):
        op.drop_table(table)

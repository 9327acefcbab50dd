"""What is rare among very many rows has an index: views of the queue, unread messages, answers to our two questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FEW = {
    "unassigned": "ended_at IS NULL AND"
    " (state = 'received' AND handler_id IS NULL OR state = 'in_review' AND reviewer_id IS NULL)",
    "awaited": "ended_at IS NULL AND"
    " state IN ('needs_customer', 'offered', 'needs_customer_r', 'review_offered', 'to_confirm')",
    "reviewed": "ended_at IS NULL AND state IN ('in_review', 'needs_customer_r', 'review_offered')",
    "owed": "(state = 'remedy_due' OR state IN ('lapsed', 'closed_unconfirmed') AND due_clock = 'K10')",
}
UNREAD = sa.text("channel = 'inbox' AND state = 'sent' AND read_at IS NULL")
ANSWER = sa.text("kind = 'answer'")
OPEN = sa.text("ended_at IS NULL AND state <> 'draft'")


def _hands(*order: str) -> None:
    for who in ("handler", "reviewer"):
        op.drop_index(f"ix_complaint_{who}", table_name="complaint")
        op.create_index(
            f"ix_complaint_{who}",
            "complaint",
            [f"{who}_id", *order],
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )


def upgrade() -> None:
    _hands("harm", "due_at", "id")
    for name, only in FEW.items():
        op.create_index(
            f"ix_complaint_{name}",
            "complaint",
            ["harm", "due_at", "id"],
            sqlite_where=sa.text(only),
            postgresql_where=sa.text(only),
        )
    op.create_index(
        "ix_message_unread",
        "message",
        ["person_id", "created_at", "id"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )
    op.create_index(
        "ix_feedback_answers",
        "feedback",
        ["created_at", "handling", "outcome"],
        sqlite_where=ANSWER,
        postgresql_where=ANSWER,
    )


def downgrade() -> None:
    op.drop_index("ix_feedback_answers", table_name="feedback")
    op.drop_index("ix_message_unread", table_name="message")
    for name in FEW:
        op.drop_index(f"ix_complaint_{name}", table_name="complaint")
    _hands("due_at", "id")

"""Remedies are found by their offer."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_complaint_remedy_offer", "complaint_remedy", ["offer_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_complaint_remedy_offer", "complaint_remedy")

"""What customers tell us, and what came of it."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Public

ANSWER = text("kind = 'answer'")


class Feedback(Public, Base):
    """One piece of feedback: the two questions after an answer, or the box on every page."""

    __tablename__ = "feedback"
    __table_args__ = (
        Index("ix_feedback_account", "account_id", "id"),
        Index("ix_feedback_state", "state", "id"),
        # The figures are read from the index alone.
        Index(
            "ix_feedback_answers",
            "created_at",
            "handling",
            "outcome",
            sqlite_where=ANSWER,
            postgresql_where=ANSWER,
        ),
    )

    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    key: Mapped[str | None] = mapped_column(String(100), unique=True)  # once per answer
    kind: Mapped[str] = mapped_column(String(12))  # answer, tell_us
    about_uuid: Mapped[uuidlib.UUID | None] = mapped_column(Uuid)
    about_label: Mapped[str] = mapped_column(String(120), default="")
    page: Mapped[str] = mapped_column(String(120), default="")
    handling: Mapped[int | None] = mapped_column(SmallInteger)  # 1..5, apart from the outcome (ISO 10004)
    outcome: Mapped[int | None] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(5), default="")
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="new")  # new, replied, done
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None]
    replied_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    came_of_it: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None]

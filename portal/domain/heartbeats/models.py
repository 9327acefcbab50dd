"""The table of heartbeats: one row for each worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Keyed


class Heartbeat(Keyed, Base):
    """The last sign of one worker."""

    __tablename__ = "heartbeat"

    owner: Mapped[str] = mapped_column(String(60), unique=True)
    started_at: Mapped[datetime]
    at: Mapped[datetime]
    jobs: Mapped[dict[str, Any]]  # name of a job → instant of its last success (ISO 8601, UTC)

"""The versions of the firm, and the pictures that were ever its logo."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, append_only


class FirmVersion(Keyed, Base):
    """What the firm said of itself from an instant on; the newest counts."""

    __tablename__ = "firm_version"

    number: Mapped[int] = mapped_column(unique=True)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(String(120), default="")


class FirmLogo(Keyed, Base):
    """A picture as we drew it anew, named by the hash of its content."""

    __tablename__ = "firm_logo"

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int]
    height: Mapped[int]
    at: Mapped[datetime]


append_only(FirmVersion, FirmLogo)

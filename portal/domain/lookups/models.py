"""Look-ups: each opening of a customer's page, case or file by staff, with its purpose."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Keyed, Public

OF_CLIENTS = text("client_id IS NOT NULL")


class LookUp(Public, Base):
    """One session of a person, or one system of a partner, looking at one account for one purpose in a half hour."""

    __tablename__ = "look_up"
    __table_args__ = (
        UniqueConstraint("session_id", "account_key", "purpose", "about_key", "window_start"),
        # Few look-ups are by systems of partners, and the many others pay nothing for these.
        Index(
            "uq_look_up_client", "client_id", "account_key", "purpose", "about_key", "window_start", unique=True,
            sqlite_where=OF_CLIENTS, postgresql_where=OF_CLIENTS,
        ),
        Index("ix_look_up_account_at", "account_id", "first_at", "id"),
    )  # fmt: skip

    session_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("sign_in_session.id"))
    staff_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    client_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("partner_client.id"))
    team: Mapped[str] = mapped_column(String(60), default="")
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    account_key: Mapped[int] = mapped_column(BigId)  # account_id, or 0 for a list: NULLs are never equal
    purpose: Mapped[str] = mapped_column(String(30))  # case, call, task, letter, list, privacy_request
    about_key: Mapped[str] = mapped_column(String(64), default="")  # uuid or reference the purpose is tied to
    about_label: Mapped[str] = mapped_column(String(200), default="")
    window_start: Mapped[datetime]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class LookUpItem(Keyed, Base):
    """One thing that was opened within a look-up."""

    __tablename__ = "look_up_item"
    __table_args__ = (UniqueConstraint("look_up_id", "kind", "item_key"),)

    look_up_id: Mapped[int] = mapped_column(BigId, ForeignKey("look_up.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))  # customer_page, complaint, file, queue, search, timeline
    item_key: Mapped[str] = mapped_column(String(64), default="")
    item_uuid: Mapped[uuidlib.UUID | None] = mapped_column(Uuid)
    label: Mapped[str] = mapped_column(String(200), default="")

"""Price lists with their prices, and promises of stock with their history."""

from __future__ import annotations

import uuid as uuidlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Date, Dialect, ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from portal.db import Base, BigId, Json, Keyed, Public, append_only

OPEN = text("ended_at IS NULL")
PRICE_PLACES, QUANTITY_PLACES = 4, 3


class Scaled(TypeDecorator[Decimal]):
    """A number with a fixed count of decimals, stored whole; one with more is refused, never rounded."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = value.scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimals")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)


class PriceList(Public, Base):
    """One version of a price list; never changed: which one is valid on a day is counted, not stored."""

    __tablename__ = "price_list"
    __table_args__ = (
        UniqueConstraint("scope", "version"),
        Index("ix_price_list_partner", "partner_id", "id"),
    )

    scope: Mapped[str] = mapped_column(String(40))  # whose, and for whom: ours:all, ours:<id>, theirs:<id>
    partner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("partner_company.id"))  # None: for all
    ours: Mapped[bool]
    version: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    starts: Mapped[date] = mapped_column(Date)  # the first day, of the firm's zone
    ends: Mapped[date | None] = mapped_column(Date)  # the last day
    lines: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))  # of what it says
    previous_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("price_list.id"))
    retroactive: Mapped[bool]  # it began before it was published, and that was meant
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    published_by_name: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[uuidlib.UUID | None] = mapped_column(Uuid)  # the file it came in


class Price(Keyed, Base):
    """What one unit of an item costs from a quantity on."""

    __tablename__ = "price"
    __table_args__ = (UniqueConstraint("list_id", "number", "least"),)

    list_id: Mapped[int] = mapped_column(BigId, ForeignKey("price_list.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(20), default="")
    price: Mapped[Decimal] = mapped_column(Scaled(PRICE_PLACES))
    least: Mapped[Decimal] = mapped_column(Scaled(QUANTITY_PLACES))


class StockPromise(Public, Base):
    """So much of an item by a day, as a supplier promised it; that it is late is counted, not stored."""

    __tablename__ = "stock_promise"
    __table_args__ = (
        Index("ix_stock_promise_partner", "partner_id", "id"),
        Index(
            "uq_stock_promise_open", "partner_id", "item", "reference", unique=True, sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_stock_promise_by", "ended_at", "by"),
    )  # fmt: skip

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    item: Mapped[str] = mapped_column(String(60))
    reference: Mapped[str] = mapped_column(String(60), default="")  # by which the supplier knows it
    name: Mapped[str] = mapped_column(String(200), default="")
    unit: Mapped[str] = mapped_column(String(20), default="")
    quantity: Mapped[Decimal] = mapped_column(Scaled(QUANTITY_PLACES))
    by: Mapped[date] = mapped_column(Date)  # the last day, of the firm's zone
    first_quantity: Mapped[Decimal] = mapped_column(Scaled(QUANTITY_PLACES))
    first_by: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    delivered_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class StockPromiseEvent(Keyed, Base):
    """One thing that happened to a promise; never changed."""

    __tablename__ = "stock_promise_event"
    __table_args__ = (Index("ix_stock_promise_event_promise", "promise_id", "id"),)

    promise_id: Mapped[int] = mapped_column(BigId, ForeignKey("stock_promise.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(10))
    by_kind: Mapped[str] = mapped_column(String(10))
    by_name: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(String(300), default="")
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


append_only(StockPromiseEvent)

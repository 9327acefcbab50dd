"""The shape of a rule, and the grounds on which something is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from portal import db
from portal.text import Lazy, _t

from .holds import not_held
from .periods import Period

CONTRACT = _t("what is between us may still be asked about (limitation of claims)")
INTEREST = _t("our interest in a portal that is safe and works")
LAW = _t("the law lets us be asked who looked at data")
CONSENT = _t("the purpose as published")
CONSENT_OF_PERSON = _t("the agreement of the person")
GONE = _t("removed")

Act = Callable[[list[int], datetime], int | None]  # how many went, where some may have been kept after all


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``begins`` is the instant the period counts from, ``due`` what else must hold of a row."""

    key: str
    what: Lazy
    begins_with: Lazy
    period: Period
    ends_in: Lazy
    basis: Lazy
    model: Any
    begins: Any
    act: Act
    due: tuple[ColumnElement[bool], ...] = ()
    account: Any = None  # the column a legal hold looks at; None: the rows are nobody's matter
    told: bool = True  # to customers, in the privacy notice
    purpose: str = ""

    def pick(self, cut_off: datetime, limit: int) -> Sequence[Row[Any]]:
        """Return (key, begin) of at most ``limit`` rows that are due."""
        statement = select(self.model.id, self.begins.label("begun")).where(*self._where(cut_off))
        return db.session().execute(statement.order_by(self.model.id).limit(limit)).all()

    def standing(self, cut_off: datetime) -> tuple[int, datetime | None]:
        """Return how many rows are due, and the begin of the oldest that is kept (None where nothing is)."""
        kept = func.min(self.begins).filter(self.begins >= cut_off)
        statement = select(func.count().filter(self.begins < cut_off), kept)
        row = db.session().execute(statement.select_from(self.model).where(*self._standing())).one()
        return int(row[0]), row[1]

    def _where(self, cut_off: datetime) -> tuple[ColumnElement[bool], ...]:
        return (self.begins < cut_off, *self._standing())

    def _standing(self) -> tuple[ColumnElement[bool], ...]:
        held = () if self.account is None else (not_held(self.account),)
        return (*self.due, *held)

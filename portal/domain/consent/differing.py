"""What the next version of a purpose changes, and whom it asks again."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, or_, select

from portal import db
from portal.domain import clock
from portal.domain.actor import Actor
from portal.domain.comparing import Piece, words

from .models import ConsentState, Purpose
from .rules import Basis
from .sketching import NOTICE_WORDS, published, sketch


class Difference(NamedTuple):
    """One field that the next version changes."""

    language: str
    field: str
    pieces: list[Piece]


def differences(actor: Actor, key: str) -> list[Difference]:
    """Return what the next version changes, field by field and word by word."""
    now = sketch(actor, key)
    purpose = db.session().scalar(select(Purpose).where(Purpose.key == key))
    before = published(purpose) if purpose is not None else None
    found = []
    for language in sorted(
        {*now.draft.notices, *(before.notices if before else ())}, key=lambda one: (one != "en", one)
    ):
        old = before.notices.get(language) if before else None
        new = now.draft.notices.get(language)
        for name in NOTICE_WORDS:
            one, two = getattr(old, name, ""), getattr(new, name, "")
            if one != two:
                found.append(Difference(language, name, words(one, two)))
    for name in ("channels", "data_categories", "recipients", "retention_months", "valid_months", "benefit_by_days",
                 "marketing", "sends", "dpv_purpose"):  # fmt: skip
        one, two = (_told(getattr(draft, name)) if draft else "" for draft in (before, now.draft))
        if one != two:
            found.append(Difference("", name, words(one, two)))
    return found


def _told(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def asked_again(key: str) -> int:
    """Return how many people have a yes that the next version of this purpose would end."""
    statement = (
        select(func.count(func.distinct(ConsentState.person_id)))
        .join(Purpose, Purpose.id == ConsentState.purpose_id)
        .where(
            Purpose.key == key,
            Purpose.basis == Basis.CONSENT.value,
            ConsentState.permits,
            ConsentState.purpose_version >= Purpose.asks_from_version,
            or_(ConsentState.expires_at.is_(None), ConsentState.expires_at > clock.now()),
        )
    )
    return db.session().scalar(statement) or 0

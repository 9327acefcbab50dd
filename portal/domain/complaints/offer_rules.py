"""What an offer is as a value: its content hash, and whether a new version is worse than the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from portal.domain.errors import Conflict
from portal.text import Lazy, Money, _t


class RemedyKind(StrEnum):
    """What can put a complaint right."""

    APOLOGY = "apology"
    EXPLANATION = "explanation"
    REPAIR = "repair"
    REPLACEMENT = "replacement"
    REFUND = "refund"
    PRICE_CUT = "price_cut"
    COMPENSATION = "compensation"
    CHANGE = "change"
    OTHER = "other"


KIND_LABEL: dict[RemedyKind, Lazy] = {
    RemedyKind.APOLOGY: _t("an apology"),
    RemedyKind.EXPLANATION: _t("an explanation"),
    RemedyKind.REPAIR: _t("a repair"),
    RemedyKind.REPLACEMENT: _t("a replacement"),
    RemedyKind.REFUND: _t("a refund"),
    RemedyKind.PRICE_CUT: _t("a lower price"),
    RemedyKind.COMPENSATION: _t("compensation"),
    RemedyKind.CHANGE: _t("a change so that it does not happen again"),
    RemedyKind.OTHER: _t("something else"),
}

PROMPTLY = 10  # business days in which a remedy without its own date is carried out, as clock K10 has it
MONEY = frozenset({RemedyKind.REFUND, RemedyKind.PRICE_CUT, RemedyKind.COMPENSATION})


class Finding(StrEnum):
    """What we found, from best to worst for the customer; ``cannot_tell`` stands between partly and not."""

    UPHELD = "upheld"
    PARTLY = "partly"
    CANNOT_TELL = "cannot_tell"
    NOT_UPHELD = "not_upheld"


FINDING_LABEL: dict[Finding, Lazy] = {
    Finding.UPHELD: _t("You are right"),
    Finding.PARTLY: _t("You are partly right"),
    Finding.CANNOT_TELL: _t("We cannot tell"),
    Finding.NOT_UPHELD: _t("We see it differently"),
}
_FAVOUR = {finding: rank for rank, finding in enumerate(reversed(Finding))}


@dataclass(frozen=True, slots=True)
class RemedyTerms:
    """One remedy as offered: what, how much, and in how many business days."""

    kind: RemedyKind
    amount: Decimal | None = None
    currency: str = ""
    days: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """An offer as a value: the finding and the remedies."""

    finding: Finding
    remedies: tuple[RemedyTerms, ...] = ()
    reasons: str = ""


# ---------------------------------------------------------------------------------- the content hash


def canonical(content: Mapping[str, Any]) -> str:
    """Return ``content`` as JSON that is the same for the same content: sorted keys, NFC, exact decimals.

    Raises TypeError for a float, because money is never one.
    """
    return json.dumps(_plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def offer_hash(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical content as 64 hex digits; accepting an offer binds to it."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def terms_hash(offer: OfferTerms) -> str:
    """Return the content hash of an offer given as a value."""
    return offer_hash(
        {
            "finding": offer.finding,
            "reasons": offer.reasons,
            "remedies": [
                {"kind": one.kind, "amount": one.amount, "currency": one.currency, "days": one.days, "text": one.text}
                for one in offer.remedies
            ],
        }
    )  # fmt: skip


def require_same_offer(seen: str, current: str) -> None:
    """Raise Conflict when the offer that the customer saw is no longer the one on the table."""
    if seen != current:
        message = _t("The offer has changed since you opened this page. Please read the new one first.")
        raise Conflict(message, code="complaint.offer_changed")


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return normalize("NFC", str(value))
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {normalize("NFC", str(key)): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} has no exact form in an offer")


# ---------------------------------------------------------------------------------- only better


def worsenings(old: OfferTerms, new: OfferTerms) -> tuple[Lazy, ...]:
    """Return every way in which ``new`` gives the customer less than ``old``; empty when it may replace it.

    Money is compared as a sum per currency, whichever name it goes by, other remedies as a count per kind;
    by each day that the old offer names, the new one must have given as much.
    """
    found = []
    if _FAVOUR[new.finding] < _FAVOUR[old.finding]:
        found.append(_t("The finding is less in the customer's favour than before."))
    slower = False
    for group in sorted({_group(one) for one in old.remedies}):
        offered = _given(old, group)
        if _given(new, group) < offered:
            found.append(_missing(group, offered))
            continue
        days = {_wait(one) for one in old.remedies if _group(one) == group}
        slower = slower or any(_given(new, group, day) < _given(old, group, day) for day in days)
    if slower:
        found.append(_t("A remedy would take longer than was offered."))
    return tuple(found)


def is_worse(old: OfferTerms, new: OfferTerms) -> bool:
    """Say whether ``new`` gives the customer less than ``old`` in any respect."""
    return bool(worsenings(old, new))


def require_better(old: OfferTerms, new: OfferTerms) -> None:
    """Raise Conflict, naming the first loss, when ``new`` may not replace the open offer ``old``."""
    losses = worsenings(old, new)
    if losses:
        raise Conflict(losses[0], code="complaint.offer_worse", field="remedies")


def _group(one: RemedyTerms) -> tuple[str, str]:
    return ("money", one.currency) if one.kind in MONEY else (one.kind.value, "")


def _wait(one: RemedyTerms) -> int:
    return PROMPTLY if one.days is None else one.days


def _given(offer: OfferTerms, group: tuple[str, str], within: int | None = None) -> Decimal:
    """Return what an offer gives of one group, in money or in pieces, within so many business days."""
    return sum(
        (
            (one.amount or Decimal(0)) if one.kind in MONEY else Decimal(1)
            for one in offer.remedies
            if _group(one) == group and (within is None or _wait(one) <= within)
        ),
        Decimal(0),
    )


def _missing(group: tuple[str, str], offered: Decimal) -> Lazy:
    kind, currency = group
    if kind == "money":
        return _t("{amount} was offered; it cannot be less.", amount=Money(offered, currency))
    return _t("This was offered and is missing: {kind}.", kind=KIND_LABEL[RemedyKind(kind)])

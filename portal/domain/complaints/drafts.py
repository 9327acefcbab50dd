"""A complaint before it is sent: saved as typed, sent once, or discarded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import bindparam, select

from portal import config, db
from portal.domain import clock, errors
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.prepared import Prepared
from portal.text import _t

from . import files, messages, moving, regimes, scope, thread, ticking
from .acts import Act
from .models import Complaint
from .moving import Timed
from .states import K, State
from .words import CONTACT_CHANNELS, LIMITS, REMEDIES

MAX_AMOUNT = Decimal("10000000")
# Digits, in groups of three or not, and up to two after a point or a comma; the other of the two parts groups.
GROUPED = re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d{1,2})?|(\d+|\d{1,3}(\.\d{3})+)(,\d{1,2})?")
RENEWED_AFTER = timedelta(days=1)


def save_draft(
    complaint: Complaint, *, actor: Actor, expected_version: int | None = None, **fields: Any
) -> Complaint:
    """Save what was typed so far; only the shape of each field is checked, so that nothing is lost on the way.

    Raises Invalid with the field, also for a field that a draft does not have.
    """
    at = moving.lock(complaint, expected_version)
    moving.check(complaint, Act.EDIT, actor)
    shaped: dict[str, Any] = {}
    for name, value in fields.items():
        shape = _SHAPES.get(name)
        if shape is None:
            raise errors.Invalid(_t("A draft has no such field."), code="complaint.unknown_field", field=name)
        shaped[name] = shape(name, value)
    if {"amount_wanted", "currency"} & shaped.keys():
        money = shaped.get("currency", complaint.currency)
        scope.require_sum(actor, shaped.get("amount_wanted", complaint.amount_wanted), money)
    for name, value in shaped.items():
        setattr(complaint, name, value)
    clocks = ticking.of(complaint)
    kept = clocks.get(K.DRAFT_KEPT)
    if kept is not None and kept.started_at < at - RENEWED_AFTER:
        # The ninety days count from the last time somebody wrote, not from the first.
        kept.ended_at, kept.ended_how, kept.next_at, kept.alarms = at, "stopped", None, []
        ticking.begin(complaint, clocks, K.DRAFT_KEPT, at)
        moving.settle(complaint, clocks)
    db.session().flush()
    return complaint


def problems(complaint: Complaint) -> list[errors.Invalid]:
    """Return what still keeps a draft from being sent, each with its field and the mend."""
    found = []
    if not complaint.words.strip():
        found.append(_missing("words", _t("Write what happened, in your own words.")))
    if not complaint.remedy_wanted:
        found.append(_missing("remedy_wanted", _t("Choose what would put it right.")))
    return found


def send(complaint: Complaint, *, actor: Actor, expected_version: int | None = None) -> Complaint:
    """Send a draft: from now on the clocks run, and the customer has a number and dates; twice is once.

    Raises Invalid for the first thing that is missing.
    """
    at = moving.lock(complaint)
    if complaint.state != State.DRAFT and complaint.received_at is not None:
        moving.role_of(complaint, Act.ADD, actor)
        return complaint
    moving.require_version(complaint, expected_version)
    sending(complaint, ticking.of(complaint), actor, at, _WHOSE.all(account=complaint.account_id)[0])
    db.session().flush()
    return complaint


def sending(complaint: Complaint, clocks: ticking.Clocks, actor: Actor, at: datetime, whose: Any) -> None:
    """Check a draft and do all that sending it means; ``whose`` is kind and country of its account."""
    row = moving.check(complaint, Act.SEND, actor, given={"words": complaint.words})
    for problem in problems(complaint):
        raise problem
    complaint.received_at = at
    complaint.channel = "portal"
    complaint.subject = complaint.subject or subject_from(complaint.words)
    moving.carry(complaint, row, actor=actor, at=at, clocks=clocks, timed=legal(complaint, whose), reason="")
    moving.note(Tag.COMPLAINT_FILED, complaint, actor, at)
    thread.put(complaint)
    messages.received(complaint, clocks)


def discard(complaint: Complaint, *, actor: Actor, expected_version: int | None = None) -> Complaint:
    """Throw a draft away, its files too; only its author can, and before it is sent."""
    at = moving.lock(complaint, expected_version)
    if complaint.state == State.DISCARDED:
        moving.role_of(complaint, Act.DISCARD, actor)
        return complaint
    row = moving.check(complaint, Act.DISCARD, actor)
    files.drop_all(complaint)
    moving.carry(complaint, row, actor=actor, at=at)
    moving.note(Tag.COMPLAINT_DISCARDED, complaint, actor, at)
    db.session().flush()
    return complaint


def legal(complaint: Complaint, whose: Any = None) -> Timed:
    """Return the length and the telling of the legal clock; sets the key of the law on the complaint."""
    regime = regimes.regime_of(complaint, whose or _WHOSE.all(account=complaint.account_id)[0])
    complaint.law_key = regime.key if regime else ""
    if regime is None:
        return Timed()
    return Timed(lengths={K.LEGAL: regime.length}, extra={K.LEGAL: {"law": regime.told}})


_WHOSE = Prepared(
    select(Account.kind, Account.country).where(Account.id == bindparam("account", type_=Account.id.type)),
    flush=False,
)


def subject_from(words: str) -> str:
    """Return the first line of the customer's words as a title, cut at a word."""
    line = next((line.strip() for line in words.splitlines() if line.strip()), "")
    if len(line) <= 80:
        return line
    return line[:80].rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"


def plain_amount(typed: str) -> str:
    """Return an amount as a program writes it, from how people do: 1 499,90 and 1,499.90 are both 1499.90.

    A point or comma before one or two last digits begins the hundredths; one before three digits parts thousands.
    """
    text = "".join(typed.split()).replace("'", "").replace("’", "")
    if not GROUPED.fullmatch(text):
        return text
    whole, hundredths = (text[:-3], text[-2:]) if text[-3:-2] in (",", ".") else (text, "")
    if not hundredths and text[-2:-1] in (",", "."):
        whole, hundredths = text[:-2], text[-1]
    return whole.replace(",", "").replace(".", "") + (f".{hundredths}" if hundredths else "")


def amount(name: str, value: Any) -> Decimal | None:
    """Return an amount of money with two decimals, or None; raise Invalid for what is none."""
    if value in (None, ""):
        return None
    try:
        found = Decimal(plain_amount(value) if isinstance(value, str) else str(value)).quantize(
            Decimal("0.01")
        )
    except InvalidOperation:
        raise errors.Invalid(_t("Write the amount in digits, such as 149.90."), field=name) from None
    if not 0 <= found <= MAX_AMOUNT:
        raise errors.Invalid(_t("The amount must lie between 0 and {most}.", most=MAX_AMOUNT), field=name)
    return found


def currency(name: str, value: Any) -> str:
    """Return a currency code of three letters, or nothing."""
    text = str(value or "").strip().upper()
    if text and not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise errors.Invalid(_t("Write the currency as three letters, such as PLN."), field=name)
    return text


def past_day(name: str, value: Any) -> date | None:
    """Return a day that is not in the future, or None."""
    if value in (None, ""):
        return None
    if not isinstance(value, date):
        raise errors.Invalid(_t("Choose a date."), field=name)
    if value > clock.now().date() + timedelta(days=1):
        raise errors.Invalid(_t("This date lies in the future."), field=name)
    return value


def _missing(field: str, message: Any) -> errors.Invalid:
    return errors.Invalid(message, code="complaint.needed", field=field)


def _text(name: str, value: Any) -> str:
    return moving.clean(str(value or ""), name, LIMITS[name])


def _one_of(choices: dict[str, Any]) -> Callable[[str, Any], str]:
    def shape(name: str, value: Any) -> str:
        value = str(value or "")
        if value and value not in choices:
            raise errors.Invalid(_t("Please choose one of the answers."), field=name)
        return value

    return shape


def _language(name: str, value: Any) -> str:
    value = str(value or "")
    if value and value not in config.load().languages:
        raise errors.Invalid(_t("Please choose one of the languages."), field=name)
    return value


_SHAPES: dict[str, Callable[[str, Any], Any]] = {
    "subject": _text,
    "about": _text,
    "words": _text,
    "remedy_text": _text,
    "draft_step": _text,
    "happened_on": past_day,
    "remedy_wanted": _one_of(REMEDIES),
    "contact_channel": _one_of(CONTACT_CHANNELS),
    "amount_wanted": amount,
    "currency": currency,
    "language": _language,
}

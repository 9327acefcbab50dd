"""What a grant says, whether it lets a partner look at an instant, and what changed between two of them; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.errors import Invalid
from portal.domain.gate import Decision, Reason
from portal.text import Lazy, _t, _tn

from .data import ATTRIBUTES

LONGEST = timedelta(days=366)
MOST_KEEP_DAYS = 366
ONE_LOOK = timedelta(minutes=30)  # opening it again within it is the same look
REMIND_EVERY = timedelta(days=90)
REQUEST_LIVES = timedelta(days=30)
NO_LASTS = timedelta(days=183)  # after a no a partner does not ask again before
KEPT_VISIBLE = timedelta(days=731)


class Often(StrEnum):
    """How often a partner may look."""

    ANY = "any"
    DAILY = "daily"
    ONCE = "once"


class Happened(StrEnum):
    """What can happen to a grant; the strings stand in its history and in the events that partners get."""

    GIVEN = "given"
    AMENDED = "amended"
    EXTENDED = "extended"
    REESTABLISHED = "reestablished"
    STOPPED = "stopped"
    EXPIRED = "expired"
    RESTORED = "restored"  # it ran at a backup that was put back; the customer may have stopped it since
    ERASE_ASKED = "erase_asked"


PURPOSES: dict[str, Lazy] = {
    "service": _t("to repair, deliver or install something"),
    "quote": _t("to make an offer"),
    "warranty": _t("to settle a guarantee or an insurance claim"),
    "advice": _t("to give advice"),
    "other": _t("for something else, in the words below"),
}
OFTEN: dict[str, Lazy] = {
    Often.ANY: _t("whenever they need it"),
    Often.DAILY: _t("once a day at most"),
    Often.ONCE: _t("a single time"),
}
NO_DAY = _t("Choose the last day on which they may look.")
PARTS: dict[str, Lazy] = {
    "purpose": _t("what for"), "words": _t("in words"), "fields": _t("which data"), "data_since": _t("from when on"),
    "often": _t("how often"), "until": _t("until when"), "sub_recipients": _t("who else gets it"),
    "keep_days": _t("how long they keep it afterwards"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """What is shared, what for, and until when; ``until`` is an aware instant."""

    purpose: str
    fields: tuple[str, ...]
    until: datetime
    often: str = Often.ANY.value
    data_since: date | None = None
    words: str = ""
    sub_recipients: str = ""
    keep_days: int = 30

    def told(self) -> dict[str, Any]:
        """Return the terms as the history and the events of partners keep them."""
        return {
            "purpose": self.purpose, "words": self.words, "fields": list(self.fields), "often": self.often,
            "data_since": self.data_since.isoformat() if self.data_since else None, "until": self.until.isoformat(),
            "sub_recipients": self.sub_recipients, "keep_days": self.keep_days,
        }  # fmt: skip


def of_told(told: dict[str, Any]) -> Terms:
    """Return the terms that :meth:`Terms.told` wrote."""
    return Terms(
        purpose=told["purpose"], fields=tuple(told["fields"]), often=told["often"], words=told["words"],
        until=datetime.fromisoformat(told["until"]), sub_recipients=told["sub_recipients"],
        data_since=date.fromisoformat(told["data_since"]) if told["data_since"] else None, keep_days=told["keep_days"],
    )  # fmt: skip


def recipients(said: str) -> list[str]:
    """Return the names of those who get it from a partner, as the partner wrote them: a comma between two."""
    found = (" ".join(one.split()) for one in said.replace(";", ",").split(","))
    return list(dict.fromkeys(one for one in found if one))


def only_known(terms: Terms, *known: str) -> None:
    """Raise Invalid at ``sub_recipients`` for somebody whom the partner has not named."""
    if set(recipients(terms.sub_recipients)) - {name for said in known for name in recipients(said)}:
        message = _t("Choose from those whom the partner has named.")
        raise Invalid(message, code="sharing.sub_recipients", field="sub_recipients")


def checked(terms: Terms, at: datetime, *, offered: Sequence[str]) -> Terms:
    """Return the terms in order; raise Invalid at the field. ``offered`` are the attributes that may be shared."""
    if terms.purpose not in PURPOSES:
        raise Invalid(_t("Choose what it is for."), code="sharing.purpose", field="purpose")
    if terms.purpose == "other" and not terms.words:
        raise Invalid(_t("Say in a few words what it is for."), code="sharing.words", field="words")
    if not terms.fields:
        raise Invalid(_t("Choose at least one thing to share."), code="sharing.fields", field="fields")
    if set(terms.fields) - set(offered):
        raise Invalid(_t("Choose from what stands in the list."), code="sharing.fields", field="fields")
    if terms.often not in set(Often):
        raise Invalid(_t("Choose how often they may look."), code="sharing.often", field="often")
    if not at < terms.until <= at + LONGEST:
        message = _t("Choose a day from today on, at most a year away.")
        raise Invalid(message, code="sharing.until", field="until")
    if terms.data_since is not None and terms.data_since > at.date() + timedelta(days=1):
        raise Invalid(_t("Choose a day that has passed."), code="sharing.data_since", field="data_since")
    if not 0 <= terms.keep_days <= MOST_KEEP_DAYS:
        message = _t("Write a number of days from 0 to {most}.", most=MOST_KEEP_DAYS)
        raise Invalid(message, code="sharing.keep_days", field="keep_days")
    chosen = set(terms.fields)
    return replace(terms, fields=tuple(key for key in ATTRIBUTES if key in chosen))


def changed_parts(before: Terms, after: Terms) -> list[str]:
    """Return the names of the parts that differ, in the order in which pages show them."""
    differs = {one.name for one in fields(Terms) if getattr(before, one.name) != getattr(after, one.name)}
    return [name for name in PARTS if name in differs]


def notice_of(terms: Terms, partner: str, zone: str = "UTC") -> Lazy:
    """Return the sentence under which it is shared: who, what, what for, how often, until when, and what then."""
    day = (terms.until - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date()
    said = _t(
        "{partner} may see: {data}. What for: {purpose}. How often: {often}. Until the end of {day}. After that"
        " {partner} keeps it for {keep} at most, and then erases it. You can stop it at any time; what was seen"
        " before stays seen.",
        partner=partner,
        data=_joined([ATTRIBUTES[key] for key in terms.fields if key in ATTRIBUTES]),
        purpose=PURPOSES[terms.purpose],
        often=OFTEN[terms.often],
        day=day,
        keep=_tn("{count} day", "{count} days", terms.keep_days),
    )
    if not terms.sub_recipients:
        return _t("{sentence} It may not be passed on to anybody else.", sentence=said)
    return _t(
        "{sentence} It may be passed on to {names}, and to nobody else.",
        sentence=said,
        names=terms.sub_recipients,
    )


def _joined(words: Sequence[Lazy]) -> Lazy | str:
    found: Lazy | str = words[0] if words else ""
    for word in words[1:]:
        found = _t("{first}, {next}", first=found, next=word)
    return found


def decide(
    terms: Terms,
    at: datetime,
    *,
    ended: bool,
    uses: int,
    window_at: datetime | None,
    overruled: Reason | None = None,
) -> tuple[Decision, bool]:
    """Say whether a partner may look at ``at``, and whether that is a new look.

    1. what has ended, or whose day has passed, lets nobody look; 2. what overrules every yes does so here too;
    3. within half an hour a look goes on; 4. then the number of looks counts.
    """
    if ended or at >= terms.until:
        return Decision(False, Reason.SHARE_ENDED), False
    if overruled is not None:
        return Decision(False, overruled), False
    if window_at is not None and window_at <= at < window_at + ONE_LOOK:
        return Decision(True, Reason.SHARED), False
    if terms.often == Often.ONCE and uses:
        return Decision(False, Reason.SHARE_USED_UP), False
    if terms.often == Often.DAILY and window_at is not None and at < window_at + timedelta(days=1):
        return Decision(False, Reason.SHARE_USED_UP, until=window_at + timedelta(days=1)), False
    return Decision(True, Reason.SHARED), True

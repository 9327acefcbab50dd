"""Why staff may look a customer up, and the half hours in which looking again is the same look-up."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from portal.text import Lazy, _t

WINDOW = timedelta(minutes=30)


class Purpose(StrEnum):
    """The reasons for opening what belongs to a customer; LIST is an overview of many, PARTNER_TASK a partner's."""

    CASE = "case"
    CALL = "call"
    TASK = "task"
    LETTER = "letter"
    PRIVACY_REQUEST = "privacy_request"
    PARTNER_TASK = "partner_task"
    LIST = "list"
    SHARE = "share"  # somebody of a partner, in what the customer shares


# Looks by somebody of a partner: what stands as the team is the name of that company.
BY_PARTNERS = frozenset({Purpose.PARTNER_TASK.value, Purpose.SHARE.value})


CHOICES: dict[str, Lazy] = {
    Purpose.CASE: _t("A complaint of this customer"),
    Purpose.CALL: _t("The customer is on the phone or at the counter"),
    Purpose.TASK: _t("A task"),
    Purpose.LETTER: _t("A letter from or to the customer"),
    Purpose.PRIVACY_REQUEST: _t("A privacy request"),
}

WHY: dict[str, Lazy] = {
    Purpose.CASE: _t("Somebody worked on a complaint of this account and needed to see what belongs to it."),
    Purpose.CALL: _t("Somebody spoke with you, on the phone or at the counter, and had your page open."),
    Purpose.TASK: _t("Somebody had a task to do for this account."),
    Purpose.LETTER: _t("Somebody handled a letter from you or to you."),
    Purpose.PRIVACY_REQUEST: _t("Somebody worked on a request about your data."),
    Purpose.PARTNER_TASK: _t(
        "A partner did one task on a complaint of this account and opened what was shared for it."
    ),
    Purpose.SHARE: _t("Somebody of this partner opened what you share with them."),
    Purpose.LIST: _t("Somebody saw a list in which only your name and number stood."),
}

# What a partner may be shown of a complaint, each thing by itself.
PARTS: dict[str, Lazy] = {
    "subject": _t("title"),
    "about": _t("what it is about"),
    "words": _t("the words of the complaint"),
    "happened_on": _t("when it happened"),
    "wanted": _t("what would put it right"),
    "name": _t("name"),
    "phone": _t("phone number"),
    "address": _t("postal address"),
}
PART = "part:"

ITEMS: dict[str, Lazy] = {
    "customer_page": _t("customer page"),
    "complaint": _t("complaint"),
    "file": _t("file"),
    "timeline": _t("timeline"),
    "message": _t("message"),
    "queue": _t("list of complaints"),
    "search": _t("search"),
    "letter": _t("letter"),
    "task": _t("task"),
    "feedback": _t("feedback"),
    "entry": _t("what was said"),
    **{PART + key: label for key, label in PARTS.items()},
    "shared_contact": _t("who you are and where you live"),
    "shared_reach": _t("how to speak to you"),
    "shared_complaints": _t("your complaints, in short"),
}


def window_start(at: datetime) -> datetime:
    """Return the beginning of the half hour, in UTC, in which ``at`` lies."""
    return at.replace(minute=at.minute - at.minute % 30, second=0, microsecond=0)

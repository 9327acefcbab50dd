"""What may be shown to a partner, on what ground, and by when a task must be done; no database here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from portal.domain.complaints import Act
from portal.domain.errors import Conflict, Invalid
from portal.domain.lookups import PARTS
from portal.text import Lazy, _t

SHORTEST = timedelta(minutes=15)
FILES, ENTRIES = "files", "entries"


class State(StrEnum):
    """Where a task is."""

    ASKED = "asked"  # the customer has not said yes yet: nothing is to be seen
    OPEN = "open"
    ENDED = "ended"


class Basis(StrEnum):
    """On what ground a partner may see something."""

    PERMISSION = "permission"  # her answer to this one question
    STANDING = "standing"  # what she lets partners see anyway
    CONTRACT = "contract"  # GDPR article 6(1)(b)
    DUTY = "duty"  # article 6(1)(c)
    DANGER = "danger"  # article 6(1)(d)


# The grounds that need no yes; she reads which it is, why, and can call the task back all the same.
LEGAL: dict[Basis, Lazy] = {
    Basis.CONTRACT: _t("Needed to do what the customer asked for (GDPR, article 6(1)(b))"),
    Basis.DUTY: _t("A duty by law (GDPR, article 6(1)(c))"),
    Basis.DANGER: _t("Danger to somebody (GDPR, article 6(1)(d))"),
}
GROUNDS: dict[Basis, Lazy] = {
    Basis.PERMISSION: _t("You said yes to it."),
    Basis.STANDING: _t("It is among what you let partners see."),
    Basis.CONTRACT: _t("It is needed to do what you asked for (GDPR, article 6(1)(b))."),
    Basis.DUTY: _t("A law makes it a duty (GDPR, article 6(1)(c))."),
    Basis.DANGER: _t("Somebody may be in danger (GDPR, article 6(1)(d))."),
}
FIELDS: dict[str, Lazy] = PARTS
# What a standing permission can name: each field, and files and entries as a kind.
STANDING: dict[str, Lazy] = {
    **FIELDS, FILES: _t("photos and files that you sent"), ENTRIES: _t("what was said since"),
}  # fmt: skip

# What ended a task, by the act that moved the complaint on; who called it back decides the word.
ENDS: dict[Act, str] = {
    Act.RETURN_TASK: "result", Act.TASK_EXPIRES: "expired", Act.ESCALATE: "escalated", Act.WITHDRAW: "withdrawn",
}  # fmt: skip
# What the partner reads of it: that it ended, and never what the customer or the firm did meanwhile.
TOLD: dict[str, Lazy] = {
    "result": _t("You handed in the result"),
    "expired": _t("Its time was over"),
}
TOLD_ELSE = _t("It was called back")
# What the customer and staff read.
ENDED: dict[str, Lazy] = {
    "result": _t("The task is done"),
    "called_back": _t("Called back by the customer"),
    "recalled": _t("Called back by us"),
    "expired": _t("Its time was over"),
    "escalated": _t("Another person looks at the complaint"),
    "withdrawn": _t("The complaint was withdrawn"),
    "partner_gone": _t("The partner no longer works with us"),
    "moved_on": _t("The complaint went on"),
    "refused": _t("The customer said no"),
    "dropped": _t("Not needed any more"),
}


class Share(NamedTuple):
    """One thing that is chosen for a task: ``field:words``, ``file:<id>`` or ``entry:<id>`` in a form."""

    kind: str
    key: str


def told_to_partner(how: str) -> Lazy:
    """Return how a task ended, in the words for the partner."""
    return TOLD.get(how, TOLD_ELSE)


def read_choice(chosen: Iterable[str]) -> list[Share]:
    """Return what a form chose, each once, in its order; raise Invalid at ``parts`` for nothing or nonsense."""
    found = dict.fromkeys(
        Share(kind, key) for kind, _colon, key in (one.partition(":") for one in chosen) if key
    )
    wrong = [
        one
        for one in found
        if one.kind not in ("field", "file", "entry") or (one.kind == "field" and one.key not in FIELDS)
    ]
    if wrong or not found:
        message = _t("Choose at least one thing that the partner may see.")
        raise Invalid(message, code="task.parts", field="parts")
    return list(found)


def covered(chosen: Iterable[Share], standing: Collection[str]) -> bool:
    """Tell whether a standing permission covers all that was chosen."""
    kinds = {"file": FILES, "entry": ENTRIES}
    return all((one.key if one.kind == "field" else kinds[one.kind]) in standing for one in chosen)


def latest(now: datetime, answer_by: datetime | None, legal_by: datetime | None) -> datetime | None:
    """Return the instant that a task must end before: half of what is left to our answer, never past the law's date.

    None where our answer is late already or has no date: then there is no time that could be given away.
    """
    if answer_by is None or answer_by <= now:
        return None
    half = now + (answer_by - now) / 2
    return min(half, legal_by) if legal_by is not None else half


def deadline(
    until: datetime | None, now: datetime, answer_by: datetime | None, legal_by: datetime | None
) -> datetime:
    """Return the deadline of a task when it may be that; raise Invalid at ``until``, Conflict where no time is left."""
    limit = latest(now, answer_by, legal_by)
    if limit is None or limit <= now + SHORTEST:
        message = _t("There is not enough time left to our own answer to give a part of it to a partner.")
        raise Conflict(message, code="task.no_time")
    if until is None:
        raise Invalid(_t("Say by when the partner must be done."), code="task.until", field="until")
    if until < now + SHORTEST:
        raise Invalid(_t("Give the partner at least a quarter of an hour."), code="task.until", field="until")
    if until >= limit:
        message = _t(
            "It must end before {limit}: a partner gets less than half of the time that is left to our answer.",
            limit=limit,
        )
        raise Invalid(message, code="task.until", field="until")
    return until.astimezone(UTC)

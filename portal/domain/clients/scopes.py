"""What a system of a partner may be allowed, in plain words; those of a person's rights carry the same names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from portal.domain.actor import PartnerRight
from portal.domain.errors import Invalid
from portal.text import Lazy, _t


class Scope(StrEnum):
    """One kind of access, as ``subject:level``; the strings stand in the tables and in the API document."""

    TASKS_READ = "tasks:read"
    TASKS_WORK = "tasks:work"
    SHARES_READ = "shares:read"
    CHANGES_READ = "changes:read"


WORDS: dict[Scope, Lazy] = {
    Scope.TASKS_READ: _t("Read the tasks that were handed to you, and their files"),
    Scope.TASKS_WORK: _t("Read the tasks, write about them, attach files, propose, and hand in the result"),
    Scope.SHARES_READ: _t("Read what customers share with you, and confirm what you were told"),
    Scope.CHANGES_READ: _t("Follow what changes: ids of the tasks and shares that it may read"),
}


def covers(held: Iterable[str], wanted: Scope) -> bool:
    """Tell whether what a token holds is enough for ``wanted``; who works on tasks reads them."""
    known = set(held)
    return wanted.value in known or (wanted is Scope.TASKS_READ and Scope.TASKS_WORK.value in known)


def checked(given: Sequence[str]) -> list[str]:
    """Return chosen scopes, each once and in order; raise Invalid at ``scopes`` for none and for what is none."""
    if set(given) - {scope.value for scope in Scope}:
        message = _t("Choose what the system may do from the list.")
        raise Invalid(message, code="clients.scope", field="scopes")
    if not given:
        message = _t("Choose at least one thing that the system may do.")
        raise Invalid(message, code="clients.scope", field="scopes")
    spare = {Scope.TASKS_READ.value} if Scope.TASKS_WORK.value in given else set()
    return [scope.value for scope in Scope if scope.value in given and scope.value not in spare]


def rights_of(scopes: Iterable[str]) -> frozenset[str]:
    """Return the rights of a partner's people that scopes stand for."""
    known = set(scopes)
    return frozenset(
        right.value
        for right in (PartnerRight.TASKS_READ, PartnerRight.TASKS_WORK, PartnerRight.SHARES_READ)
        if covers(known, Scope(right.value))
    )

"""What a program may be allowed, in plain words; who may change a thing may also read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from portal.domain.errors import Invalid
from portal.text import Lazy, _t


class Scope(StrEnum):
    """One kind of access, as ``subject:level``; the strings stand in the table and in the API document."""

    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"
    PERMISSIONS_READ = "permissions:read"
    PERMISSIONS_WRITE = "permissions:write"
    PREFERENCES_READ = "preferences:read"
    PREFERENCES_WRITE = "preferences:write"
    COMPLAINTS_READ = "complaints:read"
    COMPLAINTS_WRITE = "complaints:write"
    MESSAGES_READ = "messages:read"
    MESSAGES_WRITE = "messages:write"
    FEEDBACK_READ = "feedback:read"
    FEEDBACK_WRITE = "feedback:write"
    SHARES_READ = "shares:read"
    SHARES_WRITE = "shares:write"
    LOOKUPS_READ = "look-ups:read"
    TIMELINE_READ = "timeline:read"


SUBJECTS: dict[str, Lazy] = {
    "profile": _t("My details"),
    "permissions": _t("Permissions"),
    "preferences": _t("Preferences"),
    "complaints": _t("Complaints and their files"),
    "messages": _t("Messages"),
    "feedback": _t("Feedback"),
    "shares": _t("What partners see"),
    "look-ups": _t("Who looked"),
    "timeline": _t("Timeline"),
}
LEVELS: dict[str, Lazy] = {"read": _t("may read"), "write": _t("may read and change")}
WORDS: dict[Scope, Lazy] = {
    Scope.PROFILE_READ: _t("Read your name, language, address and the details of the account"),
    Scope.PROFILE_WRITE: _t("Read and change your name, language, address and the details of the account"),
    Scope.PERMISSIONS_READ: _t("Read what you allowed and stopped"),
    Scope.PERMISSIONS_WRITE: _t("Read your permissions, allow and stop in your name"),
    Scope.PREFERENCES_READ: _t("Read how we may speak to you"),
    Scope.PREFERENCES_WRITE: _t("Read and change how we may speak to you, and pause our messages"),
    Scope.COMPLAINTS_READ: _t("Read your complaints, our answers and the files"),
    Scope.COMPLAINTS_WRITE: _t(
        "Read your complaints, file new ones and act on them in your name: answer, accept, end"
    ),
    Scope.MESSAGES_READ: _t("Read every message that we sent or did not send, and why"),
    Scope.MESSAGES_WRITE: _t("Read every message and why it came, and mark messages as read"),
    Scope.FEEDBACK_READ: _t("Read what you told us, our replies and what came of it"),
    Scope.FEEDBACK_WRITE: _t("Read what you told us, tell us more and rate our answers in your name"),
    Scope.SHARES_READ: _t("Read what you share with partners, each look of theirs, and what they ask for"),
    Scope.SHARES_WRITE: _t(
        "Read what you share, share more, change and stop it, and answer partners in your name"
    ),
    Scope.LOOKUPS_READ: _t("Read when somebody of ours looked at your data"),
    Scope.TIMELINE_READ: _t("Read everything that happened between us"),
}


def covers(held: Iterable[str], wanted: Scope) -> bool:
    """Tell whether what a program holds is enough for ``wanted``."""
    subject, _, level = wanted.value.partition(":")
    return wanted.value in (known := set(held)) or (level == "read" and f"{subject}:write" in known)


def scopes_of(choice: Mapping[str, str]) -> list[Scope]:
    """Return the scopes of a choice of levels by subject, where '' is none; raise Invalid at ``scopes``."""
    try:
        return [Scope(f"{subject}:{level}") for subject, level in choice.items() if level]
    except ValueError:
        raise unknown() from None


def unknown() -> Invalid:
    """Return the refusal of a scope that does not exist."""
    return Invalid(_t("Choose what the program may do from the list."), code="programs.scope", field="scopes")

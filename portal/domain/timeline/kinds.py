"""What kind of row an act makes on the timeline, and the groups by which a reader can narrow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.domain.audit import Tag
from portal.text import Lazy, _t

GROUPS: dict[str, Lazy] = {
    "complaints": _t("Complaints"),
    "messages": _t("Messages"),
    "contacts": _t("Calls and letters"),
    "permissions": _t("Permissions and preferences"),
    "looks": _t("Who looked"),
    "feedback": _t("Feedback"),
    "colleagues": _t("Colleagues"),
    "account": _t("Account and sign-in"),
}
_SUBJECTS: dict[str, str] = {
    "complaint": "complaints", "message": "messages", "contact": "contacts", "consent": "permissions",
    "preference": "permissions", "share": "permissions", "look_up": "looks", "feedback": "feedback",
    "membership": "colleagues", "rights": "colleagues", "invitation": "colleagues",
}  # fmt: skip
_KINDS: dict[Tag, str] = {
    Tag.MESSAGE_WITHHELD: "withheld",
    Tag.MESSAGE_CANCELLED: "withheld",
    Tag.MESSAGE_GIVEN_UP: "withheld",
    Tag.COMPLAINT_WORDS_ADDED: "reply",
    Tag.COMPLAINT_REPLIED: "reply",
    Tag.COMPLAINT_ASKED: "reply",
    Tag.COMPLAINT_ANSWERED: "reply",
    Tag.COMPLAINT_REPLY_AFTER_END: "reply",
    Tag.COMPLAINT_OFFERED: "offer",
    Tag.COMPLAINT_OFFER_IMPROVED: "offer",
    Tag.COMPLAINT_ACCEPTED: "offer",
    Tag.COMPLAINT_EXTENDED: "promise",
    Tag.COMPLAINT_PROMISE_LATE: "promise",
    Tag.COMPLAINT_REMEDY_DONE: "remedy",
    Tag.COMPLAINT_REMEDY_OVERDUE: "remedy",
    Tag.COMPLAINT_CONFIRMED: "remedy",
    Tag.COMPLAINT_NOT_CONFIRMED: "remedy",
    Tag.COMPLAINT_FILE_ADDED: "file",
    Tag.COMPLAINT_PRIVATE_NOTE: "note",
}
_BY_SUBJECT: dict[str, str] = {
    "complaint": "complaint", "message": "message", "consent": "consent", "preference": "preference",
    "share": "consent",
    "look_up": "look", "feedback": "feedback", "session": "sign_in", "password": "sign_in", "factor": "sign_in",
    "recovery_codes": "sign_in", "recovery_code": "sign_in", "program": "sign_in",
}  # fmt: skip
_BY_CHANNEL = {"phone": "call", "letter": "letter", "counter": "visit", "email": "message"}
# What a person does to keep the own sign-in safe concerns nobody else in the same account.
PERSONAL = tuple(
    tag.value for tag in Tag if tag.value.split(":")[0] in {
        "session", "password", "factor", "recovery_codes", "recovery_code", "address",
    }
)  # fmt: skip


def _subject(tag: str) -> str:
    return tag.split(":", 1)[0]


def group_of(tag: str) -> str:
    """Return the group of a tag."""
    return _SUBJECTS.get(_subject(tag), "account")


TAGS: dict[str, list[str]] = {
    group: [tag.value for tag in Tag if group_of(tag.value) == group] for group in GROUPS
}


def kind_of(tag: str, data: Mapping[str, Any]) -> str:
    """Return the kind of row (message, withheld, complaint, reply, offer, call, letter, visit, look …)."""
    if tag == Tag.CONTACT_LOGGED:
        return _BY_CHANNEL.get(data.get("channel", ""), "event")
    return _KINDS.get(Tag(tag)) or _BY_SUBJECT.get(_subject(tag), "event")

"""What the record says of look-ups, contacts and feedback."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.LOOK_UP_OPENED: says(_t("{team} looked at this account. Why: {purpose}"), "team", "purpose", "about"),
    Tag.CONTACT_LOGGED: says(
        _t("Contact by {channel} ({direction}): {title}. Result: {outcome}"),
        "channel", "direction", "title", "outcome",
    ),
    Tag.FEEDBACK_GIVEN: says(_t("{actor} gave feedback on {about}"), "about"),
    Tag.FEEDBACK_REPLIED: says(_t("{actor} replied to the feedback on {about}"), "about"),
    Tag.FEEDBACK_DONE: says(_t("What came of the feedback on {about}: {result}"), "about", "result"),
}  # fmt: skip

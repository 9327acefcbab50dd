"""What the record says of messages: what went out, what did not, and why."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.MESSAGE_SENT: says(_t("We wrote by {channel}: {title}"), "channel", "title", "purpose"),
    Tag.MESSAGE_WITHHELD: says(
        _t("We did not send a message by {channel}: {reason}"), "channel", "purpose", "reason"
    ),
    Tag.MESSAGE_DELAYED: says(
        _t("A message by {channel} waits until {until}: {reason}"), "channel", "purpose", "reason", "until"
    ),
    Tag.MESSAGE_CANCELLED: says(
        _t("A waiting message by {channel} was cancelled: {reason}"), "channel", "purpose", "reason"
    ),
    Tag.MESSAGE_GIVEN_UP: says(
        _t("A message by {channel} could not be delivered: {reason}"), "channel", "purpose", "reason"
    ),
    Tag.MESSAGE_TO_STAFF: says(_t("A {channel} message waits for a member of staff"), "channel", "purpose"),
    Tag.MESSAGE_DONE: says(_t("{actor} finished a {channel} message: {result}"), "channel", "purpose", "result"),
}  # fmt: skip

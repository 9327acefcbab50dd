"""What the record says of permissions, the purposes they are for, and how customers want to be spoken to."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.CONSENT_GIVEN: says(_t("{actor} allowed: {purpose}"), "purpose", "scope", "method", "version"),
    Tag.CONSENT_REFUSED: says(
        _t("{actor} said no to: {purpose}. We will not ask before {ask_not_before}"),
        "purpose", "scope", "method", "ask_not_before",
    ),
    Tag.CONSENT_WITHDRAWN: says(
        _t("{actor} stopped: {purpose}. Messages cancelled: {cancelled}"),
        "purpose", "scope", "method", "cancelled",
    ),
    Tag.CONSENT_EXPIRED: says(_t("The permission ended by its date: {purpose}"), "purpose", "scope"),
    Tag.CONSENT_STOPPED_ALL: says(
        _t("{actor} stopped everything that is not needed for service. Messages cancelled: {cancelled}"),
        "cancelled", "method",
    ),
    Tag.CONSENT_OBJECTED: says(
        _t("{actor} objected to direct marketing. Messages cancelled: {cancelled}"), "cancelled", "method"
    ),
    Tag.CONSENT_OBJECTION_LIFTED: says(_t("{actor} took back the objection to direct marketing"), "method"),
    Tag.PURPOSE_PUBLISHED: says(
        _t("{actor} published version {version} of the purpose {purpose}"), "purpose", "version", visible=False
    ),
    Tag.PURPOSE_PLANNED: says(
        _t("{actor} set {day} as the day on which version {version} of the purpose {purpose} is published"),
        "purpose", "version", "day", visible=False,
    ),
    Tag.PURPOSE_PLAN_ENDED: says(
        _t("{actor} took back {day} as the day on which the purpose {purpose} is published"), "purpose", "day",
        visible=False,
    ),
    Tag.PURPOSE_PLAN_FAILED: says(
        _t("The purpose {purpose} could not be published on {day}: it was changed in the meantime"), "purpose", "day",
        visible=False,
    ),
    Tag.PURPOSE_RETIRED: says(
        _t("{actor} gave up the purpose {purpose}. Messages cancelled: {cancelled}"), "purpose", "cancelled",
        visible=False,
    ),
    Tag.PREFERENCE_CHANGED: says(_t("{actor} changed how we may speak: {what}"), "what"),
    Tag.PREFERENCE_PAUSED: says(_t("{actor} paused our messages until {until}"), "until"),
    Tag.PREFERENCE_RESUMED: says(_t("{actor} ended the pause of our messages")),
}  # fmt: skip

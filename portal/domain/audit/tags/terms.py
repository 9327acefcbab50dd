"""What the record says of the terms for complaints, and the lists by which they are sorted."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.COMPLAINT_TERMS_SET: says(
        _t("{actor} set the terms for complaints from {day} on, version {version}: {why}"), "version", "day", "why",
        visible=False,
    ),
    Tag.COMPLAINT_TERMS_WITHDRAWN: says(
        _t("{actor} took back version {version} of the terms for complaints, which was to begin on {day}"), "version",
        "day", visible=False,
    ),
    Tag.LAW_CONFIRMED: says(
        _t("{actor} confirmed the rule of law “{rule}”: {source}"), "rule", "source", visible=False
    ),
    Tag.LAW_SWITCHED_ON: says(
        _t("{actor} switched the rule of law “{rule}” on for complaints received from {day}: {source}"), "rule",
        "source", "day", visible=False,
    ),
    Tag.LAW_SWITCHED_OFF: says(
        _t("{actor} switched the rule of law “{rule}” off: {source}"), "rule", "source", visible=False
    ),
    Tag.LAW_VERSION_ADDED: says(
        _t("{actor} wrote what the rule of law “{rule}” says from {day} on: {source}"), "rule", "source", "day",
        visible=False,
    ),
    Tag.OUTSIDE_BODY_KEPT: says(_t("{actor} confirmed the outside body “{name}”"), "name", visible=False),
    Tag.COMPLAINT_CATEGORY_ADDED: says(
        _t("{actor} added “{name}” to the lists by which complaints are sorted"), "name", visible=False
    ),
    Tag.COMPLAINT_CATEGORY_RENAMED: says(
        _t("{actor} renamed “{before}” of the lists by which complaints are sorted to “{name}”"), "name", "before",
        visible=False,
    ),
    Tag.COMPLAINT_CATEGORY_RETIRED: says(
        _t("{actor} offers “{name}” no more where complaints are sorted"), "name", visible=False
    ),
    Tag.COMPLAINT_CATEGORY_BACK: says(
        _t("{actor} offers “{name}” again where complaints are sorted"), "name", visible=False
    ),
}  # fmt: skip

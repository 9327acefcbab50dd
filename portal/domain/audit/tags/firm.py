"""What the record says of the firm's own house: its settings, calendar, texts, imports and removals."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.FIRM_CHANGED: says(_t("{actor} changed what we say of the firm: {what}"), "what", visible=False),
    Tag.FIRM_LOGO_CHANGED: says(_t("{actor} put up a new logo"), visible=False),
    Tag.FIRM_LOGO_REMOVED: says(_t("{actor} took the logo down"), visible=False),
    Tag.CALENDAR_APPROVED: says(
        _t("{actor} approved version {version} of the opening hours: {change} {year}"), "version", "change", "year",
        visible=False,
    ),
    Tag.WORDING_PUBLISHED: says(
        _t("{actor} published version {version} of the message {message} ({language}): {why}"),
        "message", "language", "version", "why", visible=False,
    ),
    Tag.RETENTION_RUN: says(
        _t("Removed because their time was over, on {day}: {count} ({rule})"), "rule", "count", "day", visible=False
    ),
    Tag.HOLD_SET: says(_t("{actor} keeps the data of customer {number} from being removed"), "number", visible=False),
    Tag.HOLD_LIFTED: says(
        _t("{actor} no longer keeps the data of customer {number} from being removed"), "number", visible=False
    ),
    Tag.IMPORT_RUN: says(
        _t("{actor} imported {file}: {read} read, {new} new, {known} known, {refused} refused"),
        "file", "kind", "read", "new", "known", "refused",
        visible=False,
    ),
}  # fmt: skip

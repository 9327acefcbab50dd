"""What the record says of data that a customer shares with a partner."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.SHARE_ASKED: says(_t("{actor} asked you to share data with {partner}"), "partner"),
    Tag.SHARE_REFUSED: says(_t("{actor} said no to sharing data with {partner}"), "partner"),
    Tag.SHARE_GIVEN: says(_t("{actor} began to share data with {partner}"), "partner"),
    Tag.SHARE_CHANGED: says(_t("{actor} changed what is shared with {partner}"), "partner"),
    Tag.SHARE_STOPPED: says(_t("{actor} stopped sharing data with {partner}"), "partner"),
    Tag.SHARE_EXPIRED: says(_t("Sharing data with {partner} ended on its day"), "partner"),
    Tag.SHARE_CONFIRMED: says(_t("{partner} confirmed that they know it"), "partner"),
    Tag.SHARE_ERASE_ASKED: says(_t("{actor} asked {partner} to erase what they hold"), "partner"),
    Tag.SHARE_ERASED: says(_t("{partner} confirmed that they have erased what they held"), "partner"),
}  # fmt: skip

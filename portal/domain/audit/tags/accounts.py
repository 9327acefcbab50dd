"""What the record says of accounts: whose they are, who acts for them, and the seat of a company."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.ACCOUNT_REGISTERED: says(_t("{actor} registered here")),
    Tag.ACCOUNT_IMPORTED: says(_t("Your record came over from {source}"), "source"),
    Tag.ACCOUNT_CLAIMED: says(_t("{actor} proved the mailbox and took over this record")),
    Tag.ACCOUNT_CHANGED: says(_t("{actor} changed the account: {fields}"), "fields"),
    Tag.MEMBERSHIP_STARTED: says(_t("{person} may now act for this account"), "person"),
    Tag.MEMBERSHIP_ENDED: says(_t("{person} no longer acts for this account"), "person"),
    Tag.RIGHTS_SET: says(_t("{actor} set what {person} may do: {rights}"), "person", "rights"),
    Tag.SEAT_CLAIMED: says(_t("{actor} asks to administer the company, because nobody does any more: {why}"), "why"),
    Tag.SEAT_AGREED: says(
        _t("{first} and {second} agreed that a letter with a code goes to the seat of the company"), "first", "second"
    ),
    Tag.SEAT_CODE_ENTERED: says(
        _t("{actor} entered the code from the letter to the seat. The wait is over on {until}"), "until"
    ),
    Tag.SEAT_CLAIM_ENDED: says(_t("The request of {person} to administer the company ended: {how}"), "person", "how"),
    Tag.INVITATION_SENT: says(_t("{actor} invited {person} to act for the company: {rights}"), "person", "rights"),
    Tag.INVITATION_ACCEPTED: says(_t("{actor} accepted the invitation"), "person"),
    Tag.INVITATION_DECLINED: says(_t("{person} declined the invitation"), "person"),
    Tag.INVITATION_CANCELLED: says(_t("{actor} took back the invitation of {person}"), "person"),
}  # fmt: skip

"""What the record says of complaints, from the first word to the archive."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.COMPLAINT_FILED: says(_t("{actor} filed complaint {number}"), "number"),
    Tag.COMPLAINT_ENTERED: says(
        _t("{actor} wrote down complaint {number}, received by {channel} on {received}"),
        "number", "channel", "received",
    ),
    Tag.COMPLAINT_IMPORTED: says(_t("Complaint {number} came over from {source}"), "number", "source"),
    Tag.COMPLAINT_TAKEN: says(_t("{actor} looks after complaint {number}. Next: {next_step}"), "number", "next_step"),
    Tag.COMPLAINT_WORDS_ADDED: says(_t("{actor} added to complaint {number}"), "number"),
    Tag.COMPLAINT_REPLIED: says(_t("{actor} wrote about complaint {number}"), "number"),
    Tag.COMPLAINT_ASKED: says(_t("{actor} asked a question about complaint {number}"), "number"),
    Tag.COMPLAINT_ANSWERED: says(_t("{actor} answered our question about complaint {number}"), "number"),
    Tag.COMPLAINT_EXTENDED: says(
        _t("{actor} took more time to answer about complaint {number}, until {until}"), "number", "until"
    ),
    Tag.COMPLAINT_RESUMED: says(
        _t("Complaint {number} goes on with what is known"), "number"
    ),
    Tag.COMPLAINT_OFFERED: says(_t("{actor} answered complaint {number} with offer {version}"), "number", "version"),
    Tag.COMPLAINT_OFFER_IMPROVED: says(
        _t("{actor} improved the offer on complaint {number}: now version {version}"), "number", "version"
    ),
    Tag.COMPLAINT_ACCEPTED: says(_t("{actor} accepted offer {version} on complaint {number}"), "number", "version"),
    Tag.COMPLAINT_ESCALATED: says(_t("{actor} asked another person to look at complaint {number} again"), "number"),
    Tag.COMPLAINT_REVIEW_TAKEN: says(_t("{actor}, who had no part in it, reviews complaint {number}"), "number"),
    Tag.COMPLAINT_REMEDY_DONE: says(_t("{actor} delivered on complaint {number}: {remedy}"), "number", "remedy"),
    Tag.COMPLAINT_REMEDY_OVERDUE: says(
        _t("We were late with what we owe on complaint {number}; another person looks at it now"), "number"
    ),
    Tag.COMPLAINT_CONFIRMED: says(_t("{actor} confirmed on complaint {number}: {remedy}"), "number", "remedy"),
    Tag.COMPLAINT_NOT_CONFIRMED: says(
        _t("{actor} said on complaint {number} that this is not done: {remedy}"), "number", "remedy"
    ),
    Tag.COMPLAINT_CLOSED: says(_t("{actor} closed complaint {number}: put right"), "number"),
    Tag.COMPLAINT_CLOSED_UNCONFIRMED: says(
        _t("Complaint {number} was closed without the customer's word"), "number", "how"
    ),
    Tag.COMPLAINT_LAPSED: says(_t("The time to decide on complaint {number} ran out without an answer"), "number"),
    Tag.COMPLAINT_WITHDRAWN: says(_t("{actor} withdrew complaint {number}"), "number"),
    Tag.COMPLAINT_REOPENED: says(_t("{actor} reopened complaint {number}"), "number"),
    Tag.COMPLAINT_ARCHIVED: says(_t("Complaint {number} went to the archive"), "number"),
    Tag.COMPLAINT_DISCARDED: says(_t("A complaint that was never sent was discarded")),
    Tag.COMPLAINT_REPLY_AFTER_END: says(_t("{actor} wrote about the finished complaint {number}"), "number"),
    Tag.COMPLAINT_PRIVATE_NOTE: says(
        _t("{actor} wrote a private note on complaint {number} ({category}), to be reviewed on {review_on}"),
        "number", "category", "review_on",
    ),
    Tag.COMPLAINT_FILE_ADDED: says(_t("{actor} added a file to complaint {number}: {name}"), "number", "name"),
    Tag.COMPLAINT_REMINDED: says(_t("We sent a reminder about complaint {number}"), "number"),
    Tag.COMPLAINT_PROMISE_LATE: says(_t("We missed a promise on complaint {number}: “{clock}”"), "number", "clock"),
    Tag.COMPLAINT_REMEDY_CHANGED: says(
        _t("{actor} changed what is wanted on complaint {number}: {remedy}"), "number", "remedy"
    ),
    Tag.COMPLAINT_HANDED_OVER: says(_t("{actor} put complaint {number} into the hands of {to}"), "number", "to"),
    Tag.COMPLAINT_HARM_RAISED: says(_t("{actor} said that there is danger on complaint {number}"), "number"),
    Tag.COMPLAINT_UPHELD_BY_LAW: says(
        _t("We did not answer complaint {number} by the legal date: by law it is accepted as asked"), "number"
    ),
    Tag.COMPLAINT_LAW_SETTLED: says(_t("What the law gives on complaint {number} is carried out now"), "number"),
    Tag.COMPLAINT_OUTSIDE_OPEN: says(
        _t("The way to an outside body is open for complaint {number}: we did not answer by the legal date"), "number"
    ),
    Tag.COMPLAINT_GONE_OUTSIDE: says(_t("{actor} took complaint {number} to {body}"), "number", "body"),
    Tag.COMPLAINT_BACK_FROM_OUTSIDE: says(
        _t("{actor} brought complaint {number} back from the outside body"), "number"
    ),
    Tag.COMPLAINT_BODY_ANSWERED: says(_t("{actor} wrote to the outside body about complaint {number}"), "number"),
    Tag.COMPLAINT_BODY_DECIDED: says(
        _t("{actor} wrote down what the outside body decided on complaint {number}"), "number"
    ),
    Tag.COMPLAINT_LAW_EXTENDED: says(
        _t("{actor} used the longer time that the law allows for complaint {number}, until {until}"), "number", "until"
    ),
    Tag.COMPLAINT_SORTED: says(_t("{actor} sorted complaint {number} for our figures"), "number"),
}  # fmt: skip

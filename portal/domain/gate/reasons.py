"""Why the gate allowed or denied, in words: the answer to "why did I get this?" and "why not?"."""

from __future__ import annotations

from portal.text import Lazy, _t

from .rules import Reason

_WORDS: dict[Reason, Lazy] = {
    Reason.SERVICE: _t("It belongs to the service you have with us, or to the safety of your account."),
    Reason.CONSENT: _t("You allowed it."),
    Reason.INTEREST: _t(
        "It serves our legitimate interest and you have not objected. You can stop it at any time."
    ),
    Reason.UNKNOWN_PURPOSE: _t("We have not published what it would be for, so it is not allowed."),
    Reason.RETIRED: _t("We no longer use data for this purpose."),
    Reason.NO_PERSON: _t("We do not know the person it would be for."),
    Reason.NO_RIGHT: _t("The person it was for may no longer read it for this account."),
    Reason.OBJECTION: _t("You objected to direct marketing."),
    Reason.STOP_ALL: _t("You stopped everything that is not needed for service."),
    Reason.RESTRICTION: _t("You restricted the use of your data."),
    Reason.SIGNAL: _t("Your browser's privacy signal says no."),
    Reason.NOT_ALLOWED: _t("You have not allowed it."),
    Reason.REFUSED: _t("You said no."),
    Reason.WITHDRAWN: _t("You stopped it."),
    Reason.REVOKED: _t("We ended this permission."),
    Reason.DEFERRED: _t("You wanted to decide later."),
    Reason.EXPIRED: _t("Your permission ended on its date."),
    Reason.REQUESTED: _t("We asked you and you have not answered."),
    Reason.PENDING: _t("The owner of the mailbox has not confirmed it yet."),
    Reason.OLD_VERSION: _t("What it means has changed since you allowed it, so it needs a new yes."),
    Reason.HOLD: _t("It is silent while something of yours is open with us, such as a complaint."),
    Reason.CHANNEL_OFF: _t("You switched this channel off."),
    Reason.TOPIC_OFF: _t("You left out this topic."),
    Reason.ADDRESS_REMOVED: _t("You removed this address."),
    Reason.PAUSED: _t("You paused our messages."),
    Reason.SHARED: _t("You share it."),
    Reason.SHARE_ENDED: _t("You share it no longer."),
    Reason.SHARE_USED_UP: _t("They have looked as often as you allowed."),
}


def explain(reason: Reason | str) -> Lazy:
    """Return the sentence for a reason, also for the string that a stored decision keeps."""
    try:
        return _WORDS[Reason(reason)]
    except ValueError:
        return _t("It was decided for a reason that is no longer in use.")

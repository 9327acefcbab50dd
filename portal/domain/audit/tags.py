"""The words of the record: one tag per kind of act, the exact keys it carries, and the sentence it makes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.text import Lazy, _t


class Tag(StrEnum):
    """Every kind of act on the record, as ``subject:action``."""

    ACCOUNT_REGISTERED = "account:registered"
    ACCOUNT_IMPORTED = "account:imported"
    ACCOUNT_CLAIMED = "account:claimed"
    ACCOUNT_CHANGED = "account:changed"
    MEMBERSHIP_STARTED = "membership:started"
    MEMBERSHIP_ENDED = "membership:ended"
    RIGHTS_SET = "rights:set"
    SEAT_CLAIMED = "seat:claimed"
    SEAT_AGREED = "seat:agreed"
    SEAT_CODE_ENTERED = "seat:code_entered"
    SEAT_CLAIM_ENDED = "seat:claim_ended"
    INVITATION_SENT = "invitation:sent"
    INVITATION_ACCEPTED = "invitation:accepted"
    INVITATION_DECLINED = "invitation:declined"
    INVITATION_CANCELLED = "invitation:cancelled"
    SESSION_STARTED = "session:started"
    SESSION_ENDED = "session:ended"
    PASSWORD_SET = "password:set"  # noqa: S105 - a tag, not a password
    FACTOR_ADDED = "factor:added"
    FACTOR_REMOVED = "factor:removed"
    PASSKEY_REFUSED = "passkey:refused"
    ALARM_RAISED = "alarm:raised"
    TWO_STEPS_ASKED = "two_steps:asked"
    TWO_STEPS_LEFT = "two_steps:left"
    SECOND_STEP_LOST = "second_step:lost"
    SECOND_STEP_RETURNED = "second_step:returned"
    SECOND_STEP_RESET = "second_step:reset"
    STAFF_SECOND_STEP_RESET = "staff:second_step_reset"
    RECOVERY_CODES_MADE = "recovery_codes:made"
    RECOVERY_CODE_USED = "recovery_code:used"
    ADDRESS_CHANGE_ASKED = "address:change_asked"
    ADDRESS_CHANGED = "address:changed"
    PROGRAM_MADE = "program:made"
    PROGRAM_STOPPED = "program:stopped"
    STAFF_STARTED = "staff:started"
    STAFF_INVITED = "staff:invited"
    STAFF_JOINED = "staff:joined"
    STAFF_ROLES_CHANGED = "staff:roles_changed"
    STAFF_TEAM_CHANGED = "staff:team_changed"
    STAFF_ABSENT = "staff:absent"
    STAFF_BACK = "staff:back"
    STAFF_ENDED = "staff:ended"
    STAFF_TAKEN_BACK = "staff:taken_back"
    STAFF_WAY_BACK_OPENED = "staff:way_back_opened"
    STAFF_WAY_BACK_USED = "staff:way_back_used"
    ROLE_MADE = "role:made"
    ROLE_CHANGED = "role:changed"
    ROLE_REMOVED = "role:removed"
    PARTNER_SET_UP = "partner:set_up"
    PARTNER_CHANGED = "partner:changed"
    PARTNER_DOMAINS_SET = "partner:domains_set"
    PARTNER_ACTIVATED = "partner:activated"
    PARTNER_DEACTIVATED = "partner:deactivated"
    PARTNER_PROVIDER_SET = "partner:provider_set"
    PARTNER_INVITED = "partner:invited"
    PARTNER_INVITATION_CANCELLED = "partner:invitation_cancelled"
    PARTNER_JOINED = "partner:joined"
    PARTNER_MEMBER_CHANGED = "partner:member_changed"
    PARTNER_MEMBER_ENDED = "partner:member_ended"
    LEAD_REGISTERED = "lead:registered"
    LEAD_SHARED = "lead:shared"
    LEAD_MOVED = "lead:moved"
    FIRM_CHANGED = "firm:changed"
    FIRM_LOGO_CHANGED = "firm:logo_changed"
    FIRM_LOGO_REMOVED = "firm:logo_removed"
    CALENDAR_APPROVED = "calendar:approved"
    WORDING_PUBLISHED = "wording:published"
    IMPORT_RUN = "import:run"
    RETENTION_RUN = "retention:run"
    HOLD_SET = "hold:set"
    HOLD_LIFTED = "hold:lifted"

    WEBHOOK_SET = "webhook:set"
    WEBHOOK_ROTATED = "webhook:rotated"
    WEBHOOK_STOPPED = "webhook:stopped"
    WEBHOOK_SENT_AGAIN = "webhook:sent_again"

    SHARE_ASKED = "share:asked"
    SHARE_REFUSED = "share:refused"
    SHARE_GIVEN = "share:given"
    SHARE_CHANGED = "share:changed"
    SHARE_STOPPED = "share:stopped"
    SHARE_EXPIRED = "share:expired"
    SHARE_CONFIRMED = "share:confirmed"
    SHARE_ERASE_ASKED = "share:erase_asked"
    SHARE_ERASED = "share:erased"

    CONSENT_GIVEN = "consent:given"
    CONSENT_REFUSED = "consent:refused"
    CONSENT_WITHDRAWN = "consent:withdrawn"
    CONSENT_EXPIRED = "consent:expired"
    CONSENT_STOPPED_ALL = "consent:stopped_all"
    CONSENT_OBJECTED = "consent:objected"
    CONSENT_OBJECTION_LIFTED = "consent:objection_lifted"
    PURPOSE_PUBLISHED = "purpose:published"
    PURPOSE_PLANNED = "purpose:planned"
    PURPOSE_PLAN_ENDED = "purpose:plan_ended"
    PURPOSE_PLAN_FAILED = "purpose:plan_failed"
    PURPOSE_RETIRED = "purpose:retired"
    PREFERENCE_CHANGED = "preference:changed"
    PREFERENCE_PAUSED = "preference:paused"
    PREFERENCE_RESUMED = "preference:resumed"

    MESSAGE_SENT = "message:sent"
    MESSAGE_WITHHELD = "message:withheld"
    MESSAGE_DELAYED = "message:delayed"
    MESSAGE_CANCELLED = "message:cancelled"
    MESSAGE_GIVEN_UP = "message:given_up"
    MESSAGE_TO_STAFF = "message:to_staff"
    MESSAGE_DONE = "message:done"

    COMPLAINT_FILED = "complaint:filed"
    COMPLAINT_ENTERED = "complaint:entered"
    COMPLAINT_IMPORTED = "complaint:imported"
    COMPLAINT_TAKEN = "complaint:taken"
    COMPLAINT_WORDS_ADDED = "complaint:words_added"
    COMPLAINT_REPLIED = "complaint:replied"
    COMPLAINT_ASKED = "complaint:asked"
    COMPLAINT_ANSWERED = "complaint:answered"
    COMPLAINT_EXTENDED = "complaint:extended"
    COMPLAINT_RESUMED = "complaint:resumed"
    COMPLAINT_OFFERED = "complaint:offered"
    COMPLAINT_OFFER_IMPROVED = "complaint:offer_improved"
    COMPLAINT_ACCEPTED = "complaint:accepted"
    COMPLAINT_ESCALATED = "complaint:escalated"
    COMPLAINT_REVIEW_TAKEN = "complaint:review_taken"
    COMPLAINT_REMEDY_DONE = "complaint:remedy_done"
    COMPLAINT_REMEDY_OVERDUE = "complaint:remedy_overdue"
    COMPLAINT_CONFIRMED = "complaint:confirmed"
    COMPLAINT_NOT_CONFIRMED = "complaint:not_confirmed"
    COMPLAINT_CLOSED = "complaint:closed"
    COMPLAINT_CLOSED_UNCONFIRMED = "complaint:closed_unconfirmed"
    COMPLAINT_LAPSED = "complaint:lapsed"
    COMPLAINT_WITHDRAWN = "complaint:withdrawn"
    COMPLAINT_REOPENED = "complaint:reopened"
    COMPLAINT_ARCHIVED = "complaint:archived"
    COMPLAINT_DISCARDED = "complaint:discarded"
    COMPLAINT_REPLY_AFTER_END = "complaint:reply_after_end"
    COMPLAINT_PRIVATE_NOTE = "complaint:private_note"
    COMPLAINT_FILE_ADDED = "complaint:file_added"
    COMPLAINT_REMINDED = "complaint:reminded"
    COMPLAINT_PROMISE_LATE = "complaint:promise_late"
    COMPLAINT_REMEDY_CHANGED = "complaint:remedy_changed"
    COMPLAINT_HANDED_OVER = "complaint:handed_over"
    COMPLAINT_HARM_RAISED = "complaint:harm_raised"

    TASK_ASKED = "task:asked"
    TASK_GIVEN = "task:given"
    TASK_LIMITED = "task:limited"
    TASK_WRITTEN = "task:written"
    TASK_ENDED = "task:ended"
    TASK_WRITING_SET = "task:writing_set"
    PARTNER_STANDING_SET = "partner_standing:set"

    COMPLAINT_TERMS_SET = "complaint_terms:set"
    COMPLAINT_TERMS_WITHDRAWN = "complaint_terms:withdrawn"
    COMPLAINT_SORTED = "complaint:sorted"
    COMPLAINT_CATEGORY_ADDED = "complaint_category:added"
    COMPLAINT_CATEGORY_RENAMED = "complaint_category:renamed"
    COMPLAINT_CATEGORY_RETIRED = "complaint_category:retired"
    COMPLAINT_CATEGORY_BACK = "complaint_category:back"

    LOOK_UP_OPENED = "look_up:opened"
    CONTACT_LOGGED = "contact:logged"
    FEEDBACK_GIVEN = "feedback:given"
    FEEDBACK_REPLIED = "feedback:replied"
    FEEDBACK_DONE = "feedback:done"


@dataclass(frozen=True, slots=True)
class Spec:
    """What a tag carries and says; ``visible`` decides whether the customer reads it on the timeline."""

    keys: frozenset[str]
    sentence: Lazy
    visible: bool = True


def _s(sentence: Lazy, *keys: str, visible: bool = True) -> Spec:
    return Spec(frozenset(keys), sentence, visible)


# In every sentence {actor} is who did it; the other names are the keys of the tag.
SPECS: dict[Tag, Spec] = {
    Tag.ACCOUNT_REGISTERED: _s(_t("{actor} registered here")),
    Tag.ACCOUNT_IMPORTED: _s(_t("Your record came over from {source}"), "source"),
    Tag.ACCOUNT_CLAIMED: _s(_t("{actor} proved the mailbox and took over this record")),
    Tag.ACCOUNT_CHANGED: _s(_t("{actor} changed the account: {fields}"), "fields"),
    Tag.MEMBERSHIP_STARTED: _s(_t("{person} may now act for this account"), "person"),
    Tag.MEMBERSHIP_ENDED: _s(_t("{person} no longer acts for this account"), "person"),
    Tag.RIGHTS_SET: _s(_t("{actor} set what {person} may do: {rights}"), "person", "rights"),
    Tag.SEAT_CLAIMED: _s(_t("{actor} asks to administer the company, because nobody does any more: {why}"), "why"),
    Tag.SEAT_AGREED: _s(
        _t("{first} and {second} agreed that a letter with a code goes to the seat of the company"), "first", "second"
    ),
    Tag.SEAT_CODE_ENTERED: _s(
        _t("{actor} entered the code from the letter to the seat. The wait is over on {until}"), "until"
    ),
    Tag.SEAT_CLAIM_ENDED: _s(_t("The request of {person} to administer the company ended: {how}"), "person", "how"),
    Tag.INVITATION_SENT: _s(_t("{actor} invited {person} to act for the company: {rights}"), "person", "rights"),
    Tag.INVITATION_ACCEPTED: _s(_t("{actor} accepted the invitation"), "person"),
    Tag.INVITATION_DECLINED: _s(_t("{person} declined the invitation"), "person"),
    Tag.INVITATION_CANCELLED: _s(_t("{actor} took back the invitation of {person}"), "person"),
    Tag.SESSION_STARTED: _s(_t("{actor} signed in from {device}"), "device", "factor", "face"),
    Tag.SESSION_ENDED: _s(_t("{actor} ended sign-ins: {count}"), "count", "face"),
    Tag.PASSWORD_SET: _s(_t("{actor} set a new password")),
    Tag.FACTOR_ADDED: _s(_t("{actor} added a second step to sign in: {factor}"), "factor"),
    Tag.FACTOR_REMOVED: _s(_t("{actor} removed a second step to sign in: {factor}"), "factor"),
    Tag.PASSKEY_REFUSED: _s(_t("A passkey was refused and shut, because there may be a copy of it: {name}"), "name"),
    Tag.TWO_STEPS_ASKED: _s(_t("{actor} asked for two steps at every sign-in")),
    Tag.TWO_STEPS_LEFT: _s(_t("{actor} no longer asks for two steps at every sign-in")),
    Tag.SECOND_STEP_LOST: _s(_t("{actor} reported the second step lost; it can be removed from {until}"), "until"),
    Tag.SECOND_STEP_RETURNED: _s(_t("The removal of the second step was stopped")),
    Tag.SECOND_STEP_RESET: _s(_t("{actor} removed the second step that was lost, after the time of waiting")),
    Tag.STAFF_SECOND_STEP_RESET: _s(_t("{actor} removed the second step of {person}"), "person", visible=False),
    Tag.ALARM_RAISED: _s(_t("{actor} said “this was not me”: everybody was signed out and the password is void")),
    Tag.RECOVERY_CODES_MADE: _s(_t("{actor} made new recovery codes: {count}"), "count"),
    Tag.RECOVERY_CODE_USED: _s(_t("{actor} signed in with a recovery code; {left} are left"), "left"),
    Tag.ADDRESS_CHANGE_ASKED: _s(_t("{actor} asked to change the e-mail address to {address}"), "address"),
    Tag.ADDRESS_CHANGED: _s(_t("{actor} changed the e-mail address to {address}"), "address"),
    Tag.PROGRAM_MADE: _s(_t("{actor} lets the program “{program}” act until {until}"), "program", "until"),
    Tag.PROGRAM_STOPPED: _s(_t("{actor} stopped the program “{program}”"), "program"),
    Tag.STAFF_STARTED: _s(_t("{person} joined {team}"), "person", "team", visible=False),
    Tag.STAFF_INVITED: _s(
        _t("{actor} invited {person} to {team} as: {roles}"), "person", "team", "roles", visible=False
    ),
    Tag.STAFF_JOINED: _s(_t("{person} took up the invitation and set a password"), "person", visible=False),
    Tag.STAFF_ROLES_CHANGED: _s(
        _t("{actor} changed the roles of {person} from: {before} to: {roles}"), "person", "before", "roles",
        visible=False,
    ),
    Tag.STAFF_TEAM_CHANGED: _s(
        _t("{actor} moved {person} from {before} to {team}"), "person", "before", "team", visible=False
    ),
    Tag.STAFF_ABSENT: _s(_t("{actor} noted that {person} is away until {until}"), "person", "until", visible=False),
    Tag.STAFF_BACK: _s(_t("{actor} noted that {person} is back"), "person", visible=False),
    Tag.STAFF_ENDED: _s(_t("{actor} deactivated {person}"), "person", visible=False),
    Tag.STAFF_TAKEN_BACK: _s(_t("{actor} reactivated {person}"), "person", visible=False),
    Tag.STAFF_WAY_BACK_OPENED: _s(
        _t("A way back for {person} was opened on the server: {why}"), "person", "why", visible=False
    ),
    Tag.STAFF_WAY_BACK_USED: _s(
        _t("{person} used the way back: new password, new second step"), "person", visible=False
    ),
    Tag.ROLE_MADE: _s(_t("{actor} made the role {role}, which may: {may}"), "role", "may", visible=False),
    Tag.ROLE_CHANGED: _s(
        _t("{actor} changed the role {role}. It may now also: {more}. It may no longer: {less}"),
        "role", "more", "less", visible=False,
    ),
    Tag.ROLE_REMOVED: _s(_t("{actor} removed the role {role}"), "role", visible=False),
    Tag.PARTNER_SET_UP: _s(_t("{actor} set up the partner {partner}"), "partner", visible=False),
    Tag.PARTNER_CHANGED: _s(
        _t("{actor} changed what is written of the partner {partner}"), "partner", visible=False
    ),
    Tag.PARTNER_DOMAINS_SET: _s(
        _t("{actor} set the mail domains of the partner {partner}: {domains}"), "partner", "domains", visible=False
    ),
    Tag.PARTNER_ACTIVATED: _s(_t("{actor} let the partner {partner} in again"), "partner", visible=False),
    Tag.PARTNER_DEACTIVATED: _s(
        _t("{actor} deactivated the partner {partner}: its people are signed out"), "partner", visible=False
    ),
    Tag.PARTNER_PROVIDER_SET: _s(
        _t("{actor} set how the people of the partner {partner} sign in: at {issuer}"), "partner", "issuer",
        visible=False,
    ),
    Tag.PARTNER_INVITED: _s(
        _t("{actor} invited {person} to act for the partner {partner} as {partner_role}"),
        "person", "partner", "partner_role", visible=False,
    ),
    Tag.PARTNER_INVITATION_CANCELLED: _s(
        _t("{actor} took back the invitation of {person} to the partner {partner}"), "person", "partner",
        visible=False,
    ),
    Tag.PARTNER_JOINED: _s(
        _t("{person} may now act for the partner {partner} as {partner_role}"), "person", "partner", "partner_role",
        visible=False,
    ),
    Tag.PARTNER_MEMBER_CHANGED: _s(
        _t("{actor} made {person} of the partner {partner} {partner_role}, regions: {regions}"),
        "person", "partner", "partner_role", "regions", visible=False,
    ),
    Tag.PARTNER_MEMBER_ENDED: _s(
        _t("{actor} ended the access of {person} of the partner {partner}"), "person", "partner", visible=False
    ),
    Tag.LEAD_REGISTERED: _s(
        _t("{actor} registered a company that may become a customer: lead {number} of {partner}, {lead_standing}"),
        "number", "partner", "lead_standing", visible=False,
    ),
    Tag.LEAD_SHARED: _s(
        _t("{actor} handed lead {number} over to {partner}"), "number", "partner", visible=False
    ),
    Tag.LEAD_MOVED: _s(
        _t("{actor} took a step with lead {number} of {partner}: {lead_state}"), "number", "partner", "lead_state",
        visible=False,
    ),
    Tag.FIRM_CHANGED: _s(_t("{actor} changed what we say of the firm: {what}"), "what", visible=False),
    Tag.FIRM_LOGO_CHANGED: _s(_t("{actor} put up a new logo"), visible=False),
    Tag.FIRM_LOGO_REMOVED: _s(_t("{actor} took the logo down"), visible=False),
    Tag.CALENDAR_APPROVED: _s(
        _t("{actor} approved version {version} of the opening hours: {change} {year}"), "version", "change", "year",
        visible=False,
    ),
    Tag.WORDING_PUBLISHED: _s(
        _t("{actor} published version {version} of the message {message} ({language}): {why}"),
        "message", "language", "version", "why", visible=False,
    ),
    Tag.RETENTION_RUN: _s(
        _t("Removed because their time was over, on {day}: {count} ({rule})"), "rule", "count", "day", visible=False
    ),
    Tag.HOLD_SET: _s(_t("{actor} keeps the data of customer {number} from being removed"), "number", visible=False),
    Tag.HOLD_LIFTED: _s(
        _t("{actor} no longer keeps the data of customer {number} from being removed"), "number", visible=False
    ),
    Tag.IMPORT_RUN: _s(
        _t("{actor} imported {file}: {read} read, {new} new, {known} known, {refused} refused"),
        "file", "kind", "read", "new", "known", "refused",
        visible=False,
    ),
    Tag.WEBHOOK_SET: _s(_t("{actor} set the address at which {partner} takes events"), "partner", visible=False),
    Tag.WEBHOOK_ROTATED: _s(_t("{actor} changed the secret of the events for {partner}"), "partner", visible=False),
    Tag.WEBHOOK_STOPPED: _s(_t("{actor} stopped the events for {partner}"), "partner", visible=False),
    Tag.WEBHOOK_SENT_AGAIN: _s(_t("{actor} let an event for {partner} go again"), "partner", visible=False),
    Tag.SHARE_ASKED: _s(_t("{actor} asked you to share data with {partner}"), "partner"),
    Tag.SHARE_REFUSED: _s(_t("{actor} said no to sharing data with {partner}"), "partner"),
    Tag.SHARE_GIVEN: _s(_t("{actor} began to share data with {partner}"), "partner"),
    Tag.SHARE_CHANGED: _s(_t("{actor} changed what is shared with {partner}"), "partner"),
    Tag.SHARE_STOPPED: _s(_t("{actor} stopped sharing data with {partner}"), "partner"),
    Tag.SHARE_EXPIRED: _s(_t("Sharing data with {partner} ended on its day"), "partner"),
    Tag.SHARE_CONFIRMED: _s(_t("{partner} confirmed that they know it"), "partner"),
    Tag.SHARE_ERASE_ASKED: _s(_t("{actor} asked {partner} to erase what they hold"), "partner"),
    Tag.SHARE_ERASED: _s(_t("{partner} confirmed that they have erased what they held"), "partner"),
    Tag.CONSENT_GIVEN: _s(_t("{actor} allowed: {purpose}"), "purpose", "scope", "method", "version"),
    Tag.CONSENT_REFUSED: _s(
        _t("{actor} said no to: {purpose}. We will not ask before {ask_not_before}"),
        "purpose", "scope", "method", "ask_not_before",
    ),
    Tag.CONSENT_WITHDRAWN: _s(
        _t("{actor} stopped: {purpose}. Messages cancelled: {cancelled}"),
        "purpose", "scope", "method", "cancelled",
    ),
    Tag.CONSENT_EXPIRED: _s(_t("The permission ended by its date: {purpose}"), "purpose", "scope"),
    Tag.CONSENT_STOPPED_ALL: _s(
        _t("{actor} stopped everything that is not needed for service. Messages cancelled: {cancelled}"),
        "cancelled", "method",
    ),
    Tag.CONSENT_OBJECTED: _s(
        _t("{actor} objected to direct marketing. Messages cancelled: {cancelled}"), "cancelled", "method"
    ),
    Tag.CONSENT_OBJECTION_LIFTED: _s(_t("{actor} took back the objection to direct marketing"), "method"),
    Tag.PURPOSE_PUBLISHED: _s(
        _t("{actor} published version {version} of the purpose {purpose}"), "purpose", "version", visible=False
    ),
    Tag.PURPOSE_PLANNED: _s(
        _t("{actor} set {day} as the day on which version {version} of the purpose {purpose} is published"),
        "purpose", "version", "day", visible=False,
    ),
    Tag.PURPOSE_PLAN_ENDED: _s(
        _t("{actor} took back {day} as the day on which the purpose {purpose} is published"), "purpose", "day",
        visible=False,
    ),
    Tag.PURPOSE_PLAN_FAILED: _s(
        _t("The purpose {purpose} could not be published on {day}: it was changed in the meantime"), "purpose", "day",
        visible=False,
    ),
    Tag.PURPOSE_RETIRED: _s(
        _t("{actor} gave up the purpose {purpose}. Messages cancelled: {cancelled}"), "purpose", "cancelled",
        visible=False,
    ),
    Tag.PREFERENCE_CHANGED: _s(_t("{actor} changed how we may speak: {what}"), "what"),
    Tag.PREFERENCE_PAUSED: _s(_t("{actor} paused our messages until {until}"), "until"),
    Tag.PREFERENCE_RESUMED: _s(_t("{actor} ended the pause of our messages")),
    Tag.MESSAGE_SENT: _s(_t("We wrote by {channel}: {title}"), "channel", "title", "purpose"),
    Tag.MESSAGE_WITHHELD: _s(
        _t("We did not send a message by {channel}: {reason}"), "channel", "purpose", "reason"
    ),
    Tag.MESSAGE_DELAYED: _s(
        _t("A message by {channel} waits until {until}: {reason}"), "channel", "purpose", "reason", "until"
    ),
    Tag.MESSAGE_CANCELLED: _s(
        _t("A waiting message by {channel} was cancelled: {reason}"), "channel", "purpose", "reason"
    ),
    Tag.MESSAGE_GIVEN_UP: _s(
        _t("A message by {channel} could not be delivered: {reason}"), "channel", "purpose", "reason"
    ),
    Tag.MESSAGE_TO_STAFF: _s(_t("A {channel} message waits for a member of staff"), "channel", "purpose"),
    Tag.MESSAGE_DONE: _s(_t("{actor} finished a {channel} message: {result}"), "channel", "purpose", "result"),
    Tag.COMPLAINT_FILED: _s(_t("{actor} filed complaint {number}"), "number"),
    Tag.COMPLAINT_ENTERED: _s(
        _t("{actor} wrote down complaint {number}, received by {channel} on {received}"),
        "number", "channel", "received",
    ),
    Tag.COMPLAINT_IMPORTED: _s(_t("Complaint {number} came over from {source}"), "number", "source"),
    Tag.COMPLAINT_TAKEN: _s(_t("{actor} looks after complaint {number}. Next: {next_step}"), "number", "next_step"),
    Tag.COMPLAINT_WORDS_ADDED: _s(_t("{actor} added to complaint {number}"), "number"),
    Tag.COMPLAINT_REPLIED: _s(_t("{actor} wrote about complaint {number}"), "number"),
    Tag.COMPLAINT_ASKED: _s(_t("{actor} asked a question about complaint {number}"), "number"),
    Tag.COMPLAINT_ANSWERED: _s(_t("{actor} answered our question about complaint {number}"), "number"),
    Tag.COMPLAINT_EXTENDED: _s(
        _t("{actor} took more time to answer about complaint {number}, until {until}"), "number", "until"
    ),
    Tag.COMPLAINT_RESUMED: _s(
        _t("Complaint {number} goes on with what is known"), "number"
    ),
    Tag.COMPLAINT_OFFERED: _s(_t("{actor} answered complaint {number} with offer {version}"), "number", "version"),
    Tag.COMPLAINT_OFFER_IMPROVED: _s(
        _t("{actor} improved the offer on complaint {number}: now version {version}"), "number", "version"
    ),
    Tag.COMPLAINT_ACCEPTED: _s(_t("{actor} accepted offer {version} on complaint {number}"), "number", "version"),
    Tag.COMPLAINT_ESCALATED: _s(_t("{actor} asked another person to look at complaint {number} again"), "number"),
    Tag.COMPLAINT_REVIEW_TAKEN: _s(_t("{actor}, who had no part in it, reviews complaint {number}"), "number"),
    Tag.COMPLAINT_REMEDY_DONE: _s(_t("{actor} delivered on complaint {number}: {remedy}"), "number", "remedy"),
    Tag.COMPLAINT_REMEDY_OVERDUE: _s(
        _t("We were late with what we owe on complaint {number}; another person looks at it now"), "number"
    ),
    Tag.COMPLAINT_CONFIRMED: _s(_t("{actor} confirmed on complaint {number}: {remedy}"), "number", "remedy"),
    Tag.COMPLAINT_NOT_CONFIRMED: _s(
        _t("{actor} said on complaint {number} that this is not done: {remedy}"), "number", "remedy"
    ),
    Tag.COMPLAINT_CLOSED: _s(_t("{actor} closed complaint {number}: put right"), "number"),
    Tag.COMPLAINT_CLOSED_UNCONFIRMED: _s(
        _t("Complaint {number} was closed without the customer's word"), "number", "how"
    ),
    Tag.COMPLAINT_LAPSED: _s(_t("The time to decide on complaint {number} ran out without an answer"), "number"),
    Tag.COMPLAINT_WITHDRAWN: _s(_t("{actor} withdrew complaint {number}"), "number"),
    Tag.COMPLAINT_REOPENED: _s(_t("{actor} reopened complaint {number}"), "number"),
    Tag.COMPLAINT_ARCHIVED: _s(_t("Complaint {number} went to the archive"), "number"),
    Tag.COMPLAINT_DISCARDED: _s(_t("A complaint that was never sent was discarded")),
    Tag.COMPLAINT_REPLY_AFTER_END: _s(_t("{actor} wrote about the finished complaint {number}"), "number"),
    Tag.COMPLAINT_PRIVATE_NOTE: _s(
        _t("{actor} wrote a private note on complaint {number} ({category}), to be reviewed on {review_on}"),
        "number", "category", "review_on",
    ),
    Tag.COMPLAINT_FILE_ADDED: _s(_t("{actor} added a file to complaint {number}: {name}"), "number", "name"),
    Tag.COMPLAINT_REMINDED: _s(_t("We sent a reminder about complaint {number}"), "number"),
    Tag.COMPLAINT_PROMISE_LATE: _s(_t("We missed a promise on complaint {number}: “{clock}”"), "number", "clock"),
    Tag.COMPLAINT_REMEDY_CHANGED: _s(
        _t("{actor} changed what is wanted on complaint {number}: {remedy}"), "number", "remedy"
    ),
    Tag.COMPLAINT_HANDED_OVER: _s(_t("{actor} put complaint {number} into the hands of {to}"), "number", "to"),
    Tag.COMPLAINT_HARM_RAISED: _s(_t("{actor} said that there is danger on complaint {number}"), "number"),
    Tag.TASK_ASKED: _s(
        _t("{actor} asked whether {partner} may see a part of complaint {number}, for one task"), "number", "partner"
    ),
    Tag.TASK_GIVEN: _s(
        _t("{partner} sees a part of complaint {number} for one task, until {until}. Ground: {basis}"),
        "number", "partner", "until", "basis",
    ),
    Tag.TASK_LIMITED: _s(
        _t("{actor} narrowed what {partner} sees of complaint {number}. Taken out: {count}"),
        "number", "partner", "count",
    ),
    Tag.TASK_WRITTEN: _s(_t("{actor}, {partner}, wrote about complaint {number}"), "number", "partner"),
    Tag.TASK_ENDED: _s(_t("{partner} sees nothing of complaint {number}: {end}"), "number", "partner", "end"),
    Tag.TASK_WRITING_SET: _s(
        _t("{actor} said whether {partner} may write to the customer about complaint {number}: {may}"),
        "number", "partner", "may",
    ),
    Tag.PARTNER_STANDING_SET: _s(
        _t("{actor} said what a partner may see of a complaint without being asked. Things: {count}"), "count"
    ),
    Tag.COMPLAINT_TERMS_SET: _s(
        _t("{actor} set the terms for complaints from {day} on, version {version}: {why}"), "version", "day", "why",
        visible=False,
    ),
    Tag.COMPLAINT_TERMS_WITHDRAWN: _s(
        _t("{actor} took back version {version} of the terms for complaints, which was to begin on {day}"), "version",
        "day", visible=False,
    ),
    Tag.COMPLAINT_SORTED: _s(_t("{actor} sorted complaint {number} for our figures"), "number"),
    Tag.COMPLAINT_CATEGORY_ADDED: _s(
        _t("{actor} added “{name}” to the lists by which complaints are sorted"), "name", visible=False
    ),
    Tag.COMPLAINT_CATEGORY_RENAMED: _s(
        _t("{actor} renamed “{before}” of the lists by which complaints are sorted to “{name}”"), "name", "before",
        visible=False,
    ),
    Tag.COMPLAINT_CATEGORY_RETIRED: _s(
        _t("{actor} offers “{name}” no more where complaints are sorted"), "name", visible=False
    ),
    Tag.COMPLAINT_CATEGORY_BACK: _s(
        _t("{actor} offers “{name}” again where complaints are sorted"), "name", visible=False
    ),
    Tag.LOOK_UP_OPENED: _s(_t("{team} looked at this account. Why: {purpose}"), "team", "purpose", "about"),
    Tag.CONTACT_LOGGED: _s(
        _t("Contact by {channel} ({direction}): {title}. Result: {outcome}"),
        "channel", "direction", "title", "outcome",
    ),
    Tag.FEEDBACK_GIVEN: _s(_t("{actor} gave feedback on {about}"), "about"),
    Tag.FEEDBACK_REPLIED: _s(_t("{actor} replied to the feedback on {about}"), "about"),
    Tag.FEEDBACK_DONE: _s(_t("What came of the feedback on {about}: {result}"), "about", "result"),
}  # fmt: skip

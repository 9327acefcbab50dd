"""The acts that move a complaint, who may act, and the conditions between one target and another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from portal.text import Lazy, _t


class Role(StrEnum):
    """The part somebody has in one complaint; it is found out anew at each act, never kept."""

    CUSTOMER = "customer"
    REPRESENTATIVE = "representative"
    HANDLER = "handler"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    PARTNER = "partner"
    BODY = "body"  # an ombudsman or another outside body; entered by a supervisor
    TIMER = "timer"
    SYSTEM = "system"
    LAW = "law"
    SOURCE = "source"  # a register that was imported


THE_CUSTOMER = frozenset({Role.CUSTOMER, Role.REPRESENTATIVE})
STAFF = frozenset({Role.HANDLER, Role.REVIEWER, Role.SUPERVISOR})


class Act(StrEnum):
    """Everything that can happen to a complaint; the values are what the log keeps."""

    # it begins
    START = "start"
    EDIT = "edit"
    SEND = "send"
    DISCARD = "discard"
    EXPIRE_DRAFT = "expire_draft"
    ENTER = "enter"
    IMPORT_OPEN = "import_open"
    IMPORT_CLOSED = "import_closed"
    ACKNOWLEDGE = "acknowledge"
    # words and wishes
    ADD = "add"
    WRITE = "write"
    CHANGE_WISH = "change_wish"
    CHOOSE = "choose"
    # who and when
    TAKE = "take"
    ASSIGN = "assign"
    ASK_OTHER_PERSON = "ask_other_person"
    PROPOSE_DATE = "propose_date"
    AGREE_DATE = "agree_date"
    REFUSE_DATE = "refuse_date"
    LEGAL_EXTENSION = "legal_extension"
    # questions
    ASK = "ask"
    ANSWER = "answer"
    DECIDE_WITHOUT_IT = "decide_without_it"
    SAY_IRRELEVANT = "say_irrelevant"
    EXTEND = "extend"
    RECALL_QUESTION = "recall_question"
    QUESTION_EXPIRES = "question_expires"
    # partner
    ASK_TO_SHARE = "ask_to_share"
    REFUSE_SHARING = "refuse_sharing"
    DROP_TASK = "drop_task"
    GIVE_TASK = "give_task"
    ALLOW_TASK = "allow_task"
    PARTNER_WRITES = "partner_writes"
    LIMIT_SHARING = "limit_sharing"
    RETURN_TASK = "return_task"
    CALL_BACK = "call_back"
    TASK_EXPIRES = "task_expires"
    # the answer and the decision
    OFFER = "offer"
    IMPROVE = "improve"
    ACCEPT = "accept"
    ACCEPT_PART = "accept_part"
    UNDO_ACCEPT = "undo_accept"
    COUNTER = "counter"
    ASK_TO_EXPLAIN = "ask_to_explain"
    EXPLAIN = "explain"
    ESCALATE = "escalate"
    LAPSE = "lapse"
    # review
    TAKE_REVIEW = "take_review"
    REVIEW_OFFER = "review_offer"
    NEW_EVIDENCE = "new_evidence"
    # remedies
    REMEDY_DONE = "remedy_done"
    REMEDY_WRONG = "remedy_wrong"
    REMEDY_OVERDUE = "remedy_overdue"
    CONFIRM = "confirm"
    NOT_DONE = "not_done"
    CLOSE_UNCONFIRMED = "close_unconfirmed"
    UNREACHED = "unreached"
    # ends and new beginnings
    WITHDRAW = "withdraw"
    REPLY = "reply"
    JUST_SAYING = "just_saying"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    FILE_SUCCESSOR = "file_successor"
    # the law and outside
    LAW_UPHOLDS = "law_upholds"
    CHOOSE_OTHER = "choose_other"
    SETTLE_BY_LAW = "settle_by_law"
    GO_OUTSIDE = "go_outside"
    COME_BACK = "come_back"
    REPLY_TO_BODY = "reply_to_body"
    BODY_DECIDES = "body_decides"
    PROPOSE_NO_COMPLAINT = "propose_no_complaint"
    # a date has passed
    ACK_LATE = "ack_late"
    NOBODY_NAMED = "nobody_named"
    ANSWER_LATE = "answer_late"
    LEGAL_DATE_PASSED = "legal_date_passed"
    NO_NEWS = "no_news"
    REVIEW_LATE = "review_late"
    REMEDY_LATE = "remedy_late"
    OUTSIDE_LATE = "outside_late"
    RULE_CHOSEN = "rule_chosen"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the table needs to know of a complaint beyond its state, as it will be when the act is done."""

    named: bool = True  # a person has looked after it before
    reviewed: bool = False  # it has been in review before
    nobody_in_time: bool = False  # the clock for naming a person ran out and nobody is named
    remedies_open: int = 0  # agreed or upheld remedies that are then still to be carried out
    reminders_delivered: int = 0  # in this round, on the channel the customer chose
    answer_complete: bool = True  # the answer has all that the legal regime asks for
    asked_before: bool = False  # the customer has already asked once for another person
    silence_upholds: bool = False  # the legal row says that no answer means accepted
    outside_open: bool = False  # the law lets the customer go outside now
    untouched: bool = True  # the person who acts has no earlier event on it, other than as its reviewer
    tasks_left: int = 0  # tasks of partners that go on


class If(StrEnum):
    """The condition of a row; the rows of one act in one state exclude each other."""

    ALWAYS = "always"
    NOBODY_IN_TIME = "nobody_in_time"
    REMEDIES_OPEN = "remedies_open"
    NOTHING_OPEN = "nothing_open"
    REMINDED = "reminded"
    NOT_REMINDED = "not_reminded"
    REMINDED_AND_OWED = "reminded_and_owed"
    REMINDED_NOT_OWED = "reminded_not_owed"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    FIRST_TIME = "first_time"
    AGAIN = "again"
    REVIEWED = "reviewed"
    NAMED = "named"
    UNNAMED = "unnamed"
    SILENCE_UPHOLDS = "silence_upholds"
    OUTSIDE_OPEN = "outside_open"
    UNTOUCHED = "untouched"
    LAST_TASK = "last_task"
    MORE_TASKS = "more_tasks"


REMINDERS = 2  # that must have been delivered before a timer may end a complaint

HOLDS: dict[If, Callable[[Facts], bool]] = {
    If.ALWAYS: lambda facts: True,
    If.NOBODY_IN_TIME: lambda facts: facts.nobody_in_time,
    If.REMEDIES_OPEN: lambda facts: facts.remedies_open > 0,
    If.NOTHING_OPEN: lambda facts: facts.remedies_open == 0,
    If.REMINDED: lambda facts: facts.reminders_delivered >= REMINDERS,
    If.NOT_REMINDED: lambda facts: facts.reminders_delivered < REMINDERS,
    If.REMINDED_AND_OWED: lambda facts: facts.reminders_delivered >= REMINDERS and facts.remedies_open > 0,
    If.REMINDED_NOT_OWED: lambda facts: facts.reminders_delivered >= REMINDERS and facts.remedies_open == 0,
    If.COMPLETE: lambda facts: facts.answer_complete,
    If.INCOMPLETE: lambda facts: not facts.answer_complete,
    If.FIRST_TIME: lambda facts: not facts.asked_before,
    If.AGAIN: lambda facts: facts.asked_before,
    If.REVIEWED: lambda facts: facts.reviewed,
    If.NAMED: lambda facts: facts.named and not facts.reviewed,
    If.UNNAMED: lambda facts: not facts.named and not facts.reviewed,
    If.SILENCE_UPHOLDS: lambda facts: facts.silence_upholds,
    If.OUTSIDE_OPEN: lambda facts: facts.outside_open,
    If.UNTOUCHED: lambda facts: facts.untouched,
    If.LAST_TASK: lambda facts: not facts.tasks_left,
    If.MORE_TASKS: lambda facts: facts.tasks_left > 0,
}

UNMET: dict[If, Lazy] = {
    If.NOBODY_IN_TIME: _t(
        "Somebody is being named for it. If nobody is by then, you can pass it on yourself."
    ),
    If.SILENCE_UPHOLDS: _t("The law does not treat this complaint as accepted."),
    If.OUTSIDE_OPEN: _t("The way to an outside body is not open yet."),
    If.UNTOUCHED: _t("A review is done by somebody who has had no part in this complaint."),
    If.REMINDED: _t("It can only end by itself after two reminders that arrived."),
    If.NOT_REMINDED: _t("The reminders have arrived, so nothing needs to be done by hand."),
}

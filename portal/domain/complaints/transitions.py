"""The one transition table: every act, from where, to where, by whom, on which condition, with which clocks."""

from __future__ import annotations

from collections.abc import Iterator

from portal.domain.complaints.acts import STAFF, THE_CUSTOMER, Act, If, Role
from portal.domain.complaints.rows import NO_CLOCKS, Clocks, Transition, rows
from portal.domain.complaints.states import FINAL, FINISHED, INFO, OPEN, K, State

S = State


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


def _with(clock: K) -> frozenset[State]:
    """Return the states in which ``clock`` may be going."""
    return frozenset(state for state, info in INFO.items() if clock in info.running | info.may_run)


CASEWORK = frozenset({Role.HANDLER, Role.SUPERVISOR})
TIMER = Role.TIMER
BEFORE_ANSWER = _in(S.RECEIVED, S.IN_HAND, S.NEEDS_CUSTOMER, S.WITH_PARTNER)
TAKEN = OPEN - _in(S.RECEIVED)
BEFORE_AGREEMENT = _in(*BEFORE_ANSWER, S.OFFERED, S.IN_REVIEW, S.NEEDS_CUSTOMER_R, S.REVIEW_OFFERED)
FOLLOWED_UP = _in(S.REMEDY_DUE, S.LAPSED, S.CLOSED_UNCONFIRMED)


def _beginning() -> Iterator[Transition]:
    yield from rows(Act.START, None, S.DRAFT, THE_CUSTOMER)
    yield from rows(Act.EDIT, S.DRAFT, None, THE_CUSTOMER)
    yield from rows(
        Act.SEND, S.DRAFT, S.RECEIVED, THE_CUSTOMER, needs=("words",), starts=_clocks_at_receipt()
    )
    yield from rows(Act.DISCARD, S.DRAFT, S.DISCARDED, THE_CUSTOMER)
    yield from rows(Act.EXPIRE_DRAFT, S.DRAFT, S.DISCARDED, TIMER)
    yield from rows(
        Act.ENTER, None, S.RECEIVED, CASEWORK, needs=("words", "received_at"), starts=_clocks_at_receipt()
    )
    yield from rows(Act.IMPORT_OPEN, None, S.RECEIVED, Role.SOURCE, starts=K.LEGAL)
    yield from rows(Act.IMPORT_CLOSED, None, S.CLOSED_UNCONFIRMED, Role.SOURCE)
    yield from rows(
        Act.ACKNOWLEDGE, _with(K.ACKNOWLEDGED), None, Role.SYSTEM, stops=K.ACKNOWLEDGED, meets=K.ACKNOWLEDGED
    )


def _clocks_at_receipt() -> Clocks:
    return frozenset({K.ACKNOWLEDGED, K.LEGAL})


def _words() -> Iterator[Transition]:
    news = TAKEN & frozenset(state for state in OPEN if K.SILENCE in INFO[state].running)
    yield from rows(Act.ADD, OPEN, None, THE_CUSTOMER, needs=("text",))
    yield from rows(Act.WRITE, news, None, STAFF, needs=("text",), restarts=K.SILENCE, meets=K.SILENCE)
    yield from rows(Act.WRITE, TAKEN - news, None, STAFF, needs=("text",))
    yield from rows(Act.WRITE, FINISHED, None, STAFF, needs=("text",))
    yield from rows(Act.CHANGE_WISH, BEFORE_ANSWER, None, THE_CUSTOMER, needs=("remedy_wanted",))
    yield from rows(Act.CHOOSE, OPEN, None, THE_CUSTOMER)
    yield from rows(Act.PROPOSE_NO_COMPLAINT, S.IN_HAND, None, CASEWORK, needs=("reason",), live=False)


def _people_and_dates() -> Iterator[Transition]:
    yield from rows(
        Act.TAKE, S.RECEIVED, S.IN_HAND, Role.HANDLER, needs=("handler", "first_step"), meets=K.NAMED
    )
    first_stage = OPEN - _in(S.IN_REVIEW, S.NEEDS_CUSTOMER_R, S.REVIEW_OFFERED)
    second_stage = _in(S.IN_REVIEW, S.NEEDS_CUSTOMER_R, S.REVIEW_OFFERED)
    yield from rows(Act.ASSIGN, first_stage, None, CASEWORK, needs=("handler",))
    yield from rows(
        Act.ASSIGN, second_stage, None, CASEWORK | {Role.REVIEWER}, If.UNTOUCHED, needs=("handler",)
    )
    yield from rows(Act.ASK_OTHER_PERSON, S.IN_HAND, None, THE_CUSTOMER, If.FIRST_TIME, live=False)
    yield from rows(
        Act.ASK_OTHER_PERSON, S.IN_HAND, None, THE_CUSTOMER, If.AGAIN, needs=("reason",), live=False
    )
    dated = _in(S.IN_HAND, S.WITH_PARTNER, S.IN_REVIEW, S.REMEDY_DUE)
    yield from rows(Act.PROPOSE_DATE, dated, None, STAFF, needs=("new_date", "reason"), live=False)
    yield from rows(Act.AGREE_DATE, dated, None, THE_CUSTOMER, needs=("new_date",), live=False)
    yield from rows(Act.REFUSE_DATE, dated, None, THE_CUSTOMER, live=False)
    yield from rows(
        Act.LEGAL_EXTENSION, _with(K.LEGAL) - {S.OFFERED, S.EXTERNAL}, None, Role.SUPERVISOR,
        needs=("new_date", "reason"),
    )  # fmt: skip


def _questions() -> Iterator[Transition]:
    for asking, waiting, who in (
        (S.IN_HAND, S.NEEDS_CUSTOMER, Role.HANDLER),
        (S.IN_REVIEW, S.NEEDS_CUSTOMER_R, Role.REVIEWER),
    ):
        # A question is news in itself, so the clock of silence has kept its promise.
        kept = K.SILENCE if asking is S.IN_HAND else NO_CLOCKS
        yield from rows(Act.ASK, asking, waiting, who, needs=("question",), meets=kept)
        yield from rows(Act.ANSWER, waiting, asking, THE_CUSTOMER, needs=("answer",), meets=K.QUESTION)
        yield from rows(Act.DECIDE_WITHOUT_IT, waiting, asking, THE_CUSTOMER, meets=K.QUESTION)
        yield from rows(Act.SAY_IRRELEVANT, waiting, asking, THE_CUSTOMER, meets=K.QUESTION)
        yield from rows(Act.EXTEND, waiting, None, THE_CUSTOMER, needs=("until",))
        yield from rows(Act.RECALL_QUESTION, waiting, asking, who, live=False)
        yield from rows(Act.QUESTION_EXPIRES, waiting, asking, TIMER)


def _partner() -> Iterator[Transition]:
    scope = ("partner", "scope", "until")
    # What is handed to a partner begins with the customer's yes, or at once where that is not what it stands on.
    yield from rows(Act.ASK_TO_SHARE, _in(S.IN_HAND, S.WITH_PARTNER), None, Role.HANDLER, needs=scope)
    asked = _in(S.IN_HAND, S.NEEDS_CUSTOMER, S.WITH_PARTNER)
    yield from rows(Act.REFUSE_SHARING, asked, None, THE_CUSTOMER)
    yield from rows(Act.DROP_TASK, asked, None, CASEWORK | {Role.SYSTEM})
    begins = _in(
        S.IN_HAND, S.WITH_PARTNER
    )  # several tasks may go on at once, each with its own slice and date
    yield from rows(Act.ALLOW_TASK, begins, S.WITH_PARTNER, THE_CUSTOMER)
    yield from rows(Act.GIVE_TASK, begins, S.WITH_PARTNER, Role.HANDLER, needs=scope)
    yield from rows(Act.LIMIT_SHARING, S.WITH_PARTNER, None, THE_CUSTOMER)
    yield from rows(Act.PARTNER_WRITES, S.WITH_PARTNER, None, Role.PARTNER, needs=("text",))
    back = THE_CUSTOMER | CASEWORK | {Role.SYSTEM}
    # With the last task it comes back to us; while others go on, their earliest date takes the place of this one.
    for condition, target, again in (
        (If.LAST_TASK, S.IN_HAND, NO_CLOCKS),
        (If.MORE_TASKS, None, frozenset({K.PARTNER})),
    ):
        yield from rows(
            Act.RETURN_TASK, S.WITH_PARTNER, target, Role.PARTNER, condition, needs=("result",), meets=K.PARTNER,
            restarts=again,
        )  # fmt: skip
        yield from rows(Act.CALL_BACK, S.WITH_PARTNER, target, back, condition, restarts=again)
        yield from rows(Act.TASK_EXPIRES, S.WITH_PARTNER, target, TIMER, condition, restarts=again)


def _answer() -> Iterator[Transition]:
    kept = frozenset({K.ANSWER, K.SILENCE})
    content = ("finding", "reasons")
    yield from rows(
        Act.OFFER,
        S.IN_HAND,
        S.OFFERED,
        CASEWORK,
        If.COMPLETE,
        needs=content,
        meets=kept | {K.LEGAL},
        stops=frozenset({K.LEGAL, K.SILENCE}),
    )
    yield from rows(
        Act.OFFER, S.IN_HAND, S.OFFERED, CASEWORK, If.INCOMPLETE, needs=content,
        meets=kept, stops=K.SILENCE, live=False,
    )  # fmt: skip
    yield from rows(
        Act.IMPROVE, S.OFFERED, None, CASEWORK, restarts=K.DECISION, stops=K.SILENCE, meets=K.SILENCE
    )
    # While the customer waits for an explanation the time to decide rests, and the one to hear from us runs.
    yield from rows(
        Act.ASK_TO_EXPLAIN, S.OFFERED, None, THE_CUSTOMER, starts=K.SILENCE, pauses=K.DECISION, live=False
    )
    yield from rows(
        Act.EXPLAIN, S.OFFERED, None, CASEWORK, needs=("text",),
        stops=K.SILENCE, meets=K.SILENCE, resumes=K.DECISION, live=False,
    )  # fmt: skip
    for answered in (S.OFFERED, S.REVIEW_OFFERED):
        for condition, target in ((If.REMEDIES_OPEN, S.REMEDY_DUE), (If.NOTHING_OPEN, S.CLOSED)):
            yield from rows(
                Act.ACCEPT, answered, target, THE_CUSTOMER, condition, needs=("offer_hash",), meets=K.DECISION
            )
        yield from rows(
            Act.LAPSE, answered, S.LAPSED, TIMER, If.REMINDED_AND_OWED, starts=K.REMEDY
        )  # fmt: skip
        yield from rows(Act.LAPSE, answered, S.LAPSED, TIMER, If.REMINDED_NOT_OWED)
        yield from rows(Act.UNREACHED, answered, None, TIMER, If.NOT_REMINDED, restarts=K.DECISION)
    yield from rows(
        Act.ACCEPT_PART, S.OFFERED, S.IN_HAND, THE_CUSTOMER, needs=("offer_hash", "remedies"),
        starts=K.REMEDY, meets=K.DECISION, live=False,
    )  # fmt: skip
    yield from rows(
        Act.COUNTER, S.OFFERED, S.IN_HAND, THE_CUSTOMER, needs=("text",), meets=K.DECISION, live=False
    )
    yield from rows(Act.UNDO_ACCEPT, S.REMEDY_DUE, S.OFFERED, THE_CUSTOMER, live=False)


def _review() -> Iterator[Transition]:
    yield from rows(Act.ESCALATE, S.RECEIVED, S.IN_REVIEW, THE_CUSTOMER, If.NOBODY_IN_TIME, restarts=K.NAMED)
    for source in (S.IN_HAND, S.NEEDS_CUSTOMER, S.WITH_PARTNER):
        yield from rows(Act.ESCALATE, source, S.IN_REVIEW, THE_CUSTOMER, starts=K.NAMED)
    yield from rows(Act.ESCALATE, S.OFFERED, S.IN_REVIEW, THE_CUSTOMER, starts=K.NAMED, meets=K.DECISION)
    yield from rows(
        Act.TAKE_REVIEW, S.IN_REVIEW, None, Role.REVIEWER, If.UNTOUCHED,
        needs=("handler", "first_step"), stops=K.NAMED, meets=K.NAMED,
    )  # fmt: skip
    yield from rows(
        Act.REVIEW_OFFER, S.IN_REVIEW, S.REVIEW_OFFERED, Role.REVIEWER, needs=("finding", "reasons"),
        stops=K.LEGAL, meets=frozenset({K.REVIEW, K.LEGAL}),
    )  # fmt: skip
    yield from rows(
        Act.NEW_EVIDENCE, S.REVIEW_OFFERED, S.IN_REVIEW, THE_CUSTOMER, needs=("text",), meets=K.DECISION
    )


def _remedies() -> Iterator[Transition]:
    proof = ("evidence",)
    yield from rows(
        Act.REMEDY_DONE, S.REMEDY_DUE, S.TO_CONFIRM, STAFF, If.NOTHING_OPEN, needs=proof, meets=K.REMEDY
    )
    yield from rows(Act.REMEDY_DONE, S.REMEDY_DUE, None, STAFF, If.REMEDIES_OPEN, needs=proof)
    meanwhile = _with(K.REMEDY) - {S.REMEDY_DUE, S.LAW_UPHELD}
    yield from rows(
        Act.REMEDY_DONE, meanwhile, None, STAFF, If.NOTHING_OPEN, needs=proof, stops=K.REMEDY, meets=K.REMEDY
    )
    yield from rows(Act.REMEDY_DONE, meanwhile, None, STAFF, If.REMEDIES_OPEN, needs=proof)
    yield from rows(Act.REMEDY_WRONG, S.REMEDY_DUE, S.IN_REVIEW, THE_CUSTOMER, starts=K.NAMED)
    yield from rows(
        Act.REMEDY_OVERDUE, FOLLOWED_UP, S.IN_REVIEW, TIMER, If.REMEDIES_OPEN, starts=K.NAMED, stops=K.REMEDY
    )
    yield from rows(Act.CONFIRM, S.TO_CONFIRM, S.CLOSED, THE_CUSTOMER, meets=K.CONFIRMATION)
    yield from rows(
        Act.NOT_DONE, S.TO_CONFIRM, S.REMEDY_DUE, THE_CUSTOMER, meets=K.CONFIRMATION, reinstates=K.REMEDY
    )
    yield from rows(Act.CLOSE_UNCONFIRMED, S.TO_CONFIRM, S.CLOSED_UNCONFIRMED, TIMER, If.REMINDED)
    yield from rows(Act.UNREACHED, S.TO_CONFIRM, None, TIMER, If.NOT_REMINDED, restarts=K.CONFIRMATION)


def _ends() -> Iterator[Transition]:
    yield from rows(Act.WITHDRAW, BEFORE_AGREEMENT, S.WITHDRAWN, THE_CUSTOMER)
    yield from rows(Act.REPLY, FINISHED, None, THE_CUSTOMER, needs=("text",))
    yield from rows(Act.JUST_SAYING, FINISHED, None, THE_CUSTOMER)
    # What was not finished goes on where it stood; the legal date has never moved.
    for condition, target in ((If.REVIEWED, S.IN_REVIEW), (If.NAMED, S.IN_HAND), (If.UNNAMED, S.RECEIVED)):
        yield from rows(Act.REOPEN, FINISHED, target, THE_CUSTOMER, condition, reinstates=K.LEGAL)
    yield from rows(Act.ARCHIVE, FINISHED, S.ARCHIVED, TIMER, If.NOTHING_OPEN)
    yield from rows(Act.ARCHIVE, FINISHED, S.IN_REVIEW, TIMER, If.REMEDIES_OPEN, starts=K.NAMED)
    yield from rows(Act.FILE_SUCCESSOR, FINAL, None, THE_CUSTOMER, live=False)


def _law_and_outside() -> Iterator[Transition]:
    due_by_law = _with(K.LEGAL) - {S.OFFERED, S.EXTERNAL}
    yield from rows(
        Act.LAW_UPHOLDS, due_by_law, S.LAW_UPHELD, Role.LAW, If.SILENCE_UPHOLDS, stops=K.LEGAL, meets=K.LEGAL
    )
    yield from rows(Act.SETTLE_BY_LAW, S.LAW_UPHELD, S.REMEDY_DUE, THE_CUSTOMER | {Role.SYSTEM})
    yield from rows(
        Act.CHOOSE_OTHER, S.LAW_UPHELD, S.OFFERED, THE_CUSTOMER, needs=("remedy_wanted",), stops=K.REMEDY
    )
    outside = (BEFORE_AGREEMENT - _in(S.NEEDS_CUSTOMER_R)) | _in(S.REMEDY_DUE, S.TO_CONFIRM)
    yield from rows(Act.GO_OUTSIDE, outside, S.EXTERNAL, THE_CUSTOMER, If.OUTSIDE_OPEN, needs=("body",))
    yield from rows(Act.COME_BACK, S.EXTERNAL, S.IN_REVIEW, THE_CUSTOMER, starts=K.NAMED)
    # What we wrote to the body keeps our duty; the next date is the one on which we ask where it stands.
    yield from rows(
        Act.REPLY_TO_BODY, S.EXTERNAL, None, CASEWORK, needs=("text",), restarts=K.OUTSIDE, meets=K.OUTSIDE
    )
    for condition, target in ((If.REMEDIES_OPEN, S.REMEDY_DUE), (If.NOTHING_OPEN, S.TO_CONFIRM)):
        yield from rows(Act.BODY_DECIDES, S.EXTERNAL, target, Role.BODY, condition, needs=("decision",))


def _passed_dates() -> Iterator[Transition]:
    yield from rows(Act.ACK_LATE, _with(K.ACKNOWLEDGED), None, TIMER)
    yield from rows(Act.NOBODY_NAMED, _in(S.RECEIVED, S.IN_REVIEW), None, TIMER)
    yield from rows(Act.ANSWER_LATE, _in(S.IN_HAND, S.WITH_PARTNER), None, TIMER)
    yield from rows(Act.NO_NEWS, _with(K.SILENCE), None, TIMER)
    yield from rows(Act.LEGAL_DATE_PASSED, _with(K.LEGAL), None, TIMER)
    yield from rows(Act.REVIEW_LATE, S.IN_REVIEW, None, TIMER)
    yield from rows(Act.REMEDY_LATE, _with(K.REMEDY), None, TIMER, If.REMEDIES_OPEN)
    open_answer = _with(K.LEGAL) - {S.OFFERED, S.EXTERNAL}
    yield from rows(Act.RULE_CHOSEN, open_answer, None, CASEWORK)
    yield from rows(Act.OUTSIDE_LATE, S.EXTERNAL, None, TIMER)


TABLE: tuple[Transition, ...] = (
    *_beginning(),
    *_words(),
    *_people_and_dates(),
    *_questions(),
    *_partner(),
    *_answer(),
    *_review(),
    *_remedies(),
    *_ends(),
    *_law_and_outside(),
    *_passed_dates(),
)

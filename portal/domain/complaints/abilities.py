"""Which verbs an actor may use on a complaint now, read from the one table, for the buttons of a page."""

from __future__ import annotations

from portal.domain import clock, errors
from portal.domain.actor import Actor

from . import moving, outside_rules, regimes, rules
from .acts import Act, Facts
from .models import Complaint
from .reading import ENTRY, EVENT, Raw
from .states import INFO, K, State

# What a page calls a verb, and the act of the table behind it.
CUSTOMER: dict[str, Act] = {
    "save_draft": Act.EDIT, "send": Act.SEND, "discard": Act.DISCARD,
    "add_words": Act.ADD, "change_remedy": Act.CHANGE_WISH, "answer": Act.ANSWER,
    "decide_without_it": Act.DECIDE_WITHOUT_IT, "say_irrelevant": Act.SAY_IRRELEVANT, "extend": Act.EXTEND,
    "accept": Act.ACCEPT, "escalate": Act.ESCALATE, "confirm": Act.CONFIRM, "withdraw": Act.WITHDRAW,
    "reopen": Act.REOPEN, "write_after_end": Act.REPLY, "just_saying": Act.JUST_SAYING,
    "raise_harm": Act.CHOOSE, "limit_sharing": Act.LIMIT_SHARING, "call_back": Act.CALL_BACK,
    "settle_by_law": Act.SETTLE_BY_LAW, "choose_other": Act.CHOOSE_OTHER,
    "go_outside": Act.GO_OUTSIDE, "come_back": Act.COME_BACK,
    "allow_task": Act.ALLOW_TASK, "refuse_sharing": Act.REFUSE_SHARING,
}  # fmt: skip
STAFF: dict[str, Act] = {
    "take": Act.TAKE, "hand_over": Act.ASSIGN, "reply": Act.WRITE, "news": Act.WRITE, "deliver": Act.REMEDY_DONE,
    "take_review": Act.TAKE_REVIEW, "give_task": Act.GIVE_TASK, "call_back": Act.CALL_BACK,
    "reply_to_body": Act.REPLY_TO_BODY, "body_decides": Act.BODY_DECIDES,
}  # fmt: skip


def may(complaint: Complaint, actor: Actor, raw: Raw) -> frozenset[str]:
    """Return the names of the verbs that are open to ``actor``; each verb checks again when it is used."""
    if actor.is_staff:
        return frozenset(_for_staff(complaint, actor, raw))
    if actor.is_customer:
        return frozenset(_for_customer(complaint, actor, raw))
    return frozenset()


def _for_customer(complaint: Complaint, actor: Actor, raw: Raw) -> set[str]:
    named = next((one for one in raw.clocks if one.k == K.NAMED and one.ended_at is None), None)
    late = named is not None and named.due_at is not None and named.due_at <= clock.now()
    facts = Facts(
        named=complaint.handler_id is not None,
        reviewed=complaint.stage >= 2,
        nobody_in_time=late and complaint.handler_id is None,
        outside_open=outside_rules.is_open(raw.clocks, answered=bool(raw.offers)),
        remedies_open=sum(1 for row in raw.offers if row.Offer.decision == "" and row.Remedy is not None),
    )
    acts = _acts(complaint, actor, facts)
    found = {name for name, act in CUSTOMER.items() if act in acts}
    state = State(complaint.state)
    if Act.NEW_EVIDENCE in acts or (state is State.OFFERED and "escalate" in found):
        found = (found - {"escalate"}) | {"not_enough"}
    if Act.NOT_DONE in acts or Act.REMEDY_WRONG in acts:
        found.add("not_done")
    if state is State.WITHDRAWN and "reopen" in found:
        found.add("undo_withdraw")
    if complaint.written_at is None:
        found.discard("just_saying")
    if state is State.TO_CONFIRM and not any(
        row.Remedy is not None and row.Remedy.due_at for row in raw.offers
    ):
        found = (found - {"not_done", "confirm"}) | {"agree"}
    if complaint.harm == 0:
        found.discard("raise_harm")
    return found | ({"attach"} if found & {"save_draft", "add_words"} else set())


def _for_staff(complaint: Complaint, actor: Actor, raw: Raw) -> set[str]:
    state = State(complaint.state)
    me = actor.person_id
    touched = me in (complaint.handler_id, complaint.entered_by_id) or any(
        row.by_id == me for row in raw.said if row.what in (ENTRY, EVENT)
    )
    owed = sum(
        1
        for row in raw.offers
        if row.Remedy is not None
        and row.Remedy.due_at
        and not row.Remedy.done_at
        and not row.Remedy.replaced_at
    )
    facts = Facts(untouched=not touched, remedies_open=max(owed - 1, 0))
    acts = _acts(complaint, actor, facts)
    found = {name for name, act in STAFF.items() if act in acts}
    if not owed:
        found.discard("deliver")
    if complaint.reviewer_id is not None:
        found.discard("take_review")
    review = state is State.IN_REVIEW
    if Act.ASK in acts:
        found.add("ask_in_review" if review else "ask")
    if Act.OFFER in acts or Act.IMPROVE in acts:
        found.add("offer")
    if Act.REVIEW_OFFER in acts:
        found.add("offer_in_review")
    if Act.LEGAL_EXTENSION in acts and _can_extend(complaint, raw):
        found.add("extend_by_law")
    if _works(complaint, actor):
        found.add("private_note")
        if INFO[state].open and complaint.harm:
            found.add("raise_harm")
    if "reply" in found:
        found.add("attach")
    return found


def _can_extend(complaint: Complaint, raw: Raw) -> bool:
    """Say whether a law allows more time for the answer, and its first date has not come."""
    legal = next((one for one in raw.clocks if one.k == K.LEGAL and one.ended_at is None), None)
    if legal is None or legal.due_at is None or legal.due_at <= clock.now() or "reason" in legal.explanation:
        return False
    return regimes.extension_of(complaint, raw.head.Account) is not None


def _works(complaint: Complaint, actor: Actor) -> bool:
    try:
        moving.parts_of(complaint, actor)
    except errors.DomainError:
        return False
    return True


def _acts(complaint: Complaint, actor: Actor, facts: Facts) -> frozenset[Act]:
    """Return the acts that are open to ``actor``."""
    try:
        held = moving.parts_of(complaint, actor)
    except errors.DomainError:
        held = ()
    found = rules.open_to(complaint.state, held, facts) if held else frozenset()
    if actor.is_staff:
        # A review is taken in another part than the rest is done in.
        try:
            taking = moving.parts_of(complaint, actor, reviews=True)
        except errors.DomainError:
            return found
        found -= {Act.TAKE_REVIEW}
        found |= rules.open_to(complaint.state, taking, facts) & {Act.TAKE_REVIEW}
    return found

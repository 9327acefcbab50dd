"""One complaint for its page: everything said, promised, offered and done, and what the reader may do now."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any

from portal.domain.actor import Actor
from portal.text import Lazy, Money, _t

from . import binding, law, life, reading, saying, upholding
from .abilities import may
from .acts import Act
from .floors import is_floor
from .models import Offer, Remedy
from .reading import ENTRY, EVENT, FILE
from .saying import Promise, clock_label, promise_of
from .states import K, State, Waits, info
from .views import Case, EventView, FileView, Item, OfferView, Outside, Party, RemedyView
from .words import FINDINGS, PRIVATE_CATEGORIES, REMEDIES

# The one date of a page: what waits for the reader goes first, then the big promises, silence last.
_FIRST_FOR_CUSTOMER = ("K0", "K6", "K8", "K11", "K12", "K9", "K10", "K3", "K2", "K4", "K5")
_FIRST_FOR_US = ("K12", "K9", "K10", "K3", "K2", "K4", "K6", "K8", "K11", "K5")


def case(actor: Actor, uuid: uuidlib.UUID) -> Case:
    """Return one complaint as ``actor`` may see it, in four queries whatever its size.

    Raises NotFound outside the actor's scope, Denied for staff without the right.
    """
    raw = reading.read(actor, uuid)
    complaint = raw.head.Complaint
    at = State(complaint.state)
    going = [promise_of(one) for one in raw.clocks if one.ended_at is None]
    past = [promise_of(one) for one in raw.clocks if one.ended_at is not None]
    files = [_file(row, complaint) for row in raw.said if row.what == FILE]
    thread = [_item(row, actor, files) for row in raw.said if row.what == ENTRY]
    if complaint.words:
        thread.insert(0, _first_words(raw, files))
    events = [_event(row) for row in raw.said if row.what == EVENT]
    offers = _offers(raw, going)
    main = _main(going, at, actor)
    question = next((item for item in reversed(thread) if item.kind == "question"), None)
    told = next((one.explanation["law"] for one in reversed(raw.clocks) if "law" in one.explanation), None)
    open_offer = next((one for one in offers if one.open), None)
    allowed = may(complaint, actor, raw)
    too_much = None
    if open_offer is not None and "accept" in allowed:
        too_much = binding.too_much(
            actor, complaint, [(one.amount, one.currency) for one in open_offer.remedies]
        )
    return Case(
        complaint=complaint,
        info=info(at),
        status=saying.status_of(complaint.state, main.due_at if main else None, main.k if main else ""),
        account=_party(raw.head.Account),
        person=_party(raw.head.Person),
        handler_name=raw.head.handler_name or "",
        reviewer_name=raw.head.reviewer_name or "",
        entered_by_name=raw.head.entered_by_name or "",
        next=saying.next_words(
            complaint.state, complaint.next_step, for_staff=actor.is_staff,
            reviewer=complaint.reviewer_id is not None,
        ),
        promise=main,
        promises=going,
        past_promises=past,
        law=told,
        law_words=saying.law_words(told) if told else [],
        thread=thread,
        open_question=question if at in (State.NEEDS_CUSTOMER, State.NEEDS_CUSTOMER_R) else None,
        offers=offers,
        offer=open_offer,
        remedies=_owed(raw, complaint),
        files=files,
        events=events,
        stops=life.stops(complaint, events, going, raw.head.handler_name or "", raw.head.reviewer_name or ""),
        may=allowed - {"accept"} if too_much else allowed,
        choose_until=_choose_until(raw, at),
        outside=_outside(events, at),
        too_much=too_much,
        ended_note=life.ended_note(complaint, events),
        asks_reopen=complaint.written_at is not None,
        wanted=wanted(complaint),
    )  # fmt: skip


def _choose_until(raw: reading.Raw, at: State) -> datetime | None:
    """Return until when the customer may choose another remedy than the law gives."""
    if at is not State.LAW_UPHELD:
        return None
    return next(
        (upholding.choice_ends(one) for one in raw.clocks if one.k == K.REMEDY and one.ended_at is None), None
    )


def _outside(events: list[EventView], at: State) -> Outside | None:
    """Return which outside body has it, by the log."""
    if at is not State.EXTERNAL:
        return None
    gone = next((one for one in reversed(events) if one.act == Act.GO_OUTSIDE), None)
    return Outside(gone.data.get("body", ""), gone.at) if gone else None


def wanted(complaint: Any) -> Lazy | str:
    """Return what would put it right, in the customer's words and choice."""
    kind = REMEDIES.get(complaint.remedy_wanted)
    if kind is None:
        return complaint.remedy_text
    if complaint.amount_wanted is not None:
        kind = _t("{kind}: {amount}", kind=kind, amount=Money(complaint.amount_wanted, complaint.currency))
    if complaint.remedy_text:
        return _t("{kind}. {words}", kind=kind, words=complaint.remedy_text)
    return kind


def _party(row: Any) -> Party:
    known: dict[str, Any] = {name: getattr(row, name, "") for name in Party.__dataclass_fields__}
    return Party(**known)


def _main(going: list[Promise], at: State, actor: Actor) -> Promise | None:
    waits_for_customer = info(at).waits_for is Waits.CUSTOMER
    order = _FIRST_FOR_CUSTOMER if waits_for_customer or actor.is_customer else _FIRST_FOR_US
    by_key = {one.k: one for one in going if one.due_at is not None}
    found = next((by_key[k] for k in order if k in by_key), None)
    return found or next(iter(going), None)


def _first_words(raw: reading.Raw, files: list[FileView]) -> Item:
    complaint = raw.head.Complaint
    written_by_us = bool(complaint.entered_by_id)
    return Item(
        uuid=complaint.uuid, at=complaint.received_at or complaint.created_at, kind="words", side="you",
        who=raw.head.Person.name, text=complaint.words,
        channel=complaint.channel if written_by_us or complaint.channel != "portal" else "",
        files=[one for one in files if one.entry_id is None and one.side == "you"],
    )  # fmt: skip


def _item(row: Any, actor: Actor, files: list[FileView]) -> Item:
    private = row.kind == "private"
    customer = row.by_kind == "customer"
    return Item(
        uuid=row.uuid,
        at=row.at,
        kind=row.kind,
        side="note" if private else ("you" if customer else "us"),
        who=row.by_name,
        text=None if private and not actor.is_staff else row.text,
        channel=row.channel if row.channel != "portal" else "",
        category=PRIVATE_CATEGORIES.get(row.category),
        category_key=row.category,
        review_on=row.day,
        files=[one for one in files if one.entry_id == row.id],
    )


def _file(row: Any, complaint: Any) -> FileView:
    return FileView(
        uuid=row.uuid, name=row.by_name, media_type=row.kind, size=row.number, at=row.at,
        side="you" if row.by_kind == "customer" else "us", entry_id=row.entry_id,
        removable=complaint.state == State.DRAFT,
    )  # fmt: skip


def _event(row: Any) -> EventView:
    data = row.data or {}
    clocks = data.get("clocks", {})
    before, after = clocks.get("before", {}), clocks.get("after", {})
    moved = [
        (clock_label(k), before.get(k), after.get(k))
        for k in sorted(before.keys() | after.keys(), key=lambda k: int(k[1:]))
        if before.get(k) != after.get(k)
    ]
    return EventView(
        at=row.at, act=row.kind, sentence=life.sentence(row.kind, row.by_kind, row.by_name, data), who=row.by_name,
        kind=row.by_kind, reason=row.text, from_state=row.channel, to_state=row.category,
        to_label=info(row.category).label, clocks=moved, data=data,
    )  # fmt: skip


def _offers(raw: reading.Raw, going: list[Promise]) -> list[OfferView]:
    expires = next((one.due_at for one in going if one.k == "K8"), None)
    complaint = raw.head.Complaint
    grouped: dict[int, tuple[Offer, str, list[RemedyView]]] = {}
    for row in raw.offers:
        entry = grouped.setdefault(row.Offer.id, (row.Offer, row.made_by or "", []))
        if row.Remedy is not None:
            entry[2].append(_remedy(row.Remedy, row.done_by or "", complaint))
    found = []
    for offer, made_by, parts in grouped.values():
        is_open = offer.decision == ""
        label = FINDINGS[offer.finding]
        reasons = law.UPHELD if is_floor(offer) else offer.reasons
        point = {
            "words": complaint.words, "finding": _FINDING_LOOK.get(offer.finding, offer.finding),
            "finding_label": label, "reason": reasons, "evidence": None,
        }  # fmt: skip
        found.append(
            OfferView(
                uuid=offer.uuid, number=offer.number, stage=offer.stage, made_at=offer.made_at, by=made_by,
                finding=offer.finding, finding_label=label, reasons=reasons,
                content_hash=offer.content_hash, open=is_open, decision=offer.decision,
                decided_at=offer.decided_at, expires=expires if is_open else None, remedies=parts, points=[point],
            )
        )  # fmt: skip
    return found[::-1]


_FINDING_LOOK = {"cannot_tell": "unknown"}


def _remedy(row: Remedy, done_by: str, complaint: Any) -> RemedyView:
    return RemedyView(
        uuid=row.uuid, kind=row.kind, title=row.text or REMEDIES[row.kind], text=row.text, amount=row.amount,
        currency=row.currency, days=row.days, due_at=row.due_at,
        explanation=row.due_explanation,
        accepted_at=row.accepted_at, done_at=row.done_at, done_by=done_by, evidence=row.evidence,
        confirmed_at=row.confirmed_at, disputed_at=row.disputed_at, state=life.remedy_state(row),
        asked=_as_asked(row, complaint),
    )  # fmt: skip


def _as_asked(row: Remedy, complaint: Any) -> bool:
    """Return whether a remedy is what the customer asked for, in kind and, where a sum was named, in sum."""
    if row.kind != complaint.remedy_wanted:
        return False
    wanted_sum = complaint.amount_wanted
    return wanted_sum is None or row.amount is None or row.amount >= wanted_sum


def _owed(raw: reading.Raw, complaint: Any) -> list[RemedyView]:
    return [
        _remedy(row.Remedy, row.done_by or "", complaint)
        for row in raw.offers
        if row.Remedy is not None and row.Remedy.due_at is not None and row.Remedy.replaced_at is None
    ]

"""One complaint at our desk: the customer's words on the left, the work on the right, the same clock for both."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import current_app, g, render_template, request, url_for
from flask_babel import gettext as _

from portal.domain import clock, complaints, lookups, tasks
from portal.domain.actor import Permission
from portal.domain.complaints import Case, State
from portal.domain.references import spoken
from portal.text import Lazy, _t
from portal.ui import formats, gates
from portal.ui.addresses import nav_url
from portal.ui.assets import LANGUAGE_NAMES
from portal.ui.reader import reader_language

from . import blueprint
from .case_offer import drafted, limit, offer_form, offerable
from .case_refused import Refused, arrived, held_act, homeless, problems
from .case_sorting import lists_of
from .words import CHANNELS, IN_REVIEW, STATES, Speaker

# The act that the page opens first, by state; whoever may not do it sees the next one.
FIRST: dict[str, tuple[str, ...]] = {
    State.RECEIVED: ("take",),
    State.IN_REVIEW: ("take_review", "offer_in_review"),
    State.REMEDY_DUE: ("deliver",),
}
REPLY_GOES: dict[str, Lazy] = {
    "email": _t("It goes by e-mail and stands in the portal."),
    "inbox": _t("It stands in the portal, as the customer wants it. No mail is sent."),
    "letter": _t("It is printed and posted, as the customer wants it. It waits under Letters."),
    "phone": _t("Somebody calls and says it, as the customer wants it. It waits under Tasks."),
}
OTHER_SIDE: dict[str, Lazy] = {
    # The line of life is the customer's; at our desk "you" is somebody else.
    "Your decision": _t("The customer’s decision"),
    "Closed by you": _t("Closed by the customer"),
}

OWED: dict[str, tuple[str, Lazy]] = {
    "offered": ("neutral", _t("Offered")),
    "due": ("waiting_us", _t("Owed")),
    "late": ("late", _t("Late")),
    "done": ("waiting_you", _t("Customer confirms")),
    "confirmed": ("done", _t("Confirmed")),
    "disputed": ("late", _t("Not done, says the customer")),
}
DECISIONS: dict[str, Lazy] = {
    "by_law": _t("The law gives it: we were silent until the legal date"),
    "accepted": _t("The customer accepted it"),
    "disputed": _t("Not enough for the customer"),
    "replaced": _t("A better version took its place"),
    "by_body": _t("An outside body decided it"),
    "lapsed": _t("The time to decide ran out"),
}


@blueprint.get("/complaints/<uuid:uuid>")
@gates.staff(Permission.COMPLAINTS_READ)
def case(uuid: uuidlib.UUID) -> str:
    """One complaint; opening it is a look-up for that complaint, written before it shows."""
    return show(uuid)


@blueprint.get("/complaints/<uuid:uuid>/log")
@gates.staff(Permission.COMPLAINTS_READ)
def case_log(uuid: uuidlib.UUID) -> str:
    """Every move of one complaint with the dates before and after it."""
    found = complaints.case(g.actor, uuid)
    looked(found)
    return render_template(
        "admin/case/log.html",
        number=spoken(found.number),
        subject=found.subject,
        events=found.events[::-1],
        zone=found.complaint.zone,
        case_url=url_for("admin.case", uuid=uuid),
    )


def looked(found: Case) -> None:
    """Write down that this complaint is looked at, for itself."""
    lookups.open(
        actor=g.actor, account_id=found.complaint.account_id, purpose=lookups.Purpose.CASE,
        about_key=str(found.uuid), about_label=found.number, item=("complaint", found.uuid, found.number),
    )  # fmt: skip


def show(uuid: uuidlib.UUID, *, refused: Refused | None = None) -> str:
    """Render the page of a complaint, seven statements at most; raise NotFound, Denied."""
    found = complaints.case(g.actor, uuid)
    looked(found)
    say = Speaker()
    refused = refused or held_act()
    draft = None if refused else drafted(found, request.args.get("proposal", ""))
    return render_template(
        "admin/case/case.html",
        case=found,
        number=spoken(found.number),
        subject=found.subject or _("Complaint %(number)s", number=spoken(found.number)),
        state=say(STATES[found.state]),
        stops=[_stop(stop) for stop in found.stops],
        in_review=found.state in IN_REVIEW,
        me_responsible=g.actor.person_id is not None and g.actor.person_id == _responsible(found),
        facts=_facts(found, say),
        first_words=next((item for item in found.thread if item.uuid == found.uuid), None),
        thread=[item for item in found.thread if item.uuid != found.uuid],
        files=_files(found),
        customer_url=nav_url("admin.customer", uuid=found.account.uuid, **{"for": str(found.uuid)}),
        record_url=nav_url("admin.consent", uuid=found.account.uuid, **{"for": str(found.uuid)})
        if g.actor.may(Permission.CONSENT_RECORD)
        else None,
        language=LANGUAGE_NAMES.get(found.person.language, found.person.language),
        first="offers" if draft else _first(found, refused),
        partner=_partner(found),
        colleagues=_colleagues(found),
        blocked=_blocked(found),
        review="ask_in_review" in found.may or "offer_in_review" in found.may,
        offer=offer_form(found, refused, draft),
        proposals={one.entry for one in tasks.proposals(found)} if offerable(found) else (),
        limit=None if g.actor.may(Permission.COMPLAINTS_SUPERVISE) else limit(),
        reply_goes=say(REPLY_GOES.get(found.complaint.contact_channel or "email", REPLY_GOES["email"])),
        **_vocabulary(reader_language()),
        wanted=say(found.wanted),
        lists=lists_of(found),
        may_sort=g.actor.may(Permission.COMPLAINTS_WRITE),
        file_limit=formats.filesize(current_app.config["SETTINGS"].file_max_bytes),
        limits=complaints.LIMITS,
        base=url_for("admin.case", uuid=found.uuid),
        log_url=url_for("admin.case_log", uuid=found.uuid),
        page_mark=f"{found.version}.{clock.now().timestamp():.6f}",
        note_from=(clock.now() + timedelta(days=1)).date(),
        note_to=(clock.now() + timedelta(days=365)).date(),
        decisions=DECISIONS,
        owed=OWED,
        other_dates=[one for one in found.promises if one is not found.promise or one.due_at is None],
        refused=refused,
        problems=problems(refused),
        typed=refused.typed if refused else {},
        arrived=arrived(found, refused),
        homeless=homeless(found, refused),
    )


@lru_cache(maxsize=16)
def _vocabulary(_language: str) -> dict[str, Any]:
    """Return the words of the page that are the same for every complaint, in the reader's language."""
    say = Speaker()
    lists: dict[str, Mapping[str, Lazy]] = {
        "categories": complaints.PRIVATE_CATEGORIES,
        "findings": complaints.FINDINGS,
        "remedies": complaints.REMEDIES,
    }
    return {name: [(key, say(label)) for key, label in words.items()] for name, words in lists.items()} | {
        "roles": {
            "words": say(_t("wrote")), "reply": say(_t("replied")), "question": say(_t("asked")),
            "answer": say(_t("answered")), "news": say(_t("told the news")), "private": "",
            "partner": say(_t("wrote to us")), "partner_you": say(_t("wrote to the customer")),
            "proposal": say(_t("proposed something")), "result": say(_t("handed in the result")),
        }
    }  # fmt: skip


def _facts(found: Case, say: Speaker) -> list[tuple[str, Any, str]]:
    """Return (label, value, kind) of what stands beside the customer's words."""
    complaint = found.complaint
    rows: list[tuple[str, Any, str]] = [
        (_("Would put it right"), formats.capital(found.wanted) or _("Not said"), "text")
    ]
    if complaint.about:
        rows.append((_("About"), complaint.about, "text"))
    if complaint.happened_on:
        rows.append((_("Happened"), complaint.happened_on, "day"))
    rows.append((_("Reached us"), complaint.received_at or complaint.created_at, "instant"))
    if found.entered_by_name:
        how = say(CHANNELS.get(complaint.channel, complaint.channel))
        rows.append(
            (_("Written down"), _("by %(name)s, from: %(how)s", name=found.entered_by_name, how=how), "text")
        )
    channel = say(complaints.CONTACT_CHANNELS.get(complaint.contact_channel or "email", ""))
    rows.append((_("Wants to hear by"), channel, "text"))
    return rows


def _stop(stop: complaints.Stop) -> dict[str, Any]:
    label = OTHER_SIDE.get(stop.label.message, stop.label)
    return {"label": label, "state": stop.state, "at": stop.at, "due": stop.due, "note": None, "by": stop.by}


def _files(found: Case) -> dict[int | None, list[dict[str, Any]]]:
    """Return the files by the entry they came with; without the right to read files only their names."""
    may = g.actor.may(Permission.FILES_READ)
    grouped: dict[int | None, list[dict[str, Any]]] = {}
    for one in found.files:
        line = {"name": one.name, "size": one.size, "at": one.at, "side": one.side,
                "url": url_for("admin.file", uuid=one.uuid) if may else None}  # fmt: skip
        grouped.setdefault(one.entry_id, []).append(line)
    return grouped


def _partner(found: Case) -> dict[str, Any] | None:
    """Return which partner has, had or may get a task of it, from the log at hand; None for nothing to say."""
    named = [event.data["partner"] for event in found.events if event.act in tasks.ACTS]
    if not named and "give_task" not in found.may:
        return None
    url = nav_url("admin.partner_task", uuid=found.uuid)
    return (
        {"name": named[-1] if named else "", "with": found.state == State.WITH_PARTNER, "url": url}
        if url
        else None
    )


def _responsible(found: Case) -> int | None:
    """Return in whose hands it is: a review is in the reviewer's, even while there is none yet."""
    return found.complaint.reviewer_id if found.state in IN_REVIEW else found.complaint.handler_id


def _colleagues(found: Case) -> list[tuple[str, str]]:
    if "hand_over" not in found.may:
        return []
    in_review = found.state in IN_REVIEW
    needed = Permission.COMPLAINTS_REVIEW if in_review else Permission.COMPLAINTS_WRITE
    present = found.reviewer_name if in_review else found.handler_name
    return [
        (str(uuid), f"{name}, {team}") for uuid, name, team in complaints.handlers(needed) if name != present
    ]


def _blocked(found: Case) -> str:
    """Return in words why somebody who might act here may not, before they try."""
    if found.state == State.IN_REVIEW and not found.reviewer_name:
        if "take_review" in found.may:
            return ""
        if g.actor.may(Permission.COMPLAINTS_REVIEW):
            return _("You worked on this complaint, so another person must review it.")
        return _("A reviewer who had no part in it takes this complaint.")
    if not found.may and found.info.open:
        return _("You can read this complaint. Acting on it is not part of your role.")
    return ""


def _first(found: Case, refused: Refused | None) -> str:
    """Return the noun of the act that stands open at first."""
    if refused is not None:
        return refused.noun
    nouns = {
        "take": "responsibility",
        "take_review": "review",
        "offer_in_review": "offers",
        "deliver": "deliveries",
    }
    return next((nouns[name] for name in FIRST.get(found.state, ()) if name in found.may), "replies")

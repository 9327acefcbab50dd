"""Codes that stand in the data of acts, as words for people: channels, directions, results, reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.domain import references
from portal.text import Lazy, Money, _t

WORDS: dict[str, dict[str, Lazy]] = {
    "what": {
        "hours": _t("hours"), "channels": _t("channels"), "topics": _t("topics"), "addresses": _t("addresses"),
        "frequency": _t("how often"), "language": _t("language"),
    },
    "channel": {
        "email": _t("e-mail"), "inbox": _t("inbox of this portal"), "phone": _t("phone"), "letter": _t("letter"),
        "sms": _t("SMS"), "portal": _t("this portal"), "counter": _t("counter"), "import": _t("import"),
    },
    "partner_role": {
        "administrator": _t("administrator"), "worker": _t("worker"), "reader": _t("reader"),
    },
    "lead_standing": {"first": _t("first"), "second": _t("second")},
    "lead_state": {
        "new": _t("new"), "accepted": _t("accepted"), "in_work": _t("in work"), "won": _t("won"), "lost": _t("lost"),
        "returned": _t("returned"), "renewed": _t("protected for longer"), "claimed": _t("registered first"),
    },
    "partner": {"*": _t("all partners")},
    "file_kind": {
        "price_list": _t("price list"), "stock_promise": _t("promises of stock"), "leads": _t("companies to register"),
    },
    "file_state": {
        "accepted": _t("accepted"), "partly": _t("accepted in part"), "quarantined": _t("in quarantine"),
        "rejected": _t("rejected"), "released": _t("checked again"),
    },
    "promise_act": {
        "promised": _t("promised"), "moved": _t("another day"), "changed": _t("another quantity"),
        "delivered": _t("delivered"), "withdrawn": _t("withdrawn"),
    },
    "change": {
        "hours": _t("the week"), "holidays": _t("public holidays of"), "closure": _t("a closed day in"),
        "opening": _t("a closed day taken back in"), "zone": _t("the time zone"),
    },
    "how": {
        "done": _t("the wait is over, and nobody objected"), "stopped": _t("it was stopped"),
        "refused": _t("we did not agree"), "expired": _t("its time had passed"), "wrong": _t("too many wrong codes"),
    },
    "direction": {"in": _t("from the customer"), "out": _t("from us")},
    "outcome": {
        "reached": _t("spoke to the customer"), "no_answer": _t("no answer"), "voicemail": _t("left a message"),
        "arrived": _t("arrived"), "returned": _t("came back"), "sent": _t("sent"),
    },
    "factor": {
        "totp": _t("authenticator app"), "passkey": _t("passkey"), "password": _t("password"),
        "recovery": _t("recovery code"), "link": _t("one-time link"),
    },
    "fields": {
        "name": _t("name"), "salutation": _t("how to address you"), "language": _t("language"),
        "zone": _t("time zone"), "phone": _t("phone number"), "postal_address": _t("postal address"),
    },
    "category": {
        "legal_advice": _t("legal advice"), "third_person": _t("data of another person"), "safety": _t("safety"),
    },
    "remedy": {
        "apology": _t("an apology"), "explanation": _t("an explanation"), "repair": _t("a repair"),
        "replacement": _t("a replacement"), "refund": _t("a refund"), "price_cut": _t("a lower price"),
        "compensation": _t("compensation"), "change": _t("a change so that it does not happen again"),
        "other": _t("something else"),
    },
    "purpose": {
        "case": _t("work on a complaint"), "call": _t("a call"), "task": _t("a task"), "letter": _t("a letter"),
        "list": _t("a list"), "privacy_request": _t("a privacy request"), "partner_task": _t("a task of a partner"),
        "share": _t("data that you share"),
    },
    # On what a partner may see something, and how that ended.
    "basis": {
        "permission": _t("the customer’s permission"), "standing": _t("what the customer lets partners see"),
        "contract": _t("needed to do what the customer asked for"), "duty": _t("a duty by law"),
        "danger": _t("danger to somebody"),
    },
    "end": {
        "result": _t("the task is done"), "called_back": _t("the customer called it back"),
        "recalled": _t("we called it back"), "expired": _t("its time was over"),
        "escalated": _t("another person looks at the complaint"), "withdrawn": _t("the complaint was withdrawn"),
        "partner_gone": _t("the partner no longer works with us"), "moved_on": _t("the complaint went on"),
        "refused": _t("the customer said no"), "dropped": _t("it was not needed any more"),
    },
    "may": {"yes": _t("yes"), "no": _t("no")},
    # The promises of a complaint, in the words in which they were made; its own concept lies above this one.
    "clock": {
        "K1": _t("We say that we have it"), "K2": _t("A named person writes to you"), "K3": _t("You get our answer"),
        "K4": _t("The law wants an answer"), "K5": _t("You hear from us at the latest"),
        "K9": _t("The review is done"), "K10": _t("What was agreed is done"),
        "K12": _t("We reply to the outside body"),
    },
    "about": {"portal": _t("this portal")},
    "method": {
        "page": _t("on this portal"), "one_click": _t("one click in a mail"), "phone": _t("by phone"),
        "letter": _t("by letter"), "import": _t("import"), "signal": _t("signal of the browser"),
        "api": _t("through a program"), "timer": _t("by its date"),
    },
    "result": {
        "reached": _t("spoke to the customer"), "voicemail": _t("left a message"),
        "refused": _t("the customer did not want to talk about it"), "posted": _t("posted"),
    },
    # Why a message waits, was withheld, cancelled or given up: answers of the gate, then those of delivery.
    "reason": {
        "unknown_purpose": _t("nothing published covers it"), "purpose_retired": _t("its purpose was given up"),
        "no_person": _t("no person is known"),
        "no_right": _t("its reader no longer has the right to read it"),
        "objection": _t("direct marketing was objected to"),
        "stop_all": _t("everything that is not service was stopped"),
        "restriction": _t("the use of the data is restricted"),
        "signal": _t("the privacy signal of the browser"), "not_allowed_yet": _t("it was never allowed"),
        "refused": _t("it was refused"), "withdrawn": _t("the permission was withdrawn"),
        "revoked": _t("the permission was revoked"), "deferred": _t("it was put off"),
        "expired": _t("the permission has ended"), "requested": _t("we asked and have no answer yet"),
        "pending": _t("the permission is not complete"), "old_version": _t("the purpose has changed since"),
        "hold": _t("something is open between us"), "channel_off": _t("this way of contact is switched off"),
        "topic_off": _t("this topic is switched off"), "address_removed": _t("the address was removed"),
        "paused": _t("messages are paused"),
        "hours": _t("the hours that were set"), "budget": _t("the number of messages that was set"),
        "too_late": _t("its time had passed"), "no_address": _t("there is no address for it"),
        "address_bounced": _t("the address takes no messages"), "address_refused": _t("the address was refused"),
        "address_refused_for_now": _t("the mailbox takes nothing at the moment"),
        "address_unusable": _t("the address cannot be used"),
        "server_refused": _t("the mail server refused it"), "server_hung_up": _t("the connection broke"),
        "server_slow": _t("the mail server did not answer in time"),
        "server_down": _t("the mail server could not be reached"),
        "server_not_trusted": _t("the mail server could not prove its name"),
        "our_fault": _t("a fault on our side"), "no_answer": _t("nobody answered"),
        "not_reached": _t("nobody answered three times"), "returned": _t("the letter came back"),
        "rights_changed": _t("the rights were changed since"),
        "seat_claim_ended": _t("the request it belongs to has ended"),
        "announcement_withdrawn": _t("what it tells of was withdrawn"),
        "restored": _t("our data came back from a backup, and it may have reached you before"),
        "invitation_cancelled": _t("the invitation was taken back or sent anew"),
        "shared": _t("the customer shares it"), "share_ended": _t("the customer shares it no longer"),
        "share_used_up": _t("it was opened as often as was allowed"),
    },
}  # fmt: skip


RIGHTS: dict[str, Lazy] = {
    "administer": _t("administrator"), "complaints:all": _t("complaints of everybody"),
    "complaints:own": _t("own complaints"), "documents": _t("documents"), "permissions": _t("permissions"),
    "orders": _t("orders"),
}  # fmt: skip


class Day(str):
    """An ISO date inside a sentence; faces show it in the reader's language."""


def right_words(kept: Mapping[str, Any]) -> Lazy:
    """Return one right in words, as the record keeps it: what, up to what amount, from and until which day."""
    found: Lazy = RIGHTS[kept["right"]]
    if kept.get("amount"):
        money = Money(Decimal(kept["amount"]), kept["currency"])
        found = _t("{what} up to {amount}", what=found, amount=money)
    if kept.get("since"):
        found = _t("{what} from {day}", what=found, day=Day(kept["since"]))
    if kept.get("until"):
        found = _t("{what} until {day}", what=found, day=Day(kept["until"]))
    return found


def rights_words(kept: Sequence[Mapping[str, Any]]) -> Lazy:
    """Return several rights in words; none is "nothing"."""
    if not kept:
        return _t("nothing")
    names = [f"r{n}" for n in range(len(kept))]
    return Lazy(
        "; ".join(f"{{{name}}}" for name in names), dict(zip(names, map(right_words, kept), strict=True))
    )


class Instant(str):
    """An ISO instant inside a sentence; faces show it in the reader's zone and language."""


def word(key: str, value: Any) -> Any:
    """Return the lazy word for a code, an :class:`Instant` for an ISO instant, else the value as it is."""
    if key == "rights" and isinstance(value, list):
        return rights_words(value)
    if key == "day" and isinstance(value, str):
        return Day(value)
    if isinstance(value, str):
        found = WORDS.get(key, {}).get(value)
        if found is not None:
            return found
        if key == "about" and references.is_number(value):
            return _t("complaint {number}", number=references.spoken(value))
        if key == "number":
            return references.spoken(value)
        if len(value) >= 20 and value[4:5] == "-" and value[10:11] == "T":
            try:
                datetime.fromisoformat(value)
            except ValueError:
                return value
            return Instant(value)
    return value

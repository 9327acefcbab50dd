"""What happens among the staff of the demo firm: who left, who comes, who is away; a role, purposes and words anew;
a legal hold, and a company that has lost its administrator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from flask import current_app

from portal import mail
from portal.domain import accounts, complaints, consent, retention, wording
from portal.domain.actor import SYSTEM, Actor
from portal.domain.actor import Permission as P

from . import cast

if TYPE_CHECKING:
    from .history import History


def lives(history: History) -> None:
    """Let the firm change as firms do; the manager administers."""
    end = history.replay.end

    def manager() -> Actor:
        return history.staff_in_session("max")

    gone = accounts.add_staff(
        actor=SYSTEM, name=cast.GONE[0], email=cast.GONE[1], team="Complaints", roles=("handler",)
    ).id
    history.replay.at(end - timedelta(days=200), lambda: accounts.end_staff(gone, actor=manager()))
    history.replay.at(
        end - timedelta(days=60),
        lambda: accounts.make_role(
            actor=manager(), name="Weekend desk",
            permissions=[P.COMPLAINTS_READ, P.COMPLAINTS_INTAKE, P.CUSTOMERS_SEARCH, P.DASHBOARD_READ],
        ),
    )  # fmt: skip
    history.replay.at(
        end - timedelta(days=2),
        lambda: accounts.invite(
            actor=manager(), name=cast.INVITED[0], email=cast.INVITED[1], team="Customer service",
            roles=("agent",), language="pl",
        ),
    )  # fmt: skip
    history.replay.at(
        end - timedelta(days=1),
        lambda: accounts.set_absence(
            accounts.person_by_id(history.staff["kasia"]).uuid,
            (end + timedelta(days=6)).date(),
            actor=manager(),
        ),
    )

    def reworded() -> None:
        draft = consent.sketching.sketch(manager(), "tips").draft
        tips = replace(draft.notices["en"], text=f"{draft.notices['en'].text} At most once a month.")
        consent.sketching.save(replace(draft, notices={**draft.notices, "en": tips}), actor=manager())

    def planned() -> None:
        draft = consent.sketching.sketch(manager(), "partner_repairs").draft
        consent.sketching.save(replace(draft, retention_months=12, valid_months=12), actor=manager())
        consent.planning.plan("partner_repairs", (end + timedelta(days=9)).date(), actor=manager())

    def held() -> None:
        number = accounts.account_by_id(history.cast["vera"].account_id).number
        why = "District court of Vilnius, case 2C-114: the invoice of March and what was said about it"
        retention.hold(number, why, actor=history.staff_actor("dana"))

    history.replay.at(history.replay.start, lambda: sorts(manager()))
    history.replay.at(end - timedelta(days=3), reworded)
    history.replay.at(history.office(end - timedelta(days=5)), planned)
    history.replay.at(history.office(end - timedelta(days=33)), held)
    for days, words, why in WORDINGS:
        history.replay.at(history.office(end - timedelta(days=days)), partial(_word, words, why, manager))


def sorts(manager: Actor) -> None:
    """Say what complaints are about in this firm."""
    for names in SUBJECTS:
        lists.add(complaints.categories.Sort.SUBJECT, names, actor=manager)


def _word(words: dict[str, str], why: str, manager: Callable[[], Actor]) -> None:
    """Publish the firm's own words of a message, or only begin them where there is no reason yet."""
    message = mail.message_parts(current_app, MESSAGE, "en")
    keys = {part.kind: part.key for part in reversed(message.parts)}  # the first of each kind
    wording.save(message, {keys[kind]: text for kind, text in words.items()}, actor=manager())
    if why:
        wording.publish(message, actor=manager(), why=why)


# What complaints are about in this firm; their keys come from the English names.
SUBJECTS = (
    {"en": "Kitchen", "pl": "Kuchnia", "bg": "Кухня", "ru": "Кухня"},
    {"en": "Laundry", "pl": "Pranie", "bg": "Пране", "ru": "Стирка"},
    {"en": "Heating", "pl": "Ogrzewanie", "bg": "Отопление", "ru": "Отопление"},
    {"en": "Repairs", "pl": "Naprawy", "bg": "Ремонт", "ru": "Ремонт"},
    {"en": "Orders", "pl": "Zamówienia", "bg": "Поръчки", "ru": "Заказы"},
)
lists = complaints.categorising
MESSAGE = "complaint_received"
CALL = "If it cannot wait, call us on 22 555 01 00 and say {number}."
WORDINGS: tuple[tuple[int, dict[str, str], str], ...] = (
    (150, {"own": CALL}, "People asked how to reach us at once"),
    (45, {"subject": "Your complaint {number} is with us", "own": CALL}, "Warmer, as agreed with the team"),
    (
        4,
        {
            "subject": "Your complaint {number} is with us",
            "own": f"{CALL}\n\nOn Saturdays the line is open until two in the afternoon.",
        },
        "",
    ),
)

"""Messages with made-up values: what staff see before customers do."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from portal.domain import clock, firm
from portal.domain.delivery import Parcel

from .told import MESSAGES, SERVICE

TOKEN = "example"  # noqa: S105 - it opens nothing
NOBODY = frozenset(
    {"prove_mailbox", "invitation", "partner_invitation", "share_told"}
)  # whoever gets them has no account yet


def parcel(
    name: str, language: str, *, zone: str = "", at: datetime | None = None, channel: str = "email"
) -> Parcel:
    """Return a message called ``name`` as if it left at ``at``, to a customer who is made up; called as its reader."""
    told = MESSAGES[name]
    here = at or clock.now()
    service = told.purpose in (SERVICE, "security")
    return Parcel(
        uuid=uuidlib.UUID(int=0), message_id="", name=name, channel=channel, address="amina@example.org",
        purpose=told.purpose, topic="", service=service, language=language, zone=zone or firm.now().zone, at=here,
        to_name="Amina Nowak", purpose_title="" if service else told.purpose.capitalize(),
        account_number="4827713095", actor_name="Sam Carter", about_kind="complaint",
        about_uuid=str(uuidlib.UUID(int=0)), signed_in=name not in NOBODY, secret=TOKEN,
        stop_token="" if service else TOKEN, data=values(here) | {"language": language},
    )  # fmt: skip


def values(at: datetime) -> dict[str, Any]:
    """Return a value for every name that a message fills in; days count from ``at``."""
    zone = firm.now().zone

    def after(days: int) -> str:
        return (at.replace(minute=0, second=0, microsecond=0) + timedelta(days=days)).isoformat()

    remedies = [
        {"kind": "refund", "text": "", "amount": "149.00", "currency": "PLN", "due": after(10)},
        {"kind": "apology", "text": "", "amount": None, "currency": "", "due": None},
    ]
    zones = ("aim", "due", "legal_by", "named_by", "received", "reopen_until")
    return {
        **{f"{name}_zone": zone for name in zones},
        "number": "4827 713 095", "author": "Sam Carter", "handler": "Sam Carter", "by": "Ola Lipska",
        "name": "Piotr Zielony", "company": "Hurtownia Lipa", "accepted": True, "own": True,
        "text": _("This is an example of what would be written here."), "code": "VH12-0042",
        "question": _("Which of the two doors does not close?"), "headline": _("An example of a headline"),
        "title": _("An example of a headline"), "said": _("This is an example of what would be written here."),
        "reasons": _("The door was fitted too low. The handle was not at fault."),
        "next_step": _("a fitter comes to look at the door"), "evidence": _("transfer of the money, see attachment"),
        "finding": "partly", "remedies": remedies, "remedy": remedies[0], "outside_body": "UOKiK",
        "at": at.isoformat(), "began": after(-20), "received": after(-1), "given_at": after(-9), "was": after(-1),
        "named_by": after(1), "due": after(10), "legal_by": after(13), "aim": after(3), "until": after(7),
        "reopen_until": after(180), "clock": "K3", "hours": 48, "minutes": 60, "count": 8,
        "address": "amina@example.org", "new": "a…@example.org", "done": True, "here": False, "undo": True,
        "stage": "opened", "role": "worker", "reason": _("The phone with the app was lost."),
        "partner": "Northwind Repairs", "notice": _("Here stands what they may see."),
        "keep_days": 30, "benefit": _("A visit one day earlier"), "request": str(uuidlib.UUID(int=0)),
        "grant": str(uuidlib.UUID(int=0)), "event": str(uuidlib.UUID(int=0)), "happened": after(-2),
        "shares": [{"partner": "Northwind Repairs", "since": after(-90), "until": after(90), "used": after(-3)}],
        "days": 7, "change": "added", "factor": "passkey", "what": "iPhone", "passkey": "", "device": "Firefox, Linux",
        "network": "192.0.2.10", "program": "Warehouse", "client": "Workshop", "scopes": [],
        "basis": "contract", "how": "result", "task": str(uuidlib.UUID(int=0)),
        "complaint": str(uuidlib.UUID(int=0)),
        "lead": str(uuidlib.UUID(int=0)),
        "file": str(uuidlib.UUID(int=0)), "list": str(uuidlib.UUID(int=0)), "promise": str(uuidlib.UUID(int=0)),
        "file_name": "cennik.csv", "bad": 3, "lines": 120, "version": 2, "item": "ZF-20", "starts": after(20)[:10],
        "first_by": after(5)[:10], "day": after(12)[:10],
        "rights": [
            {"right": "complaints:own", "amount": "500.00", "currency": "EUR", "since": None, "until": after(5)[:10]}
        ],
    }  # fmt: skip

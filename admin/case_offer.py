"""What the form of an answer begins with at our desk, and up to how much money it may go."""

from __future__ import annotations

from typing import Any

from flask import current_app

from portal.domain import complaints, tasks
from portal.domain.complaints import Case
from portal.ui import formats

from .case_refused import REMEDY_PARTS, REMEDY_ROWS, Refused


def limit() -> str:
    """Return how much money somebody who is no supervisor may offer, in words."""
    settings = current_app.config["SETTINGS"]
    return formats.money(complaints.terms.money_limit(), settings.firm_currency)


def offerable(found: Case) -> bool:
    """Tell whether a first answer can be given, so that what a partner proposed can be its draft."""
    return "offer" in found.may and found.offer is None


def drafted(found: Case, entry: str) -> tasks.Proposed | None:
    """Return what a partner proposed by the public id of its words, where an answer can be made of it."""
    return next((one for one in tasks.proposals(found) if str(one.entry) == entry and offerable(found)), None)


def offer_form(
    found: Case, refused: Refused | None, draft: tasks.Proposed | None = None
) -> dict[str, Any] | None:
    """Return what the form of an answer begins with: what was typed or proposed, the offer to improve, or the wish."""
    if not {"offer", "offer_in_review"} & found.may:
        return None
    currency = found.complaint.currency or current_app.config["SETTINGS"].firm_currency
    before = found.offer or (found.offers[0] if found.offers and "offer_in_review" in found.may else None)
    rows: list[dict[str, str]] = []
    if refused is not None and refused.noun == "offers":
        rows = [
            {part: refused.typed.get(f"remedy_{row}_{part}", "") for part in REMEDY_PARTS}
            for row in range(REMEDY_ROWS)
        ]
        finding, reasons = refused.typed.get("finding", ""), refused.typed.get("reasons", "")
    elif draft is not None:
        finding, reasons = "", draft.text
        amount = "" if draft.amount is None else formats.plain(draft.amount)
        rows.append({"kind": draft.kind, "text": "", "amount": amount, "currency": draft.currency or currency,
                     "days": ""})  # fmt: skip
    elif before is not None:
        finding, reasons = before.finding, before.reasons if isinstance(before.reasons, str) else ""
        for one in before.remedies:
            amount = "" if one.amount is None else formats.plain(one.amount)
            rows.append({"kind": one.kind, "text": one.text, "amount": amount, "currency": one.currency,
                         "days": str(one.days or "")})  # fmt: skip
    else:
        finding = reasons = ""
        wanted = found.complaint.remedy_wanted
        if wanted in complaints.REMEDIES:
            asked = found.complaint.amount_wanted if wanted in complaints.MONEY_REMEDIES else None
            rows.append({"kind": wanted, "text": "", "amount": "" if asked is None else formats.plain(asked),
                         "currency": currency, "days": ""})  # fmt: skip
    empty = dict.fromkeys(REMEDY_PARTS, "") | {"currency": currency}
    rows += [dict(empty) for _row in range(REMEDY_ROWS - len(rows))]
    return {
        "finding": finding,
        "reasons": reasons,
        "rows": rows,
        "improves": found.offer is not None,
        "before": before,
        "proposed": draft.who if draft else "",
    }

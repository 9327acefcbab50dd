"""Sample data for the component gallery: one believable case, dated around now."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from portal.domain import clock


def _choices(words: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class SampleForm(Form):
    """One field of each kind."""

    name = StringField("Your name", description="As it should stand on a letter.")
    email = EmailField("E-mail")
    password = PasswordField("Password", description="At least 8 signs; 15 are better.")
    quantity = IntegerField("How many")
    what = TextAreaField("What happened?", description="In your own words. We keep them as you write them.")
    product = SelectField(
        "What is it about?", choices=_choices({"": "Choose", "washer": "Washing machine", "fridge": "Fridge"})
    )
    remedy = RadioField(
        "What would put it right?",
        choices=_choices({"repair": "Repair it", "replace": "Replace it", "refund": "Give my money back"}),
    )
    channels = SelectMultipleField(
        "How may we answer?",
        choices=_choices({"email": "By e-mail", "portal": "Here in the portal", "phone": "By phone"}),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    agree = BooleanField(
        "Tell me when the service van is near", description="One message on the day, nothing else."
    )

    def all_errors(self) -> list[tuple[str | None, str]]:
        """Return what to mend as (field id, message)."""
        return [(field.id, message) for field in self for message in field.errors]


def _form() -> SampleForm:
    form = SampleForm(
        data={"name": "Amina Nowak", "remedy": "replace", "channels": ["email", "portal"], "agree": True}
    )
    form.email.data = "amina.nowak@example"
    form.email.errors = ["Write the address in full, as in name@example.com."]
    form.what.errors = ["Tell us what happened, at least one sentence."]
    return form


def _stops(now: datetime) -> list[dict[str, Any]]:
    return [
        {"label": "You wrote to us", "state": "done", "at": now - timedelta(days=6)},
        {"label": "Sam took it", "state": "done", "at": now - timedelta(days=5)},
        {"label": "One question to you", "state": "done", "at": now - timedelta(days=3)},
        {"label": "Your decision on our answer", "state": "now", "due": now + timedelta(days=8)},
        {"label": "We put it right", "state": "next", "due": now + timedelta(days=15)},
        {"label": "You say whether it is done", "state": "next"},
    ]


def _days(now: datetime) -> list[dict[str, Any]]:
    counts = [0, 0, 2, 0, 1, 0, 0, 0, 5, 1, 0, 0, 0, 0, 0, 3, 0, 0, 1, 0, 0, 0, 0, 2, 8, 0, 0, 1, 0, 0, 1]
    first = (now - timedelta(days=30)).date()
    return [
        {
            "date": first + timedelta(days=index),
            "count": count,
            "label": "complaint handling" if count else None,
        }
        for index, count in enumerate(counts)
    ]


def _week() -> list[dict[str, Any]]:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    ends = ("17:00", "17:00", "17:00", "17:00", "08:00", "", "")
    return [
        {
            "label": name,
            "on_name": f"on-{index}",
            "on": bool(end),
            "from_name": f"from-{index}",
            "from": "09:00" if end else "",
            "to_name": f"to-{index}",
            "to": end,
            "error": "The end must come after the start." if end == "08:00" else None,
        }
        for index, (name, end) in enumerate(zip(names, ends, strict=True))
    ]


def _remedies(now: datetime) -> list[dict[str, Any]]:
    today = now.date()
    machine = "A new machine of the same kind, we take the old one"
    money = {"amount": Decimal("120.00"), "currency": "PLN"}
    return [
        {"title": machine, "due": today + timedelta(days=5), "asked": True},
        {"title": "For the lost day", "due": today + timedelta(days=3), **money},
    ]


def gallery_context() -> dict[str, Any]:
    """Return everything that ``dev/components.html`` shows."""
    now = clock.now()
    return {
        "now": now,
        "hours": timedelta(hours=1),
        "days": timedelta(days=1),
        "form": _form(),
        "clean": SampleForm(data={"name": "Amina Nowak", "remedy": "replace"}),
        "stops": _stops(now),
        "month": _days(now),
        "week": _week(),
        "explain": [
            "We received your complaint on Saturday at 10:12, outside our hours: it counts from Monday 9:00.",
            "We promise an answer within 10 business days.",
            "11 November is a public holiday in Poland and does not count.",
        ],
        "points": [
            {"words": "The drum stopped after two weeks.", "finding": "upheld",
             "reason": "The technician found a broken bearing. It was broken when we delivered it.",
             "evidence": "Report of the visit on 3 March"},
            {"words": "Nobody came on Tuesday although you promised.", "finding": "partly",
             "reason": "The van came at 18:40, when your hours had ended at 17:00."},
        ],
        "remedies": _remedies(now),
        "line": [
            {"label": label, "value": value, "low": value - spread, "high": value + spread}
            for label, value, spread in (("Apr", 71, 9), ("May", 74, 8), ("Jun", 69, 7), ("Jul", 78, 7),
                                         ("Aug", 83, 6), ("Sep", 81, 5), ("Oct", 88, 5), ("Nov", 91, 4))
        ],
        "bars": [
            {"label": "Late delivery", "value": 48, "status": "late"},
            {"label": "Repair did not hold", "value": 31},
            {"label": "Wrong bill", "value": 12},
            {"label": "Words of a colleague", "value": 4, "note": "small number"},
        ],
        "parts": [
            {"label": "Sent", "value": 42, "status": "done"},
            {"label": "Withheld by your settings", "value": 17, "status": "withheld"},
            {"label": "Waiting for your hours", "value": 3, "status": "waiting_us"},
        ],
        "files": [
            {"name": "drum-inside.jpg", "size": 2_431_000, "url": "#files"},
            {"name": "receipt.pdf", "size": 88_200, "url": "#files"},
        ],
    }  # fmt: skip

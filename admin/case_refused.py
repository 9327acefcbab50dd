"""An act that could not be taken: what was typed, why, and what happened since its page was opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import session
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from portal.domain.complaints import Case, EventView
from portal.ui import held

# What each act of the page asks for: the field as the verb calls it, and its input here. Every input has a name
# of its own, so that what is held or refused finds its way back to the one form it was typed into.
ASKS: dict[str, dict[str, str]] = {
    "responsibility": {"next_step": "take_step"},
    "hand-over": {"to": "hand_to", "next_step": "hand_step"},
    "replies": {"text": "reply_text"},
    "news": {"text": "news_text", "next_step": "news_step"},
    "questions": {"question": "question_text"},
    "offers": {"finding": "finding", "reasons": "reasons", "remedies": "remedies"},
    "review": {"next_step": "review_step"},
    "deliveries": {"evidence": "evidence", "remedy": "remedy"},
    "private-notes": {"category": "note_category", "text": "note_text", "review_on": "note_review_on"},
    "harm": {"reason": "harm_reason"},
    "body-reply": {"text": "body_text"},
    "body-decision": {"finding": "body_finding", "text": "decision_text", "remedies": "remedies"},
    "extension": {"reason": "extension_reason"},
    "files": {"files": "files"},
}
REMEDY_ROWS = 4
REMEDY_PARTS = ("kind", "text", "amount", "currency", "days")


@dataclass(frozen=True, slots=True)
class Refused:
    """An act that was not taken: which one, what was typed, why, and when its page was opened."""

    noun: str
    typed: Mapping[str, str]
    problems: list[tuple[str | None, str]] = field(default_factory=list)
    seen_at: datetime | None = None
    moved_on: bool = False

    def at(self, name: str) -> str | None:
        """Return what is wrong with one input."""
        return next((message for where, message in self.problems if where == name), None)


def read_mark(mark: str) -> tuple[int | None, datetime | None]:
    """Return the version a page showed and when it was opened; nothing of a mark that is not ours."""
    version, _dot, at = mark.partition(".")
    try:
        return int(version[:12]), datetime.fromtimestamp(float(at[:20]), UTC)
    except (ValueError, OverflowError, OSError):
        return None, None


def held_act() -> Refused | None:
    """Return what was typed here before a sign-in ran out, as an act that is still to be sent."""
    if "held" not in session:
        return None
    for noun, inputs in ASKS.items():
        names = [*inputs.values()]
        if noun == "offers":
            names += [f"remedy_{row}_{part}" for row in range(REMEDY_ROWS) for part in REMEDY_PARTS]
        typed: MultiDict[str, str] | None = held.values(
            type("Typed", (), {name: StringField() for name in names})
        )
        if typed and any(typed.get(name) for name in names):
            return Refused(noun, typed)
    return None


def problems(refused: Refused | None) -> list[tuple[str | None, str]]:
    """Return what is wrong with the id of each input, for the summary."""
    if refused is None:
        return []
    places = {"reply_text": "reply", "evidence": f"evidence-{refused.typed.get('remedy', '')}"}
    return [(places.get(where or "", where), message) for where, message in refused.problems]


def arrived(found: Case, refused: Refused | None) -> list[EventView]:
    """Return what came after the refused page was opened."""
    if refused is None or not refused.moved_on:
        return []
    if refused.seen_at is None:
        return found.events[-1:]
    return [event for event in found.events if event.at > refused.seen_at][-5:] or found.events[-1:]


def homeless(found: Case, refused: Refused | None) -> str:
    """Return the words of an act that this page has no form for any more: they are shown, to be copied."""
    if refused is None or _has_form(found, refused.noun):
        return ""
    inputs = [name for name in ASKS[refused.noun].values() if not name.endswith(("_to", "_category"))]
    return "\n\n".join(filter(None, (refused.typed.get(name, "").strip() for name in inputs)))


def _has_form(found: Case, noun: str) -> bool:
    names = {
        "responsibility": {"take"}, "hand-over": {"hand_over"}, "replies": {"reply"}, "news": {"news"},
        "questions": {"ask", "ask_in_review"}, "offers": {"offer", "offer_in_review"}, "review": {"take_review"},
        "deliveries": {"deliver"}, "private-notes": {"private_note"}, "harm": {"raise_harm"}, "files": {"attach"},
        "body-reply": {"reply_to_body"}, "body-decision": {"body_decides"}, "extension": {"extend_by_law"},
    }  # fmt: skip
    return bool(names[noun] & found.may)

"""How staff call the states of a complaint, and how a page of many rows speaks without asking twice."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import get_template_attribute
from flask_babel import get_domain
from markupsafe import Markup

from portal.domain.complaints import State
from portal.text import Lazy, _t, _tc
from portal.ui.formats import shown
from portal.ui.reader import reader_language

# The customer reads "We need your answer"; at our desk the same state is called by what we wait for.
STATES: dict[str, Lazy] = {
    State.DRAFT: _t("Draft"),
    State.RECEIVED: _tc("complaint", "New"),
    State.IN_HAND: _t("In hand"),
    State.NEEDS_CUSTOMER: _t("Question open"),
    State.WITH_PARTNER: _t("With a partner"),
    State.OFFERED: _t("Answered"),
    State.IN_REVIEW: _t("In review"),
    State.NEEDS_CUSTOMER_R: _t("Reviewer’s question open"),
    State.REVIEW_OFFERED: _t("Review answered"),
    State.LAW_UPHELD: _t("Accepted by law"),
    State.REMEDY_DUE: _t("To be put right"),
    State.TO_CONFIRM: _t("To be confirmed"),
    State.EXTERNAL: _t("With an outside body"),
    State.CLOSED: _t("Closed by the customer"),
    State.CLOSED_UNCONFIRMED: _t("Closed without a word"),
    State.LAPSED: _t("Ended undecided"),
    State.WITHDRAWN: _t("Withdrawn"),
    State.ARCHIVED: _t("Archived"),
    State.DISCARDED: _t("Discarded"),
}

IN_REVIEW = frozenset({State.IN_REVIEW, State.NEEDS_CUSTOMER_R, State.REVIEW_OFFERED})

CHANNELS: dict[str, Lazy] = {
    "portal": _t("portal"),
    "phone": _t("phone"),
    "letter": _t("letter"),
    "counter": _t("counter"),
    "email": _t("e-mail"),
    "inbox": _t("inbox of the portal"),
    "import": _t("brought over"),
}


class Speaker:
    """Texts of the domain in the reader's language; a text that stands on many rows is looked up once."""

    def __init__(self) -> None:
        translations: Any = get_domain().get_translations()
        self._one, self._many = translations.ugettext, translations.ungettext
        self._known: dict[str, str] = {}

    def __call__(self, text: Lazy | str) -> str:
        if not isinstance(text, Lazy):
            return text
        if text.params or text.plural is not None:
            return text.render(self._one, self._many, shown)
        found = self._known.get(text.message)
        if found is None:
            found = self._known[text.message] = text.render(self._one, self._many)
        return found


def state_badge(status: str, words: str) -> Markup:
    """Return the badge of a state, drawn once per language and kept."""
    return _drawn(status, words, reader_language())


@lru_cache(maxsize=512)
def _drawn(status: str, words: str, _language: str) -> Markup:
    return Markup(get_template_attribute("components/badge.html", "badge")(status, words).strip())  # noqa: S704

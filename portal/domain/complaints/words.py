"""What forms offer to choose from, and how long a text may be."""

from __future__ import annotations

from portal.text import Lazy, _t

from .offer_rules import FINDING_LABEL, KIND_LABEL, MONEY
from .thread import MAX_TEXT, MAX_WORDS

REMEDIES: dict[str, Lazy] = {kind.value: label for kind, label in KIND_LABEL.items()}
MONEY_REMEDIES: frozenset[str] = frozenset(kind.value for kind in MONEY)
FINDINGS: dict[str, Lazy] = {finding.value: label for finding, label in FINDING_LABEL.items()}
CONTACT_CHANNELS: dict[str, Lazy] = {
    "email": _t("e-mail"),
    "inbox": _t("only here in the portal"),
    "letter": _t("letter"),
    "phone": _t("phone"),
}
INTAKE_CHANNELS: dict[str, Lazy] = {
    "phone": _t("phone"),
    "letter": _t("letter"),
    "counter": _t("counter"),
    "email": _t("e-mail"),
}
PRIVATE_CATEGORIES: dict[str, Lazy] = {
    "legal_advice": _t("legal advice"),
    "third_person": _t("data of another person"),
    "safety": _t("safety"),
}
# Where the key of a form that makes one complaint comes from; any other source is another register.
FROM_FORM, FROM_INTAKE = "portal-form", "intake"
OWN_SOURCES = (FROM_FORM, FROM_INTAKE)

LIMITS: dict[str, int] = {
    "subject": 200,
    "about": 200,
    "words": MAX_WORDS,
    "text": MAX_TEXT,
    "remedy_text": 500,
    "next_step": 300,
    "evidence": 500,
    "reasons": MAX_TEXT,
    "question": 2_000,
    "draft_step": 20,
}

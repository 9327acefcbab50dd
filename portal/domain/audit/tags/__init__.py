"""The words of the record: one tag per kind of act, the exact keys it carries, and the sentence it makes.

A new kind of act is one name in ``names`` and one line in the module of its concept.
"""

from __future__ import annotations

from . import (
    accounts,
    complaints,
    consent,
    contacts,
    firm,
    messages,
    partners,
    sharing,
    signing_in,
    staff,
    tasks,
    terms,
)  # fmt: skip
from .names import Tag
from .spec import Spec

__all__ = ["PARTS", "SPECS", "Spec", "Tag"]

PARTS = (
    accounts, signing_in, staff, partners, firm, sharing, consent, messages, complaints, terms, tasks, contacts,
)  # fmt: skip
SPECS: dict[Tag, Spec] = {tag: spec for part in PARTS for tag, spec in part.SPECS.items()}

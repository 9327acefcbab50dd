"""The API ``/api/v1``: the verbs and the gate of the portal for the customer's own programs, one module per concept."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("api", __name__)

from . import (  # noqa: E402 - the operations need the blueprint
    complaint_acts,
    complaints,
    entering,
    feedback,
    me,
    messages,
    permissions,
    preferences,
    record,
    reference,
)

__all__ = [
    "blueprint", "complaint_acts", "complaints", "entering", "feedback", "me", "messages", "permissions", "preferences",
    "record", "reference",
]  # fmt: skip

"""The API: ``/api/v1`` for customers' programs, ``/api/partner/v1`` for systems of partners; one module per concept."""

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
    oauth,
    partner_changes,
    partner_shares,
    partner_tasks,
    permissions,
    preferences,
    record,
    reference,
    shares,
)

__all__ = [
    "blueprint", "complaint_acts", "complaints", "entering", "feedback", "me", "messages", "oauth", "partner_changes",
    "partner_shares", "partner_tasks", "permissions", "preferences", "record", "reference", "shares",
]  # fmt: skip

"""Where a person stands with each purpose, by the same gate that decides when a message leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain import gate
from portal.domain.consent import PurposeView
from portal.domain.gate import Decision, Reason, Use
from portal.text import Lazy

QUIET = {Reason.PAUSED, Reason.HOLD}  # allowed, and silent for a while


@dataclass(frozen=True, slots=True)
class Standing:
    """One purpose with the gate's answer at this instant."""

    purpose: PurposeView
    decision: Decision

    @property
    def allowed(self) -> bool:
        """Whether the person allows it, even when it is silent for a while."""
        return self.decision.allowed or self.decision.reason in QUIET

    @property
    def why(self) -> Lazy:
        """The gate's reason in words."""
        return gate.explain(self.decision.reason)

    @property
    def status(self) -> str:
        """The badge: allowed, withheld, or neutral where the service itself needs it."""
        if self.purpose.is_service:
            return "neutral"
        return "allowed" if self.allowed else "withheld"


def standings(
    purposes: Sequence[PurposeView], *, account_id: int | None, person_id: int | None
) -> list[Standing]:
    """Return the gate's answer for each purpose, in one statement."""
    uses = [Use(account_id, person_id, purpose.key) for purpose in purposes]
    decisions = gate.decide_many(uses)
    return [Standing(purpose, decision) for purpose, decision in zip(purposes, decisions, strict=True)]

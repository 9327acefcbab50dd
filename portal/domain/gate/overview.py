"""Every purpose as its person sees it: the gate's answer for the whole and for each channel, asked at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from portal.domain import clock
from portal.domain.actor import Actor
from portal.domain.audit import word
from portal.domain.consent import PurposeView

from .deciding import decide_many
from .rules import Decision, Reason, Use

# Denials that end by themselves or with a matter of the customer's: the permission itself stands.
SLEEPING = frozenset({Reason.PAUSED, Reason.HOLD})
OPEN = frozenset({Reason.NOT_ALLOWED, Reason.REQUESTED, Reason.EXPIRED, Reason.OLD_VERSION, Reason.PENDING})


class Switch(NamedTuple):
    """One channel of a purpose with the gate's answer for it."""

    channel: str
    name: Any
    on: bool
    decision: Decision


class Row(NamedTuple):
    """One purpose with what holds for it."""

    view: PurposeView
    state: str  # allowed, withheld, unasked, always
    decision: Decision
    switches: list[Switch]
    objected: bool

    @property
    def on(self) -> list[Switch]:
        return [switch for switch in self.switches if switch.on]

    @property
    def off(self) -> list[Switch]:
        return [switch for switch in self.switches if not switch.on]

    @property
    def since(self) -> datetime | None:
        state = self.view.general
        return state.at if state is not None and state.permits and self.state == "allowed" else None

    @property
    def silent_until(self) -> datetime | None:
        """Return the date before which we do not ask again, while it lies ahead."""
        state = self.view.general
        if (
            state is None
            or state.permits
            or state.ask_not_before is None
            or state.ask_not_before <= clock.now()
        ):
            return None
        return state.ask_not_before


def overview(views: Sequence[PurposeView], *, actor: Actor) -> list[Row]:
    """Ask the gate once about every purpose for ``actor``, as a whole and by each of its channels."""
    uses = [
        Use(actor.account_id, actor.person_id, view.key, channel=channel)
        for view in views
        for channel in ("", *view.channels)
    ]
    answers = iter(decide_many(uses))
    return [_row(view, next(answers), [next(answers) for _channel in view.channels]) for view in views]


def _row(view: PurposeView, whole: Decision, by_channel: Sequence[Decision]) -> Row:
    def stands(decision: Decision) -> bool:
        return decision.allowed or decision.reason in SLEEPING

    switches = [
        Switch(channel, word("channel", channel), stands(decision), decision)
        for channel, decision in zip(view.channels, by_channel, strict=True)
    ]
    if view.is_service:
        state = "always"
    elif stands(whole) or any(switch.on for switch in switches):
        state = "allowed"
    else:
        state = "unasked" if whole.reason in OPEN else "withheld"
    return Row(view, state, whole, switches, whole.reason is Reason.OBJECTION)

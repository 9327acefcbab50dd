"""The way of a browser to a provider and back: what it had set out for, kept by a token that works once."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import clock
from portal.domain.accounts import links

from .providers import Provider


class Why(StrEnum):
    """What a browser sets out for."""

    ENTER = "enter"  # to sign in
    AGAIN = "again"  # to prove it anew, before a sensitive act
    SWITCH = "switch"  # to act for another partner, which asks for its own proof
    JOIN = "join"  # to add another partner, which has invited, to the same person


FRESH = frozenset({Why.AGAIN, Why.JOIN})  # the provider must ask anew


@dataclass(frozen=True, slots=True)
class Flow:
    """Where a browser had set out for, and in which sign-in (none for a new one)."""

    provider: uuidlib.UUID
    next_path: str
    why: Why
    session_id: int | None
    invitation: uuidlib.UUID | None
    at: int  # seconds since 1970


def mint_flow(
    provider: Provider, *, next_path: str, why: Why = Why.ENTER, session_id: int | None = None,
    invitation: uuidlib.UUID | None = None,
) -> str:  # fmt: skip
    """Return the token of a browser that sets out for a provider; it is good once, for ten minutes.

    ``session_id`` names the sign-in it is about, ``invitation`` the one that is to be accepted.
    """
    data = {
        "provider": str(provider.uuid), "next": next_path[:500], "why": why.value, "session": session_id,
        "invitation": str(invitation or ""), "at": int(clock.now().timestamp()),
    }  # fmt: skip
    return links.mint_link(links.PARTNER, data=data)


def take_flow(token: str) -> Flow:
    """Use up the token of a browser that came back; return where it had set out for; raise NotFound when over."""
    kept = links.use(links.PARTNER, token).data
    invitation = str(kept.get("invitation") or "")
    return Flow(
        uuidlib.UUID(str(kept["provider"])), str(kept["next"]), Why(kept["why"]), kept["session"],
        uuidlib.UUID(invitation) if invitation else None, int(kept["at"]),
    )  # fmt: skip

"""An act as a sentence: the same for customer, staff, mail and export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal import config
from portal.domain.actor import ActorKind
from portal.text import Lazy, _t

from .tags import SPECS, Tag
from .words import word


def _from_settings() -> str:
    return config.load().firm_name


_firm: Callable[[], str] = _from_settings


def name_firm(name: Callable[[], str]) -> None:
    """Let a concept above say what the firm is called now."""
    global _firm
    _firm = name


def who(kind: str, name: str, team: str = "") -> Lazy | str:
    """Return how an actor is called in a sentence; who acts for a company is called so."""
    match kind:
        case ActorKind.SYSTEM:
            return _firm()  # what runs by itself is the firm's doing
        case ActorKind.SOURCE:
            return _t("The source")
        case ActorKind.LAW:
            return _t("The law")
        case ActorKind.CUSTOMER | ActorKind.PARTNER if name and team:
            return _t("{name} for {account}", name=name, account=team)
        case _:
            return name or _t("Someone")


def sentence(
    tag: str, *, actor_kind: str, actor_name: str, data: Mapping[str, Any], actor_team: str = ""
) -> Lazy:
    """Turn an act into one sentence; the same for customer, staff, mail and export."""
    spec = SPECS[Tag(tag)]
    values = {key: word(key, value) for key, value in data.items()}
    return Lazy(spec.sentence.message, {**values, "actor": who(actor_kind, actor_name, actor_team)})

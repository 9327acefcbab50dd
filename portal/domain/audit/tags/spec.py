"""What a kind of act carries and says."""

from __future__ import annotations

from dataclasses import dataclass

from portal.text import Lazy


@dataclass(frozen=True, slots=True)
class Spec:
    """What a tag carries and says; ``visible`` decides whether the customer reads it on the timeline."""

    keys: frozenset[str]
    sentence: Lazy
    visible: bool = True


def says(sentence: Lazy, *keys: str, visible: bool = True) -> Spec:
    """Return what a tag with exactly these ``keys`` says; in the sentence {actor} is who did it."""
    return Spec(frozenset(keys), sentence, visible)

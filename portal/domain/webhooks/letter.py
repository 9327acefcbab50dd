"""What the adapter that calls a partner is given, and how it may fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One try of one event: the same id and the same bytes at each try (Standard Webhooks 1.0.0)."""

    url: str
    id: str
    body: bytes
    secrets: tuple[str, ...] = field(repr=False)  # whsec_…, the newest first
    # For how many seconds it is still the carrier's; asked right before it leaves, raises leasing.Lost.
    held: Callable[[], float] = field(compare=False, repr=False)


class NotTaken(Exception):
    """The partner did not take it now; ``gone`` means that nobody will take anything there any more."""

    def __init__(self, reason: str, detail: str = "", *, gone: bool = False) -> None:
        self.reason, self.detail, self.gone = reason, detail[:300], gone
        super().__init__(reason)


class Carrier(Protocol):
    """Signs a letter, hands it over, and returns when the partner took it; raises :class:`NotTaken` else."""

    def __call__(self, letter: Letter) -> None: ...

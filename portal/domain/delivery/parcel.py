"""What a channel gets to carry, and how it says that it could not; the domain knows no SMTP and no templates."""

from __future__ import annotations

import math
import uuid as uuidlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self


def _for_ever() -> float:
    return math.inf


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way out, with everything that its text and its envelope need."""

    uuid: uuidlib.UUID
    message_id: str
    name: str
    channel: str
    address: str
    purpose: str
    topic: str
    service: bool
    language: str
    zone: str
    at: datetime
    to_name: str = ""
    greeting: str = ""
    purpose_title: str = ""
    account_number: str = ""
    link_account: str = ""  # public id of the account that links lead to, where the reader acts for several
    actor_name: str = ""
    about_kind: str = ""
    about_uuid: str = ""
    signed_in: bool = True  # its reader has an account here, so that links to pages of the account make sense
    secret: str = ""  # token of the one-time link, in the words that leave and nowhere else
    stop_token: str = ""  # token of the one-click link
    data: dict[str, Any] = field(default_factory=dict)
    # For how many seconds it is still the carrier's; asked right before its content leaves, raises Lost.
    held: Callable[[], float] = field(default=_for_ever, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Words:
    """A message as it is read: subject, plain text, and HTML where the channel has it."""

    subject: str
    text: str
    html: str = ""

    def without(self, *secrets: str) -> Words:
        """Return the words with every secret blotted out, as they may be stored."""
        subject, text, html = self.subject, self.text, self.html
        for secret in filter(None, secrets):
            subject, text, html = (part.replace(secret, BLOT) for part in (subject, text, html))
        return Words(subject, text, html)


BLOT = "•••"


class TryLater(Exception):
    """It did not leave now but may later; ``down`` means that the whole channel is out of order."""

    def __init__(self, reason: str, detail: str = "", *, down: bool = False) -> None:
        self.reason = reason
        self.detail = detail
        self.down = down
        super().__init__(reason)


class Refused(Exception):
    """It will never leave; ``dead`` means that the address takes nothing at all any more."""

    def __init__(self, reason: str, detail: str = "", *, dead: bool = False) -> None:
        self.reason = reason
        self.detail = detail
        self.dead = dead
        super().__init__(reason)


class Transport(Protocol):
    """What the mail adapter gives to delivery."""

    def __enter__(self) -> Self:
        """Begin a round: connections are opened when first needed."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End a round and close what it opened."""

    def message_id(self, uuid: uuidlib.UUID) -> str:
        """Return a Message-ID for a message; it is asked for once and kept over every try."""

    def compose(self, parcel: Parcel) -> Words:
        """Write the words in the language of the parcel."""

    def carry(self, parcel: Parcel, words: Words) -> None:
        """Hand it over within the deadline; raise :class:`TryLater`, :class:`Refused`, or :class:`Lost`.

        Right before the content leaves, ``parcel.held()`` says for how long that may still go on.
        """

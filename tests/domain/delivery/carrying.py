"""A transport for tests of the rules: it writes plain words and remembers what it was given."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from portal import db
from portal.domain import clock, outbox
from portal.domain.accounts.models import EmailAddress
from portal.domain.actor import Actor
from portal.domain.delivery import Parcel, Refused, TryLater, Words
from tests import records


@dataclass
class Carrier:
    """Carries in memory; ``fail`` may return what to raise for a parcel."""

    fail: Callable[[Parcel], TryLater | Refused | None] = lambda parcel: None
    carried: list[tuple[Parcel, Words]] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def message_id(self, uuid: uuid.UUID) -> str:
        return f"<{uuid}@test>"

    def compose(self, parcel: Parcel) -> Words:
        links = " ".join(filter(None, (parcel.secret, parcel.stop_token)))
        return Words(f"{parcel.name} in {parcel.language}", f"{parcel.to_name} {links}", f"<p>{links}</p>")

    def carry(self, parcel: Parcel, words: Words) -> None:
        failure = self.fail(parcel)
        if failure is not None:
            raise failure
        self.carried.append((parcel, words))


def with_mailbox(actor: Actor, address: str = "amina@example.org") -> Actor:
    """Give a person a proved mailbox."""
    db.session().add(
        EmailAddress(
            person_id=actor.person_id,
            address=address,
            address_key=address,
            proved_at=clock.now(),
            bounced_at=None,
        )
    )
    db.session().flush()
    return actor


def a_message(actor: Actor, key: str = "one", **changes: Any) -> outbox.Message:
    """Write a message to ``actor``; an offer unless the test says otherwise."""
    values: dict[str, Any] = {"purpose": "offers", "data": {}} | changes
    name = values.pop("name", "sample")
    return records.written(name, key=key, account_id=actor.account_id, person_id=actor.person_id, **values)

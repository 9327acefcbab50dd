"""A new key or secret of ours at a provider, without a moment in which nobody comes in.

A key: the new one is shown beside the old, tried, takes its place, and the old one is shown for a day more. A secret:
whoever sets it has tried it at the provider first.
"""

from __future__ import annotations

import uuid as uuidlib
from datetime import timedelta
from typing import Any

from portal import db
from portal.domain import audit, clock
from portal.domain.accounts import keys
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import NotFound

from .finders import company
from .models import PartnerCompany, PartnerProvider
from .providers import BY_KEY, BY_SECRET, SEAL, row_of

OVERLAP = timedelta(days=1)  # how long the old key is shown: providers remember what they fetched


def _found(actor: Actor, uuid: uuidlib.UUID, proves_by: str) -> tuple[PartnerCompany, PartnerProvider]:
    one = company(actor, uuid)
    row = row_of(one)
    if row is None or row.proves_by != proves_by:
        raise NotFound()
    return one, row


def show_key(uuid: uuidlib.UUID, *, actor: Actor, secret: str, public_key: dict[str, Any]) -> None:
    """Show a new key beside the present one, which goes on proving us; another one that waited goes.

    Raise Denied, NotFound where we prove ourselves in another way.
    """
    _one, row = _found(actor, uuid, BY_KEY)
    row.next_secret, row.next_public_key, row.next_since = keys.seal(SEAL, secret), public_key, clock.now()
    db.session().flush()


def drop_key(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Leave it at the present key; twice changes nothing. Raise Denied, NotFound."""
    _one, row = _found(actor, uuid, BY_KEY)
    row.next_secret = row.next_public_key = row.next_since = None
    db.session().flush()


def take_key(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Prove ourselves by the key that waits from now on; the one before is shown for a day more.

    That the provider takes it is the caller's trial. Raise Denied, NotFound where none waits.
    """
    one, row = _found(actor, uuid, BY_KEY)
    if row.next_secret is None:
        raise NotFound()
    now = clock.now()
    row.old_public_key, row.old_until = row.public_key, now + OVERLAP
    row.secret, row.public_key, row.changed_at = row.next_secret, row.next_public_key, now
    row.next_secret = row.next_public_key = row.next_since = None
    _renewed(one, actor)


def take_secret(uuid: uuidlib.UUID, secret: str, *, actor: Actor) -> None:
    """Prove ourselves by this secret from now on; that the provider takes it is the caller's trial.

    Raise Denied, NotFound where we prove ourselves in another way.
    """
    one, row = _found(actor, uuid, BY_SECRET)
    row.secret, row.changed_at = keys.seal(SEAL, secret), clock.now()
    _renewed(one, actor)


def _renewed(one: PartnerCompany, actor: Actor) -> None:
    db.session().flush()
    audit.record(Tag.PARTNER_PROOF_RENEWED, actor=actor, subject=("partner", one.uuid), partner=one.name)

"""People who join an account that exists already."""

from __future__ import annotations

from portal.domain.actor import Actor, Right

from . import shapes
from .memberships import join
from .models import Account, Person
from .people import index_account, new_address, new_person


def add_member(
    account: Account,
    *,
    name: str,
    email: str,
    rights: tuple[Right, ...],
    actor: Actor,
    language: str = "en",
    zone: str = "Europe/Warsaw",
) -> Person:
    """Let a new person with a proved mailbox act for ``account``; raise Invalid at the field that does not fit."""
    person = new_person(
        name=shapes.line(name, most=120, field="name", needed=True),
        language=shapes.language(language),
        zone=shapes.zone(zone),
        claimed=True,
    )
    new_address(person, shapes.mailbox(email), proved=True)
    join(account, person, actor=actor, rights=rights)
    index_account(account)
    return person

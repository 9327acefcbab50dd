"""Hurtownia Lipa: Ola administers it, Piotr works there; made by the verbs themselves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import accounts
from portal.domain.accounts.models import Membership
from portal.domain.actor import SYSTEM, Actor, Right

Grant = accounts.Grant
OWN = Grant(Right.COMPLAINTS_OWN)


@dataclass
class Lipa:
    """The company and how to act in it."""

    account: accounts.Account
    ola: accounts.Person
    piotr: accounts.Person

    def actor(self, person: accounts.Person) -> Actor:
        return accounts.actor_of(person.id, account_id=self.account.id)

    def seat(self, person: accounts.Person) -> uuid.UUID:
        """The public id of the membership."""
        found = select(Membership.uuid).where(
            Membership.account_id == self.account.id, Membership.person_id == person.id
        )
        return db.session().scalars(found).one()

    def grant(self, person: accounts.Person, *grants: Any, by: accounts.Person | None = None) -> bool:
        return accounts.set_rights(self.seat(person), grants, actor=self.actor(by or self.ola))

    def add(self, name: str, *rights: Right) -> accounts.Person:
        first = name.split()[0].lower()
        return accounts.add_member(
            self.account, name=name, email=f"{first}@lipa.example", rights=rights, actor=self.actor(self.ola)
        )


def lipa(*rights: Right) -> Lipa:
    """Open the company with its administrator and one colleague who holds ``rights``."""
    account, ola = accounts.open_account(
        actor=SYSTEM, name="Hurtownia Lipa", kind="company", contact="Ola Lipska", email="ola@lipa.example",
        claimed=True,
    )  # fmt: skip
    accounts.set_password(ola, "seven green herons")
    piotr = accounts.add_member(
        account, name="Piotr Bielak", email="piotr@lipa.example", rights=rights, actor=SYSTEM
    )
    accounts.set_password(piotr, "seven green herons")
    return Lipa(account, ola, piotr)

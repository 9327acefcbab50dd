"""Oneself and the account in hand."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from flask import g
from pydantic import Field

from portal.domain import accounts, programs
from portal.domain.actor import Right
from portal.domain.programs import Scope
from portal.text import _t

from . import given
from .operations import operation
from .shapes import Given, Short, Shown, letters


class ActingProgram(Shown):
    """The program that calls."""

    id: uuid.UUID
    name: str
    scopes: list[str]
    expires_at: dt.datetime


class Me(Shown):
    """The person for whom a program acts."""

    name: str
    salutation: str
    language: Annotated[str, Field(examples=["en"])]
    zone: Annotated[str, Field(examples=["Europe/Warsaw"])]
    email: str
    rights: Annotated[list[str], Field(description=str(_t("What the person may do in this account, now")))]
    account: Annotated[str, Field(description=str(_t("The name of the account in which the program acts")))]
    program: ActingProgram


class MeChange(Given):
    """What may be changed about oneself; what is not named stays."""

    name: Annotated[str, letters(120, 1), Field(examples=["Amina Nowak"])] = ""
    salutation: Annotated[str, letters(120)] = ""
    language: Annotated[str, letters(5, 2), Field(examples=["pl"])] = ""
    zone: Annotated[str, letters(60, 1), Field(examples=["Europe/Warsaw"])] = ""


class Account(Shown):
    """The account in which a program acts."""

    number: Annotated[str, Field(description=str(_t("The customer number, as said on the phone")))]
    kind: Literal["person", "company"]
    name: str
    phone: str
    street: str
    postcode: str
    city: str
    country: str


class AccountChange(Given):
    """What may be changed about the account; what is not named stays."""

    phone: Annotated[str, letters(40), Field(examples=["+48 22 555 01 00"])] = ""
    street: Short = ""
    postcode: Annotated[str, letters(20)] = ""
    city: Annotated[str, letters(100)] = ""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["PL"])] = ""


def _me() -> Me:
    profile = accounts.profile_of(g.actor)
    acting: programs.Resumed = g.program
    return Me(
        name=profile.name, salutation=profile.salutation, language=profile.language, zone=profile.zone,
        email=profile.email, rights=sorted(g.actor.rights), account=profile.account_name,
        program=ActingProgram(
            id=acting.uuid, name=acting.name, scopes=sorted(acting.scopes), expires_at=acting.expires_at
        ),
    )  # fmt: skip


def _account() -> Account:
    profile = accounts.profile_of(g.actor)
    values: dict[str, Any] = {
        name: getattr(profile, name) for name in ("phone", "street", "postcode", "city", "country")
    }
    return Account(
        number=profile.account_number,
        kind=profile.account_kind,
        name=profile.account_name,
        **values,
    )


@operation("GET", "/me", Scope.PROFILE_READ, _t("Who the program acts for"), answer=Me)
def me() -> Me:
    """The person, and what the program may."""
    return _me()


@operation(
    "PATCH", "/me", Scope.PROFILE_WRITE, _t("Change one's own details"), body=MeChange, answer=Me, conditional=True,
    example={"language": "pl"},
)  # fmt: skip
def me_change(body: MeChange) -> Me:
    """Change what is named."""
    programs.hold(g.actor)
    given.require_match(_me())
    accounts.change_profile(g.actor, **body.model_dump(exclude_unset=True))
    return _me()


@operation("GET", "/account", Scope.PROFILE_READ, _t("The account in hand"), answer=Account)
def account() -> Account:
    """The details of the account."""
    return _account()


@operation(
    "PATCH", "/account", Scope.PROFILE_WRITE, _t("Change the details of the account"), rights=(Right.ADMINISTER,),
    body=AccountChange, answer=Account, conditional=True, example={"city": "Kraków", "postcode": "30-001"},
)  # fmt: skip
def account_change(body: AccountChange) -> Account:
    """Change what is named."""
    programs.hold(g.actor)
    given.require_match(_account())
    accounts.change_profile(g.actor, **body.model_dump(exclude_unset=True))
    return _account()

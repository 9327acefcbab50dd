"""What happens among colleagues: Ola limits Piotr, invites Ewa, and lets in Zofia, who is a customer too; and in a
bakery nobody administers any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from portal.domain import accounts, calendars, clock
from portal.domain.actor import SYSTEM, Actor, ActorKind, Right

from . import cast

if TYPE_CHECKING:
    import uuid

    from .history import History


def live(history: History) -> None:
    """Plan the last weeks of Hurtownia Lipa, and of the bakery."""
    end = history.replay.end
    history.replay.at(end - timedelta(days=40), lambda: _zofia(history))
    history.replay.at(end - timedelta(days=3, hours=2), lambda: _limit_piotr(history))
    history.replay.at(end - timedelta(days=2, hours=5), lambda: _invite_ewa(history))
    history.replay.at(end - timedelta(days=260), lambda: _bakery(history))
    history.replay.at(history.office(end - timedelta(days=8)), lambda: _ask_for_the_bakery(history))
    history.replay.at(history.office(end - timedelta(days=4)), lambda: _agree_for_the_bakery(history))


def _ola(history: History) -> Actor:
    return history.customer_actor(history.cast["ola"])


def _seat(history: History, person_id: int) -> uuid.UUID:
    people = accounts.colleagues_of(_ola(history))
    return next(one.uuid for one in people if one.person_id == person_id)


def _limit_piotr(history: History) -> None:
    """Own complaints up to 500 euro, until a day that comes soon enough to be reminded of."""
    last = calendars.local_day(clock.now(), "Europe/Warsaw") + timedelta(days=9)
    accounts.set_rights(
        _seat(history, history.cast["piotr"].person_id),
        [
            accounts.Grant(Right.COMPLAINTS_OWN, Decimal(500), "EUR", until=last),
            accounts.Grant(Right.DOCUMENTS),
        ],
        actor=_ola(history),
    )


def _invite_ewa(history: History) -> None:
    accounts.invite_colleague(
        name="Ewa Zalewska", email=f"ewa@{cast.DOMAIN}", language="pl",
        grants=[accounts.Grant(Right.DOCUMENTS), accounts.Grant(Right.ORDERS, Decimal(2000), "PLN")],
        actor=_ola(history),
    )  # fmt: skip


def _zofia(history: History) -> None:
    """Zofia has an account of her own and acts for the company too."""
    zofia = cast.ZOFIA
    _account, person = accounts.open_account(
        actor=Actor(history.customer_actor(history.cast["ola"]).kind, name=zofia.name), name=zofia.name,
        email=zofia.email, language=zofia.language, zone=zofia.zone, phone=zofia.phone, street=zofia.street,
        postcode=zofia.postcode, city=zofia.city, country=zofia.country, claimed=True,
    )  # fmt: skip
    accounts.set_password(person, cast.PASSWORD)
    company = accounts.account_by_id(history.cast["ola"].account_id)
    accounts.join(company, person, actor=SYSTEM)
    accounts.set_rights(
        _seat(history, person.id),
        [accounts.Grant(Right.COMPLAINTS_ALL, Decimal(1000), "PLN")],
        actor=_ola(history),
    )
    accounts.index_account(company)


def _bakery(history: History) -> None:
    """A company whose only administrator leaves one day without a word, and a colleague who stays."""
    account, hanna = accounts.open_account(
        actor=Actor(ActorKind.CUSTOMER, name=cast.HANNA), name=cast.BAKERY, kind="company", contact=cast.HANNA,
        email=f"hanna@{cast.DOMAIN}", language="pl", zone="Europe/Warsaw", phone="+48 603 552 817",
        street="ul. Młynarska 17", postcode="01-205", city="Warszawa", country="PL", tax_number="PL5270003344",
        claimed=True,
    )  # fmt: skip
    igor = accounts.add_member(
        account, name=cast.IGOR, email=f"igor@{cast.DOMAIN}", language="pl", rights=(Right.COMPLAINTS_OWN,),
        actor=accounts.actor_of(hanna.id, account_id=account.id),
    )  # fmt: skip
    accounts.set_password(igor, cast.PASSWORD)
    history.cast["igor"] = replace(history.cast["piotr"], account_id=account.id, person_id=igor.id)


def _ask_for_the_bakery(history: History) -> None:
    why = "Hanna Maj left in spring, her mailbox bounces, and nobody else can invite people."
    accounts.seat.claim(actor=history.customer_actor(history.cast["igor"]), why=why)


def _agree_for_the_bakery(history: History) -> None:
    """One of two; the other is for whoever tries the demo."""
    dana = history.staff_actor("dana")
    (asked,) = accounts.seat.open_claims(dana)
    accounts.seat.agree(asked.uuid, actor=dana)

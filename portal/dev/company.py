"""What happens among colleagues: Ola limits Piotr, invites Ewa, and lets in Zofia, who is a customer too."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from portal.domain import accounts, calendars, clock
from portal.domain.actor import SYSTEM, Actor, Right

from . import cast

if TYPE_CHECKING:
    import uuid

    from .history import History


def live(history: History) -> None:
    """Plan the last weeks of Hurtownia Lipa."""
    end = history.replay.end
    history.replay.at(end - timedelta(days=40), lambda: _zofia(history))
    history.replay.at(end - timedelta(days=3, hours=2), lambda: _limit_piotr(history))
    history.replay.at(end - timedelta(days=2, hours=5), lambda: _invite_ewa(history))


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

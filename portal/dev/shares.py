"""What Amina shares with Northwind in the demo, and what Northwind asks her for."""

from __future__ import annotations

from datetime import timedelta

from portal import db
from portal.domain import accounts, calendars, clock, partners, sharing
from portal.domain.accounts import Face
from portal.domain.actor import Actor

from . import cast

AMINA = "Amina Nowak"


def begin() -> None:
    """Let Amina share her address for a repair, let Nils look, and let Northwind ask for more; once."""
    amina = accounts.actor_of(accounts.person_called(AMINA).id)
    northwind = next(one for one in partners.active() if one.name == cast.NORTHWIND)
    if sharing.of(amina).shares():
        return
    now = clock.now()
    made = sharing.give(
        northwind.uuid,
        sharing.Terms(
            purpose="service", fields=("contact.name", "contact.phone", "contact.address", "complaints.product"),
            until=calendars.day_end((now + timedelta(days=75)).date(), amina.zone),
            words="the new seal of my washing machine", keep_days=14,
        ),
        actor=amina,
    )  # fmt: skip
    db.session().flush()
    nils = _nils(northwind.id)
    sharing.look(made.uuid, actor=nils)
    number = accounts.account_by_id(amina.account_id or 0).number
    sharing.ask(
        number,
        sharing.Terms(
            purpose="quote", fields=("contact.name", "contact.email", "reach.how"), until=now,
            words="An offer for a yearly check of your machines", keep_days=30,
            sub_recipients="Seals and Parts, Road Van",
        ),
        benefit="The first check costs nothing, within four weeks", days=60, actor=nils,
    )  # fmt: skip


def _nils(partner_id: int) -> Actor:
    person = next(one for one in partners.members(partner_id) if one.name == cast.NILS.name)
    token, _ = accounts.demo_link(accounts.person_by_id(person.person_id), face=Face.PARTNER)
    step, _ = accounts.enter_by_link(token, device="Firefox on Linux", network="192.0.2.20")
    resumed = accounts.resume(step.token, face=Face.PARTNER)
    assert resumed is not None
    return resumed.actor

"""The system of Northwind in the demo: let in by Astrid, with a secret that nobody has kept."""

from __future__ import annotations

from datetime import timedelta

from portal.domain import accounts, calendars, clients, clock, partners
from portal.domain.actor import Actor

from . import cast

NAME = "Workshop"


def let_in() -> None:
    """Let Northwind's workshop system in, once; its secret is thrown away, so that there is none anybody knows."""
    astrid = _astrid()
    if clients.clients_of(astrid.partner_id or 0, actor=astrid):
        return
    last = calendars.local_day(clock.now(), astrid.zone) + timedelta(days=clients.MOST_DAYS)
    scopes = [clients.Scope.TASKS_WORK, clients.Scope.SHARES_READ, clients.Scope.CHANGES_READ]
    clients.make(NAME, scopes, last, actor=astrid)


def token() -> str:
    """Return a token of Northwind's system, as the token endpoint would give it to whoever has the secret."""
    astrid = _astrid()
    lines = clients.clients_of(astrid.partner_id or 0, actor=astrid)
    live = next(one for one in lines if one.state == "live" and one.name == NAME)
    issued = clients.issue(clients.by_uuid(live.uuid), [], seconds=int(clients.LONGEST.total_seconds()))
    assert issued is not None
    return issued.token


def _astrid() -> Actor:
    return partners.actor_of(person_id=accounts.person_called(cast.ASTRID.name).id)

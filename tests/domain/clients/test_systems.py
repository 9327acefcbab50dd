"""Who lets systems of a partner in, gives them another secret and shuts them out; and who hears of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import calendars, clients, clock, outbox
from portal.domain.actor import SYSTEM, Actor, ActorKind, Permission
from portal.domain.errors import Conflict, Denied, DomainError, Invalid, NotFound
from tests.api.partner_calling import let_in
from tests.domain.tasks import scenes

pytestmark = pytest.mark.usefixtures("uow")
STAFF = Actor(ActorKind.STAFF, name="Max Brandt", permissions=frozenset({Permission.PARTNERS_WRITE.value}))


@pytest.fixture
def astrid() -> Actor:
    return scenes.nils(scenes.company(), "Astrid Holm", role="administrator")


def test_what_may_be_done_is_what_was_chosen_and_no_more(astrid: Actor) -> None:
    client, _ = let_in(astrid, ("changes:read", "tasks:read", "tasks:work"))
    assert client.scopes == ["tasks:work", "changes:read"], "who works on tasks reads them anyway"
    issued = clients.issue(client, ["tasks:read"], seconds=900)
    assert issued is not None
    actor = clients.resume(issued.token).actor  # type: ignore[union-attr]
    assert (actor.rights, actor.name, actor.acting_for) == (
        {"tasks:read"},
        "Workshop (API)",
        "Northwind Repairs",
    )
    assert actor.person_id is None and actor.session_id is None


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": " "}, "name"), ({"scopes": ()}, "scopes"), ({"scopes": ("people:manage",)}, "scopes"),
     ({"days": -1}, "until"), ({"days": 400}, "until")],
)  # fmt: skip
def test_what_does_not_fit_is_named(astrid: Actor, change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as error:
        let_in(astrid, **change)  # type: ignore[arg-type]
    assert error.value.field == field


def test_two_of_one_name_would_be_told_apart_by_nobody(astrid: Actor) -> None:
    client, _ = let_in(astrid)
    with pytest.raises(Invalid, match="another name"):
        let_in(astrid, name="WORKSHOP")
    clients.revoke(client.uuid, actor=astrid)
    let_in(astrid)


def test_nobody_else_lets_one_in(astrid: Actor) -> None:
    client, _ = let_in(astrid)
    issued = clients.issue(client, [], seconds=900)
    assert issued is not None
    itself = clients.resume(issued.token).actor  # type: ignore[union-attr]
    nils = replace(astrid, rights=frozenset({"tasks:work", "shares:read"}))
    for actor in (nils, STAFF, SYSTEM, itself, Actor(ActorKind.CUSTOMER, person_id=1, account_id=1)):
        with pytest.raises(Denied):
            let_in(actor, name="Mine")


def test_another_partner_finds_nothing(astrid: Actor) -> None:
    client, _ = let_in(astrid)
    other = scenes.nils(scenes.company("Southwind"), "Olga South", role="administrator")
    acts: list[Callable[[], object]] = [
        lambda: clients.rotate(client.uuid, actor=other),
        lambda: clients.revoke(client.uuid, actor=other),
        lambda: clients.clients_of(client.partner_id, actor=other),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()


def test_our_staff_shut_out_and_draw_no_secret(astrid: Actor) -> None:
    client, _ = let_in(astrid)
    with pytest.raises(Denied):
        clients.rotate(client.uuid, actor=STAFF)
    clients.revoke(client.uuid, actor=STAFF)
    clients.revoke(client.uuid, actor=astrid)
    (line,) = clients.clients_of(client.partner_id, actor=astrid)
    assert (line.state, line.revoked_by) == ("revoked", "Max Brandt")
    with pytest.raises(Conflict):
        clients.rotate(client.uuid, actor=astrid)


def test_a_secret_is_changed_once_a_day(astrid: Actor) -> None:
    client, secret = let_in(astrid)
    clients.rotate(client.uuid, actor=astrid)
    with pytest.raises(Conflict):
        clients.rotate(client.uuid, actor=astrid)
    assert clients.proved(str(client.uuid), secret) is client


def test_every_administrator_hears_of_it_without_the_secret(astrid: Actor) -> None:
    client, secret = let_in(astrid)
    _, new = clients.rotate(client.uuid, actor=astrid)
    mails = db.session().scalars(select(outbox.Message).where(outbox.Message.name == "partner_client")).all()
    assert [one.data["what"] for one in mails] == ["made", "rotated"]
    assert all(secret not in str(one.data) and new not in str(one.data) for one in mails)


def test_there_is_an_end_to_how_many(astrid: Actor) -> None:
    for number in range(clients.MOST_CLIENTS):
        let_in(astrid, name=f"Robot {number}")
    with pytest.raises(DomainError):
        let_in(astrid, name="One more")


def test_no_token_outlives_its_system(astrid: Actor) -> None:
    client, _ = let_in(astrid)
    client.expires_at = clock.now() + timedelta(minutes=3)
    issued = clients.issue(client, [], seconds=3600)
    assert issued is not None and issued.seconds <= 180
    client.expires_at = calendars.day_end(clock.now().date() + timedelta(days=9), "UTC")
    longest = clients.issue(client, [], seconds=3600)
    assert longest is not None and longest.seconds <= 900

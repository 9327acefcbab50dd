"""An invitation: offered by an administrator, proved by the mailbox, once, for seven days, the same words for all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock, errors, retention
from portal.domain.accounts import Way
from portal.domain.accounts.models import Invitation
from portal.domain.actor import ANONYMOUS, SYSTEM, Right
from portal.domain.audit import AuditEvent
from tests.domain.accounts.company import OWN, Grant, Lipa, lipa
from tests.domain.accounts.people import customer, letters, link_of, member_of_staff

MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)
OFFER = (Grant(Right.COMPLAINTS_OWN, Decimal(500), "EUR", until=date(2026, 6, 19)), Grant(Right.ORDERS))
PASSWORD = "nine yellow storks"


@pytest.fixture(autouse=True)
def monday(uow: object) -> Any:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def firm() -> Lipa:
    return lipa()


def invited(firm: Lipa, email: str = "ewa@lipa.example", *grants: Grant) -> str:
    accounts.invite_colleague(
        name="Ewa Nowa", email=email, language="pl", grants=grants or OFFER, actor=firm.actor(firm.ola)
    )
    return link_of(letters("invitation")[-1])


def rights(firm: Lipa, person_id: int) -> frozenset[str]:
    return accounts.actor_of(person_id, account_id=firm.account.id).rights


def test_a_new_person_proves_the_mailbox_and_has_what_was_offered(firm: Lipa) -> None:
    token = invited(firm)
    offered = accounts.invitation_of(token)
    assert (offered.company, offered.by, offered.way) == ("Hurtownia Lipa", "Ola Lipska", Way.PASSWORD)
    assert [one.right for one in offered.rights] == [Right.COMPLAINTS_OWN, Right.ORDERS]
    proved = accounts.accept_with_password(token, name="Ewa Nowak", password=PASSWORD)
    actor = accounts.actor_of(proved.person_id)
    assert (actor.name, actor.language, actor.account_id) == ("Ewa Nowak", "pl", firm.account.id)
    assert actor.rights == {"complaints:own", "orders"}
    limit = actor.limit_of(Right.COMPLAINTS_OWN)
    assert limit is not None and (limit.amount, limit.currency) == (Decimal(500), "EUR")
    with pytest.raises(errors.NotFound):
        accounts.invitation_of(token)
    with pytest.raises(errors.NotFound):
        accounts.accept_with_password(token, name="Ewa Nowak", password=PASSWORD)
    [answer] = letters("invitation_answered")
    assert (answer.person_id, answer.data["accepted"]) == (firm.ola.id, True)
    said = db.session().scalars(select(AuditEvent.tag).where(AuditEvent.account_id == firm.account.id)).all()
    assert [tag for tag in said if tag.startswith(("invitation", "rights", "membership"))][-4:] == [
        "invitation:sent", "membership:started", "invitation:accepted", "rights:set",
    ]  # fmt: skip


def test_inviting_writes_the_same_rows_whether_the_address_is_known_or_not(firm: Lipa) -> None:
    """Not even who watches the database's size learns from inviting who is a customer."""
    customer()
    written = []
    for email in ("amina@example.org", "nobody@example.org"):
        before = len(letters()), len(db.session().scalars(select(AuditEvent.id)).all())
        accounts.invite_colleague(
            name="A B", email=email, language="en", grants=OFFER, actor=firm.actor(firm.ola)
        )
        row = letters("invitation")[-1]
        written.append(
            (
                len(letters()) - before[0],
                len(db.session().scalars(select(AuditEvent.id)).all()) - before[1],
                row.person_id, row.account_id, sorted(row.data),
            )
        )  # fmt: skip
    assert written[0] == written[1]


def test_who_has_an_account_signs_in_and_accepts_with_it(firm: Lipa) -> None:
    amina, ben = customer(), customer("Ben Petrov", "ben@example.org")
    token = invited(firm, "amina@example.org")
    assert accounts.invitation_of(token).way is Way.SIGN_IN
    with pytest.raises(errors.NotFound):
        accounts.accept_with_password(token, name="Amina", password=PASSWORD)
    assert accounts.invitation_of(token, actor=accounts.actor_of(ben.id)).way is Way.OTHER
    with pytest.raises(errors.NotFound):
        accounts.accept_as_self(token, actor=accounts.actor_of(ben.id))
    assert accounts.accept_as_self(token, actor=accounts.actor_of(amina.id)) is firm.account
    assert rights(firm, amina.id) == {"complaints:own", "orders"}
    assert accounts.actor_of(amina.id).account_id != firm.account.id  # one's own account stays the first


def test_a_second_mailbox_of_somebody_known_is_accepted_with_the_account_in_hand(firm: Lipa) -> None:
    amina = customer()
    token = invited(firm, "amina@lipa.example")
    assert accounts.invitation_of(token, actor=accounts.actor_of(amina.id)).way is Way.ACCEPT
    accounts.accept_as_self(token, actor=accounts.actor_of(amina.id))
    assert rights(firm, amina.id) == {"complaints:own", "orders"}
    again = invited(firm, "amina.n@lipa.example")
    with pytest.raises(errors.Conflict):
        accounts.accept_as_self(again, actor=accounts.actor_of(amina.id))


def test_an_imported_record_is_claimed_and_somebody_who_left_comes_back(firm: Lipa) -> None:
    _, _, lucja = accounts.import_customer(
        source="crm", source_key="17", name="Łucja Żak", email="lucja@example.org"
    )
    accounts.accept_with_password(invited(firm, "lucja@example.org"), name="Łucja Żak", password=PASSWORD)
    assert lucja.claimed_at == MONDAY and rights(firm, lucja.id) == {"complaints:own", "orders"}
    accounts.end_membership(firm.seat(firm.piotr), actor=firm.actor(firm.ola))
    token = invited(firm, "piotr@lipa.example", OWN)
    assert accounts.invitation_of(token).way is Way.PASSWORD
    accounts.accept_with_password(token, name="Piotr", password=PASSWORD)
    assert (rights(firm, firm.piotr.id), firm.piotr.name) == ({"complaints:own"}, "Piotr Bielak")


def test_somebody_who_works_here_cannot_be_made_a_customers_colleague_by_a_link(firm: Lipa) -> None:
    member_of_staff()
    token = invited(firm, "sam@example.org")
    assert accounts.invitation_of(token).way is Way.STAFF
    with pytest.raises(errors.NotFound):
        accounts.accept_with_password(token, name="Sam", password=PASSWORD)


def test_it_is_over_after_seven_days_when_cancelled_and_when_sent_anew(firm: Lipa) -> None:
    ola = firm.actor(firm.ola)
    token = invited(firm)
    with clock.at(MONDAY + timedelta(days=6, hours=23)):
        accounts.invitation_of(token)
    with clock.at(MONDAY + timedelta(days=7)), pytest.raises(errors.NotFound):
        accounts.invitation_of(token)
    [row] = accounts.invitations_of(ola)
    accounts.send_again(row.uuid, actor=ola)
    assert [one.state for one in letters("invitation")] == ["cancelled", "queued"]
    with pytest.raises(errors.NotFound):
        accounts.invitation_of(token)
    newer = link_of(letters("invitation")[-1])
    assert accounts.invitation_of(newer).times == 2
    accounts.cancel_invitation(row.uuid, actor=ola)
    with pytest.raises(errors.NotFound):
        accounts.invitation_of(newer)
    assert accounts.invitations_of(ola) == []
    with pytest.raises(errors.NotFound):
        accounts.cancel_invitation(row.uuid, actor=ola)
    assert letters("invitation")[-1].state == "cancelled"


def test_it_is_over_when_who_invited_administers_no_more(firm: Lipa) -> None:
    token = invited(firm)
    firm.grant(firm.piotr, Grant(Right.ADMINISTER))
    firm.grant(firm.ola, OWN, by=firm.piotr)
    with pytest.raises(errors.NotFound):
        accounts.accept_with_password(token, name="Ewa", password=PASSWORD)
    [row] = accounts.invitations_of(firm.actor(firm.piotr))
    assert not row.open
    accounts.send_again(row.uuid, actor=firm.actor(firm.piotr))
    accounts.accept_with_password(link_of(letters("invitation")[-1]), name="Ewa", password=PASSWORD)


def test_declining_is_told_and_final(firm: Lipa) -> None:
    token = invited(firm)
    accounts.decline_invitation(token)
    assert letters("invitation_answered")[0].data["accepted"] is False
    for act in (
        lambda: accounts.decline_invitation(token),
        lambda: accounts.accept_with_password(token, name="Ewa", password=PASSWORD),
    ):
        with pytest.raises(errors.NotFound):
            act()
    assert [one.name for one in accounts.people_of(firm.account.id)] == ["Ola Lipska", "Piotr Bielak"]


def test_what_has_ended_before_the_yes_is_not_given(firm: Lipa) -> None:
    token = invited(firm)
    with clock.at(datetime(2026, 6, 20, 8, tzinfo=UTC)):
        proved = accounts.accept_with_password(token, name="Ewa", password=PASSWORD)
        assert rights(firm, proved.person_id) == {"orders"}
    only = invited(firm, "jan@lipa.example", Grant(Right.ORDERS, until=date(2026, 6, 16)))
    with clock.at(datetime(2026, 6, 17, 8, tzinfo=UTC)), pytest.raises(errors.NotFound):
        accounts.invitation_of(only)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nobody"}, "email"), ({"email": "piotr@lipa.example"}, "email"), ({"name": " "}, "name"),
        ({"language": "xx"}, "language"), ({"grants": ()}, "rights"),
    ],
)  # fmt: skip
def test_a_wrong_invitation_names_its_field(firm: Lipa, changes: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"name": "Ewa", "email": "ewa@lipa.example", "language": "en", "grants": OFFER}
    with pytest.raises(errors.Invalid) as refused:
        accounts.invite_colleague(**given | changes, actor=firm.actor(firm.ola))
    assert refused.value.field == field
    assert letters("invitation") == []


def test_an_address_has_one_open_invitation_and_a_day_thirty(firm: Lipa) -> None:
    invited(firm)
    with pytest.raises(errors.Invalid):
        invited(firm, "EWA@lipa.example")
    for n in range(29):
        invited(firm, f"n{n}@lipa.example")
    with pytest.raises(errors.TooMany):
        invited(firm, "last@lipa.example")
    with clock.at(MONDAY + timedelta(days=1, seconds=1)):
        invited(firm, "last@lipa.example")


def test_a_private_account_invites_nobody_and_a_colleague_neither(firm: Lipa) -> None:
    for actor, refusal in (
        (accounts.actor_of(customer().id), errors.NotFound), (firm.actor(firm.piotr), errors.Denied),
        (ANONYMOUS, errors.NotFound), (SYSTEM, errors.NotFound),
    ):  # fmt: skip
        with pytest.raises(refusal):
            accounts.invite_colleague(
                name="E", email="e@example.org", language="en", grants=OFFER, actor=actor
            )


def test_what_was_never_accepted_is_forgotten_after_ninety_days(firm: Lipa) -> None:
    invited(firm)
    with clock.at(MONDAY + timedelta(days=96)):
        retention.run_due(only=("invitations",))
        assert db.session().scalars(select(Invitation)).all() != []
    with clock.at(MONDAY + timedelta(days=98)):
        retention.run_due(only=("invitations",))
        assert db.session().scalars(select(Invitation)).all() == []

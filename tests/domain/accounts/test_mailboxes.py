from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import accounts, clock, tables
from portal.domain.accounts.models import Account, EmailAddress, Person
from portal.domain.actor import SYSTEM
from portal.domain.audit import AuditEvent
from portal.domain.errors import Conflict, Invalid, NotFound
from tests.domain.accounts.people import PASSWORD, asked, customer, letters, link_of


def rows() -> dict[str, int]:
    session = db.session()
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables.ALL}


def tags(account_id: int | None = None) -> list[str]:
    statement = select(AuditEvent.tag).order_by(AuditEvent.id)
    if account_id:
        statement = statement.where(AuditEvent.account_id == account_id)
    return list(db.session().scalars(statement))


@pytest.mark.parametrize("kind", ["register", "reset"])
def test_known_or_not_a_request_writes_the_same_single_row(uow: object, kind: str) -> None:
    customer()
    differences = []
    for email in ("amina@example.org", "nobody@example.org"):
        before = rows()
        if kind == "register":
            accounts.ask_to_register(name="Amina", email=email, language="en")
        else:
            accounts.ask_to_reset(email=email, language="en")
        after = rows()
        differences.append(
            {name: after[name] - before[name] for name in after if after[name] != before[name]}
        )
    assert differences[0] == differences[1] == {"mailbox_request": 1}


def test_a_newcomer_proves_the_mailbox_and_has_an_account(uow: object) -> None:
    token = asked("register", "Newcomer@Example.org", "Nora New")
    assert [message.name for message in letters()] == ["prove_mailbox"]
    proved = accounts.register(token, PASSWORD)
    person = db.session().get_one(Person, proved.person_id)
    assert (person.name, proved.claimed) == ("Nora New", False)
    actor = accounts.actor_of(person.id)
    assert actor.rights == {"administer"}
    assert tags(actor.account_id) == ["account:registered"]
    with pytest.raises(NotFound):
        accounts.register(token, PASSWORD)


def test_what_a_stranger_typed_as_a_name_is_not_mailed(uow: object) -> None:
    asked("register", "victim@example.org", "Buy at evil.example")
    (message,) = letters()
    assert message.person_id is None
    assert message.address == "victim@example.org"


def test_a_known_mailbox_is_told_so_and_nothing_changes(uow: object) -> None:
    customer()
    before = rows()
    accounts.ask_to_register(name="Somebody", email="AMINA@example.org", language="pl")
    accounts.handle_mailbox_requests()
    after = rows()
    assert {name for name in after if after[name] != before[name]} == {"mailbox_request", "message"}
    assert [message.name for message in letters()] == ["known_mailbox"]
    assert letters()[0].secret == ""


def test_an_unknown_mailbox_that_asks_for_a_password_gets_nothing(uow: object) -> None:
    accounts.ask_to_reset(email="nobody@example.org", language="en")
    assert accounts.handle_mailbox_requests() == 1
    assert letters() == []
    assert accounts.handle_mailbox_requests() == 0


@pytest.mark.parametrize("kind", ["register", "reset"])
def test_who_proves_an_imported_mailbox_claims_the_record(uow: object, kind: str) -> None:
    _, account, person = accounts.import_customer(
        source="crm", source_key="17", name="Amina Nowak", email="amina@example.org"
    )
    token = asked(kind, "amina@example.org", "A. Nowak")
    proved = accounts.register(token, PASSWORD)
    assert proved.claimed
    assert proved.person_id == person.id
    assert account.claimed_at is not None
    assert db.session().scalar(select(func.count(Account.id))) == 1
    assert db.session().scalar(select(func.count(Person.id))) == 1
    assert tags(account.id) == ["account:imported", "account:claimed"]
    assert db.session().scalars(select(EmailAddress)).one().proved_at is not None
    assert (
        accounts.sign_in(
            email="amina@example.org",
            password=PASSWORD,
            face=accounts.Face.CUSTOMER,
            device="",
            network="192.0.2.1",
        ).next
        is accounts.Next.DONE
    )


def test_an_address_that_was_taken_meanwhile_is_not_taken_twice(uow: object) -> None:
    token = asked("register", "amina@example.org")
    customer()
    with pytest.raises(Conflict):
        accounts.register(token, PASSWORD)


def test_a_newer_link_ends_the_older_one(uow: object) -> None:
    customer()
    older, newer = asked("reset", "amina@example.org"), asked("reset", "amina@example.org")
    with pytest.raises(NotFound):
        accounts.reset(older, "four grey swans")
    accounts.reset(newer, "four grey swans")


@pytest.mark.parametrize(("kind", "hours"), [("register", 48), ("reset", 1)])
def test_a_link_is_short_lived(uow: object, kind: str, hours: int) -> None:
    customer()
    token = asked(kind, "amina@example.org" if kind == "reset" else "new@example.org")
    act = accounts.reset if kind == "reset" else accounts.register
    with clock.at(clock.now() + timedelta(hours=hours)), pytest.raises(NotFound):
        act(token, "four grey swans")
    with clock.at(clock.now() + timedelta(hours=hours, seconds=-5)):
        act(token, "four grey swans")


def test_a_link_of_one_kind_opens_nothing_else(uow: object) -> None:
    customer()
    with pytest.raises(NotFound):
        accounts.register(asked("reset", "amina@example.org"), "four grey swans")
    with pytest.raises(NotFound):
        accounts.reset(asked("register", "new@example.org"), "four grey swans")


def test_a_weak_password_does_not_use_the_link_up(uow: object) -> None:
    customer()
    token = asked("reset", "amina@example.org")
    with pytest.raises(Invalid):
        accounts.reset(token, "password")
    accounts.reset(token, "four grey swans")


def test_reset_mails_stop_at_five_a_day_and_proofs_at_three_in_six_hours(uow: object) -> None:
    customer()
    for _ in range(7):
        accounts.ask_to_reset(email="amina@example.org", language="en")
        accounts.ask_to_register(name="New", email="new@example.org", language="en")
    assert accounts.handle_mailbox_requests() == 14
    assert len(letters("reset_password")) == 5
    assert len(letters("prove_mailbox")) == 3
    with clock.at(clock.now() + timedelta(hours=25)):
        accounts.ask_to_reset(email="amina@example.org", language="en")
        accounts.handle_mailbox_requests()
    assert len(letters("reset_password")) == 6


def test_a_link_used_six_times_at_once_works_once(own_database: db.Database) -> None:
    with db.unit_of_work():
        token = asked("register", "amina@example.org")
    ready, outcomes = threading.Barrier(6), []

    def use() -> None:
        ready.wait()
        try:
            with db.unit_of_work():
                accounts.register(token, PASSWORD)
            outcomes.append("done")
        except (NotFound, Conflict) as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", *["not_found"] * 5]
    with db.unit_of_work(write=False):
        assert rows()["account"] == rows()["person"] == rows()["password"] == 1


def test_two_workers_answer_a_request_once(own_database: db.Database) -> None:
    with db.unit_of_work():
        customer()
        accounts.ask_to_reset(email="amina@example.org", language="en")
    ready, counts = threading.Barrier(2), []

    def work() -> None:
        ready.wait()
        with db.unit_of_work():
            counts.append(accounts.handle_mailbox_requests())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 1]
    with db.unit_of_work(write=False):
        assert len(letters()) == 1


def test_the_new_mailbox_proves_the_change_and_the_old_one_hears_of_it(uow: object) -> None:
    person = customer()
    token = accounts.sign_in(
        email="amina@example.org",
        password=PASSWORD,
        face=accounts.Face.CUSTOMER,
        device="",
        network="192.0.2.1",
    ).token
    resumed = accounts.resume(token, face=accounts.Face.CUSTOMER)
    assert resumed is not None
    actor = resumed.actor
    accounts.ask_address_change(actor, "amina@new.example.org")
    proof, notice = letters("address_change")[0], letters("address_changed")[0]
    assert (proof.address, notice.address) == ("amina@new.example.org", "amina@example.org")
    assert notice.data["new"] == "a…@new.example.org"
    assert accounts.mailbox_of(person.id) == "amina@example.org"
    link = link_of(proof)
    other = accounts.actor_of(customer("Ben Petrov", "ben@example.org").id)
    with pytest.raises(NotFound):
        accounts.change_address(other, link)
    accounts.change_address(actor, link)
    assert accounts.mailbox_of(person.id) == "amina@new.example.org"
    with pytest.raises(NotFound):
        accounts.change_address(actor, link)


def test_an_address_change_asks_for_a_fresh_sign_in(uow: object) -> None:
    from portal.domain.errors import FreshSignInNeeded

    customer()
    token = accounts.sign_in(
        email="amina@example.org",
        password=PASSWORD,
        face=accounts.Face.CUSTOMER,
        device="",
        network="192.0.2.1",
    ).token
    with clock.at(clock.now() + timedelta(minutes=11)):
        resumed = accounts.resume(token, face=accounts.Face.CUSTOMER)
        assert resumed is not None
        with pytest.raises(FreshSignInNeeded):
            accounts.ask_address_change(resumed.actor, "amina@new.example.org")


def test_the_system_opens_accounts_for_the_demo(uow: object) -> None:
    account, person = accounts.open_account(
        actor=SYSTEM, name="Hurtownia Lipa", kind="company", contact="Ola Lipa", email="ola@lipa.example"
    )
    assert (account.kind, person.name) == ("company", "Ola Lipa")

"""Statements on the driver's cursor: the same values as through the session, in every kind of unit of work."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import bindparam, create_engine, select, text
from sqlalchemy.exc import StatementError

from portal import db
from portal.domain.accounts.models import Account, Person
from portal.domain.complaints.models import Complaint
from portal.prepared import Prepared, record
from tests import factories

BY_NUMBER = select(Complaint).where(Complaint.number == bindparam("number", type_=Complaint.number.type))
COLUMNS = Prepared(
    select(
        *record("Complaint", Complaint),
        *record("Person", Person.id, Person.name),
        Account.name.label("whose"),
    )
    .join(Account, Account.id == Complaint.account_id)
    .outerjoin(Person, Person.id == Complaint.handler_id)
    .where(Complaint.number == bindparam("number", type_=Complaint.number.type))
)


def _complaint() -> str:
    """Make a complaint with every kind of value; return its number."""
    account, person = factories.make_account("Amina Nowak"), factories.make_person("Amina Nowak")
    row = Complaint(
        uuid=uuid.uuid4(), account_id=account.id, person_id=person.id, number="1234567890",
        state="received", subject="Zażółć", words="Źle", zone="Europe/Warsaw", amount_wanted=Decimal("149.90"),
        currency="PLN", happened_on=datetime(2026, 3, 29, tzinfo=UTC).date(),
        created_at=datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC),
        received_at=datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    )  # fmt: skip
    db.session().add(row)
    db.session().flush()
    return row.number


def _same(found: object, number: str) -> None:
    entity = db.session().scalars(BY_NUMBER, {"number": number}).one()
    for name in Complaint.__mapper__.columns.keys():  # noqa: SIM118 - a collection of columns, not a dict
        assert getattr(found, name) == getattr(entity, name), name


def test_a_record_has_the_values_of_the_entity(uow: object) -> None:
    number = _complaint()
    found = COLUMNS.first(number=number)
    _same(found.Complaint, number)
    assert (
        found.Complaint.created_at.tzinfo is UTC
        or found.Complaint.created_at.utcoffset().total_seconds() == 0
    )
    assert found.whose == "Amina Nowak"
    assert found.Person is None, "an outer join that finds nothing gives no record"


def test_reading_units_give_the_same_past_the_session(own_database: db.Database) -> None:
    with db.unit_of_work():
        number = _complaint()
    with db.unit_of_work(write=False):
        assert db.unit().bare
        found = COLUMNS.first(number=number)
        _same(found.Complaint, number)


def test_a_writing_unit_sees_its_own_change(own_database: db.Database) -> None:
    with db.unit_of_work():
        number = _complaint()
        db.session().scalars(BY_NUMBER, {"number": number}).one().subject = "changed"
        assert COLUMNS.first(number=number).Complaint.subject == "changed"


def test_a_reading_unit_refuses_to_write(own_database: db.Database) -> None:
    with pytest.raises(db.ReadOnlySession), db.unit_of_work(write=False) as session:
        session.add(Person(name="x", created_at=datetime.now(UTC)))
        session.flush()


def test_nothing_stays_checked_out(own_database: db.Database) -> None:
    for _ in range(50):
        with db.unit_of_work(write=False):
            COLUMNS.all(number="0")
        with db.unit_of_work(write=False) as session:
            session.scalars(BY_NUMBER, {"number": "0"}).all()
            COLUMNS.all(number="0")
        with db.unit_of_work():
            COLUMNS.all(number="0")
    for engine in {own_database.engine, own_database.reader}:
        assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.postgres
def test_a_page_survives_a_restart_of_the_server(own_database: db.Database) -> None:
    with db.unit_of_work():
        number = _complaint()
    with db.unit_of_work(write=False):
        COLUMNS.first(number=number)
    killer = create_engine(own_database.engine.url)
    with killer.connect() as connection:  # the server cuts off everybody else
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    killer.dispose()
    page = db.begin(write=False)
    try:
        assert COLUMNS.first(number=number).Complaint.number == number
    finally:
        db.end(page)


def test_an_instant_without_a_zone_is_refused(own_database: db.Database) -> None:
    with pytest.raises(StatementError, match="an instant needs a zone"), db.unit_of_work() as session:
        session.add(Person(name="x", created_at=datetime(2026, 3, 1)))  # noqa: DTZ001 - that is what is tried
        session.flush()

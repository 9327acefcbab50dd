"""Complaints from another register: true dates, once, silent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, complaints, errors, outbox, search
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Permission
from portal.domain.complaints.models import Clock, Complaint
from tests import records
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("uow")
LONG_AGO = datetime(2023, 9, 25, 12, tzinfo=UTC)


def bring(key: str, *, closed: bool, **more: Any) -> str:
    """Import one complaint of the same customer."""
    person = db.session().scalars(select(Person).where(Person.name == "Amina Nowak")).first()
    account = db.session().scalars(select(Account).where(Account.name == "Amina Nowak")).first()
    assert person is not None and account is not None
    given = {"words": "The card was charged twice", "received_at": LONG_AGO} | more
    return complaints.import_complaint(
        source="cfpb", key=key, account=account, person=person, closed=closed, **given
    )


def one() -> Complaint:
    return db.session().scalars(select(Complaint)).one()


def test_what_the_source_closed_ended_without_the_customers_word_by_the_source() -> None:
    amina, sam = cases.amina(), cases.sam()
    assert bring("1", closed=True, how="Closed with explanation") == "new"
    complaint = one()
    assert (complaint.state, complaint.received_at, complaint.ended_at) == (
        "closed_unconfirmed",
        LONG_AGO,
        LONG_AGO,
    )
    assert "Closed by the source: Closed with explanation" in str(
        complaints.case(amina, complaint.uuid).ended_note
    )
    assert [line.uuid for line in complaints.of(sam).queue("ended")] == [complaint.uuid]
    assert search.find("complaint", "charged") == [complaint.id]


def test_what_the_source_left_open_is_received_with_true_dates_and_stands_in_the_queue() -> None:
    amina, sam = cases.amina(), cases.sam()
    assert bring("1", closed=False) == "new"
    complaint = one()
    assert (complaint.state, complaint.received_at) == ("received", LONG_AGO)
    line = complaints.of(sam).queue("due")[0]
    assert line.status == "late"
    assert {promise.k: promise.started_at for promise in complaints.case(amina, complaint.uuid).promises} == {
        "K2": LONG_AGO,
        "K4": LONG_AGO,
    }


def test_a_register_may_be_older_than_every_law_that_is_switched_on() -> None:
    amina = cases.amina()
    assert bring("1", closed=False, received_at=datetime(2011, 12, 1, tzinfo=UTC)) == "new"
    assert [promise.k for promise in complaints.case(amina, one().uuid).promises] == ["K2"]


def test_a_second_run_knows_every_row() -> None:
    cases.amina()
    assert [bring("1", closed=True), bring("2", closed=False)] == ["new", "new"]
    assert [bring("1", closed=True), bring("2", closed=False)] == ["known", "known"]
    assert db.session().scalar(select(func.count()).select_from(Complaint)) == 2


def test_an_import_sends_nothing_and_runs_no_past_effect() -> None:
    cases.amina()
    bring("1", closed=True)
    bring("2", closed=False)
    assert complaints.run_due_clocks(clock.now() + timedelta(days=1)) == 0
    assert db.session().scalar(select(func.count()).select_from(outbox.Message)) == 0
    assert db.session().scalars(select(Clock.k).where(Clock.next_at < clock.now())).all() == []


def test_an_import_from_the_future_is_refused() -> None:
    cases.amina()
    with pytest.raises(errors.Invalid) as refused:
        bring("1", closed=True, received_at=clock.now() + timedelta(days=2))
    assert refused.value.field == "received_at"


def test_an_imported_complaint_can_be_worked_and_reopened() -> None:
    amina, sam = cases.amina(), cases.sam()
    bring("1", closed=True)
    complaint = one()
    assert complaints.reopen(complaint, actor=amina).state == "received"
    complaints.take(complaint, actor=sam, next_step="I read the old file")
    assert complaint.state == "in_hand"


def test_a_date_that_was_over_before_the_import_is_no_promise_of_ours() -> None:
    amina = cases.amina()
    sam = records.staff("Sam Okoye", *cases.HANDLER, Permission.DASHBOARD_READ)
    bring("1", closed=False)
    complaint = one()
    assert (complaints.kept_promises(sam).n, complaints.kept_to(amina).n) == (0, 0)
    with clock.at(clock.now() + timedelta(minutes=2)):  # figures are fresh for a minute
        complaints.take(complaint, actor=sam, next_step="I read the old file")
        assert (complaints.kept_promises(sam).n, complaints.kept_to(amina).n) == (0, 0)
    with clock.at(clock.now() + timedelta(days=60)):  # what we promised ourselves since then, we broke
        assert complaints.kept_to(amina).kept == 0
        assert complaints.kept_to(amina).n >= 1


def test_what_was_filed_here_is_a_promise_of_ours_whatever_key_its_form_had() -> None:
    amina = cases.amina()
    sam = records.staff("Sam Okoye", *cases.HANDLER, Permission.DASHBOARD_READ)
    draft = complaints.start_draft(actor=amina, about="A pump", key="6f1f54b4-5d37-4b63-9ee6-1b5b2f1f7f11")
    complaints.save_draft(draft, actor=amina, words="It leaks.", remedy_wanted="repair")
    complaints.send(draft, actor=amina)
    assert draft.source is not None
    with clock.at(clock.now() + timedelta(days=60)):
        assert complaints.kept_to(amina).n >= 1
        assert complaints.kept_promises(sam).n >= 1

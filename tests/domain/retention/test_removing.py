"""What is due goes on its date and nothing else does; a legal hold keeps all of it."""

from __future__ import annotations

import io
import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, NoResultFound

from portal import db
from portal.domain import accounts, clock, complaints, errors, outbox, partners, retention
from portal.domain.accounts import people
from portal.domain.accounts.credentials import RefusedSignIn, SignInSession
from portal.domain.accounts.models import Account, EmailAddress, Membership, Person
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.audit.models import AuditEvent
from portal.domain.calendars import day_start, local_day
from portal.domain.complaints.models import Attachment, Complaint, ComplaintEvent, Entry, Offer
from portal.domain.consent.models import Purpose
from portal.domain.feedback.models import Feedback
from portal.domain.files import storage
from portal.domain.lookups.models import LookUp, LookUpItem
from portal.domain.partners.models import (
    PartnerIdentity,
    PartnerInvitation,
    PartnerSignIn,
    PartnerSpentToken,
)
from portal.domain.partners.people import begin
from portal.domain.retention import removing, running
from portal.domain.retention.models import RetentionPass, RetentionRun
from portal.domain.search.models import SearchDocument
from portal.domain.timeline.models import Contact
from tests import factories, records
from tests.domain.complaints import cases
from tests.domain.complaints.test_time import day_by_day

ZONE = "Europe/Warsaw"
BEGUN = datetime(2026, 6, 15, 21, 30, tzinfo=UTC)  # half past eleven at night in the firm
SECOND = timedelta(seconds=1)
RULES = {rule.key: rule for rule in retention.RULES}


@pytest.fixture(autouse=True)
def files_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "files"
    monkeypatch.setattr(storage, "folder", lambda: here)
    return here


def end_of(rule: retention.Rule, begun: datetime = BEGUN) -> datetime:
    """The first instant at which a row that began then is removed."""
    if not rule.period.dated:
        return begun + timedelta(hours=rule.period.hours) + timedelta(microseconds=1)
    return day_start(rule.period.last_day(local_day(begun, ZONE)) + timedelta(days=1), ZONE)


def run(at: datetime, *only: str) -> dict[str, int]:
    with clock.at(at):
        return retention.run_due(only=only)


def closed_case() -> tuple[Complaint, Actor]:
    """A complaint with a file, words of both, an offer, that ended at BEGUN."""
    amina, sam = cases.amina(), cases.sam()
    with clock.at(BEGUN - timedelta(days=5)):
        complaint = cases.draft(amina)
        content = io.BytesIO(b"%PDF-1.7\nbill\n%%EOF")
        complaints.attach(complaint, actor=amina, name="bill of Amina.pdf", stream=content)
        complaints.send(complaint, actor=amina)
        complaints.take(complaint, actor=sam, next_step="I call the workshop")
        complaints.reply(complaint, actor=sam, text="We are sorry, Amina.")
    with clock.at(BEGUN):
        complaints.withdraw(complaint, actor=amina)
    return complaint, amina


def feed(actor: Actor) -> None:
    db.session().add(
        Feedback(
            account_id=actor.account_id, person_id=actor.person_id, key="k", kind="answer", handling=4, outcome=2,
            text="The pump of Amina", created_at=BEGUN,
        )
    )  # fmt: skip


def message(actor: Actor, state: str, *, purpose: str = "service") -> outbox.Message:
    with clock.at(BEGUN):
        row = records.written(
            "news", key=f"{state}{purpose}", account_id=actor.account_id, person_id=actor.person_id, purpose=purpose,
            address="amina@example.org", data={"name": "Amina"},
        )  # fmt: skip
    row.state, row.ended_at, row.subject, row.body_text = state, BEGUN, "News", "Dear Amina"
    return row


def test_files_of_a_closed_complaint_go_from_the_disk_on_their_date(uow: Any, files_dir: Path) -> None:
    complaint, amina = closed_case()
    with clock.at(BEGUN):
        cases.received(cases.amina())
    rule = RULES["complaint_files"]
    assert "complaint_files" not in run(end_of(rule) - SECOND)
    assert len(list(files_dir.glob("??/*"))) == 1
    assert run(end_of(rule))["complaint_files"] == 1
    row = db.session().scalars(select(Attachment)).one()
    db.session().refresh(row)
    assert (row.removed_at, row.name, bool(row.sha256)) == (end_of(rule), "", True)
    assert complaint.words and complaints.case(amina, complaint.uuid).files == []


def in_order(column: Any) -> Any:
    """Return the statement that reads ``column`` of what happened, in the order in which it happened."""
    return select(column).order_by(ComplaintEvent.id)


def test_words_go_and_figures_stay(uow: Any) -> None:
    complaint, amina = closed_case()
    rule = RULES["complaint_words"]
    before = db.session().scalars(in_order(ComplaintEvent.act)).all()
    run(end_of(rule) - SECOND)
    assert db.session().scalar(select(Complaint.words)) == cases.WORDS
    assert len(db.session().scalars(select(Entry.id)).all()) == 1
    assert run(end_of(rule))["complaint_words"] == 1
    db.session().expire_all()
    assert complaint.words == complaint.subject == complaint.next_step == ""
    assert complaint.ended_at == BEGUN
    assert db.session().scalars(select(Entry)).all() == []
    assert db.session().scalars(select(SearchDocument).where(SearchDocument.kind == "complaint")).all() == []
    assert db.session().scalars(in_order(ComplaintEvent.act)).all() == before
    assert db.session().scalars(in_order(ComplaintEvent.reason)).all() == [""] * len(before)
    assert complaints.case(amina, complaint.uuid).number == complaint.number
    assert db.session().scalars(select(RetentionPass)).all() == []
    assert db.session().scalars(select(Offer)).all() == []


def test_words_of_a_wish_that_was_changed_go_too(uow: Any) -> None:
    amina = cases.amina()
    with clock.at(BEGUN):
        complaint = cases.received(amina)
        complaints.change_remedy(complaint, actor=amina, remedy_wanted="other", remedy_text="For my mother")
        complaints.change_remedy(complaint, actor=amina, remedy_wanted="apology")
        complaints.withdraw(complaint, actor=amina)
    run(end_of(RULES["complaint_words"]))
    kept = db.session().scalars(select(ComplaintEvent.data).where(ComplaintEvent.act == "change_wish")).all()
    assert "mother" not in repr(kept) and [one["before"]["remedy"] for one in kept][1] == "other"


def test_a_legal_hold_keeps_everything_until_it_is_lifted(uow: Any) -> None:
    _, amina = closed_case()
    dana = records.staff("Dana", Permission.RETENTION_READ, Permission.RETENTION_WRITE)
    number = db.session().scalar(select(Account.number).where(Account.id == amina.account_id))
    message(amina, "sent"), feed(amina)
    held = retention.hold(f"{number}", "Court of Warsaw, I C 1/26", actor=dana)
    assert retention.hold(f"{number}", "again", actor=dana).id == held.id
    late = datetime(2040, 1, 1, tzinfo=UTC)
    kept = {"complaint_files", "complaint_words", "service_messages", "feedback"}
    assert not kept & run(late).keys()
    assert [one.number for one in retention.holds(dana)] == [number]
    with clock.at(late):
        retention.lift(held.uuid, actor=dana)
    assert kept <= run(late + timedelta(days=1)).keys()
    with pytest.raises(errors.Invalid):
        retention.hold("123", "why", actor=dana)
    with pytest.raises(errors.Denied):
        retention.hold(f"{number}", "why", actor=records.staff("Sam", Permission.RETENTION_READ))


@pytest.mark.postgres
def test_a_legal_hold_that_is_set_while_rows_go_waits_until_they_went(
    own_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.unit_of_work():
        amina, other = records.customer(), records.customer()
        dana = records.staff("Dana", Permission.RETENTION_WRITE)
        number = db.session().scalar(select(Account.number).where(Account.id == other.account_id))
        message(amina, "sent")
    rule, order = RULES["service_messages"], []

    def hold() -> None:
        with db.unit_of_work():
            retention.hold(f"{number}", "Court of Warsaw, I C 1/26", actor=dana)
        order.append("held")

    second = threading.Thread(target=hold)

    def slow(ids: list[int], at: datetime) -> None:
        second.start()
        second.join(0.5)
        rule.act(ids, at)
        order.append("gone")

    monkeypatch.setattr(running, "every", lambda: [replace(rule, act=slow)])
    assert run(end_of(rule)) == {rule.key: 1}
    second.join(10)
    assert order == ["gone", "held"]


def test_a_legal_hold_keeps_the_file_of_a_draft_whose_time_is_over(uow: Any, files_dir: Path) -> None:
    amina = cases.amina()
    dana = records.staff("Dana", Permission.RETENTION_READ, Permission.RETENTION_WRITE)
    number = db.session().scalar(select(Account.number).where(Account.id == amina.account_id))
    with clock.at(BEGUN):
        draft = cases.draft(amina)
        complaints.attach(draft, actor=amina, name="a.pdf", stream=io.BytesIO(b"%PDF-1.7\n1\n%%EOF"))
        held = retention.hold(f"{number}", "Court of Warsaw, I C 1/26", actor=dana)
    day_by_day(BEGUN, 95)
    assert draft.state == "discarded"
    assert "discarded_drafts" not in run(datetime(2040, 1, 1, tzinfo=UTC))
    assert len(list(files_dir.glob("??/*"))) == 1
    retention.lift(held.uuid, actor=dana)
    assert run(datetime(2040, 1, 2, tzinfo=UTC))["discarded_drafts"] == 1
    db.session().refresh(draft)
    assert list(files_dir.glob("??/*")) == [] and draft.words == ""


def test_messages_lose_their_words_and_keep_the_fact(uow: Any) -> None:
    factories.make_purpose("offers")  # published with 24 months
    amina = records.customer()
    service, offer = message(amina, "sent"), message(amina, "sent", purpose="offers")
    withheld, waiting = message(amina, "withheld", purpose="offers"), message(amina, "queued")
    waiting.ended_at = None
    for row, rule in (
        (withheld, RULES["unsent_messages"]),
        (offer, next(one for one in retention.every() if one.key == "purpose:offers")),
        (service, RULES["service_messages"]),
    ):
        run(end_of(rule) - SECOND)
        db.session().refresh(row)
        assert row.body_text and row.words_gone_at is None
        assert run(end_of(rule))[rule.key] == 1
        db.session().refresh(row)
        assert (row.body_text, row.address, row.data, row.subject) == ("", "", {}, "News")
        assert row.words_gone_at == end_of(rule) and row.ended_at == BEGUN
    db.session().refresh(waiting)
    assert waiting.body_text and waiting.address


@pytest.mark.parametrize("change", [{"sends": False}, {"retired_at": BEGUN}])
def test_what_a_purpose_sent_has_its_end_also_when_it_sends_no_more(uow: Any, change: dict[str, Any]) -> None:
    factories.make_purpose("offers")
    row = message(records.customer(), "sent", purpose="offers")
    db.session().execute(update(Purpose).values(**change))
    assert run(datetime(2040, 1, 1, tzinfo=UTC))["purpose:offers"] == 1
    db.session().refresh(row)
    assert row.body_text == ""


def test_rows_go_at_their_end_and_not_a_second_before(uow: Any) -> None:
    amina, sam = records.customer(), records.staff("Sam Okoye")
    session = db.session()
    look = LookUp(
        session_id=sam.session_id, staff_person_id=sam.person_id, account_id=amina.account_id,
        account_key=amina.account_id, purpose="call", window_start=BEGUN, first_at=BEGUN, last_at=BEGUN,
    )  # fmt: skip
    session.add(look)
    session.flush()
    session.add(LookUpItem(look_up_id=look.id, at=BEGUN, kind="customer_page"))
    session.add(RefusedSignIn(bucket="b", at=BEGUN, face="customer", how="password"))
    session.add(
        Contact(
            account_id=amina.account_id, at=BEGUN, recorded_at=BEGUN, direction="in", channel="phone",
            outcome="reached", subject="Pump", text="Amina called", staff_person_id=sam.person_id,
        )
    )  # fmt: skip
    for row in session.scalars(select(SignInSession)):
        row.last_seen_at = BEGUN
    feed(amina)
    session.flush()
    for key, model in (
        ("refused_sign_ins", RefusedSignIn), ("look_ups", LookUp), ("contacts", Contact), ("sign_ins", SignInSession),
    ):  # fmt: skip
        rule = RULES[key]
        run(end_of(rule) - SECOND, key)
        if key != "sign_ins":
            assert len(session.scalars(select(model.id)).all()) >= 1, key
        run(end_of(rule), key)
        assert session.scalars(select(model.id)).all() == [], key
    assert session.scalars(select(LookUpItem.id)).all() == []
    run(end_of(RULES["feedback"]))
    session.expire_all()
    told = session.scalars(select(Feedback)).one()
    assert (told.account_id, told.text, told.handling, told.outcome) == (None, "", 4, 2)


def test_people_of_partners_lose_their_names_with_the_last_company_and_their_proofs_before(uow: Any) -> None:
    session = db.session()
    with clock.at(BEGUN):
        north, south = factories.make_partner(), factories.make_partner("Southwind")
        nils = factories.make_partner_member(north)
        asked = partners.invite(
            north, actor=SYSTEM, name="Ida Moe", email="ida@northwind.example", role="reader"
        )
        person = session.get_one(Person, nils.person_id)
        begin(
            south, person, role=partners.PartnerRole.READER, regions=[], email="n@south.example", actor=SYSTEM
        )
        partners.known_as(nils.uuid, "https://login.example", "n-1", actor=SYSTEM)
        link, _ = accounts.demo_link(person, face=accounts.Face.PARTNER)
        accounts.enter_by_link(link, device="", network="")
        row = session.scalars(select(PartnerSignIn)).one()
        row.id_token, row.sid = b"sealed", "s-1"
        session.add(PartnerSpentToken(issuer="https://login.example", jti_hash="x", expires_at=BEGUN))
        partners.cancel_invitation(asked.uuid, actor=SYSTEM)
        partners.end_member(nils.uuid, actor=SYSTEM)
    run(end_of(RULES["partner_proofs"]), "partner_proofs", "partner_notices")
    session.expire_all()
    assert (row.id_token, row.sid) == (None, "") and session.scalars(select(PartnerSpentToken)).all() == []
    run(end_of(RULES["partner_invitations"]) - SECOND, "partner_invitations")
    assert len(session.scalars(select(PartnerInvitation.id)).all()) == 1
    assert run(end_of(RULES["partner_invitations"]), "partner_invitations") == {"partner_invitations": 1}
    rule = RULES["partner_people"]
    assert run(end_of(rule) - SECOND, "partner_people") == {}
    assert run(end_of(rule), "partner_people") == {"partner_people": 1}
    session.expire_all()
    assert (nils.email, person.name) == ("", "Nils Berg"), "still somebody of Southwind"
    assert run(end_of(rule), "partner_people") == {}
    (other,) = [one for one in partners.members(south.id) if one.ended_at is None]
    later = end_of(rule)
    with clock.at(later):
        partners.end_member(other.uuid, actor=SYSTEM)
    run(end_of(rule, later), "partner_people")
    session.expire_all()
    assert (
        person.name == "–" and person.deactivated_at and session.scalars(select(PartnerIdentity)).all() == []
    )


def test_customers_of_an_old_register_who_never_came_lose_their_names(uow: Any) -> None:
    session = db.session()
    with clock.at(BEGUN):
        came, never = records.customer("Came Here"), records.customer("Never Came")
        for actor in (came, never):
            row = session.get_one(Account, actor.account_id)
            row.source, row.source_key, row.phone = "old", f"k{actor.account_id}", "+48225550100"
            session.add(
                EmailAddress(
                    person_id=actor.person_id, address=f"{actor.account_id}@example.org",
                    address_key=f"{actor.account_id}@example.org",
                )
            )  # fmt: skip
        session.get_one(Account, came.account_id).claimed_at = BEGUN
        session.flush()
    rule = RULES["unclaimed_accounts"]
    assert "unclaimed_accounts" not in run(end_of(rule) - SECOND)
    assert run(end_of(rule))["unclaimed_accounts"] == 1
    session.expire_all()
    assert session.scalars(select(Account.name).order_by(Account.id)).all() == ["Came Here", "–"]
    key = session.scalars(select(Account.source_key).where(Account.name == "–")).one()
    assert key and re.fullmatch("gone:[0-9a-f]{64}", key)
    with pytest.raises(
        errors.Invalid, match="removed here on"
    ):  # an import of the same file does not bring them back
        accounts.import_customer(
            source="old", source_key=f"k{never.account_id}", name="Never Came", email="never@example.org"
        )
    assert session.scalars(select(EmailAddress.person_id)).all() == [came.person_id]


def test_who_claims_a_record_at_that_moment_keeps_it(
    own_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.unit_of_work(), clock.at(BEGUN):
        _, account, person = accounts.import_customer(
            source="old", source_key="17", name="Amina Nowak", email="amina@example.org"
        )
        number, whose = account.id, person.id
    rule, heard = RULES["unclaimed_accounts"], list[str]()

    def claim() -> None:
        try:
            with db.unit_of_work() as session:
                address = session.scalars(select(EmailAddress).where(EmailAddress.person_id == whose)).one()
                people.claim(session.get_one(Person, whose), address, language="en")
            heard.append("claimed")
        except (errors.Conflict, NoResultFound):
            heard.append("refused")

    second = threading.Thread(target=claim)

    def slow(ids: list[int], at: datetime) -> int:
        assert ids == [number]
        second.start()
        second.join(0.3 if own_database.sqlite else 5)  # SQLite lets one write at a time
        return removing.unclaimed(ids, at)

    monkeypatch.setattr(running, "every", lambda: [replace(rule, act=slow)])
    gone = run(end_of(rule))
    second.join(20)
    with db.unit_of_work(write=False) as session:
        left = session.get_one(Account, number).name
    kept = ({}, "Amina Nowak", ["claimed"])
    assert (gone, left, heard) == (kept if not own_database.sqlite else ({rule.key: 1}, "–", ["refused"]))


def test_who_acted_for_two_of_them_loses_the_name_with_the_last(uow: Any) -> None:
    session, later = db.session(), BEGUN + timedelta(days=40)
    with clock.at(BEGUN):
        never, other = records.customer("Never Came"), records.customer("Never Either")
    for actor, at in ((never, BEGUN), (other, later)):
        row = session.get_one(Account, actor.account_id)
        row.source, row.source_key, row.created_at = "old", f"k{actor.account_id}", at
    member = session.scalars(select(Membership).where(Membership.account_id == other.account_id)).one()
    member.person_id = never.person_id or 0
    person = session.get_one(Person, never.person_id)
    person.claimed_at = None
    session.flush()
    rule = RULES["unclaimed_accounts"]
    run(end_of(rule))
    session.refresh(person)
    assert person.name == "Never Came"
    run(end_of(rule, later))
    session.refresh(person)
    assert person.name == "–"


def test_it_is_done_once_a_day_in_batches_and_said(uow: Any) -> None:
    for _ in range(7):
        db.session().add(RefusedSignIn(bucket="b", at=BEGUN, face="customer", how="password"))
    db.session().flush()
    end = end_of(RULES["refused_sign_ins"])
    with clock.at(end + timedelta(days=3)):  # the worker was stopped for three days
        assert retention.run_due(batch=2)["refused_sign_ins"] == 7
        assert retention.run_due(batch=2) == {}
        row = db.session().scalars(select(RetentionRun).where(RetentionRun.rule == "refused_sign_ins")).one()
        assert (row.removed, row.oldest) == (7, BEGUN) and row.finished_at is not None
        dana = records.staff("Dana", Permission.RETENTION_READ)
        line = next(one for one in retention.overview(dana) if one.rule.key == "refused_sign_ins")
        assert (line.in_all, line.last_count, line.due_now, line.last_day) == (7, 7, 0, row.day)
        assert [(one.key, one.removed) for one in retention.runs(dana)] == [("refused_sign_ins", 7)]
        with pytest.raises(errors.Denied):
            retention.overview(records.staff("Sam", Permission.DASHBOARD_READ))
    said = db.session().scalars(select(AuditEvent).where(AuditEvent.tag == "retention:run")).all()
    assert [one.data["count"] for one in said] == [7]


def test_a_long_run_stops_between_two_batches_and_goes_on_the_next_time(uow: Any) -> None:
    for _ in range(5):
        db.session().add(RefusedSignIn(bucket="b", at=BEGUN, face="customer", how="password"))
    db.session().flush()
    with clock.at(end_of(RULES["refused_sign_ins"])):
        first = retention.run_due(only=["refused_sign_ins"], batch=2, stopping=iter([False, True]).__next__)
        assert first == {"refused_sign_ins": 2}
        assert retention.run_due(batch=2)["refused_sign_ins"] == 3


def test_nothing_goes_from_a_life_that_is_fresh(uow: Any) -> None:
    """Every table the same, to the row, when nothing is due."""
    closed_case()
    message(records.customer(), "sent")
    with clock.at(BEGUN + timedelta(minutes=1)):
        assert retention.run_due() == {}


def test_the_guards_of_ledgers_let_only_what_is_due_go(uow: Any) -> None:
    closed_case()
    for table in ("complaint_entry", "complaint_event"):
        for act in (f"DELETE FROM {table}", f"UPDATE {table} SET account_id = account_id"):
            with pytest.raises(DBAPIError, match="append-only"), db.session().begin_nested():
                db.session().execute(text(act))


def test_the_notice_tells_the_periods_that_remove() -> None:
    told = {str(one.what): str(one.period) for one in retention.told()}
    assert told["Sign-ins that were refused"] == "90 days" and len(told) > 12
    keys = [rule.key for rule in retention.RULES]
    assert len(set(keys)) == len(keys)

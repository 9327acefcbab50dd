"""A customer gives, changes, stops and takes up again; each is told, kept, and undone by nobody else."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, sharing, webhooks
from portal.domain.actor import SYSTEM, Actor, Right
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from portal.domain.outbox import Message
from portal.domain.sharing import Terms
from tests import records
from tests.domain.sharing.giving import customer, grant, partner, terms, uuid_of

pytestmark = pytest.mark.usefixtures("uow")


def mails(name: str) -> list[Message]:
    return list(db.session().scalars(select(Message).where(Message.name == name).order_by(Message.id)))


def test_giving_tells_the_partner_and_the_customer_and_waits_for_a_confirmation() -> None:
    amina, nils = customer(), partner()
    made = grant(amina, nils)
    one = sharing.of(amina).get(made.uuid)
    assert (one.share.state, one.share.partner) == ("on", "Northwind Repairs")
    (event,) = one.history
    assert (event.kind, event.told_by, event.waiting) == ("given", "email", True)
    assert "Northwind Repairs may see: name, phone number" in event.notice
    (told,) = mails("share_told")
    assert (told.person_id, told.account_id, told.address) == (None, None, "desk@northwind.example")
    assert "Amina" not in str(told.data)
    (receipt,) = mails("share_receipt")
    assert receipt.person_id == amina.person_id and receipt.data["what"] == "given"


def test_the_confirmation_of_a_partner_is_said_to_the_customer_once() -> None:
    amina, nils = customer(), partner()
    event = sharing.of(amina).get(grant(amina, nils).uuid).history[0]
    for _ in range(2):
        sharing.confirm(event.uuid, actor=nils)
    (event,) = sharing.of(amina).get(sharing.of(amina).shares()[0].uuid).history
    assert (event.waiting, event.how, event.confirmed_by) == (False, "page", nils.name)
    assert len(mails("share_confirmed")) == 1


def test_another_partner_confirms_nothing_and_sees_nothing() -> None:
    amina, nils, other = customer(), partner(), partner("Eastwind Works")
    made = grant(amina, nils)
    with pytest.raises(NotFound):
        sharing.confirm(sharing.of(amina).get(made.uuid).history[0].uuid, actor=other)
    assert sharing.held(other) == [] and len(sharing.held(nils)) == 1


def test_a_change_marks_its_parts_and_a_change_of_nothing_is_none() -> None:
    amina, nils = customer(), partner()
    made = grant(amina, nils)
    same = sharing.of(amina).get(made.uuid).share.terms
    sharing.amend(made.uuid, same, version=1, actor=amina)
    assert made.version == 1
    sharing.amend(made.uuid, replace(same, fields=("contact.name",), often="once"), version=1, actor=amina)
    newest, first = sharing.of(amina).get(made.uuid).history
    assert (newest.kind, newest.changed, first.changed) == ("amended", ["fields", "often"], [])
    assert first.terms.fields == ("contact.name", "contact.phone")


def test_two_tabs_the_second_loses_politely() -> None:
    amina, nils = customer(), partner()
    made = grant(amina, nils)
    seen = sharing.of(amina).get(made.uuid).share.terms
    sharing.extend(made.uuid, made.until + timedelta(days=9), version=1, actor=amina)
    with pytest.raises(Conflict):
        sharing.amend(made.uuid, replace(seen, often="daily"), version=1, actor=amina)
    assert sharing.of(amina).get(made.uuid).history[0].kind == "extended"


def test_stopping_is_once_and_can_be_taken_up_again() -> None:
    amina, nils = customer(), partner()
    made = grant(amina, nils)
    for _ in range(2):
        sharing.stop(made.uuid, actor=amina)
    assert [one.kind for one in sharing.of(amina).get(made.uuid).history] == ["stopped", "given"]
    assert sharing.of(amina).shares()[0].state == "over"
    sharing.amend(made.uuid, terms(), version=made.version, actor=amina)
    assert sharing.of(amina).get(made.uuid).history[0].kind == "reestablished"
    assert sharing.of(amina).shares()[0].state == "on"


def test_erasing_stops_first_and_only_a_person_confirms_it() -> None:
    amina, nils = customer(), partner()
    webhooks.set_endpoint(nils.partner_id, "https://northwind.example/hook", actor=nils)
    made = grant(amina, nils)
    sharing.erase(made.uuid, actor=amina)
    db.session().query(webhooks.WebhookEvent).update({"state": "sent", "ended_at": clock.now()})
    erase, stopped, _ = sharing.of(amina).get(made.uuid).history
    assert (stopped.kind, stopped.waiting, stopped.how) == ("stopped", False, "webhook")
    assert (erase.kind, erase.waiting) == ("erase_asked", True) and erase.told_at
    sharing.confirm(erase.uuid, actor=nils)
    assert not sharing.of(amina).get(made.uuid).history[0].waiting


def test_ben_reaches_nothing_of_amina() -> None:
    amina, ben, nils = customer(), customer("Ben Petrov", "ben@example.org"), partner()
    made = grant(amina, nils)
    acts = (
        lambda: sharing.of(ben).get(made.uuid),
        lambda: sharing.stop(made.uuid, actor=ben),
        lambda: sharing.erase(made.uuid, actor=ben),
        lambda: sharing.amend(made.uuid, terms(), version=1, actor=ben),
        lambda: sharing.stop(uuid.uuid4(), actor=ben),
    )
    for act in acts:
        with pytest.raises(NotFound):
            act()
    assert sharing.of(ben).shares() == []


def test_it_takes_the_right_to_decide_and_complaints_take_theirs() -> None:
    nils = partner()
    company = records.account("Hurtownia Lipa", kind="company")
    piotr = records.customer("Piotr", Right.COMPLAINTS_ALL, of=company)
    ola = records.customer("Ola", Right.PERMISSIONS, of=company)
    for act in (lambda: sharing.of(piotr), lambda: grant(piotr, nils)):
        with pytest.raises(Denied):
            act()
    with pytest.raises(Invalid) as refusal:
        grant(ola, nils, "contact.name", "complaints.subject")
    assert refusal.value.field == "fields"
    assert grant(ola, nils, "contact.name").fields == ["contact.name"]
    for actor in (SYSTEM, nils):
        with pytest.raises(Denied):
            sharing.of(actor)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "profit"}, "purpose"), ({"purpose": "other"}, "words"), ({"fields": ()}, "fields"),
        ({"fields": ("contact.password",)}, "fields"), ({"often": "always"}, "often"),
        ({"until": clock.now() - timedelta(days=1)}, "until"), ({"until": clock.now() + timedelta(days=400)}, "until"),
        ({"data_since": clock.now().date() + timedelta(days=9)}, "data_since"), ({"keep_days": -1}, "keep_days"),
        ({"keep_days": 9999}, "keep_days"),
    ],
)  # fmt: skip
def test_terms_that_do_not_hold_name_their_field(changes: dict[str, object], field: str) -> None:
    amina, nils = customer(), partner()
    with pytest.raises(Invalid) as refusal:
        sharing.give(uuid_of(nils), replace(terms(), **changes), actor=amina)
    assert refusal.value.field == field


def test_the_same_partner_for_the_same_purpose_has_one_grant() -> None:
    amina, nils = customer(), partner()
    grant(amina, nils)
    with pytest.raises(Invalid):
        grant(amina, nils)
    grant(amina, nils, purpose="quote")


def _request(nils: Actor, amina: Actor, **changes: object) -> sharing.ShareRequest:
    from portal.domain.accounts.models import Account

    number = db.session().get_one(Account, amina.account_id).number
    wanted: Terms = terms("contact.name", "contact.address", words="To bring the new door", **changes)
    return sharing.ask(number, wanted, benefit="We come a day earlier", days=30, actor=nils)


def test_a_request_is_answered_by_less_and_by_nothing_more() -> None:
    amina, nils = customer(), partner()
    asked = _request(nils, amina)
    (seen,) = sharing.of(amina).requests(only_waiting=True)
    assert (seen.partner, seen.benefit, seen.times_asked) == ("Northwind Repairs", "We come a day earlier", 1)
    with pytest.raises(Invalid):
        sharing.agree(asked.uuid, terms("contact.name", "contact.email"), actor=amina)
    made = sharing.agree(asked.uuid, terms("contact.name"), actor=amina)
    assert made.fields == ["contact.name"] and sharing.sent(nils)[0].state == "given"
    with pytest.raises(Conflict):
        sharing.agree(asked.uuid, terms("contact.name"), actor=amina)


def test_a_no_has_memory() -> None:
    amina, nils = customer(), partner()
    asked = _request(nils, amina)
    with pytest.raises(Conflict):
        _request(nils, amina)
    sharing.refuse(asked.uuid, actor=amina)
    with pytest.raises(Conflict, match="will not be asked again"):
        _request(nils, amina)
    with clock.at(clock.now() + timedelta(days=200)):
        _request(nils, amina)


def test_a_number_that_is_nobodys_is_answered_like_one_that_is() -> None:
    from portal.domain import references

    nils = partner()
    row = sharing.ask(
        references.new_number(), terms(words="To bring the new door"), benefit="Sooner", days=30, actor=nils
    )
    assert row.account_id is None and sharing.sent(nils)[0].state == "waiting"
    assert mails("share_request") == []


def test_ben_answers_no_request_of_amina() -> None:
    amina, ben, nils = customer(), customer("Ben Petrov", "ben@example.org"), partner()
    asked = _request(nils, amina)
    for act in (
        lambda: sharing.refuse(asked.uuid, actor=ben),
        lambda: sharing.agree(asked.uuid, terms(), actor=ben),
        lambda: sharing.of(ben).request(asked.uuid),
        lambda: sharing.take_back(asked.uuid, actor=partner("Eastwind Works")),
    ):
        with pytest.raises(NotFound):
            act()

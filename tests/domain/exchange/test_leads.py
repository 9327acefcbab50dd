"""Leads: who is first, who is told what, and how long it holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, errors, exchange, outbox, partners
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.exchange.models import Claim, Lead
from portal.domain.partners import PartnerCompany
from tests import records

from .prospects import office, prospect, trader

pytestmark = pytest.mark.usefixtures("uow")
DAYS = timedelta(days=90)


def mails(name: str) -> list[tuple[int | None, str]]:
    found = select(outbox.Message).where(outbox.Message.name == name).order_by(outbox.Message.id)
    return [(one.person_id, one.data["what"]) for one in db.session().scalars(found)]


def words_of(actor: Actor, lead: Lead) -> str:
    return str(exchange.lead(actor, lead.uuid))


def test_the_first_is_protected_and_the_second_is_told_without_learning_of_whom() -> None:
    staff, nils, eliza = office(), trader(), trader("Sudety Service", "Eliza Mazur")
    first = exchange.register(prospect(number="526-025-09-95"), actor=nils).lead
    assert first.protected_until is not None and first.protected_until - first.created_at >= DAYS
    second = exchange.register(prospect("Bryza Hotel & Spa", number="5260250995"), actor=eliza).lead
    assert (second.standing, second.protected_until) == ("second", None)
    assert exchange.lead(eliza, second.uuid).line.second
    assert exchange.lead(nils, first.uuid).line.contested
    for actor, lead, other in ((eliza, second, "Northwind"), (nils, first, "Sudety")):
        assert other not in words_of(actor, lead) and "Nils" not in words_of(eliza, second)
    assert "Sudety Service" in words_of(staff, first)
    with pytest.raises(errors.Conflict):
        exchange.move(second.uuid, "begun", actor=eliza)
    assert mails("lead_for_partner") == [(eliza.person_id, "second"), (nils.person_id, "contested")]
    assert mails("lead_news") == [(staff.person_id, "contested")]
    assert [one.contested for one in exchange.all_leads(staff, view="contested")] == [False, True]


def test_each_partner_sees_its_own_and_no_other() -> None:
    nils, eliza = trader(), trader("Sudety Service", "Eliza Mazur")
    lead = exchange.register(prospect(), actor=nils).lead
    assert exchange.leads(eliza) == [] and len(exchange.leads(nils)) == 1
    for act in (
        lambda: exchange.lead(eliza, lead.uuid),
        lambda: exchange.move(lead.uuid, "begun", actor=eliza),
        lambda: exchange.renew(lead.uuid, actor=eliza, activity="Called them twice."),
        lambda: exchange.claim_again(lead.uuid, actor=eliza),
    ):
        with pytest.raises(errors.NotFound):
            act()


def test_a_reader_of_a_partner_and_a_customer_exchange_nothing() -> None:
    for actor in (trader(role="reader"), records.customer("Amina Nowak")):
        for act in (
            lambda a=actor: exchange.register(prospect(), actor=a),
            lambda a=actor: exchange.leads(a),
        ):
            with pytest.raises(errors.Denied):
                act()
    with pytest.raises(errors.Denied):
        exchange.all_leads(records.staff("Sam Okoye", Permission.COMPLAINTS_READ))


def test_an_invalid_registration_claims_nothing() -> None:
    nils, eliza = trader(), trader("Sudety Service", "Eliza Mazur")
    for field, change in (
        ("agreed", {"agreed": False}), ("number", {"number": "123"}), ("contact_name", {"contact_name": " "}),
        ("contact_email", {"contact_email": "no address"}),
    ):  # fmt: skip
        with pytest.raises(errors.Invalid) as refused:
            exchange.register(prospect(**change), actor=nils)
        assert refused.value.field == field
    assert db.session().scalar(select(func.count(Lead.id))) == 0
    assert exchange.register(prospect(), actor=eliza).lead.standing == "first"


def test_the_same_company_twice_by_one_partner_is_one_lead() -> None:
    nils = trader()
    astrid_too = exchange.register(prospect(), actor=nils)
    again = exchange.register(prospect("HOTEL BRYZA sp. z o.o."), actor=nils)
    assert again == (astrid_too.lead, False)
    eliza = trader("Sudety Service", "Eliza Mazur")
    exchange.register(prospect(), actor=eliza)
    assert not exchange.register(prospect(), actor=eliza).new
    assert len(mails("lead_for_partner")) == 2, "the second of the second told nobody again"


def test_what_is_over_is_free_again() -> None:
    nils, eliza = trader(), trader("Sudety Service", "Eliza Mazur")
    lead = exchange.register(prospect(), actor=nils).lead
    second = exchange.register(prospect(), actor=eliza).lead
    with pytest.raises(errors.Conflict):
        exchange.claim_again(second.uuid, actor=eliza)
    with clock.at(clock.now() + DAYS + timedelta(minutes=1)):
        assert exchange.lead(eliza, second.uuid).may_claim
        exchange.claim_again(second.uuid, actor=eliza)
        assert exchange.lead(eliza, second.uuid).line.protected_until is not None
        assert not exchange.lead(nils, lead.uuid).may_claim
        with pytest.raises(errors.Conflict):
            exchange.claim_again(lead.uuid, actor=nils)
    with pytest.raises(errors.Conflict), clock.at(clock.now() + DAYS + timedelta(minutes=2)):
        exchange.renew(lead.uuid, actor=nils, activity="Called them twice.")


def test_a_lost_one_is_free_at_once_and_a_won_one_is_not() -> None:
    nils, eliza, third = trader(), trader("Sudety Service", "Eliza Mazur"), trader("Tatra", "Jan Gil")
    lead = exchange.register(prospect(), actor=nils).lead
    with pytest.raises(errors.Invalid) as refused:
        exchange.move(lead.uuid, "lost", actor=nils, reason="no")
    assert refused.value.field == "reason"
    exchange.move(lead.uuid, "lost", actor=nils, reason="They bought elsewhere.")
    other = exchange.register(prospect(), actor=eliza).lead
    assert other.standing == "first"
    exchange.move(other.uuid, "begun", actor=eliza)
    exchange.move(other.uuid, "won", actor=eliza)
    assert exchange.register(prospect(), actor=third).lead.standing == "second"


def test_a_protection_is_made_longer_once_and_for_something_that_was_done() -> None:
    nils = trader()
    lead = exchange.register(prospect(), actor=nils).lead
    until = lead.protected_until
    assert until is not None
    with pytest.raises(errors.Invalid) as refused:
        exchange.renew(lead.uuid, actor=nils, activity=" ")
    assert refused.value.field == "activity"
    exchange.renew(lead.uuid, actor=nils, activity="Visited the hotel on Monday.")
    exchange.renew(lead.uuid, actor=nils, activity="Visited the hotel on Tuesday.")
    assert lead.protected_until == until + DAYS
    assert set(db.session().scalars(select(Claim.until))) == {until + DAYS}
    assert not exchange.lead(nils, lead.uuid).may_renew


def shared(nils: Actor, staff: Actor, **changes: object) -> Lead:
    company = db.session().get_one(PartnerCompany, nils.partner_id)
    day = (clock.now() + timedelta(days=9)).date()
    return exchange.share(company.uuid, prospect(**changes), actor=staff, accept_by=day)


def test_one_that_we_hand_over_is_accepted_worked_on_and_won() -> None:
    nils, staff = trader(), office()
    lead = shared(nils, staff)
    assert exchange.waiting(nils) == 1
    assert [act.value for act in exchange.lead(nils, lead.uuid).moves] == ["accepted", "declined"]
    with pytest.raises(errors.Conflict):
        exchange.move(lead.uuid, "won", actor=nils)
    for act in ("accepted", "accepted", "begun", "won"):
        exchange.move(lead.uuid, act, actor=nils)
    assert exchange.waiting(nils) == 0
    assert [one.what.message for one in exchange.lead(nils, lead.uuid).history][::-1] == [
        "Handed over", "Accepted; protected", "Work began", "Won",
    ]  # fmt: skip
    assert [what for _, what in mails("lead_news")] == ["accepted", "won"]


def test_one_that_is_declined_shows_its_person_no_more_and_is_free() -> None:
    nils, staff, eliza = trader(), office(), trader("Sudety Service", "Eliza Mazur")
    lead = shared(nils, staff)
    with pytest.raises(errors.Invalid) as held:
        shared(eliza, staff)
    assert held.value.field == "company"
    exchange.move(lead.uuid, "declined", actor=nils, reason="Too far away from us.")
    assert not exchange.lead(nils, lead.uuid).contact and exchange.lead(staff, lead.uuid).contact
    assert exchange.register(prospect(), actor=eliza).lead.standing == "first"


def test_the_day_to_accept_lies_ahead_and_not_far() -> None:
    nils, staff = trader(), office()
    company = db.session().get_one(PartnerCompany, nils.partner_id)
    today = clock.now().date()
    for day in (None, today - timedelta(days=1), today + timedelta(days=90)):
        with pytest.raises(errors.Invalid) as refused:
            exchange.share(company.uuid, prospect(), actor=staff, accept_by=day)
        assert refused.value.field == "accept_by"
    with pytest.raises(errors.Invalid) as refused:
        exchange.share(None, prospect(), actor=staff, accept_by=today + timedelta(days=3))
    assert refused.value.field == "partner"


def test_nobody_finds_out_by_trying_whom_others_look_after() -> None:
    nils = trader()
    for count in range(50):
        exchange.register(prospect(f"Hotel number {count}"), actor=nils)
    with pytest.raises(errors.TooMany):
        exchange.register(prospect("Hotel one more"), actor=nils)
    assert not exchange.register(prospect("Hotel number 7"), actor=nils).new, "what one has can be reached"


def test_no_mail_names_the_company_or_the_person() -> None:
    nils, eliza, staff = trader(), trader("Sudety Service", "Eliza Mazur"), office()
    exchange.register(prospect(), actor=nils)
    exchange.register(prospect(), actor=eliza)
    shared(nils, staff, company="Dom Jutrzenka")
    for one in db.session().scalars(select(outbox.Message).where(outbox.Message.name.startswith("lead_"))):
        assert not any(
            word in str(one.data) for word in ("Bryza", "Hanna", "hanna", "Jutrzenka", "Northwind")
        )


def test_an_address_of_the_own_company_is_nobody_at_the_prospect() -> None:
    nils = trader()
    company = db.session().get_one(PartnerCompany, nils.partner_id)
    partners.set_domains(company.uuid, ["northwind.example"], actor=SYSTEM, verified=True)
    with pytest.raises(errors.Invalid) as refused:
        exchange.register(prospect(contact_email="x@northwind.example"), actor=nils)
    assert refused.value.field == "contact_email"

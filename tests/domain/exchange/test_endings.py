"""What ends by itself: a lead that nobody accepted, and what is known of its person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from portal import db
from portal.domain import clock, exchange, retention
from portal.domain.exchange.models import Claim, Lead, LeadEvent
from portal.domain.partners import PartnerCompany

from .prospects import office, prospect, trader


def test_a_lead_goes_back_when_its_day_is_over_and_not_before(database: db.Database) -> None:
    with db.unit_of_work() as session:
        nils, staff = trader(), office()
        company = session.get_one(PartnerCompany, nils.partner_id)
        day = (clock.now() + timedelta(days=2)).date()
        lead = exchange.share(company.uuid, prospect(), actor=staff, accept_by=day)
        end = lead.accept_by
    assert end is not None and exchange.return_due() == 0
    with clock.at(end - timedelta(seconds=1)):
        assert exchange.return_due() == 0
    with clock.at(end):
        assert (exchange.return_due(), exchange.return_due()) == (1, 0)
    with db.unit_of_work() as session:
        view = exchange.lead(nils, session.scalars(select(Lead.uuid)).one())
        assert (view.lead.state, view.contact, view.moves) == ("returned", False, [])
        assert session.scalars(select(Claim.id)).all() == []


def test_the_person_is_forgotten_six_months_after_the_end_and_the_history_stays(
    database: db.Database,
) -> None:
    with db.unit_of_work():
        nils = trader()
        lead = exchange.register(prospect(), actor=nils).lead
        kept = exchange.register(prospect("Dom Jutrzenka"), actor=nils).lead
        exchange.move(lead.uuid, "lost", actor=nils, reason="Hanna Reszka bought elsewhere.")
        uuid, other = lead.uuid, kept.uuid
    with clock.at(clock.now() + timedelta(days=150)):
        assert retention.run_due(only=["lead_contacts"]) == {}
        with db.unit_of_work():
            exchange.move(other, "begun", actor=nils)
    with clock.at(clock.now() + timedelta(days=190)):
        assert retention.run_due(only=["lead_contacts"]) == {"lead_contacts": 1}
        assert retention.run_due(only=["lead_contacts"]) == {}
    with db.unit_of_work() as session:
        view = exchange.lead(nils, uuid)
        assert not view.contact and "Hanna" not in str(view) and len(view.history) == 2
        row = session.scalars(select(Lead).where(Lead.uuid == uuid)).one()
        assert (row.company, row.contact_name, row.contact_email) == ("Hotel Bryza", "", "")
        assert exchange.lead(nils, other).lead.contact_name == "Hanna Reszka"
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(delete(LeadEvent))

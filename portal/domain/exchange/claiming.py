"""Who holds a company: the first valid registration, until its date; decided by a constraint, at any speed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.exc import IntegrityError

from portal import config, db
from portal.domain import clock

from .models import Claim, Lead
from .rules import Marks, same


def protection() -> timedelta:
    """Return for how long a first registration is protected."""
    return timedelta(days=config.load().lead_protected_days)


def marks_of(lead: Lead) -> Marks:
    """Return by what the company of a lead is known again."""
    return Marks(lead.mark_number, lead.mark_domain, lead.mark_name)


def holder(marks: Marks, *, besides: int = 0) -> Lead | None:
    """Return the lead that holds this company now, where it is not ``besides``."""
    living = select(Claim.lead_id).where(
        Claim.mark.in_([one for one in marks if one]), Claim.until > clock.now()
    )
    held = select(Lead).where(Lead.id.in_(living), Lead.id != besides).order_by(Lead.id)
    return next((lead for lead in db.session().scalars(held) if same(marks, marks_of(lead))), None)


def claim(lead: Lead, until: datetime) -> Lead | None:
    """Let ``lead`` hold its company until then; return who holds it already, or None when it was free.

    Two that claim at the same instant follow one another, since they may know the company by different marks; where
    they know the same one, the constraint lets one in, and the other then finds it and comes second.
    """
    session, marks = db.session(), marks_of(lead)
    wanted = [one for one in marks if one]
    if not db.database().sqlite:  # there is one writer there anyway
        session.execute(text("LOCK TABLE exchange_claim IN SHARE ROW EXCLUSIVE MODE"))
    while True:
        first = holder(marks, besides=lead.id)
        if first is not None:
            return first
        # What is over is free again; a mark that another company holds (one mail domain for a group) stays its own.
        session.execute(delete(Claim).where(Claim.mark.in_(wanted), Claim.until <= clock.now()))
        taken = set(session.scalars(select(Claim.mark).where(Claim.mark.in_(wanted))))
        try:
            with session.begin_nested():
                for mark in wanted:  # always the strongest first, so that two never wait for each other
                    if mark not in taken:
                        session.add(Claim(mark=mark, lead_id=lead.id, until=until))
                        session.flush()
        except IntegrityError as error:
            if db.constraint_of(error) != "uq_exchange_claim_mark":
                raise
            continue
        return None


def prolong(lead: Lead, until: datetime) -> None:
    """Let a lead hold what it holds until another instant."""
    db.session().execute(update(Claim).where(Claim.lead_id == lead.id).values(until=until))


def release(lead: Lead) -> None:
    """Let go of the company of a lead: it is free for others."""
    db.session().execute(delete(Claim).where(Claim.lead_id == lead.id))


def own(partner_id: int, marks: Marks) -> Lead | None:
    """Return the lead of this partner about the same company that goes on, where there is one."""
    columns = zip((Lead.mark_number, Lead.mark_domain, Lead.mark_name), marks, strict=True)
    alike = or_(*(column == mark for column, mark in columns if mark))
    likely = (
        select(Lead).where(Lead.partner_id == partner_id, Lead.ended_at.is_(None), alike).order_by(Lead.id)
    )
    return next((lead for lead in db.session().scalars(likely) if same(marks, marks_of(lead))), None)

"""What is written to the people of a partner and to our staff. Of leads a number leads to it; nobody is named."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, select

from portal import db
from portal.domain import outbox, partners
from portal.domain.accounts.models import Person
from portal.domain.partners.models import PartnerCompany, PartnerMember
from portal.domain.references import spoken

from .material_models import Edition, Material, Taken
from .models import Announcement, Lead

PARTNER, STAFF = "lead_for_partner", "lead_news"
ANNOUNCED = "announcement_for_partner"
MATERIAL = "material_for_partner"
MOST, MOST_AT_ONCE = 50, 1000  # people of one side, and of all sides for one matter


def came_second(lead: Lead, first: Lead) -> None:
    """Tell who came second that somebody was first, who was first that it stands, and our staff; never who it is."""
    to_partner(lead, "second", only=lead.created_by_id)
    to_partner(first, "contested", key=lead.number)
    to_staff(lead, "contested")


def to_partner(lead: Lead, what: str, *, only: int | None = None, key: str = "") -> None:
    """Tell everybody of the partner who exchanges, or one of them."""
    for person_id, address in partners.who_exchanges(lead.partner_id, only=only):
        _write(PARTNER, lead, what, person_id, address=address, key=key)


def to_staff(lead: Lead, what: str) -> None:
    """Tell who handed it over, or for one that a partner registered whoever looks after partners."""
    if lead.shared:
        there = select(Person.id).where(Person.id == lead.created_by_id, Person.deactivated_at.is_(None))
        people = list(db.session().scalars(there))
    elif what == "contested":
        people = partners.who_looks_after()
    else:
        return  # it stands on the page
    for person_id in people:
        _write(STAFF, lead, what, person_id)


def announced(row: Announcement, partner_id: int) -> None:
    """Tell everybody of a company what is announced, by its title in the language of the reader."""
    for person_id, address, language in _people_of(partner_id):
        outbox.write(
            ANNOUNCED,
            key=f"announcement:{row.uuid}:{partner_id}:{person_id}",
            account_id=None,
            person_id=person_id,
            address=address,
            data={"title": row.words.get(language, row.words["en"])["title"], "asks": row.asks},
            about=("announcement", row.uuid),
        )


def replaced(one: Edition, row: Material) -> None:
    """Tell whoever has an older version of this language, and not this one, that there is a newer."""
    older = and_(Edition.material_id == row.id, Edition.language == one.language, Edition.number < one.number)
    have_it = select(Taken.person_id).where(Taken.edition_id == one.id)
    there = Taken.partner_id.in_(partners.companies_in(row.audience_id))
    for who in _who_took(older, there, Taken.person_id.not_in(have_it)):
        _of_material(one, row, "replaced", f"{one.uuid}:replaced", who, said=one.changes)


def taken_back(one: Edition, row: Material) -> None:
    """Tell whoever downloaded a version that it was withdrawn, and why; of a whole material once."""
    what, key = ("gone", f"{row.uuid}:gone") if row.withdrawn_at else ("withdrawn", f"{one.uuid}:withdrawn")
    for who in _who_took(Edition.id == one.id):
        _of_material(one, row, what, key, who, said=one.withdrawn_why)


def _who_took(*chosen: ColumnElement[bool]) -> list[Any]:
    took = (
        select(PartnerMember.person_id, PartnerMember.partner_id, PartnerMember.email)
        .join(
            Taken,
            and_(Taken.person_id == PartnerMember.person_id, Taken.partner_id == PartnerMember.partner_id),
        )
        .join(Edition, Edition.id == Taken.edition_id)
        .join(PartnerCompany, PartnerCompany.id == PartnerMember.partner_id)
        .join(Person, Person.id == PartnerMember.person_id)
        .where(
            PartnerMember.ended_at.is_(None),
            PartnerCompany.deactivated_at.is_(None),
            Person.deactivated_at.is_(None),
            *chosen,
        )
    )
    return list(db.session().execute(took.distinct().order_by(PartnerMember.person_id).limit(MOST_AT_ONCE)))


def _of_material(one: Edition, row: Material, what: str, key: str, who: Any, *, said: str) -> None:
    outbox.write(
        MATERIAL,
        key=f"material:{key}:{who.partner_id}:{who.person_id}",
        account_id=None,
        person_id=who.person_id,
        address=who.email,
        data={"title": row.name, "what": what, "number": one.number, "said": said},
        about=("material", row.uuid),
    )


def _people_of(partner_id: int) -> list[Any]:
    there = (
        select(PartnerMember.person_id, PartnerMember.email, Person.language)
        .join(Person, Person.id == PartnerMember.person_id)
        .where(
            PartnerMember.partner_id == partner_id,
            PartnerMember.ended_at.is_(None),
            Person.deactivated_at.is_(None),
        )
    )
    return list(db.session().execute(there.order_by(PartnerMember.id).limit(MOST)))


def _write(name: str, lead: Lead, what: str, person_id: int, *, address: str = "", key: str = "") -> None:
    until = lead.protected_until or lead.accept_by
    outbox.write(
        name,
        key=f"lead:{lead.uuid}:{what}:{person_id}:{key}",
        account_id=None,
        person_id=person_id,
        address=address,
        data={
            "number": spoken(lead.number), "what": what, "lead": str(lead.uuid),
            "until": until.isoformat() if until else None,
        },
        about=("lead", lead.uuid),
    )  # fmt: skip

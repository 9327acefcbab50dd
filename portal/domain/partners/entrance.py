"""Who acts on the extranet: somebody of a partner, by the membership that a sign-in is for, read at each request."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, literal, null, select
from sqlalchemy.orm import aliased

from portal import config, db
from portal.domain.accounts.actors import Entrance, Face, open_face
from portal.domain.accounts.credentials import SignInSession
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor, ActorKind
from portal.domain.errors import NotFound
from portal.prepared import Prepared
from portal.text import Lazy

from .models import PartnerCompany, PartnerMember, PartnerSignIn
from .rules import SignsInBy, rights_of, role_name

OWN_WAYS = frozenset({"password", "totp", "recovery", "passkey"})  # proved here, not at a provider


def _columns(*columns: Any) -> Select[Any]:
    """Select all that an actor is made of; whether the person may come in is the column ``fits``."""
    other = aliased(PartnerMember)
    several = exists(
        select(other.id)
        .where(other.person_id == Person.id, other.ended_at.is_(None), other.partner_id != PartnerCompany.id)
        .correlate_except(other)
    )
    fits = and_(
        Person.deactivated_at.is_(None),
        PartnerMember.id.is_not(None),
        PartnerMember.ended_at.is_(None),
        PartnerCompany.deactivated_at.is_(None),
    )
    return select(
        *columns,
        Person.id.label("person_id"),
        Person.name,
        Person.language,
        Person.zone,
        PartnerCompany.id.label("partner_id"),
        PartnerCompany.name.label("account_name"),
        PartnerCompany.uuid.label("account_uuid"),
        literal("partner").label("account_kind"),
        PartnerCompany.signs_in_by,
        PartnerMember.role,
        PartnerMember.regions,
        null().label("account_id"),
        fits.label("fits"),
        several.label("several"),
    )


def _reading(source: Any, *columns: Any) -> Select[Any]:
    """Read the actor of a sign-in, from a source that has SignInSession and Person."""
    return (
        _columns(*columns)
        .select_from(source)
        .outerjoin(PartnerSignIn, PartnerSignIn.session_id == SignInSession.id)
        .outerjoin(PartnerMember, PartnerMember.id == PartnerSignIn.member_id)
        .outerjoin(PartnerCompany, PartnerCompany.id == PartnerMember.partner_id)
    )


def _people() -> Select[Any]:
    return (
        _columns()
        .select_from(PartnerMember)
        .join(Person, Person.id == PartnerMember.person_id)
        .join(PartnerCompany, PartnerCompany.id == PartnerMember.partner_id)
        .order_by(PartnerMember.id)
    )


_OF_PERSON = Prepared(lambda: _people().where(PartnerMember.person_id == bindparam("person")))
_OF_MEMBER = Prepared(lambda: _people().where(PartnerMember.id == bindparam("member")))


def _made(row: Any, *, session_id: int | None = None) -> Actor:
    return Actor(
        ActorKind.PARTNER,
        person_id=row.person_id,
        partner_id=row.partner_id,
        rights=rights_of(row.role or ""),
        regions=frozenset(row.regions or ()),
        name=row.name,
        acting_for=row.account_name or "",
        session_id=session_id,
        language=row.language,
        zone=row.zone,
    )


def _fits(row: Any) -> bool:
    """Tell whether the company's way of signing in is one that the operator allows."""
    return row.signs_in_by != SignsInBy.PASSWORD or config.load().partners_may_use_passwords


def _role(row: Any) -> Lazy | str:
    return role_name(row.role or "")


def _acting(person_id: int, way: str) -> Actor:
    """Return a person for the oldest partner whose people prove themselves in this way; raise NotFound.

    By password and second step only where the operator allows it, for companies without a provider. A link of the
    demo opens any.
    """
    rows = [row for row in _OF_PERSON.all(person=person_id) if row.fits and _fits(row)]
    if way in OWN_WAYS:
        rows = [row for row in rows if row.signs_in_by == SignsInBy.PASSWORD]
    if not rows:
        raise NotFound()
    return _made(rows[0])


def _begun(session_id: int, actor: Actor) -> None:
    """Note for which membership a sign-in is."""
    member = (
        select(PartnerMember.id)
        .where(
            PartnerMember.person_id == actor.person_id,
            PartnerMember.partner_id == actor.partner_id,
            PartnerMember.ended_at.is_(None),
        )
        .scalar_subquery()
    )
    session = db.session()
    member_id = session.scalar(select(member))
    if member_id is None:
        raise NotFound()
    session.add(
        PartnerSignIn(session_id=session_id, member_id=member_id, identity_id=None, sid="", id_token=None)
    )
    session.flush()


def actor_of(
    member_id: int | None = None, *, person_id: int | None = None, partner_id: int | None = None
) -> Actor:
    """Return somebody of a partner as an actor, by the membership or by person and partner, without a sign-in.

    Raise NotFound for an ended membership, a deactivated person and a deactivated company.
    """
    if member_id is not None:
        rows = _OF_MEMBER.all(member=member_id)
    else:
        rows = [row for row in _OF_PERSON.all(person=person_id) if partner_id in (None, row.partner_id)]
    row = next((row for row in rows if row.fits), None)
    if row is None:
        raise NotFound()
    return _made(row)


open_face(
    Face.PARTNER, Entrance(reading=_reading, fits=_fits, made=_made, role=_role, acting=_acting, begun=_begun)
)

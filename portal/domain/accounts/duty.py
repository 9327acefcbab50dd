"""Who may not be without a second step: staff and partners never, customers where the firm says so."""

from __future__ import annotations

from sqlalchemy import select

from portal import config, db
from portal.domain.errors import Denied, NotFound
from portal.text import _t

from .actors import Entrance, Face, entrance_of
from .models import StaffMember


def is_staff(person_id: int) -> bool:
    """Tell whether a person works here, and so never signs in with a password alone."""
    employed = select(StaffMember.id).where(
        StaffMember.person_id == person_id, StaffMember.ended_at.is_(None)
    )
    return db.session().scalar(employed) is not None


def must_have(face: Face) -> bool:
    """Tell whether everybody on a face needs a second step: staff and partners do, customers where the firm says so."""
    return face is not Face.CUSTOMER or config.load().customers_need_second_step


def guard_last(person_id: int) -> None:
    """Raise Denied where a person may not be left without a second step."""
    if is_staff(person_id):
        raise Denied(_t("Staff always sign in with a second step. Add another one before you remove this."))
    entrance = entrance_of(Face.PARTNER)
    if config.load().customers_need_second_step or (entrance and _enters(entrance, person_id)):
        raise Denied(
            _t("Here everybody signs in with a second step. Add another one before you remove this.")
        )


def _enters(entrance: Entrance, person_id: int) -> bool:
    """Tell whether a person signs in there with a password of ours."""
    try:
        entrance.acting(person_id, "password")
    except NotFound:
        return False
    return True

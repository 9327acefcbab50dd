"""What is kept of partners' people and of their sign-in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from portal import db
from portal.domain.accounts.credentials import SignInSession
from portal.domain.accounts.models import EmailAddress, Membership, Person, StaffMember
from portal.domain.partners.models import (
    PartnerIdentity,
    PartnerInvitation,
    PartnerMember,
    PartnerProvider,
    PartnerSignIn,
    PartnerSpentToken,
)
from portal.text import _t

from . import removing
from .periods import Period
from .rule import GONE, INTEREST, Rule


def _run(statement: Any) -> None:
    db.session().execute(statement, execution_options={"synchronize_session": False})


def _last_use_of(session_id: Any) -> Any:
    """Return the last use of the sign-in of a row, as a column."""
    return (
        select(SignInSession.last_seen_at)
        .where(SignInSession.id == session_id)
        .correlate_except(SignInSession)
        .scalar_subquery()
    )


def _proofs(ids: list[int], _at: datetime) -> None:
    """Take what a provider said at a sign-in; that there was one stays as long as the sign-in."""
    _run(update(PartnerSignIn).where(PartnerSignIn.id.in_(ids)).values(id_token=None, sid=""))


def _trials(ids: list[int], _at: datetime) -> None:
    """Take what a trial of a provider found."""
    _run(update(PartnerProvider).where(PartnerProvider.id.in_(ids)).values(trial=None, tried_at=None))


def _people(ids: list[int], at: datetime) -> None:
    """Take addresses and regions of people who work for a partner no more; of who works for none, name and account.

    The membership stays without them: what that person did is on the record of customers and of the firm.
    """
    session = db.session()
    there = select(PartnerMember.person_id).where(PartnerMember.id.in_(ids))
    people = set(session.scalars(there))
    for kept in (
        select(PartnerMember.person_id).where(PartnerMember.email != "", PartnerMember.id.not_in(ids)),
        select(Membership.person_id),
        select(StaffMember.person_id),
    ):
        people -= set(session.scalars(kept.where(kept.selected_columns[0].in_(people))))
    _run(update(PartnerMember).where(PartnerMember.id.in_(ids)).values(email="", regions=[]))
    of_them = PartnerSignIn.identity_id.in_(
        select(PartnerIdentity.id).where(PartnerIdentity.person_id.in_(people))
    )
    _run(update(PartnerSignIn).where(of_them).values(identity_id=None, id_token=None, sid=""))
    _run(delete(PartnerIdentity).where(PartnerIdentity.person_id.in_(people)))
    _run(delete(EmailAddress).where(EmailAddress.person_id.in_(people)))
    _run(
        update(Person)
        .where(Person.id.in_(people))
        .values(name=removing.NOBODY, salutation="", deactivated_at=at)
    )


OF_PARTNERS: tuple[Rule, ...] = (
    Rule(
        "partner_people", _t("People of partners who work there no more"), _t("the end of their access"),
        Period(months=36),
        _t("address, account at their company and name removed; what they did stays on the record"), INTEREST,
        PartnerMember, PartnerMember.ended_at, _people,
        due=(PartnerMember.ended_at.is_not(None), PartnerMember.email != ""), told=False,
    ),
    Rule(
        "partner_invitations", _t("Invitations of people of partners, used or not"), _t("its end"), Period(days=90),
        GONE, INTEREST, PartnerInvitation, func.coalesce(PartnerInvitation.ended_at, PartnerInvitation.expires_at),
        removing.rows_of(PartnerInvitation), told=False,
    ),
    Rule(
        "partner_proofs", _t("What a partner’s sign-in said of somebody, sealed"), _t("the last use"), Period(days=2),
        GONE, INTEREST, PartnerSignIn, _last_use_of(PartnerSignIn.session_id), _proofs,
        due=(PartnerSignIn.id_token.is_not(None),), told=False,
    ),
    Rule(
        "partner_notices", _t("Marks of sign-out notices that were used"), _t("its end"), Period(hours=1), GONE,
        INTEREST, PartnerSpentToken, PartnerSpentToken.expires_at, removing.rows_of(PartnerSpentToken), told=False,
    ),
    Rule(
        "partner_trials", _t("What a trial of a partner’s sign-in found"), _t("the trial"), Period(months=12), GONE,
        INTEREST, PartnerProvider, PartnerProvider.tried_at, _trials,
        due=(PartnerProvider.trial.is_not(None),), told=False,
    ),
)  # fmt: skip

"""What is done with the people of a partner, alike for its own administrators and for our staff, and what it says."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g
from flask_babel import gettext as _

from portal.domain import partners

from .session import require_fresh


def invite(company: partners.PartnerCompany, form: Any) -> None:
    """Ask in whom a form names; raises Invalid at its field."""
    row = partners.invite(
        company, actor=g.actor, name=form.name.data or "", email=form.email.data or "", role=form.role.data or "",
        regions=form.regions.data or "", language=form.language.data,
    )  # fmt: skip
    flash(_("An invitation goes to %(address)s. It works for two weeks.", address=row.address), "done")


def end(member: uuidlib.UUID) -> None:
    """End what somebody may do for the company: every sign-in for it ends now."""
    require_fresh()
    name = partners.end_member(member, actor=g.actor)
    flash(_("%(name)s is signed out and comes in no more.", name=name), "done")


def send_again(invitation: uuidlib.UUID) -> None:
    """Send an invitation once more."""
    require_fresh()
    address = partners.send_again(invitation, actor=g.actor)
    flash(_("A new link goes to %(address)s. The one before it no longer works.", address=address), "done")


def take_back(invitation: uuidlib.UUID) -> None:
    """Take an invitation back."""
    require_fresh()
    name = partners.cancel_invitation(invitation, actor=g.actor)
    flash(_("The invitation of %(name)s is taken back.", name=name), "done")

"""Every endpoint says who may enter; what says nothing is shut, and a test names it.

@blueprint.get("/permissions")
@customer(Right.PERMISSIONS)
def permissions(): …
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.domain import errors
from portal.domain.actor import Actor, ActorKind, PartnerRight, Permission, Right
from portal.text import _t
from portal.ui import acting

LACKING = _t("The rights you have for this company do not reach that far. Its administrator can widen them.")
LACKING_PARTNER = _t("Your role does not reach that far. An administrator of your company can change it.")
View = TypeVar("View", bound=Callable[..., Any])


class Kind(StrEnum):
    """The classes of access."""

    PUBLIC = "public"  # anybody
    LINK = "link"  # whoever holds a one-time or one-click link; the token in the address decides
    CUSTOMER = "customer"  # a signed-in customer, with one of the rights where rights are named
    STAFF = "staff"  # signed-in staff with every permission named
    PARTNER = "partner"  # somebody of a partner, with one of the rights where rights are named
    ENROLLING = "enrolling"  # staff or partner between the password and the second factor
    PROGRAM = "program"  # a program whose token holds the scope, for a person with one of the rights named
    CLIENT = "client"  # a system of a partner whose token holds the scope
    DEV = "dev"  # demo mode only


@dataclass(frozen=True, slots=True)
class Access:
    """Who may enter an endpoint."""

    kind: Kind
    rights: tuple[Right | PartnerRight, ...] = ()
    permissions: tuple[Permission, ...] = ()
    scope: str = ""
    any_account: bool = False  # the endpoint is about choosing the account in hand itself


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Let anybody in."""
    return _mark(Access(Kind.PUBLIC))(view)


def link(view: View) -> View:
    """Let in whoever holds the token in the address; the view checks it."""
    return _mark(Access(Kind.LINK))(view)


def enrolling(view: View) -> View:
    """Let in staff whose second factor is still to come."""
    return _mark(Access(Kind.ENROLLING))(view)


def dev(view: View) -> View:
    """Let anybody in, in demo mode only; elsewhere the page does not exist."""
    return _mark(Access(Kind.DEV))(view)


def customer(*rights: Right, any_account: bool = False) -> Callable[[View], View]:
    """Let in a signed-in customer who holds one of ``rights`` in the account in hand (any, if none is named)."""
    return _mark(Access(Kind.CUSTOMER, rights=rights, any_account=any_account))


def staff(*permissions: Permission) -> Callable[[View], View]:
    """Let in signed-in staff who hold every one of ``permissions``."""
    return _mark(Access(Kind.STAFF, permissions=permissions))


def partner(*rights: PartnerRight, any_partner: bool = False) -> Callable[[View], View]:
    """Let in somebody of a partner who holds one of ``rights`` (any, if none is named)."""
    return _mark(Access(Kind.PARTNER, rights=rights, any_account=any_partner))


def program(scope: str, *rights: Right) -> Callable[[View], View]:
    """Let in a program whose token holds ``scope``, for a person with one of ``rights`` (any, if none is named)."""
    return _mark(Access(Kind.PROGRAM, rights=rights, scope=scope))


def client(scope: str) -> Callable[[View], View]:
    """Let in a system of a partner whose token holds ``scope``."""
    return _mark(Access(Kind.CLIENT, scope=scope))


def access_of(endpoint: str) -> Access | None:
    """Return the access class of an endpoint, or None when it has none."""
    return getattr(current_app.view_functions.get(endpoint), "access", None)


def leads_in(endpoint: str, actor: Actor) -> bool:
    """Tell whether a link to ``endpoint`` lets ``actor`` in, or to a sign-in: what would be refused is no link."""
    access = access_of(endpoint)
    if access is None:
        return True
    if access.kind is Kind.STAFF and actor.is_staff:
        return all(actor.may(permission) for permission in access.permissions)
    if access.kind in (Kind.CUSTOMER, Kind.PARTNER):
        return _holds(actor, access) or _kind_of(actor) is not access.kind
    return True


def _kind_of(actor: Actor) -> Kind | None:
    kinds = {ActorKind.CUSTOMER: Kind.CUSTOMER, ActorKind.STAFF: Kind.STAFF, ActorKind.PARTNER: Kind.PARTNER}
    return kinds.get(actor.kind)


def _holds(actor: Actor, access: Access) -> bool:
    """Tell whether a customer or somebody of a partner holds one of the rights that are named."""
    if not access.rights:
        return True
    return (
        actor.has_right(*(one for one in access.rights if isinstance(one, Right)))
        if actor.is_customer
        else actor.partner_may(*(one for one in access.rights if isinstance(one, PartnerRight)))
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """A page (GET) or an act (POST) of staff, and every permission it asks for."""

    endpoint: str
    method: str
    address: str
    permissions: tuple[Permission, ...]


def openings() -> list[Opening]:
    """Return every page and act of staff with what it asks for, from the classes that the gate itself reads."""
    found = []
    for rule in current_app.url_map.iter_rules():
        access = access_of(rule.endpoint)
        if access is not None and access.kind is Kind.STAFF:
            address = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
            found += [
                Opening(rule.endpoint, method, address, access.permissions)
                for method in sorted((rule.methods or set()) & {"GET", "POST"})
            ]
    return sorted(found, key=lambda one: (one.address, one.method))


def guard(blueprint: Blueprint, *, sign_in: str) -> None:
    """Check every request to ``blueprint``; ``sign_in`` is the endpoint that strangers are led to."""

    @blueprint.before_request
    def _enter() -> Response | None:
        access = access_of(request.endpoint or "")
        if access is None:
            raise errors.NotFound()
        actor: Actor = g.actor
        match access.kind:
            case Kind.PUBLIC | Kind.LINK | Kind.ENROLLING:
                return None
            case Kind.DEV:
                if not current_app.config["SETTINGS"].demo:
                    raise errors.NotFound()
                return None
            case Kind.CUSTOMER:
                if actor.kind is not ActorKind.CUSTOMER:
                    return _to_sign_in(sign_in)
                if not access.any_account:
                    elsewhere = acting.elsewhere()
                    if elsewhere is not None:
                        return elsewhere
                if not _holds(actor, access):
                    raise errors.Denied(LACKING if actor.acting_for else None)
            case Kind.PARTNER:
                if actor.kind is not ActorKind.PARTNER:
                    return _to_sign_in(sign_in)
                if not access.any_account:
                    elsewhere = acting.elsewhere()
                    if elsewhere is not None:
                        return elsewhere
                if not _holds(actor, access):
                    raise errors.Denied(LACKING_PARTNER)
            case Kind.STAFF:
                if actor.kind is not ActorKind.STAFF:
                    return _to_sign_in(sign_in)
                actor.require(*access.permissions)
        return None


def _to_sign_in(endpoint: str) -> Response:
    """Lead to the sign-in page and back; what a form carried is held for the person whose session ran out."""
    from portal.ui import held

    target = request.full_path.rstrip("?") if request.method == "GET" else held.hold_request()
    return redirect(url_for(endpoint, next=target), 303)

"""Customers: found by name, opened for a stated purpose, the person's own terms on top."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from portal.domain import accounts, clock, complaints, consent, errors, lookups, preferences, search
from portal.domain import timeline as record
from portal.domain.accounts import Account, Member, Party
from portal.domain.actor import Permission
from portal.domain.lookups import Purpose
from portal.domain.references import spoken
from portal.text import Lazy, _t
from portal.ui import formats, gates, paging
from portal.ui.forms import Form, say
from portal.ui.record import rows, with_days
from portal.ui.standing import standings

from . import blueprint
from .words import STATES

SIZE, TIMELINE, CASES = 50, 20, 10


class PurposeForm(Form):
    """Why this page is opened, and what it is tied to."""

    purpose = RadioField(_l("Why do you open this page?"), [Optional()])
    complaint = SelectField(_l("Which complaint?"), [Optional()], validate_choice=False)
    reference = StringField(_l("Reference"), [Length(max=64)])


@blueprint.get("/customers")
@gates.staff(Permission.CUSTOMERS_SEARCH)
def customers() -> str:
    """Customers by name, or those that a search finds; names and numbers only, logged as one list."""
    query = request.args.get("q", "")[:200].strip()
    reach = accounts.of(g.actor)
    found: Sequence[Party]
    if search.terms(query):
        ids = search.find("account", query, limit=SIZE + 1, after=_id_of(paging.uuid_key()))
        found = reach.by_ids(ids)
    elif query:
        found = []
    else:
        found = reach.page(size=SIZE, after=_after_name())
    lookups.open_list(actor=g.actor, kind="search", label=search.fold(query))
    page = paging.page(found, SIZE, lambda row: [str(row.uuid)])
    return render_template(
        "admin/customers/customers.html",
        page=page,
        query=query,
        search_query=query,
        asked=bool(search.terms(query)),
    )


def _id_of(uuid: uuidlib.UUID | None) -> int | None:
    if uuid is None:
        return None
    try:
        return accounts.of(g.actor).get(uuid).id
    except errors.NotFound:
        return None


def _after_name() -> tuple[str, int] | None:
    """Return the key of the row a page ended with; the address carries only the public id."""
    uuid = paging.uuid_key()
    if uuid is None:
        return None
    try:
        last = accounts.of(g.actor).get(uuid)
    except errors.NotFound:
        return None
    return last.name_key, last.id


@blueprint.get("/customers/<uuid:uuid>")
@gates.staff(Permission.CUSTOMERS_READ)
def customer(uuid: uuidlib.UUID) -> str:
    """One customer; before anything is shown the purpose is known and the look-up written."""
    account = accounts.of(g.actor).get(uuid)
    if not stated(account, item=("customer_page", account.uuid, "")):
        return _ask(account, _purpose_form(account))
    return _page(account)


@blueprint.post("/customers/<uuid:uuid>")
@gates.staff(Permission.CUSTOMERS_READ)
def customer_purpose(uuid: uuidlib.UUID) -> Any:
    """State the purpose and open the page."""
    account = accounts.of(g.actor).get(uuid)
    form = _purpose_form(account)
    if form.validate_on_submit():
        with form.catching():
            about_key, about_label = _about(account, form)
            lookups.open(
                actor=g.actor,
                account_id=account.id,
                purpose=form.purpose.data or "",
                about_key=about_key,
                about_label=about_label,
                item=("customer_page", account.uuid, ""),
            )
            return redirect(url_for("admin.customer", uuid=uuid), 303)
    return _ask(account, form), 422


def stated(account: Account, *, item: tuple[str, uuidlib.UUID | None, str]) -> bool:
    """Open ``item`` under a purpose: the case named by ``for``, or what this session stated in the last half hour."""
    wanted = request.args.get("for", "")
    if wanted:
        known = lookups.reopen(actor=g.actor, account_id=account.id, item=item, about_key=wanted)
        if known is not None and known.purpose == Purpose.CASE:
            return True
        case = _case_of(account, wanted)
        lookups.open(
            actor=g.actor,
            account_id=account.id,
            purpose=Purpose.CASE,
            about_key=str(case.uuid),
            about_label=case.number,
            item=item,
        )
        return True
    return lookups.reopen(actor=g.actor, account_id=account.id, item=item) is not None


def _case_of(account: Account, wanted: str) -> Any:
    try:
        case = complaints.of(g.actor).get(uuidlib.UUID(wanted))
    except ValueError:
        raise errors.NotFound() from None
    if case.account_id != account.id:
        raise errors.NotFound()
    return case


def _purpose_form(account: Account) -> PurposeForm:
    form = PurposeForm()
    cases = g.actor.may(Permission.COMPLAINTS_READ)
    form.purpose.choices = [
        (key, say(label)) for key, label in lookups.CHOICES.items() if cases or key != Purpose.CASE
    ]
    lines = complaints.of(g.actor).of_account(account.id, limit=CASES)[:CASES] if cases else []
    # Before the purpose is known only numbers stand here.
    form.complaint.choices = [("", "–"), *((str(line.uuid), spoken(line.number)) for line in lines)]
    return form


def _about(account: Account, form: PurposeForm) -> tuple[str, str]:
    """Return what the purpose is tied to, as key and as words; raise Invalid at the field that would mend it."""
    reference = " ".join((form.reference.data or "").split())
    if form.purpose.data == Purpose.CASE:
        if not form.complaint.data:
            raise errors.Invalid(_t("Choose which complaint it is for."), field="complaint")
        case = _case_of(account, form.complaint.data)
        return str(case.uuid), case.number
    if form.purpose.data == Purpose.CALL and not reference:
        reference = clock.now().strftime("%Y-%m-%d %H:%M UTC")
    return reference, reference


def _ask(account: Account, form: PurposeForm) -> str:
    return render_template("admin/customers/purpose.html", account=account, form=form)


def _page(account: Account) -> str:
    people = accounts.of(g.actor).people(account.id)
    member = _chosen(people)
    cases = complaints.of(g.actor).of_account(account.id, limit=CASES) if _may_cases() else []
    group = request.args.get("kind", "")
    kinds = [group] if group in record.GROUPS else []
    found = record.of(g.actor, account.id).page(after=paging.uuid_key(), limit=TIMELINE, kinds=kinds)
    page = paging.page(found, TIMELINE, lambda row: [str(row.uuid)])
    return render_template(
        "admin/customers/customer.html",
        account=account,
        people=people,
        rights=accounts.rights_in(account.id) if account.kind == "company" else {},
        member=member,
        terms=_terms(account, member),
        sentence=_sentence(account, member),
        cases=cases[:CASES],
        more_cases=len(cases) > CASES,
        states=STATES,
        promises=[line for line in cases if line.due_at is not None and line.ended_at is None],
        page=page,
        rows=with_days(rows(page.rows)),
        views=_views(account, member, kinds),
        may_log=g.actor.may(Permission.CONTACTS_WRITE),
    )


def _may_cases() -> bool:
    return g.actor.may(Permission.COMPLAINTS_READ)


def _chosen(people: list[Member]) -> Member | None:
    wanted = request.args.get("person", "")
    return next((one for one in people if str(one.uuid) == wanted), people[0] if people else None)


def _terms(account: Account, member: Member | None) -> list[Any]:
    """Return the person's own terms, one line for each purpose that needs or had a word of theirs."""
    if member is None or not g.actor.may(Permission.CONSENT_READ):
        return []
    desk = consent.of(g.actor, person_id=member.person_id, account_id=account.id)
    found = standings(desk.permissions(), account_id=account.id, person_id=member.person_id)
    return [one for one in found if not one.purpose.is_service]


def _sentence(account: Account, member: Member | None) -> Lazy | str:
    if member is None:
        return ""
    settings = preferences.of(g.actor, person_id=member.person_id, account_id=account.id)
    until = formats.date(settings.pause_until) if settings.pause_until else ""
    return settings.sentence(paused_until=until)


def _views(account: Account, member: Member | None, kinds: list[str]) -> list[dict[str, Any]]:
    person = request.args.get("person") and member and str(member.uuid)
    here = [{"label": _t("Everything"), "url": url_for("admin.customer", uuid=account.uuid, person=person or None),
             "active": not kinds}]  # fmt: skip
    return here + [
        {
            "label": label,
            "url": url_for("admin.customer", uuid=account.uuid, kind=key, person=person or None),
            "active": key in kinds,
        }
        for key, label in record.GROUPS.items()
        if key != "colleagues" or account.kind == "company"
    ]

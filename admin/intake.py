"""Intake: a complaint by phone, letter or counter, written down with the time when it truly reached us."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Optional

from portal import db
from portal.domain import accounts, clock, complaints, errors, firm, lookups, search
from portal.domain.accounts import Account, Member, Party
from portal.domain.actor import Permission
from portal.domain.complaints import Promise
from portal.domain.references import spoken
from portal.text import _t
from portal.ui import gates
from portal.ui.forms import Form, say
from portal.ui.reader import reader_language
from portal.ui.session import language_choices

from . import blueprint
from .case_acts import keep_files

RIGHTS = (
    Permission.COMPLAINTS_INTAKE, Permission.COMPLAINTS_READ, Permission.CUSTOMERS_SEARCH, Permission.CUSTOMERS_READ,
)  # fmt: skip
FOUND = 12
NOT_YET = "…"  # stands for what is not typed yet while only the dates are asked for
Answer = Response | str | tuple[str, int]


class IntakeForm(Form):
    """A complaint as it was said, and when."""

    key = HiddenField()
    name = StringField(_l("Name"))
    email = StringField(_l("E-mail address"))
    phone = StringField(_l("Phone"))
    language = SelectField(_l("Language"), validate_choice=False)
    person = SelectField(_l("Who complains?"), validate_choice=False)
    channel = RadioField(_l("How did it reach us?"), validate_choice=False)
    received_at = DateField(_l("Day it reached us"), [Optional()])
    received_time = TimeField(_l("Time"), [Optional()])
    words = TextAreaField(_l("What happened, in the customer’s own words"))
    subject = StringField(_l("In one line"))
    about = StringField(_l("Product, order or place"))
    remedy_wanted = SelectField(_l("What would put it right?"), validate_choice=False)
    remedy_text = StringField(_l("More about that, in the customer’s words"))
    amount_wanted = StringField(_l("Amount"))
    currency = StringField(_l("Currency"))
    contact_channel = SelectField(_l("How does the customer want to hear from us?"), validate_choice=False)
    kind_key = SelectField(_l("What went wrong"), validate_choice=False)
    subject_key = SelectField(_l("What it concerns"), validate_choice=False)
    harm = BooleanField(_l("Somebody or something is in danger"))


@blueprint.get("/intake")
@gates.staff(*RIGHTS)
def intake() -> Answer:
    """Choose the customer; then the form."""
    if "account" in request.args or "new" in request.args:
        return _page(_account(), _form(_account()))
    query = request.args.get("q", "")[:200].strip()
    asked = bool(search.terms(query))
    return render_template("admin/intake/choose.html", query=query, found=_found(query), asked=asked)


@blueprint.post("/intake")
@gates.staff(*RIGHTS)
def intake_enter() -> Answer:
    """Write it down; or, without keeping anything, show which dates it would have."""
    account = _account()
    form = _form(account)
    form.validate()  # the shape only; the rules are the verbs' own
    if "show" in request.form:
        return _page(account, form, dates=_dates(account, form))
    try:
        complaint = _enter(account, form)
    except (errors.Invalid, errors.Conflict) as error:
        db.rollback()
        form.refuse(error)
        return _page(account, form, dates=_dates(account, form)), 422
    flash(_("Written down under %(number)s. The customer is told.", number=spoken(complaint.number)), "done")
    for why in keep_files(complaint)[1]:
        flash(_("One file was not taken. %(why)s", why=say(why)), "warn")
    return redirect(url_for("admin.case", uuid=complaint.uuid), 303)


def _found(query: str) -> Sequence[Party]:
    if not search.terms(query):
        return []
    lookups.open_list(actor=g.actor, kind="search", label=search.fold(query))
    return accounts.of(g.actor).by_ids(search.find("account", query, limit=FOUND))


def _account() -> Account | None:
    """Return the chosen customer, None for a new one; raise NotFound for a nonsense id."""
    wanted = request.values.get("account", "")
    if not wanted:
        return None
    try:
        return accounts.of(g.actor).get(uuidlib.UUID(wanted))
    except ValueError:
        raise errors.NotFound() from None


def _people(account: Account | None) -> list[Member]:
    return accounts.of(g.actor).people(account.id) if account else []


def _form(account: Account | None) -> IntakeForm:
    form = IntakeForm()
    form.channel.choices = [(key, say(label)) for key, label in complaints.INTAKE_CHANNELS.items()]
    form.remedy_wanted.choices = [("", _("Not said")), *((k, say(v)) for k, v in complaints.REMEDIES.items())]
    form.contact_channel.choices = [("", _("As it reached us, or by e-mail")),
                                    *((k, say(v)) for k, v in complaints.CONTACT_CHANNELS.items())]  # fmt: skip
    for sort, name in complaints.categories.FIELDS.items():
        found = complaints.categories.choices(sort, reader_language())
        form[name].choices = [("", _("Not sorted yet")), *found] if found else []
    form.language.choices = language_choices()
    form.person.choices = [(str(one.uuid), one.name) for one in _people(account)]
    now = clock.now().astimezone(_zone())
    if request.method == "GET":
        form.key.data = form.key.data or uuidlib.uuid4().hex
        form.channel.data = form.channel.data or "phone"
        form.received_at.data = form.received_at.data or now.date()
        form.received_time.data = form.received_time.data or now.time().replace(second=0, microsecond=0)
        form.currency.data = form.currency.data or current_app.config["SETTINGS"].firm_currency
        form.language.data = form.language.data or current_app.config["SETTINGS"].languages[0]
    return form


def _zone() -> ZoneInfo:
    return ZoneInfo(firm.now().zone)


def _received(form: IntakeForm) -> datetime:
    """Return when it reached us, read in the zone of the firm."""
    if form.received_at.errors or form.received_time.errors:  # a day or a time that cannot be read
        raise errors.Invalid(_t("Please check the marked fields."), code="intake.shape")
    if form.received_at.data is None or form.received_time.data is None:
        field = "received_at" if form.received_at.data is None else "received_time"
        raise errors.Invalid(_t("Say on which day and at what time it reached us."), field=field)
    return datetime.combine(form.received_at.data, form.received_time.data, _zone())


def _enter(account: Account | None, form: IntakeForm, *, trial: bool = False) -> complaints.Complaint:
    """Do it all in this transaction: the new customer where there is one, and the complaint."""
    received_at = _received(form)
    owner: Account = account if account is not None else _open(form, trial=trial)
    person = form.person.data if account is not None and len(form.person.choices or []) > 1 else None
    entered = complaints.enter(
        actor=g.actor, account=owner.id, person=_uuid(person), channel=form.channel.data or "", received_at=received_at,
        words=form.words.data or (NOT_YET if trial else ""), subject=form.subject.data or "",
        about=form.about.data or "", remedy_wanted=form.remedy_wanted.data or "",
        remedy_text=form.remedy_text.data or "",
        amount_wanted=form.amount_wanted.data,
        currency=form.currency.data or "", contact_channel=form.contact_channel.data or "",
        harm=bool(form.harm.data), key="" if trial else _key(form),
        kind_key=form.kind_key.data or "", subject_key=form.subject_key.data or "",
    )  # fmt: skip
    if entered.account_id != owner.id:
        # The same form came twice: what it said stands already, so the second new customer is not opened.
        db.rollback()
        return complaints.of(g.actor).get(entered.uuid)
    return entered


def _open(form: IntakeForm, *, trial: bool) -> Account:
    """Open an account for somebody we did not know; a living person claims it later by its mailbox."""
    name = form.name.data or (NOT_YET if trial else "")
    if not trial and not (form.email.data or form.phone.data):
        raise errors.Invalid(
            _t("Write down a mail address or a phone number, so that we can answer."), field="email"
        )
    account, _person = accounts.open_account(
        actor=g.actor, name=name, email="" if trial else (form.email.data or "").strip(),
        phone="" if trial else form.phone.data or "", language=form.language.data or "en",
        zone=str(_zone()), country=firm.now().country, claimed=False,
    )  # fmt: skip
    return account


def _uuid(text: str | None) -> uuidlib.UUID | None:
    try:
        return uuidlib.UUID(text) if text else None
    except ValueError:
        raise errors.Invalid(_t("Choose a person who acts for this customer."), field="person") from None


def _key(form: IntakeForm) -> str:
    key = form.key.data or ""
    return key if len(key) == 32 and key.isalnum() else ""


def _dates(account: Account | None, form: IntakeForm) -> list[dict[str, Any]]:
    """Return every promise with the part of it that is used already: entered for a moment, and taken back.

    So the dates come from the same function as those that will be told, whatever the law and the calendar say.
    """
    try:
        promises = complaints.case(g.actor, _enter(account, form, trial=True).uuid).promises
    except errors.Invalid:
        promises = []
    db.rollback()
    return [_used(one) for one in promises if one.due_at is not None]


def _used(promise: Promise) -> dict[str, Any]:
    assert promise.due_at is not None
    now = clock.now()
    whole = max((promise.due_at - promise.started_at).total_seconds(), 1)
    used = max((now - promise.started_at).total_seconds(), 0)
    return {
        "promise": promise,
        "share": min(used / whole, 1),
        "used": used - used % 60,
        "late": promise.due_at < now,
    }


def _page(account: Account | None, form: IntakeForm, *, dates: list[dict[str, Any]] | None = None) -> str:
    return render_template(
        "admin/intake/intake.html",
        account=account,
        form=form,
        dates=dates,
        several=len(form.person.choices or []) > 1,
        zone=str(_zone()),
        limits=complaints.LIMITS,
        most=complaints.MAX_WORDS,
        here=url_for("admin.intake_enter"),
    )

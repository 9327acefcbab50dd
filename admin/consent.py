"""Writing down what a customer said about a permission by phone or letter, with the words that were read out."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectField, TextAreaField

from portal.domain import accounts, clock, consent, errors, sharing
from portal.domain.accounts import Account, Member
from portal.domain.actor import Permission
from portal.domain.consent import Desk, Kind, Method, PurposeView
from portal.text import Lazy, _t
from portal.ui import formats, gates
from portal.ui.forms import Form, say
from portal.ui.standing import Standing, standings

from . import blueprint
from .customers import stated

RIGHTS = (Permission.CUSTOMERS_READ, Permission.CONSENT_READ, Permission.CONSENT_RECORD)
CHANNELS: dict[str, Lazy] = {
    "email": _t("by e-mail only"), "sms": _t("by SMS only"), "phone": _t("by phone only"),
    "letter": _t("by letter only"), "inbox": _t("in the portal only"),
}  # fmt: skip
STANDS: dict[str, Any] = {
    Kind.GIVEN: _l("Allowed since %(day)s."),
    Kind.RENEWED: _l("Allowed since %(day)s."),
    Kind.REFUSED: _l("The customer said no on %(day)s."),
    Kind.WITHDRAWN: _l("The customer took it back on %(day)s."),
    Kind.EXPIRED: _l("The permission ran out on %(day)s."),
    Kind.REVOKED: _l("It ended on %(day)s."),
    Kind.PENDING: _l("Since %(day)s it waits for the proof of the mailbox."),
    Kind.REQUESTED: _l("We asked on %(day)s; there is no answer yet."),
    Kind.DEFERRED: _l("The customer put it off on %(day)s."),
}
Answer = Response | str | tuple[str, int]


class Told(Form):
    """How we were told, and the words."""

    method = RadioField(_l("How were you told?"), validate_choice=False)
    words = TextAreaField(_l("The words"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.method.choices = [(Method.PHONE.value, _("By phone")), (Method.LETTER.value, _("By letter"))]


class RecordForm(Told):
    """One answer about one purpose."""

    answer = RadioField(_l("What did the customer say?"), validate_choice=False)
    asked = BooleanField(_l("We asked"), description=_l("Leave it empty when the customer brought it up."))
    channel = SelectField(_l("For what"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer.choices = [("yes", _("Yes, you may")), ("no", _("No, you may not"))]
        self.words.description = _("What you read out, or what the letter says. The customer can read it.")


class StopForm(Told):
    """A customer who wants it all to stop."""

    what = RadioField(_l("What shall stop?"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.what.choices = [
            (Kind.OBJECTION.value, _("Everything that advertises (an objection, for good)")),
            (Kind.STOP_ALL.value, _("Everything that is not part of the service")),
        ]
        self.words.description = _("What the customer said or wrote. The customer can read it.")

    def offer(self, running: list[tuple[uuidlib.UUID, str, str]]) -> None:
        """Offer each share that runs as something to stop, after what is asked for most."""
        self.what.choices = [
            *self.what.choices,  # type: ignore[misc]
            *(
                (
                    f"share:{uuid}",
                    _(
                        "What %(partner)s sees: %(purpose)s",
                        partner=partner,
                        purpose=say(sharing.PURPOSES[purpose]),
                    ),
                )
                for uuid, partner, purpose in running
            ),
        ]


@blueprint.get("/customers/<uuid:uuid>/permission-record", endpoint="consent")
@gates.staff(*RIGHTS)
def record(uuid: uuidlib.UUID) -> Answer:
    """The permissions of one person, and the form for what was said about the one that is chosen."""
    account = accounts.of(g.actor).get(uuid)
    if not _stated(account):
        return redirect(url_for("admin.customer", uuid=uuid), 303)
    return _page(account, None)


@blueprint.post("/customers/<uuid:uuid>/permission-record")
@gates.staff(*RIGHTS)
def consent_record(uuid: uuidlib.UUID) -> Answer:
    """Write down a yes or a no."""
    account = accounts.of(g.actor).get(uuid)
    if not _stated(account):
        return redirect(url_for("admin.customer", uuid=uuid), 303)
    member = _person(account)
    view, form = _purpose(_desk(account, member)), RecordForm()
    if view is None:
        raise errors.NotFound()
    try:
        outcome = consent.record_by_staff(
            view.key, actor=g.actor, person_id=member.person_id, account_id=account.id,
            answer=form.answer.data or "", method=form.method.data or "", words=form.words.data or "",
            asked=bool(form.asked.data), channel=form.channel.data or "",
        )  # fmt: skip
    except (errors.Invalid, errors.Conflict) as error:
        form.refuse(error)
        return _page(account, form), 409 if isinstance(error, errors.Conflict) else 422
    if not outcome.changed:
        flash(_("“%(title)s” stood like that already; nothing was changed.", title=view.title), "info")
    elif outcome.event.kind == Kind.PENDING:
        flash(
            _("Noted. It counts when the customer proves the mailbox; until then nothing is sent there."),
            "done",
        )
    elif form.answer.data == "yes":
        flash(
            _("Noted: “%(title)s” is allowed. The customer sees it, with your words.", title=view.title),
            "done",
        )
    else:
        flash(
            _("Noted: “%(title)s” is not allowed. What waited to be sent is cancelled.", title=view.title),
            "done",
        )
    return redirect(_here(account, member), 303)


@blueprint.post("/customers/<uuid:uuid>/permission-stop")
@gates.staff(*RIGHTS)
def consent_stop(uuid: uuidlib.UUID) -> Answer:
    """Write down that a customer stops everything, or objects to advertising."""
    account = accounts.of(g.actor).get(uuid)
    if not _stated(account):
        return redirect(url_for("admin.customer", uuid=uuid), 303)
    member, form = _person(account), StopForm()
    try:
        if len((form.words.data or "").strip()) < 10:
            raise errors.Invalid(_t("Write down what the customer said or wrote."), field="words")
        _stop(account, member, form)
    except errors.Invalid as error:
        form.refuse(error)
        return _page(account, None, stop=form), 422
    flash(_("Noted. It holds at once, and what waited to be sent is cancelled."), "done")
    return redirect(_here(account, member), 303)


def _stop(account: Account, member: Member, form: StopForm) -> None:
    what, words = form.what.data or "", (form.words.data or "").strip()
    kind, _colon, uuid = what.partition(":")
    if kind != "share":
        consent.stop_by_staff(
            actor=g.actor, person_id=member.person_id, account_id=account.id, what=what,
            method=form.method.data or "", words=words,
        )  # fmt: skip
        return
    if form.method.data not in (Method.PHONE, Method.LETTER):
        raise errors.Invalid(_t("Say how you were told."), field="method")
    try:
        share = uuidlib.UUID(uuid)
    except ValueError:
        raise errors.NotFound() from None
    sharing.stop_by_staff(
        share, actor=g.actor, account_id=account.id, person_id=member.person_id, words=words
    )


def _stated(account: Account) -> bool:
    return stated(account, item=("customer_page", account.uuid, ""))


def _person(account: Account) -> Member:
    people = accounts.of(g.actor).people(account.id)
    wanted = request.args.get("person", "")
    found = next((one for one in people if not wanted or str(one.uuid) == wanted), None)
    if found is None:
        raise errors.NotFound()
    return found


def _desk(account: Account, member: Member) -> Desk:
    """Return the permissions with the words in the customer's language, because those are read out."""
    reader = replace(g.actor, language=member.language)
    return consent.of(reader, person_id=member.person_id, account_id=account.id)


def _purpose(desk: Desk) -> PurposeView | None:
    wanted = request.args.get("purpose", "")
    if not wanted:
        return None
    try:
        found = desk.get(uuidlib.UUID(wanted))
    except ValueError:
        raise errors.NotFound() from None
    if not found.asks:
        raise errors.NotFound()
    return found


def _stands(one: Standing) -> str:
    """Return how a permission stands, from our side of the desk."""
    general = one.purpose.general
    if general is None:
        return _("Nothing was said about it yet.")
    day = formats.date(general.at)
    if general.status in {Kind.GIVEN, Kind.RENEWED} and not one.allowed:
        return _("Allowed on %(day)s, and stopped since with everything else.", day=day)
    words = STANDS.get(general.status)
    return words % {"day": day} if words else ""


def _silence(view: PurposeView) -> datetime | None:
    """Return until when we do not ask, or None when that time is over or never began."""
    until = view.general.ask_not_before if view.general else None
    return until if until is not None and until > clock.now() else None


def _here(account: Account, member: Member, **more: Any) -> str:
    case = request.args.get("for") or None
    return url_for("admin.consent", uuid=account.uuid, person=member.uuid, **{"for": case, **more})


def _page(account: Account, form: RecordForm | None, *, stop: StopForm | None = None) -> str:
    member = _person(account)
    desk = _desk(account, member)
    view = _purpose(desk)
    found = [] if view else standings(desk.permissions(), account_id=account.id, person_id=member.person_id)
    place: dict[str, Any] = {
        "uuid": account.uuid,
        "person": member.uuid,
        "for": request.args.get("for") or None,
    }
    if view is not None and form is None:
        form = RecordForm()
        if not form.words.data:
            form.words.data = view.question  # what is read out stands there already, to be completed
    if view is not None and form is not None:
        form.channel.choices = [("", _("for all channels")), *(
            (key, say(CHANNELS[key])) for key in view.channels if key in CHANNELS
        )]  # fmt: skip
    if view is None:
        stop = stop or StopForm()
        stop.offer(sharing.shared_now(g.actor, account_id=account.id, person_id=member.person_id))
    return render_template(
        "admin/consent/record.html",
        account=account,
        member=member,
        people=accounts.of(g.actor).people(account.id),
        lines=[
            {
                "purpose": one.purpose, "status": one.status, "why": _stands(one),
                "url": _here(account, member, purpose=one.purpose.uuid),
                "ask_not_before": _silence(one.purpose),
            }
            for one in found
            if one.purpose.asks
        ],
        view=view,
        form=form,
        stop=stop,
        may_ask=consent.asking_allowed(view.key, person_id=member.person_id, account_id=account.id) if view else False,
        ask_not_before=_silence(view) if view else None,
        record_url=url_for("admin.consent_record", **place, purpose=view.uuid) if view else "",
        stop_url=url_for("admin.consent_stop", **place),
        list_url=_here(account, member),
        person_url=lambda one: url_for("admin.consent", **{**place, "person": one.uuid}),
        customer_url=url_for("admin.customer", uuid=account.uuid, **{"for": place["for"]}),
    )  # fmt: skip

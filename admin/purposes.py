"""Purposes by versions: written, compared word by word with what is published, published, given up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import Length, Optional

from portal.domain import consent, errors, firm
from portal.domain.actor import Permission
from portal.text import Lazy, _t
from portal.ui import gates, times
from portal.ui.assets import LANGUAGE_NAMES
from portal.ui.forms import Form, say
from portal.ui.session import require_fresh
from portal.ui.signing import needed

from . import blueprint
from .staff import Answer, Boxes

BASES: dict[str, Lazy] = {
    "consent": _t("a permission that the customer gives and takes back"),
    "contract": _t("needed for what was ordered"),
    "legal_obligation": _t("the law obliges us"),
    "legitimate_interest": _t("our own good reason, to which one can object"),
}
CHANNELS: dict[str, Lazy] = {
    "email": _t("e-mail"), "sms": _t("SMS"), "phone": _t("phone"), "letter": _t("letter"),
    "inbox": _t("inbox of the portal"),
}  # fmt: skip
TERMS: dict[str, Lazy] = {
    "channels": _t("Channels"), "data_categories": _t("Kinds of data"), "recipients": _t("Recipients"),
    "retention_months": _t("Kept for, in months"), "valid_months": _t("A yes ends after, in months"),
    "benefit_by_days": _t("The benefit comes within, in days"), "marketing": _t("Direct marketing"),
    "sends": _t("Messages are sent under it"), "dpv_purpose": _t("Purpose in the vocabulary"),
}  # fmt: skip


class BeginForm(Form):
    """A new purpose."""

    key = StringField(validators=[needed, Length(max=60)])
    basis = SelectField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key.label.text, self.basis.label.text = _("Key"), _("Legal basis")
        self.basis.choices = [(key, say(words)) for key, words in BASES.items()]


class TermsForm(Form):
    """What a version says beside its words."""

    channels = Boxes()
    data_categories = StringField(validators=[Length(max=400)])
    recipients = StringField(validators=[Length(max=400)])
    retention_months = IntegerField(validators=[Optional()])
    valid_months = IntegerField(validators=[Optional()])
    benefit_by_days = IntegerField(validators=[Optional()])
    marketing = BooleanField()
    sends = BooleanField()
    dpv_purpose = StringField(validators=[needed, Length(max=60)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in TERMS.items():
            getattr(self, name).label.text = say(words)
        self.channels.choices = [(key, say(words)) for key, words in CHANNELS.items()]


@blueprint.get("/purposes")
@gates.staff(Permission.PURPOSES_WRITE)
def purposes_of_firm() -> str:
    """Every purpose with its version."""
    return render_template("admin/purposes/purposes.html", rows=consent.sketching.rows(g.actor), bases=BASES)


@blueprint.route("/purposes/new", methods=["GET", "POST"])
@gates.staff(Permission.PURPOSES_WRITE)
def purpose_new() -> Answer:
    """Begin a purpose."""
    form = BeginForm()
    if form.validate_on_submit():
        with form.catching():
            consent.sketching.begin(form.key.data or "", actor=g.actor, basis=form.basis.data)
            return redirect(url_for("admin.purpose_text", key=form.key.data), 303)
    page = render_template("admin/purposes/new.html", form=form)
    return page if form.ok else (page, 422)


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip()[:60] for part in (text or "").split(",") if part.strip())


def _languages() -> list[tuple[str, str]]:
    codes = current_app.config["SETTINGS"].languages
    order = sorted(codes, key=lambda code: code != "en")
    return [(code, LANGUAGE_NAMES.get(code, code)) for code in order]


@blueprint.route("/purposes/<string:key>", methods=["GET", "POST"])
@gates.staff(Permission.PURPOSES_WRITE)
def purpose_text(key: str) -> Answer:
    """Write the next version; it is kept and nobody but staff reads it."""
    now = consent.sketching.sketch(g.actor, key)
    draft = now.draft
    form = TermsForm(
        channels=list(draft.channels), data_categories=", ".join(draft.data_categories),
        recipients=", ".join(draft.recipients), retention_months=draft.retention_months,
        valid_months=draft.valid_months, benefit_by_days=draft.benefit_by_days, marketing=draft.marketing,
        sends=draft.sends, dpv_purpose=draft.dpv_purpose,
    )  # fmt: skip
    problem: errors.Invalid | None = None
    moved = False
    words = {
        code: {n: getattr(draft.notices.get(code), n, "") for n in consent.sketching.NOTICE_WORDS}
        for code, _n in _languages()
    }
    if request.method == "POST":
        words = {
            code: {name: request.form.get(f"{code}-{name}", "") for name in consent.sketching.NOTICE_WORDS}
            for code, _name in _languages()
        }
    if form.validate_on_submit():
        try:
            consent.sketching.save(
                consent.PurposeDraft(
                    key=key, basis=draft.basis, dpv_purpose=form.dpv_purpose.data or "", position=draft.position,
                    retention_months=form.retention_months.data or 0, valid_months=form.valid_months.data,
                    benefit_by_days=form.benefit_by_days.data, marketing=form.marketing.data,
                    sends=form.sends.data, channels=tuple(form.channels.data or ()),
                    data_categories=_list(form.data_categories.data), recipients=_list(form.recipients.data),
                    notices={code: consent.NoticeDraft(**one) for code, one in words.items()},
                ),
                actor=g.actor, seen=request.form.get("seen"),
            )  # fmt: skip
            return redirect(url_for("admin.purpose_compare", key=key), 303)
        except errors.Conflict as error:
            if error.code != "consent.moved_on":
                raise
            moved, now = True, consent.sketching.sketch(g.actor, key)
        except errors.Invalid as error:
            problem = error
            if error.field in form:
                form.refuse(error)
    found = [(field_id, text) for field_id, text in form.all_errors()]
    if problem is not None and problem.field not in form:
        found.append((problem.field, say(problem.message)))
    page = render_template(
        "admin/purposes/purpose.html", form=form, now=now, draft=draft, words=words, languages=_languages(),
        labels=consent.sketching.NOTICE_WORDS, longest=consent.sketching.LONGEST, bases=BASES, problems=found,
        wrong={problem.field: say(problem.message)} if problem is not None else {}, moved=moved,
    )  # fmt: skip
    return (page, 422) if found else (page, 409) if moved else page


@blueprint.get("/purposes/<string:key>/compare")
@gates.staff(Permission.PURPOSES_WRITE)
def purpose_compare(key: str) -> str:
    """What the next version changes, and whom it asks again."""
    return _compare(key)


def _seen() -> datetime | None:
    try:
        return datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        return None


def _compare(key: str, problem: str = "", field: str = "") -> str:
    now = consent.sketching.sketch(g.actor, key)
    return render_template(
        "admin/purposes/compare.html",
        now=now,
        draft=now.draft,
        differences=consent.differing.differences(g.actor, key),
        again=consent.differing.asked_again(key),
        labels={**consent.sketching.NOTICE_WORDS, **TERMS},
        languages=dict(_languages()),
        problems=[(field or None, problem)] if problem else [],
        day=request.form.get("publish_on", ""),
        day_error=problem if field == "publish_on" else None,
        tomorrow=consent.planning.today() + timedelta(days=1),
        begins=consent.planning.begins(now.publish_on) if now.publish_on else None,
        zone=firm.now().zone,
    )


@blueprint.post("/purposes/<string:key>/publication")
@gates.staff(Permission.PURPOSES_WRITE)
def purpose_publication(key: str) -> Answer:
    """Publish the next version."""
    require_fresh()
    again = consent.differing.asked_again(key)
    try:
        made = consent.sketching.publish_sketch(key, actor=g.actor, expected=_seen())
    except errors.Invalid as error:
        return _compare(key, say(error.message)), 422
    flash(_("Version %(n)s is published.", n=made.version), "done")
    if made.basis == "consent" and made.version > 1:
        flash(
            ngettext("%(num)d person is asked again.", "%(num)d people are asked again.", again)
            if again
            else _("Nobody had said yes, so nobody has to be asked again."),
            "info",
        )
    return redirect(url_for("admin.purposes_of_firm"), 303)


@blueprint.post("/purposes/<string:key>/plan")
@gates.staff(Permission.PURPOSES_WRITE)
def purpose_plan(key: str) -> Answer:
    """Set the day on which the next version publishes itself."""
    require_fresh()
    try:
        day = date.fromisoformat(request.form.get("publish_on", "").strip())
    except ValueError:
        return _compare(key, _("Choose a day from tomorrow on, at most a year ahead."), "publish_on"), 422
    try:
        at = consent.planning.plan(key, day, actor=g.actor, expected=_seen())
    except errors.Invalid as error:
        return _compare(key, say(error.message), error.field or ""), 422
    flash(
        _(
            "It is published on %(at)s. Until then you can take the day back.",
            at=times.datetime(at, firm.now().zone),
        ),
        "done",
    )
    return redirect(url_for("admin.purpose_compare", key=key), 303)


@blueprint.post("/purposes/<string:key>/plan/removal")
@gates.staff(Permission.PURPOSES_WRITE)
def purpose_plan_removal(key: str) -> Answer:
    """Take the day back."""
    consent.planning.take_back(key, actor=g.actor)
    flash(_("The day is taken back. Nothing is published until you say so."), "done")
    return redirect(url_for("admin.purpose_compare", key=key), 303)


@blueprint.post("/purposes/<string:key>/draft/removal")
@gates.staff(Permission.PURPOSES_WRITE)
def purpose_draft_removal(key: str) -> Answer:
    """Throw away what was written; the published version stays."""
    consent.sketching.throw_away(key, actor=g.actor)
    flash(_("Thrown away. What is published stays."), "done")
    return redirect(url_for("admin.purposes_of_firm"), 303)


@blueprint.post("/purposes/<string:key>/retirement")
@gates.staff(Permission.PURPOSES_WRITE)
def purpose_retirement(key: str) -> Answer:
    """Give the purpose up."""
    require_fresh()
    count = consent.sketching.retire(key, actor=g.actor)
    flash(
        ngettext(
            "Given up. %(num)d waiting message is cancelled.", "Given up. %(num)d waiting messages are cancelled.",
            count,
        ) if count else _("Given up. No message was waiting under it."),
        "done",
    )  # fmt: skip
    return redirect(url_for("admin.purposes_of_firm"), 303)

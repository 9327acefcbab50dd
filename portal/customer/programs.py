"""Programs: what may act in my name, for how long, and when it last did; a token is shown once."""

from __future__ import annotations

import uuid as uuidlib
from datetime import timedelta
from typing import Any

from flask import current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from portal.domain import calendars, clock, errors, programs
from portal.domain.programs import LEVELS, SUBJECTS, Scope
from portal.ui import gates, signing
from portal.ui.forms import Form, say
from portal.ui.session import require_fresh

from . import blueprint

KNOWN = {scope.value for scope in Scope}


class ProgramForm(Form):
    """A name, what it may by subject, and its last day."""

    name = StringField(
        _l("What do you call it?"), [signing.needed, Length(max=80)],
        description=_l("So that you know it again in this list, such as “Home ledger”."),
    )  # fmt: skip
    profile = SelectField()
    permissions = SelectField()
    preferences = SelectField()
    complaints = SelectField()
    messages = SelectField()
    feedback = SelectField()
    shares = SelectField()
    look_ups = SelectField()
    timeline = SelectField()
    until = DateField(
        _l("Its last day"), [InputRequired(_l("Choose the last day on which it may act."))],
        description=_l("At most a year away. You can stop it at any time before."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for subject, title in SUBJECTS.items():
            one = self[_field(subject)]
            one.label.text = say(title)
            levels = [(level, say(words)) for level, words in LEVELS.items() if f"{subject}:{level}" in KNOWN]
            one.choices = [("", _("nothing")), *levels]

    def refuse(self, error: errors.DomainError) -> None:
        """Put a refusal of the choice at its first field."""
        field = "profile" if error.field == "scopes" else error.field
        super().refuse(type(error)(error.message, code=error.code, field=field))

    @property
    def choice(self) -> dict[str, str]:
        """The level by subject; '' is none."""
        return {subject: self[_field(subject)].data or "" for subject in SUBJECTS}


def _field(subject: str) -> str:
    return subject.replace("-", "_")


@blueprint.get("/programs", endpoint="programs")
@gates.customer()
def program_list() -> str:
    """The programs that act for this person in the account in hand."""
    lines = programs.of(g.actor)
    return render_template(
        "customer/programs/index.html",
        living=[one for one in lines if one.state == "live"],
        ended=[one for one in lines if one.state != "live"],
        words={scope.value: words for scope, words in programs.WORDS.items()},
        account_name=g.me.account_name,
    )


@blueprint.route("/programs/new", methods=["GET", "POST"])
@gates.customer()
def program_new() -> Any:
    """Make a program, after a fresh proof; its token stands on this answer and nowhere else."""
    require_fresh()
    today = calendars.local_day(clock.now(), g.actor.zone)
    form = ProgramForm(data={"until": today + timedelta(days=programs.DEFAULT_DAYS)})
    if form.validate_on_submit():
        with form.catching():
            assert form.until.data is not None  # the form asks for it
            wanted = programs.scopes_of(form.choice)
            made, token = programs.make(form.name.data or "", wanted, form.until.data, actor=g.actor)
            return render_template(
                "customer/programs/made.html",
                program=made,
                token=token,
                words=[programs.WORDS[scope] for scope in wanted],
                base=current_app.config["SETTINGS"].base_url,
            )
    page = render_template(
        "customer/programs/new.html",
        form=form,
        subjects=[form[_field(subject)] for subject in SUBJECTS],
        account_name=g.me.account_name,
        last=(today + timedelta(days=programs.MOST_DAYS)).isoformat(),
        first=today.isoformat(),
    )
    return page if form.ok else (page, 422)


@blueprint.post("/programs/<uuid:uuid>/end")
@gates.customer()
def program_end(uuid: uuidlib.UUID) -> Response:
    """Stop a program at once."""
    found = programs.stop(uuid, actor=g.actor)
    flash(_("“%(name)s” is stopped. Its next call is refused.", name=found.name), "done")
    return redirect(url_for("customer.programs"), 303)

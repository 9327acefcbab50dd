"""The pages where people look after their own sign-in; the same on every face, each behind its own gate."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import Length

from portal.domain import accounts, errors
from portal.ui import paging, signing
from portal.ui.browser import network
from portal.ui.forms import Form
from portal.ui.session import reading, renew, require_fresh

Page = Response | str | tuple[str, int]
FEW, SIZE = 5, 30  # lines of the history on the first page, and on its own


class PasswordForm(Form):
    """The current password and the new one."""

    current = PasswordField(_l("Your password now"), [signing.needed, Length(max=4096)])
    password = PasswordField(_l("New password"), [signing.needed, Length(max=4096)])


def security_pages(blueprint: Blueprint, gate: Callable[[Any], Any], folder: str) -> None:
    """Give ``blueprint`` its pages about sign-ins, password and second step, with templates from ``folder``."""
    name = blueprint.name

    def here(page: str, **values: Any) -> str:
        return render_template(f"{folder}/security/{page}.html", prefix=name, **values)

    def home() -> Response:
        return redirect(url_for(f"{name}.security"), 303)

    @blueprint.get("/security")
    @gate
    def security() -> Page:
        return here(
            "index",
            sessions=accounts.sessions_of(g.actor),
            history=accounts.history_of(g.actor, limit=FEW),
            few=FEW,
            factors=accounts.factors_of(g.actor.person_id),
            passkeys=accounts.passkeys_of(g.actor),
            must=accounts.must_have(accounts.face_of(g.actor)),
            waiting=accounts.waiting_until(g.actor.person_id),
        )

    @blueprint.get("/security/history")
    @gate
    def security_history() -> Page:
        rows = accounts.history_of(g.actor, before=paging.instant_key(), limit=SIZE)
        return here("history", entries=paging.page(rows, SIZE, lambda row: [row.at.isoformat(), row.key]))

    @blueprint.post("/security/sign-ins/<uuid:uuid>/end")
    @gate
    def end_session(uuid: uuid.UUID) -> Page:
        accounts.end_session(uuid, actor=g.actor)
        flash(_("That browser is signed out."), "done")
        return home()

    @blueprint.post("/security/sign-ins/end-others")
    @gate
    def end_other_sessions() -> Page:
        count = accounts.end_others(g.actor)
        flash(
            ngettext("%(num)d other browser is signed out.", "%(num)d other browsers are signed out.", count)
            if count
            else _("You are signed in nowhere else."),
            "done",
        )
        return home()

    @blueprint.route("/security/password", methods=["GET", "POST"])
    @gate
    def security_password() -> Page:
        require_fresh()
        form = PasswordForm()
        if form.validate_on_submit():
            try:
                with form.catching():
                    token = accounts.change_password(
                        g.actor,
                        current=form.current.data or "",
                        new=form.password.data or "",
                        network=network(),
                    )
                    renew(token)
                    flash(_("Your password is changed. Every other browser is signed out."), "done")
                    return home()
            except errors.TooMany as error:
                form.refuse(error)
                return here("password", form=form), 429
        page = here("password", form=form)
        return page if form.ok else (page, 422)

    @blueprint.post("/security/app/begin")
    @gate
    def security_app_begin() -> Page:
        require_fresh()
        begun = accounts.begin_enrolment(g.actor.person_id, accounts.mailbox_of(g.actor.person_id))
        session["factor"] = begun.token
        return redirect(url_for(f"{name}.security_app"), 303)

    @blueprint.route("/security/app", methods=["GET", "POST"])
    @gate
    def security_app() -> Page:
        require_fresh()
        form = signing.CodeForm()
        try:
            with reading():
                enrolment = accounts.enrolment(str(session.get("factor") or ""))
        except errors.NotFound:
            return home()
        if form.validate_on_submit():
            with form.catching():
                codes = accounts.enrol(enrolment.token, form.code.data or "", actor=g.actor)
                session.pop("factor", None)
                return here("codes", codes=codes)
        page = here("app", form=form, enrolment=enrolment)
        return page if form.ok else (page, 422)

    @blueprint.post("/security/app/remove")
    @gate
    def security_app_remove() -> Page:
        accounts.remove_totp(g.actor.person_id, actor=g.actor)
        flash(_("The authenticator app is removed. We no longer ask for its code."), "done")
        return home()

    @blueprint.post("/security/codes")
    @gate
    def security_codes() -> Page:
        require_fresh()
        if not accounts.factors_of(g.actor.person_id).any:
            return home()
        return here("codes", codes=accounts.make_recovery_codes(g.actor.person_id, actor=g.actor))

    @blueprint.post("/security/two-steps")
    @gate
    def security_two_steps() -> Page:
        wanted = request.form.get("wanted") == "1"
        accounts.ask_two_steps(g.actor, wanted)
        if not wanted:
            flash(_("Your password alone signs you in again. A passkey still does too."), "done")
            return home()
        if accounts.factors_of(g.actor.person_id).recovery_left:
            flash(_("From now on we ask for a passkey after the password too."), "done")
            return home()
        return here("codes", codes=accounts.make_recovery_codes(g.actor.person_id, actor=g.actor))

    @blueprint.post("/security/second-step/keep")
    @gate
    def security_keep_second_step() -> Page:
        accounts.stop_wait(g.actor.person_id, actor=g.actor, how="stopped")
        flash(_("The second step stays as it is. Change your password if it was not you who asked."), "done")
        return home()

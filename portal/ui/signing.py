"""The forms of signing in and the way on from each step; the same for every face."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portal import db
from portal.domain import accounts, errors
from portal.domain.accounts import Face, Next, Step
from portal.ui import acting, held, watch
from portal.ui.browser import device, network, recognise
from portal.ui.cookies import BLUEPRINTS
from portal.ui.forms import Form
from portal.ui.session import enter, leave, next_path, reading, renew

needed = InputRequired(_l("Please fill this in."))


class SignInForm(Form):
    """Address and password."""

    email = EmailField(_l("E-mail address"), [needed, Length(max=320)])
    password = PasswordField(_l("Password"), [needed, Length(max=4096)])
    next = HiddenField()


class CodeForm(Form):
    """The code of the second step."""

    code = StringField(_l("Code"), [needed, Length(max=60)])
    next = HiddenField()


class ConfirmForm(Form):
    """The same person once more."""

    password = PasswordField(_l("Password"), [needed, Length(max=4096)])
    next = HiddenField()


class ConfirmCodeForm(ConfirmForm):
    """The same person once more, who has a second step."""

    code = StringField(_l("Code"), [needed, Length(max=60)])


def _where(face: Face) -> dict[str, str]:
    """Return what a line about a sign-in says of its place."""
    return {"face": face.value, "network": network()}


def proceed(step: Step, face: Face, *, home: str) -> Response:
    """Go on from a step: into the face, back to a held form or to ``next``, or to the second step."""
    if step.next is Next.DONE:
        page = held.come_back(step.person_id, face=face)
        recognise(step.person_id, face)
        enter(step.token)
        acting.begin_for(step.token, page or next_path(home))
        if page:
            flash(
                _("Here is what you had typed. Files and passwords are not kept: please add them again."),
                "info",
            )
        return redirect(page or next_path(home), 303)
    session["step"] = step.token
    last = "sign_in_code" if step.next is Next.CODE else "sign_in_enrol"
    return redirect(url_for(f"{BLUEPRINTS[face]}.{last}", next=next_path("") or None), 303)


def sign_in_page(face: Face, template: str, *, home: str) -> Response | tuple[str, int] | str:
    """Show and answer the first step on one face."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            with form.catching():
                step = accounts.sign_in(
                    email=form.email.data or "",
                    password=form.password.data or "",
                    face=face,
                    device=device(),
                    network=network(),
                )
                if g.actor.person_id is not None:
                    accounts.sign_out(g.actor)  # one browser, one sign-in on each face
                watch.good("sign_in.password", face=face.value, person=step.person_id, network=network())
                return proceed(step, face, home=home)
        except errors.TooMany as error:
            watch.note("sign_in.locked", mailbox=accounts.trace(form.email.data or ""), **_where(face))
            form.refuse(error)
            return render_template(template, form=form, holds="held" in session), 429
        watch.note("sign_in.refused", mailbox=accounts.trace(form.email.data or ""), **_where(face))
    if not form.is_submitted() and face is Face.PARTNER:
        form.email.data = session.pop("typed", "")  # on the page before
    form.next.data = next_path("")
    page = render_template(template, form=form, holds="held" in session)
    return page if form.ok else (page, 422)


def code_page(face: Face, template: str, *, home: str, start: str) -> Response | tuple[str, int] | str:
    """Show and answer the second step on one face; without a first one lead to ``start``."""
    token = str(session.get("step") or "")
    form = CodeForm()
    if not token:
        return redirect(url_for(start, next=next_path("") or None), 303)
    try:
        with reading():
            passkeys = accounts.passkeys_for_step(token, face)
    except errors.NotFound:
        return too_slow(start)
    if form.validate_on_submit():
        try:
            with form.catching():
                step = accounts.sign_in_code(
                    token, form.code.data or "", face=face, device=device(), network=network()
                )
                watch.good("sign_in.code", face=face.value, person=step.person_id, network=network())
                return proceed(step, face, home=home)
        except errors.NotFound:
            return too_slow(start)
        except errors.TooMany as error:
            watch.note("sign_in.code_locked", **_where(face))
            form.refuse(error)
            return render_template(template, form=form, passkeys=passkeys), 429
        watch.note("sign_in.code_refused", **_where(face))
    form.next.data = next_path("")
    page = render_template(template, form=form, passkeys=passkeys)
    return page if form.ok else (page, 422)


def enrol_page(face: Face, folder: str, *, home: str) -> Response | tuple[str, int] | str:
    """Show and answer the set-up of the app between password and portal; the recovery codes are shown once."""
    token, start = str(session.get("step") or ""), f"{folder}.sign_in"
    try:
        with reading():
            enrolment = accounts.enrolling(token, face=face)
    except errors.NotFound:
        return too_slow(start)
    form = CodeForm()
    template = f"{folder}/sign_in/sign_in_enrol.html"
    if form.validate_on_submit():
        try:
            with form.catching():
                step, codes = accounts.sign_in_enrol(
                    token, form.code.data or "", face=face, device=device(), network=network()
                )
                onward = next_path(home)
                recognise(step.person_id, face)
                enter(step.token)
                watch.good("sign_in.code", person=step.person_id, **_where(face))
                return render_template(f"{folder}/sign_in/codes.html", codes=codes, onward=onward)
        except errors.TooMany as error:
            watch.note("sign_in.code_locked", **_where(face))
            form.refuse(error)
            return render_template(template, form=form, enrolment=enrolment), 429
        watch.note("sign_in.code_refused", **_where(face))
    form.next.data = next_path("")
    page = render_template(template, form=form, enrolment=enrolment)
    return page if form.ok else (page, 422)


def too_slow(start: str) -> Response:
    """Lead back to the beginning when the time between two steps was too long."""
    session.pop("step", None)
    flash(_("That took too long. Please sign in again."), "warn")
    return redirect(url_for(start, next=next_path("") or None), 303)


def confirm_page(template: str, *, home: str) -> Response | tuple[str, int] | str:
    """Ask once more for the password (and the code), then go on to ``next``."""
    with db.unit_of_work(write=False):  # the counted tries are committed apart and must come first
        two = accounts.asks_code(g.actor)
        passkeys = accounts.factors_of(g.actor.person_id).passkeys
    form = ConfirmCodeForm() if two else ConfirmForm()
    if form.validate_on_submit():
        try:
            with form.catching():
                code = form.code.data if isinstance(form, ConfirmCodeForm) else ""
                renew(
                    accounts.confirm(
                        g.actor, password=form.password.data or "", code=code or "", network=network()
                    )
                )
                return redirect(next_path(home), 303)
        except errors.TooMany as error:
            watch.note("sign_in.confirm_locked", network=network())
            form.refuse(error)
            return render_template(template, form=form, passkeys=passkeys), 429
        watch.note("sign_in.confirm_refused", network=network())
    form.next.data = next_path("")
    page = render_template(template, form=form, passkeys=passkeys)
    return page if form.ok else (page, 422)


def sign_out_here(start: str) -> Response:
    """End this sign-in and lead to ``start``."""
    accounts.sign_out(g.actor)
    leave()
    flash(_("You are signed out."), "done")
    return redirect(url_for(start), 303)

"""Signing in and out of the extranet: the mail address says where, the own company's provider says who."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField
from wtforms.validators import Length

from portal import config
from portal.domain import errors, partners
from portal.domain.accounts import Face
from portal.text import Lazy, _t
from portal.ui import gates, signing, watch
from portal.ui.addresses import nav_url
from portal.ui.forms import Form
from portal.ui.passkeys import passkey_doors
from portal.ui.session import next_path, reading
from portal.ui.signing import needed

from . import blueprint, provider


class AddressForm(Form):
    """The mail address, which says where to sign in."""

    email = EmailField(_l("Your e-mail address at work"), [needed, Length(max=320)])
    next = HiddenField()


NOWHERE = _t(
    "No partner is known here by this mail domain. Use the address of your company; if you did, ask the person who "
    "looks after its people here, or the one at our firm who works with you."
)
FORBIDDEN = _t(
    "Partners come in here by their own company’s sign-in only. Ask the person at our firm who works with you."
)
NOT_YET = _t("The sign-in of {company} is not set up yet. Ask the person at our firm who works with you.")


def _why_not(company: partners.PartnerCompany | None) -> tuple[str, Lazy]:
    """Return why nobody signs in by an address, as a word for the log and for its reader."""
    if company is None:
        return "no_domain", NOWHERE
    if company.signs_in_by == partners.SignsInBy.PASSWORD:
        return "no_passwords", FORBIDDEN
    return "no_provider", _t(NOT_YET.message, company=company.name)


def home() -> str:
    """Return the first page of somebody of a partner."""
    return nav_url("extranet.home") or "/extranet"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@gates.public
def sign_in() -> Any:
    """The mail address leads to the sign-in of the own company, or to the password where it has none."""
    form = AddressForm()
    if form.validate_on_submit():
        with form.catching():
            address = form.email.data or ""
            with reading():
                company = partners.by_mail_domain(address)
                found = partners.provider_of(company.id) if company else None
            if found is not None:
                return provider.set_out(found, hint=address)
            by_password = company is None or company.signs_in_by == partners.SignsInBy.PASSWORD
            if by_password and config.load().partners_may_use_passwords:
                session["typed"] = address[:320]
                return redirect(url_for("extranet.sign_in_password", next=next_path("") or None), 303)
            reason, message = _why_not(company)
            watch.note("partner.sign_in_refused", reason=reason)
            raise errors.Invalid(message, code="partners.no_domain", field="email")
    form.next.data = next_path("")
    page = render_template("extranet/sign_in/sign_in.html", form=form)
    return page if form.ok else (page, 422)


@blueprint.route("/sign-in/password", methods=["GET", "POST"])
@gates.public
def sign_in_password() -> Any:
    """Address and password, for partners without a sign-in of their own company."""
    if not config.load().partners_may_use_passwords:
        raise errors.NotFound()
    return signing.sign_in_page(Face.PARTNER, "extranet/sign_in/password.html", home=home())


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@gates.public
def sign_in_code() -> Any:
    """The code of the app, or a recovery code."""
    return signing.code_page(
        Face.PARTNER, "extranet/sign_in/sign_in_code.html", home=home(), start="extranet.sign_in"
    )


@blueprint.route("/sign-in/enrol", methods=["GET", "POST"])
@gates.enrolling
def sign_in_enrol() -> Any:
    """Set up the authenticator app, which a partner's people cannot do without, and show the recovery codes once."""
    return signing.enrol_page(Face.PARTNER, "extranet", home=home())


@blueprint.post("/sign-out")
@gates.public
def sign_out() -> Any:
    """End this sign-in, and lead on to the provider to end it there too; pressed twice it only leads on."""
    if g.actor.person_id is None:
        return redirect(url_for("extranet.sign_in"), 303)
    with reading():
        proof = partners.proof_of(g.actor)
        found = partners.provider_of(proof[0]) if proof else None
    address = provider.sign_out_there(found, proof[1]) if found and proof else ""
    answer = signing.sign_out_here("extranet.sign_in")
    if found is None or not address:
        return answer
    return render_template(
        "extranet/sign_in/going.html",
        address=address,
        title=_("You are signed out here"),
        lead=_(
            "You go on to the sign-in of %(company)s, to sign out there too.",
            company=found.company if found else "",
        ),
    )


@blueprint.get("/signed-out")
@gates.public
def signed_out() -> str:
    """Where the provider leads back to after a sign-out."""
    return render_template("extranet/sign_in/signed_out.html")


@blueprint.route("/confirm-it-is-you", methods=["GET", "POST"])
@gates.partner()
def confirm() -> Any:
    """Ask once more, at the provider or for password and code, before a sensitive act."""
    with reading():
        found = partners.provider_of(g.actor.partner_id)
    if found is None:
        return signing.confirm_page("extranet/sign_in/confirm.html", home=home())
    form = ConfirmForm()
    if form.validate_on_submit():
        return provider.set_out(found, why=partners.Why.AGAIN)
    form.next.data = next_path("")
    return render_template("extranet/sign_in/confirm_there.html", form=form, company=found.company)


class ConfirmForm(Form):
    """One press; the proof is given at the provider."""

    next = HiddenField()


passkey_doors(blueprint, Face.PARTNER, home)

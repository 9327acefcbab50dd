"""Partner companies: set up, changed, let in and shut out, and how their people sign in, with a trial in words."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    EmailField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from portal import config, oidc
from portal.domain import audit, clients, partners
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.forms import Form, say
from portal.ui.pictures import LogoForm
from portal.ui.session import language_choices, reading, require_fresh
from portal.ui.signing import needed

from . import blueprint
from .partner_keys import redirect_address
from .staff import Answer


class CompanyForm(Form):
    """Who a partner is, and how its people prove who they are."""

    name = StringField(_l("Name"), [needed, Length(max=120)])
    legal_name = StringField(_l("Registered name"), [Length(max=200)])
    kind = RadioField(_l("What they are to us"), default="partner")
    country = StringField(_l("Country"), [needed, Length(max=2)], default="PL")
    website = StringField(_l("Website"), [Length(max=290)])
    contact_name = StringField(_l("Whom to ask there"), [Length(max=120)])
    contact_email = EmailField(_l("Mail address of that person"), [Length(max=320)])
    tier = SelectField(_l("Tier"), validate_choice=False)
    signs_in_by = RadioField(_l("How its people sign in"), default="oidc")
    default_role = RadioField(_l("Who comes by a verified mail domain is at first"), default="reader")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = getattr(kwargs.get("obj"), "tier", None)
        self.tier.choices = [("", "–")] + [
            (one.key, one.name(g.reader.language))
            for one in partners.tiers(every=True)
            if one.offered or one.key == present
        ]
        self.kind.choices = [("partner", _("Partner")), ("supplier", _("Supplier"))]
        ways = [("oidc", _("At the identity provider of their own company"))]
        if config.load().partners_may_use_passwords or kwargs.get("signs_in_by") == "password":
            ways.append(("password", _("Here, with a password and a second step")))
        self.signs_in_by.choices = ways
        self.default_role.choices = [
            (key.value, say(spec.name))
            for key, spec in partners.ROLES.items()
            if key is not partners.PartnerRole.ADMINISTRATOR
        ]


class DomainsForm(Form):
    """The mail domains that lead to a partner."""

    domains = TextAreaField(_l("Mail domains, one a line"), [Length(max=4000)])
    verified = BooleanField(_l("I made sure that these domains are the company’s own"))


class ProviderForm(Form):
    """The identity provider of a partner."""

    issuer = StringField(_l("Issuer"), [needed, Length(max=500)])
    client_id = StringField(_l("Client"), [needed, Length(max=255)])
    proves_by = RadioField(_l("How we prove ourselves there"), default=partners.BY_SECRET)
    secret = PasswordField(_l("Secret"), [Length(max=4000)])
    email = StringField(_l("Claim with the mail address"), [Length(max=80)])
    email_verified = StringField(_l("Claim that says the address is verified"), [Length(max=80)])
    name = StringField(_l("Claim with the name"), [Length(max=80)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proves_by.choices = [
            (partners.BY_SECRET, _("With a secret that the provider gave us")),
            (partners.BY_KEY, _("With a key of ours, whose public half the provider fetches here")),
        ]


class PersonForm(Form):
    """Who is asked in for a partner."""

    name = StringField(_l("Name"), [needed, Length(max=120)])
    email = EmailField(_l("E-mail address"), [needed, Length(max=320)])
    role = RadioField(_l("Role"), default="administrator")
    regions = StringField(_l("Regions"), [Length(max=300)])
    language = SelectField(_l("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(key.value, say(spec.name)) for key, spec in partners.ROLES.items()]
        self.language.choices = language_choices()


@blueprint.get("/partners")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_companies() -> str:
    """Every partner company."""
    tiers = {one.key: one.name(g.reader.language) for one in partners.tiers(every=True)}
    return render_template("admin/partners/list.html", companies=partners.companies(g.actor), tiers=tiers)


@blueprint.route("/partners/new", methods=["GET", "POST"])
@gates.staff(Permission.PARTNERS_WRITE)
def partner_new() -> Answer:
    """Set one up."""
    require_fresh()
    form = CompanyForm()
    if form.validate_on_submit():
        with form.catching():
            row = partners.set_up(actor=g.actor, **_company(form))
            flash(
                _("%(name)s is set up. Next: its mail domains, and how its people sign in.", name=row.name),
                "done",
            )
            return _back(row.uuid)
    page = render_template("admin/partners/company.html", form=form, company=None)
    return page if form.ok else (page, 422)


def _company(form: CompanyForm) -> dict[str, str]:
    names = (
        "name", "legal_name", "kind", "country", "website", "contact_name", "contact_email", "signs_in_by",
        "default_role", "tier",
    )  # fmt: skip
    return {name: form[name].data or "" for name in names}


def _back(uuid: uuidlib.UUID) -> Response:
    return redirect(url_for("admin.partner", uuid=uuid), 303)


@blueprint.get("/partners/<uuid:uuid>")
@gates.staff(Permission.PARTNERS_WRITE)
def partner(uuid: uuidlib.UUID) -> str:
    """One partner: domains, sign-in, people, and what was changed."""
    return _show(uuid)


def _show(uuid: uuidlib.UUID, **forms: Form) -> str:
    company = partners.company(g.actor, uuid)
    domains, systems = partners.domains_of(company.id), clients.clients_of(company.id, actor=g.actor)
    provider, language = partners.provider_file(g.actor, uuid), partners.first_language(company.country)
    shown = {
        "domains_form": forms.get("domains")
        or DomainsForm(
            formdata=None, domains="\n".join(one.domain for one in domains),
            verified=bool(domains) and all(one.verified_at for one in domains),
        ),
        "logo_form": forms.get("logo") or LogoForm(formdata=None), "systems": systems,
        "person_form": forms.get("person") or PersonForm(formdata=None, language=language),
    }  # fmt: skip
    acts = audit.of_firm(g.actor, about=uuid, limit=8)[:8] if g.actor.may(Permission.AUDIT_READ) else []
    return render_template(
        "admin/partners/one.html",
        company=company,
        domains=domains,
        provider=provider,
        people=partners.members(company.id),
        invitations=partners.invitations_of(company.id, actor=g.actor),
        role_name=partners.role_name,
        default_role=partners.role_name(company.default_role),
        tier=partners.tier_name(company.tier, g.reader.language),
        addresses=_addresses(provider),
        acts=acts,
        wrong=next(iter(forms.values()), None),
        **shown,
    )


def _addresses(provider: partners.ProviderFile | None) -> list[tuple[str, str]]:
    """Return what is registered at a provider, as it wants to have it: each address whole."""
    if provider is None:
        return []
    base = config.load().base_url.rstrip("/")

    def whole(endpoint: str, **values: Any) -> str:
        return base + url_for(endpoint, **values)

    found = [
        (_("Redirect address"), whole("extranet.sign_in_answer", uuid=provider.uuid)),
        (_("Address after a sign-out"), whole("extranet.signed_out")),
        (_("Address for back-channel logout"), whole("extranet.sign_out_notice", uuid=provider.uuid)),
    ]
    if provider.proves_by == partners.BY_KEY:
        found.append((_("Our public key (JWKS)"), whole("extranet.provider_keys", uuid=provider.uuid)))
    return found


@blueprint.route("/partners/<uuid:uuid>/change", methods=["GET", "POST"])
@gates.staff(Permission.PARTNERS_WRITE)
def partner_change(uuid: uuidlib.UUID) -> Answer:
    """Change what is written of it."""
    require_fresh()
    company = partners.company(g.actor, uuid)
    form = CompanyForm(obj=company, signs_in_by=company.signs_in_by)
    if form.validate_on_submit():
        with form.catching():
            partners.change(uuid, actor=g.actor, **_company(form))
            flash(_("The changes hold from now on."), "done")
            return _back(uuid)
    page = render_template("admin/partners/company.html", form=form, company=company)
    return page if form.ok else (page, 422)


@blueprint.post("/partners/<uuid:uuid>/domains")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_domains(uuid: uuidlib.UUID) -> Answer:
    """Set the mail domains that lead to it."""
    require_fresh()
    form = DomainsForm()
    if form.validate_on_submit():
        with form.catching():
            lines = (form.domains.data or "").replace(",", "\n").split("\n")
            partners.set_domains(uuid, lines, actor=g.actor, verified=bool(form.verified.data))
            flash(_("The mail domains are set."), "done")
            return _back(uuid)
    return _show(uuid, domains=form), 422


@blueprint.route("/partners/<uuid:uuid>/provider", methods=["GET", "POST"])
@gates.staff(Permission.PARTNERS_WRITE)
def partner_provider(uuid: uuidlib.UUID) -> Answer:
    """Set up or change its identity provider."""
    require_fresh()
    company = partners.company(g.actor, uuid)
    known = partners.provider_file(g.actor, uuid)
    start: dict[str, Any] = (
        {"issuer": known.issuer, "client_id": known.client_id, "proves_by": known.proves_by, **known.claims}
        if known
        else {}
    )
    form = ProviderForm(**start)
    if form.validate_on_submit():
        with form.catching():
            secret, public = form.secret.data or "", None
            if form.proves_by.data == partners.BY_KEY and not (known and known.proves_by == partners.BY_KEY):
                secret, public = oidc.new_key()
            partners.set_provider(
                uuid, actor=g.actor, issuer=form.issuer.data or "", client_id=form.client_id.data or "",
                proves_by=form.proves_by.data or "", secret=secret, public_key=public,
                claims={name: form[name].data or "" for name in ("email", "email_verified", "name")},
            )  # fmt: skip
            oidc.forget()
            flash(_("Kept. Now register our addresses at the provider, and try it."), "done")
            return redirect(url_for("admin.partner", uuid=uuid, _anchor="sign-in"), 303)
    page = render_template("admin/partners/provider.html", form=form, company=company, known=known)
    return page if form.ok else (page, 422)


@blueprint.post("/partners/<uuid:uuid>/trial")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_trial(uuid: uuidlib.UUID) -> Response:
    """Try its provider, step by step, without a person and without changing anything there."""
    with reading():
        provider = partners.to_try(g.actor, uuid)
    steps = oidc.try_out(provider, redirect=redirect_address(provider))
    kept = [
        {"key": one.key, "state": one.state, "title": say(one.title), "words": say(one.words)}
        for one in steps
    ]
    partners.note_trial(uuid, {"steps": kept}, actor=g.actor)
    return redirect(url_for("admin.partner", uuid=uuid, _anchor="sign-in"), 303)


@blueprint.post("/partners/<uuid:uuid>/deactivation")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_deactivation(uuid: uuidlib.UUID) -> Response:
    """Shut it out: every sign-in for it ends now."""
    require_fresh()
    row = partners.deactivate(uuid, actor=g.actor)
    flash(_("%(name)s is deactivated, and its people are signed out.", name=row.name), "done")
    return _back(uuid)


@blueprint.post("/partners/<uuid:uuid>/reactivation")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_reactivation(uuid: uuidlib.UUID) -> Response:
    """Let it in again."""
    require_fresh()
    row = partners.activate(uuid, actor=g.actor)
    flash(_("The people of %(name)s can sign in again.", name=row.name), "done")
    return _back(uuid)

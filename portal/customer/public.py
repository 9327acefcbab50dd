"""What anybody may read: what we promise, how complaining works, what data are used for; language and colours."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, g, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import clock, complaints, consent, firm
from portal.text import Lazy, _t
from portal.ui import gates, session, theme

from . import blueprint, life_of_a_complaint

BASES: dict[str, Lazy] = {
    "consent": _t("Only if you allow it"),
    "contract": _t("We need it for what you ordered from us"),
    "legal_obligation": _t("The law obliges us"),
    "legitimate_interest": _t("Our own good reason; you can object"),
}


@blueprint.get("/")
@gates.public
def landing() -> str | AnyResponse:
    """The first page: what the firm promises and how often it kept it; who is signed in goes home."""
    if g.actor.is_customer:
        return redirect(url_for("customer.home"))
    return render_template(
        "customer/public/landing.html",
        promises=complaints.public_promises(),
        purposes=consent.catalogue(g.reader.language),
        bases=BASES,
    )


@blueprint.get("/how-complaints-work")
@gates.public
def how_complaints_work() -> str:
    """The life of a complaint, drawn from the table of states."""
    return render_template(
        "customer/public/how_complaints_work.html",
        picture=life_of_a_complaint.picture(),
        stages=life_of_a_complaint.stages(),
        promises=complaints.public_promises(),
    )


@blueprint.get("/purposes")
@gates.public
def purposes() -> str:
    """Everything we use data for, with its words as published."""
    return render_template(
        "customer/public/purposes.html", purposes=consent.catalogue(g.reader.language), bases=BASES
    )


@blueprint.post("/language")
@gates.public
def set_language() -> AnyResponse:
    """Read on in another language."""
    return session.switch_language()


@blueprint.post("/theme")
@gates.public
def set_theme() -> AnyResponse:
    """Read on in other colours."""
    return theme.switch_theme()


@blueprint.get("/.well-known/security.txt")
@gates.public
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116)."""
    settings = current_app.config["SETTINGS"]
    base = settings.base_url.rstrip("/")
    until = (clock.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{firm.now().privacy_mail}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(settings.languages)}",
        f"Canonical: {base}/.well-known/security.txt",
    ]
    return _plain("\n".join(lines) + "\n")


@blueprint.get("/.well-known/change-password")
@gates.public
def change_password_address() -> AnyResponse:
    """Where a password manager finds the page for a new password."""
    return redirect(url_for("customer.security"), 302)


@blueprint.get("/robots.txt")
@gates.public
def robots() -> Response:
    """Search engines may read what is public."""
    private = (
        "/admin",
        "/dev",
        "/home",
        "/complaints",
        "/messages",
        "/permissions",
        "/preferences",
        "/feedback",
    )
    return _plain("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in private))


def _plain(body: str) -> Response:
    answer = make_response(body)
    answer.mimetype = "text/plain"
    return answer

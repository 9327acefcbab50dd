"""How to speak to me: one live sentence, and a form for all that it says; addresses and a pause beside it."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Mapping
from typing import Any

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain import clock, consent, errors, preferences
from portal.domain.audit import word
from portal.domain.calendars import local_day
from portal.domain.preferences import Settings
from portal.ui import formats, gates

from . import blueprint
from .preference_forms import (
    AddressForm,
    PauseForm,
    PreferencesForm,
    address_form,
    changed,
    filled,
    number,
    wanted,
    week_rows,
)


@blueprint.route("/preferences", methods=["GET", "POST"], endpoint="preferences")
@gates.customer()
def preferences_page() -> Any:
    """Show and change how we may speak to the person."""
    settings = preferences.of(g.actor)
    topics = consent.topics(g.actor.language)
    form = filled(settings, topics)
    status = 200
    if form.validate_on_submit():
        try:
            with form.catching():
                now = preferences.change(
                    actor=g.actor, version=number(form.version.data), **wanted(form, settings, topics)
                )
                flash(changed(settings, now), "done" if now != settings else "info")
                return redirect(url_for("customer.preferences"), 303)
        except errors.Conflict:
            form.form_errors.append(
                _(
                    "These settings were changed in another window. Look through them; sending again keeps yours."
                )
            )
            form.version.data = str(settings.version)
            status = 409
    return _page(settings, topics, form, status=status)


@blueprint.post("/preferences/sentence")
@gates.customer()
def preferences_sentence() -> Response:
    """Say what the form would mean, without keeping anything; silence while it cannot be read."""
    settings = preferences.of(g.actor)
    topics = consent.topics(g.actor.language)
    form = filled(settings, topics)
    if not form.validate_on_submit():
        return make_response("", 204)
    asked = wanted(form, settings, topics)
    try:
        hours = preferences.hours_of(asked["hours"])
        count, days = preferences.budget_of(asked["budget_count"], asked["budget_days"])
    except errors.Invalid:
        return make_response("", 204)
    said = preferences.summary(
        language=asked["language"], channels_off=asked["channels_off"], channel_order=asked["channel_order"],
        hours=hours, budget_count=count, budget_days=days,
        topics_off=[topics[key] for key in asked["topics_off"]], paused_until=_pause_day(settings),
    )  # fmt: skip
    return make_response(render_template("customer/preferences/sentence.html", sentence=said, draft=True))


@blueprint.post("/preferences/pause")
@gates.customer()
def preferences_pause() -> Any:
    """Pause what is not service."""
    form = PauseForm()
    if form.validate_on_submit():
        with form.catching():
            assert form.until.data is not None  # the form asks for it
            until = preferences.pause(form.until.data, actor=g.actor).pause_until
            flash(_("Paused until %(day)s. What is still of use comes after that.", day=formats.date(until)))
            return redirect(url_for("customer.preferences") + "#pause", 303)
    return _page(pause=form)


@blueprint.post("/preferences/pause/end")
@gates.customer()
def preferences_resume() -> Response:
    """End the pause now."""
    preferences.resume(actor=g.actor)
    flash(_("The pause is over. We may write again, as the sentence above says."))
    return redirect(url_for("customer.preferences"), 303)


@blueprint.post("/preferences/addresses")
@gates.customer()
def preferences_addresses() -> Any:
    """Add an address."""
    form = address_form()
    if form.validate_on_submit():
        with form.catching():
            point = preferences.add_address(form.channel.data, form.address.data or "", actor=g.actor)
            flash(_("%(address)s is on your list now.", address=point.address.replace("\n", ", ")))
            return redirect(url_for("customer.preferences") + "#addresses", 303)
    return _page(address=form)


@blueprint.post("/preferences/addresses/<uuid:uuid>/removal")
@gates.customer()
def preferences_address_removal(uuid: uuidlib.UUID) -> Response:
    """Remove an address."""
    preferences.remove_address(uuid, actor=g.actor)
    flash(_("The address is removed. Nothing goes there any more."))
    return redirect(url_for("customer.preferences") + "#addresses", 303)


@blueprint.post("/preferences/addresses/<uuid:uuid>/first")
@gates.customer()
def preferences_address_first(uuid: uuidlib.UUID) -> Response:
    """Use an address before the others of its channel."""
    preferences.make_first(uuid, actor=g.actor)
    flash(_("We use this address first from now on."))
    return redirect(url_for("customer.preferences") + "#addresses", 303)


# --------------------------------------------------------------------------------------------- the page


def _page(
    settings: Settings | None = None,
    topics: Mapping[str, str] | None = None,
    form: PreferencesForm | None = None,
    *,
    pause: PauseForm | None = None,
    address: AddressForm | None = None,
    status: int = 200,
) -> Any:
    settings = settings or preferences.of(g.actor)
    topics = topics if topics is not None else consent.topics(g.actor.language)
    posted = request.form if form is not None and request.method == "POST" else None
    if form is None:
        # Another form of this page was sent: this one shows what is kept.
        form = filled(settings, topics, kept=True)
    refused = next((one for one in (form, pause, address) if one is not None and not one.ok), None)
    page = render_template(
        "customer/preferences/preferences.html",
        settings=settings,
        sentence=settings.sentence(topics=dict(topics), paused_until=_pause_day(settings)),
        form=form,
        refused=refused,
        week=week_rows(settings, posted, form.hours.errors),
        pause=pause or PauseForm(formdata=None),
        address=address or address_form(None),
        addresses=preferences.addresses(person_id=settings.person_id, account_id=settings.account_id),
        channel=lambda key: word("channel", key),
        tomorrow=local_day(clock.now(), settings.zone).isoformat(),
    )
    return page if refused is None else (page, status if status != 200 else 422)


def _pause_day(settings: Settings) -> str:
    return formats.date(settings.pause_until) if settings.pause_until else ""

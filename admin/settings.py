"""What can be set, and by whom: the home of the settings, section by section."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import g, render_template, url_for

from portal.domain.actor import Permission
from portal.text import Lazy, _t
from portal.ui import gates

from . import blueprint


class Section(NamedTuple):
    """One part of the settings: what it holds, and the permission that opens it."""

    endpoint: str
    permission: Permission
    icon: str
    title: Lazy
    text: Lazy


SECTIONS = (
    Section(
        "admin.firm_page", Permission.SETTINGS_WRITE, "building", _t("Firm"),
        _t("Name, seat, logo, addresses, sender of mails, zone and language: what pages, mails and letters say."),
    ),
    Section(
        "admin.calendar", Permission.SETTINGS_WRITE, "calendar3", _t("Opening hours and holidays"),
        _t("The week, public holidays per year and days of your own, by which every date of a promise is counted."),
    ),
    Section(
        "admin.complaint_terms", Permission.SETTINGS_WRITE, "hourglass-split", _t("Terms for complaints"),
        _t("How long each promise is, when something ends by itself, and what a handler may offer, from a day on."),
    ),
    Section(
        "admin.law", Permission.SETTINGS_WRITE, "bank", _t("Law and outside bodies"),
        _t("Which rule a complaint is answered by, in whose country; confirmed, switched on from a day, in versions."),
    ),
    Section(
        "admin.complaint_categories", Permission.SETTINGS_WRITE, "bookmark", _t("How complaints are sorted"),
        _t("Your own lists of what goes wrong and what it concerns: names, order, what is offered no more."),
    ),
    Section(
        "admin.purposes_of_firm", Permission.PURPOSES_WRITE, "bullseye", _t("Purposes"),
        _t("What data are used for, in versions: write, compare, publish, give up. A changed purpose asks anew."),
    ),
    Section(
        "admin.texts", Permission.TEXTS_WRITE, "envelope-open", _t("Message texts"),
        _t("What mails, letters and inbox messages say, in each language: write, look, try, publish, go back."),
    ),
    Section(
        "admin.retention_rules", Permission.RETENTION_READ, "hourglass-split", _t("Retention"),
        _t("How long each kind of data is kept, what was removed when, what goes next, and what the law holds back."),
    ),
    Section(
        "admin.partner_companies", Permission.PARTNERS_WRITE, "building", _t("Partners"),
        _t("Companies whose people come to the extranet: mail domains, identity provider with a trial, people."),
    ),
    Section(
        "admin.staff", Permission.STAFF_ADMIN, "people", _t("Staff"),
        _t("Who works here: invite, change roles and teams, note absence, deactivate and hand over."),
    ),
    Section(
        "admin.exchange", Permission.PARTNERS_WRITE, "arrow-left-right", _t("Exchange with partners"),
        _t("Companies that may become customers: who registered them, who holds them, and handing one over."),
    ),
    Section(
        "admin.roles", Permission.STAFF_ADMIN, "key", _t("Roles"),
        _t("What each role may do, page by page, and roles of your own."),
    ),
    Section(
        "admin.seats", Permission.COMPANIES_RECOVER, "building", _t("Companies without an administrator"),
        _t("Requests of colleagues whose only administrator is gone: two of you agree, the code goes by letter."),
    ),
    Section(
        "admin.partner_events", Permission.PARTNERS_WRITE, "broadcast", _t("Events that did not arrive"),
        _t("What partners’ systems did not take, and why; send it again."),
    ),
    Section(
        "admin.settings_record", Permission.AUDIT_READ, "clock-history", _t("Record of changes"),
        _t("Who changed which setting, when, and from what to what."),
    ),
)  # fmt: skip


def open_sections() -> list[Section]:
    """Return the sections that the one who asks may open."""
    return [section for section in SECTIONS if g.actor.may(section.permission)]


@blueprint.context_processor
def _may_set() -> dict[str, Any]:
    """Tell the layout whether there is anything to set for this reader."""
    return {"may_set": g.get("actor") is not None and bool(open_sections())}


@blueprint.get("/settings")
@gates.staff(Permission.DASHBOARD_READ)
def settings() -> str:
    """Every section that is open to the one who asks."""
    cards = [(section, url_for(section.endpoint)) for section in open_sections()]
    return render_template("admin/settings/settings.html", cards=cards)

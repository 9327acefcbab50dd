"""Materials for partners and suppliers, for staff: versions in each language, who took them, and what expires."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.domain import calendars, clock, errors, exchange, files, firm, partners
from portal.domain.actor import Permission
from portal.ui import gates, paging
from portal.ui.audiences import AudienceForm
from portal.ui.forms import Form, say

from . import blueprint
from .staff import Answer
from .texts import languages

SIZE = 50
PUBLISHES = gates.staff(Permission.PARTNERS_WRITE)


class MaterialForm(AudienceForm):
    """What a material is called, what it is, and whom it is for."""

    name = StringField(_l("Name"), [Length(max=exchange.NAME_MAX)])
    kind = SelectField(_l("What it is"), validate_choice=False)
    about = TextAreaField(_l("What it is good for"), [Length(max=exchange.MATERIAL_MAX)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(key, say(words)) for key, words in exchange.KINDS.items()]

    def written(self) -> dict[str, Any]:
        """Return what was typed."""
        return {
            "name": self["name"].data or "",
            "kind": self.kind.data or "",
            "about": self.about.data or "",
            "audience": self.audience(),
        }


class EditionForm(Form):
    """The next version in a language."""

    language = SelectField(_l("Language"), validate_choice=False)
    files = FileField(_l("File"))
    valid_from = DateField(_l("Valid from"), [Optional()])
    expires_on = DateField(_l("Valid until the end of"), [Optional()])
    changes = StringField(_l("What is new in it"), [Length(max=exchange.CHANGES_MAX)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = languages()


class WithdrawalForm(Form):
    """Why something is taken back; whoever downloaded it reads it."""

    why = StringField(_l("Why"), [Length(max=exchange.CHANGES_MAX)])


@blueprint.get("/exchange/materials")
@PUBLISHES
def materials() -> str:
    """Every material, newest first, and what expires soon."""
    rows = exchange.stock(g.actor, g.reader.language, after=paging.uuid_key(), limit=SIZE)
    return render_template(
        "admin/materials/materials.html",
        page=paging.page(rows, SIZE, lambda one: [str(one.row.uuid)]),
        expiring=exchange.expiring(g.actor),
    )


@blueprint.route("/exchange/materials/new", methods=["GET", "POST"])
@PUBLISHES
def material_new() -> Answer:
    """Name one and whom it is for; its first version comes on its page."""
    form = MaterialForm(audience=partners.Audience())
    if form.validate_on_submit():
        with form.catching():
            row = exchange.publish(actor=g.actor, **form.written())
            flash(_("Kept. Now add its first version: nobody sees it before that is valid."))
            return redirect(url_for("admin.material", uuid=row.uuid), 303)
    page = render_template("admin/materials/form.html", form=form, row=None, about_max=exchange.MATERIAL_MAX)
    return page if form.ok else (page, 422)


@blueprint.get("/exchange/materials/<uuid:uuid>")
@PUBLISHES
def material(uuid: uuidlib.UUID) -> str:
    """One with its versions and who downloaded them."""
    return _show(uuid)


@blueprint.route("/exchange/materials/<uuid:uuid>/change", methods=["GET", "POST"])
@PUBLISHES
def material_change(uuid: uuidlib.UUID) -> Answer:
    """Change what is written of it, or whom it is for."""
    row = exchange.stock_of(g.actor, uuid, g.reader.language)[0].row
    form = MaterialForm(
        audience=partners.kept_audience(row.audience_id), name=row.name, kind=row.kind, about=row.description
    )
    if form.validate_on_submit():
        with form.catching():
            exchange.revise(uuid, actor=g.actor, **form.written())
            flash(_("The changes hold from now on."))
            return redirect(url_for("admin.material", uuid=uuid), 303)
    page = render_template("admin/materials/form.html", form=form, row=row, about_max=exchange.MATERIAL_MAX)
    return page if form.ok else (page, 422)


@blueprint.post("/exchange/materials/<uuid:uuid>/versions")
@PUBLISHES
def material_version_new(uuid: uuidlib.UUID) -> Answer:
    """Add the next version in a language."""
    form = EditionForm()
    sent = request.files.get("files")
    if form.validate_on_submit():
        with form.catching():
            if sent is None or not sent.filename:
                raise errors.Invalid(_("Choose a file first."), field="files")
            stream: Any = sent.stream
            made = exchange.add_edition(
                uuid, actor=g.actor, language=form.language.data or "", filename=sent.filename, stream=stream,
                valid_from=form.valid_from.data, expires_on=form.expires_on.data, changes=form.changes.data or "",
            )  # fmt: skip
            flash(_("Version %(number)s is kept. It counts from its first day on.", number=made.number))
            return redirect(url_for("admin.material", uuid=uuid), 303)
    return _show(uuid, edition=form), 422


@blueprint.post("/exchange/materials/<uuid:uuid>/versions/<uuid:edition>/withdrawal")
@PUBLISHES
def material_version_withdrawal(uuid: uuidlib.UUID, edition: uuidlib.UUID) -> Answer:
    """Take one version back."""
    form = WithdrawalForm(prefix=str(edition))
    if form.validate_on_submit():
        with form.catching():
            exchange.withdraw_edition(uuid, edition, actor=g.actor, why=form.why.data or "")
            flash(_("Withdrawn. Whoever downloaded it is told why."))
            return redirect(url_for("admin.material", uuid=uuid), 303)
    return _show(uuid, withdrawal=form, of=edition), 422


@blueprint.post("/exchange/materials/<uuid:uuid>/withdrawal")
@PUBLISHES
def material_withdrawal(uuid: uuidlib.UUID) -> Answer:
    """Take the whole material back."""
    form = WithdrawalForm()
    if form.validate_on_submit():
        with form.catching():
            exchange.withdraw_material(uuid, actor=g.actor, why=form.why.data or "")
            flash(_("Withdrawn. Nobody sees it any more, and whoever downloaded it is told why."))
            return redirect(url_for("admin.material", uuid=uuid), 303)
    return _show(uuid, withdrawal=form), 422


def _show(
    uuid: uuidlib.UUID, *, edition: EditionForm | None = None, withdrawal: WithdrawalForm | None = None,
    of: uuidlib.UUID | None = None,
) -> str:  # fmt: skip
    """Render the page of a material, with the form that could not be taken; ``of``: for which version."""
    one, downloads = exchange.stock_of(g.actor, uuid, g.reader.language)
    today = calendars.local_day(clock.now(), firm.now().zone)
    settings = current_app.config["SETTINGS"]
    return render_template(
        "admin/materials/material.html",
        one=one,
        downloads=downloads,
        edition=edition or EditionForm(formdata=None, valid_from=today, language=g.reader.language),
        withdrawals={
            row.row.uuid: WithdrawalForm(formdata=None, prefix=str(row.row.uuid)) for row in one.versions
        }
        | ({of: withdrawal} if of else {}),
        whole=withdrawal if withdrawal and not of else WithdrawalForm(formdata=None),
        refused=edition or withdrawal,
        refused_of=of,
        max_mb=settings.file_max_bytes // (1024 * 1024),
        types=files.TYPES,
    )

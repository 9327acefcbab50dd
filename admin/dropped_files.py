"""Files dropped by partners and by us, for staff: what waits in quarantine, and sending one of ours."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from portal.domain import drops, errors, partners
from portal.domain.actor import Permission
from portal.ui import dropping, gates, paging
from portal.ui.downloads import download
from portal.ui.dropping import DropForm, ReadingForm
from portal.ui.formats import datetime as shown_at
from portal.ui.forms import Form
from portal.ui.supplying import position

from . import blueprint

SIZE, FAULTS = 50, 100
MAY = gates.staff(Permission.PARTNERS_WRITE)
LABELS = {"waiting": _l("In quarantine"), "all": _l("All")}


class OurDropForm(DropForm):
    """A file that staff send, and of or for which company it is."""

    company = SelectField(_l("Company"), validate_choice=False)

    def choose(self, kind: drops.Kind) -> None:
        """Offer the companies of which, or for which, such a file can be."""
        known = [(str(one.uuid), one.name) for one in partners.active() if one.kind in kind.staff]
        everybody = [("all", _("All partners: our prices"))] if "all" in kind.staff else []
        self.company.choices = [("", "–"), *everybody, *known]


class RejectForm(Form):
    """Why a file is rejected."""

    reason = TextAreaField(_l("Why"), [Length(max=drops.REASON_MAX)])


@blueprint.get("/exchange/files")
@MAY
def dropped_files() -> str:
    """The files of every partner, newest first."""
    chosen = request.args.get("view", "all")
    view = chosen if chosen in drops.VIEWS else "all"
    rows = drops.dropped_files(g.actor, view=view, after=paging.uuid_key(), limit=SIZE)
    return render_template(
        "admin/dropped_files/list.html",
        page=paging.page(rows, SIZE, lambda row: [str(row.uuid)]),
        view=view,
        views=[
            {"label": LABELS[key], "url": url_for("admin.dropped_files", view=key), "active": key == view}
            for key in ("all", "waiting")
        ],
        kinds=drops.kinds_for(g.actor),
    )


@blueprint.route("/exchange/files/new/<kind>", methods=["GET", "POST"])
@MAY
def dropped_file_new(kind: str) -> Any:
    """Send a file of a kind."""
    wanted = dropping.kind_of(kind, drops.kinds_for(g.actor))
    form = OurDropForm.new()
    form.choose(wanted)
    if form.validate_on_submit():
        content, name = dropping.sent()
        with form.catching():
            file, new = drops.drop(
                content, name=name, kind=kind, said=form.said(), actor=g.actor, company=_company(form)
            )
            if new:
                flash(_("Received. We check it line by line; what came of it stands below."))
            else:
                flash(
                    _(
                        "Already received on %(date)s: nothing was done twice.",
                        date=shown_at(file.created_at),
                    ),
                    "info",
                )
            return redirect(url_for("admin.dropped_file", uuid=file.uuid), 303)
    page = render_template("admin/dropped_files/new.html", form=form, kind=wanted)
    return page if form.ok else (page, 422)


@blueprint.get("/exchange/files/example/<kind>")
@MAY
def dropped_file_example(kind: str) -> Response:
    """A file of a kind, to be filled in."""
    return dropping.example(dropping.kind_of(kind, drops.kinds_for(g.actor)))


@blueprint.get("/exchange/files/<uuid:uuid>")
@MAY
def dropped_file(uuid: uuidlib.UUID) -> str:
    """One file: how it stands, and what can be done about it."""
    return _page(uuid)


@blueprint.post("/exchange/files/<uuid:uuid>/release")
@MAY
def dropped_file_release(uuid: uuidlib.UUID) -> Any:
    """Have a file in quarantine checked again."""
    form = ReadingForm()
    if form.validate():
        with form.catching():
            drops.release(uuid, actor=g.actor, reading=form.reading())
            flash(_("It is checked again."))
            return redirect(url_for("admin.dropped_file", uuid=uuid), 303)
    return _page(uuid, release=form), 422


@blueprint.post("/exchange/files/<uuid:uuid>/rejection")
@MAY
def dropped_file_reject(uuid: uuidlib.UUID) -> Any:
    """Reject a file in quarantine."""
    form = RejectForm()
    if form.validate():
        with form.catching():
            drops.reject(uuid, actor=g.actor, reason=form.reason.data or "")
            flash(_("Rejected. Who sent it reads why."))
            return redirect(url_for("admin.dropped_file", uuid=uuid), 303)
    return _page(uuid, reject=form), 422


@blueprint.get("/exchange/files/<uuid:uuid>/errors")
@MAY
def dropped_file_errors(uuid: uuidlib.UUID) -> Response:
    """What is wrong in a file, as a file."""
    return dropping.faults(*drops.faults(g.actor, uuid))


@blueprint.get("/exchange/files/<uuid:uuid>/content")
@MAY
def dropped_file_content(uuid: uuidlib.UUID) -> Response:
    """The file as it was sent."""
    return download(drops.content(g.actor, uuid))


def _page(uuid: uuidlib.UUID, *, release: ReadingForm | None = None, reject: RejectForm | None = None) -> str:
    view = drops.dropped_file(g.actor, uuid, after=position(), limit=FAULTS)
    said = view.said
    known = {"encoding": said.encoding, "decimal": said.decimal, "dates": said.dates}
    return render_template(
        "admin/dropped_files/file.html", view=view, line=view.line,
        page=paging.page(view.faults, FAULTS, lambda row: [row.key]), refused=release or reject,
        release=release or ReadingForm(formdata=None, data=known), reject=reject or RejectForm(formdata=None),
        reason_max=drops.REASON_MAX,
    )  # fmt: skip


def _company(form: OurDropForm) -> uuidlib.UUID | None:
    """Return the company that was chosen, None for all; raise Invalid at ``company``."""
    if form.company.data == "all":
        return None
    try:
        return uuidlib.UUID(form.company.data or "")
    except ValueError:
        raise errors.Invalid(_("Choose a company from the list."), field="company") from None

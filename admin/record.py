"""The record of changes of staff, roles and settings."""

from __future__ import annotations

from flask import g, render_template, request, url_for

from portal.domain import accounts, audit
from portal.domain.actor import Permission
from portal.domain.audit import Tag
from portal.text import Lazy, _t
from portal.ui import formats, gates, paging
from portal.ui.record import told

from . import blueprint

SIZE = 30
KINDS: dict[str, tuple[Lazy, frozenset[Tag]]] = {
    "staff": (
        _t("Staff"),
        frozenset({
            Tag.STAFF_STARTED, Tag.STAFF_INVITED, Tag.STAFF_JOINED, Tag.STAFF_ROLES_CHANGED, Tag.STAFF_TEAM_CHANGED,
            Tag.STAFF_ABSENT, Tag.STAFF_BACK, Tag.STAFF_ENDED, Tag.STAFF_TAKEN_BACK,
            Tag.STAFF_WAY_BACK_OPENED, Tag.STAFF_WAY_BACK_USED,
        }),
    ),
    "firm": (
        _t("Firm"), frozenset({Tag.FIRM_CHANGED, Tag.FIRM_LOGO_CHANGED, Tag.FIRM_LOGO_REMOVED}),
    ),
    "calendar": (_t("Opening hours"), frozenset({Tag.CALENDAR_APPROVED})),
    "purposes": (_t("Purposes"), frozenset({
        Tag.PURPOSE_PUBLISHED, Tag.PURPOSE_RETIRED, Tag.PURPOSE_PLANNED, Tag.PURPOSE_PLAN_ENDED,
        Tag.PURPOSE_PLAN_FAILED,
    })),
    "terms": (
        _t("Terms for complaints"), frozenset({Tag.COMPLAINT_TERMS_SET, Tag.COMPLAINT_TERMS_WITHDRAWN}),
    ),
    "law": (_t("Law and outside bodies"), frozenset({
        Tag.LAW_CONFIRMED, Tag.LAW_SWITCHED_ON, Tag.LAW_SWITCHED_OFF, Tag.LAW_VERSION_ADDED, Tag.OUTSIDE_BODY_KEPT,
    })),
    "sorting": (_t("How complaints are sorted"), frozenset({
        Tag.COMPLAINT_CATEGORY_ADDED, Tag.COMPLAINT_CATEGORY_RENAMED, Tag.COMPLAINT_CATEGORY_RETIRED,
        Tag.COMPLAINT_CATEGORY_BACK,
    })),
    "texts": (_t("Message texts"), frozenset({Tag.WORDING_PUBLISHED})),
    "retention": (_t("Retention"), frozenset({Tag.RETENTION_RUN, Tag.HOLD_SET, Tag.HOLD_LIFTED})),
    "partners": (_t("Partners"), frozenset({
        Tag.PARTNER_SET_UP, Tag.PARTNER_CHANGED, Tag.PARTNER_DOMAINS_SET, Tag.PARTNER_ACTIVATED,
        Tag.PARTNER_DEACTIVATED, Tag.PARTNER_PROVIDER_SET, Tag.PARTNER_PROOF_RENEWED, Tag.PARTNER_INVITED,
        Tag.PARTNER_INVITATION_CANCELLED, Tag.PARTNER_JOINED, Tag.PARTNER_MEMBER_CHANGED, Tag.PARTNER_MEMBER_ENDED,
        Tag.PARTNER_LOGO_SET, Tag.PARTNER_LOGO_REMOVED,
    })),
    "roles": (_t("Roles"), frozenset({Tag.ROLE_MADE, Tag.ROLE_CHANGED, Tag.ROLE_REMOVED})),
}  # fmt: skip
EVERY = frozenset().union(*(tags for _, tags in KINDS.values()))


WORDS: dict[str, Lazy] = {permission.value: words for permission, words in accounts.PERMISSION_WORDS.items()}


def in_words(sentence: Lazy) -> Lazy:
    """Return an act as people read it: its days spelled out, and permissions by what they allow."""
    found = told(sentence)
    if isinstance(may := found.params.get("may"), str):
        found.params["may"] = "; ".join(str(formats.say(WORDS.get(one, one))) for one in may.split(", "))
    return found


@blueprint.get("/settings/record")
@gates.staff(Permission.AUDIT_READ)
def settings_record() -> str:
    """Changes, the newest first."""
    kind = request.args.get("kind", "")
    tags = KINDS[kind][1] if kind in KINDS else EVERY
    rows = audit.of_firm(g.actor, tags=tags, after=paging.uuid_key(), limit=SIZE)
    views = [{"label": _t("All"), "url": url_for("admin.settings_record"), "active": kind not in KINDS}]
    views += [
        {"label": label, "url": url_for("admin.settings_record", kind=key), "active": key == kind}
        for key, (label, _) in KINDS.items()
    ]
    page = paging.page(rows, SIZE, lambda row: [str(row.uuid)])
    return render_template("admin/settings/record.html", page=page, views=views, in_words=in_words)

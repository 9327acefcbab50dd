"""What the record says of partners: their companies, people, leads and events."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.PARTNER_SET_UP: says(_t("{actor} set up the partner {partner}"), "partner", visible=False),
    Tag.PARTNER_CHANGED: says(
        _t("{actor} changed what is written of the partner {partner}"), "partner", visible=False
    ),
    Tag.PARTNER_TIER_CHANGED: says(_t("{actor} changed the tiers of partners: {tier}"), "tier", visible=False),
    Tag.PARTNER_TIER_SET: says(
        _t("{actor} set the tier of the partner {partner}: {tier}"), "partner", "tier", visible=False
    ),
    Tag.PARTNER_DOMAINS_SET: says(
        _t("{actor} set the mail domains of the partner {partner}: {domains}"), "partner", "domains", visible=False
    ),
    Tag.PARTNER_LOGO_SET: says(
        _t("{actor} put up a new logo of the partner {partner}"), "partner", visible=False
    ),
    Tag.PARTNER_LOGO_REMOVED: says(
        _t("{actor} took down the logo of the partner {partner}"), "partner", visible=False
    ),
    Tag.PARTNER_ACTIVATED: says(_t("{actor} let the partner {partner} in again"), "partner", visible=False),
    Tag.PARTNER_DEACTIVATED: says(
        _t("{actor} deactivated the partner {partner}: its people are signed out"), "partner", visible=False
    ),
    Tag.PARTNER_PROVIDER_SET: says(
        _t("{actor} set how the people of the partner {partner} sign in: at {issuer}"), "partner", "issuer",
        visible=False,
    ),
    Tag.PARTNER_PROOF_RENEWED: says(
        _t("{actor} changed the key or secret by which we prove ourselves at the sign-in of the partner {partner}"),
        "partner", visible=False,
    ),
    Tag.PARTNER_INVITED: says(
        _t("{actor} invited {person} to act for the partner {partner} as {partner_role}"),
        "person", "partner", "partner_role", visible=False,
    ),
    Tag.PARTNER_INVITATION_CANCELLED: says(
        _t("{actor} took back the invitation of {person} to the partner {partner}"), "person", "partner",
        visible=False,
    ),
    Tag.PARTNER_JOINED: says(
        _t("{person} may now act for the partner {partner} as {partner_role}"), "person", "partner", "partner_role",
        visible=False,
    ),
    Tag.PARTNER_MEMBER_CHANGED: says(
        _t("{actor} made {person} of the partner {partner} {partner_role}, regions: {regions}"),
        "person", "partner", "partner_role", "regions", visible=False,
    ),
    Tag.CLIENT_MADE: says(
        _t("{actor} let the system {client} of the partner {partner} in"), "client", "partner", visible=False
    ),
    Tag.CLIENT_ROTATED: says(
        _t("{actor} changed the secret of the system {client} of the partner {partner}"), "client", "partner",
        visible=False,
    ),
    Tag.CLIENT_REVOKED: says(
        _t("{actor} shut out the system {client} of the partner {partner}"), "client", "partner", visible=False
    ),
    Tag.PARTNER_MEMBER_ENDED: says(
        _t("{actor} ended the access of {person} of the partner {partner}"), "person", "partner", visible=False
    ),
    Tag.LEAD_REGISTERED: says(
        _t("{actor} registered a company that may become a customer: lead {number} of {partner}, {lead_standing}"),
        "number", "partner", "lead_standing", visible=False,
    ),
    Tag.LEAD_SHARED: says(
        _t("{actor} handed lead {number} over to {partner}"), "number", "partner", visible=False
    ),
    Tag.LEAD_MOVED: says(
        _t("{actor} took a step with lead {number} of {partner}: {lead_state}"), "number", "partner", "lead_state",
        visible=False,
    ),
    Tag.ANNOUNCEMENT_WRITTEN: says(_t("{actor} announced to partners: {title}"), "title", visible=False),
    Tag.ANNOUNCEMENT_WITHDRAWN: says(_t("{actor} withdrew what was announced: {title}"), "title", visible=False),
    Tag.ANNOUNCEMENT_CONFIRMED: says(_t("{actor} confirmed to have read: {title}"), "title", visible=False),
    Tag.PRICES_PUBLISHED_OURS: says(
        _t("{actor} published version {version} of our prices for {partner}, valid from {day}: {count} lines"),
        "version", "partner", "day", "count", visible=False,
    ),
    Tag.PRICES_PUBLISHED_THEIRS: says(
        _t("{actor} published version {version} of the prices of {partner}, valid from {day}: {count} lines"),
        "version", "partner", "day", "count", visible=False,
    ),
    Tag.STOCK_PROMISE_STEP: says(
        _t("{actor} took a step with a promise of {partner}, item {item}: {promise_act}"),
        "item", "partner", "promise_act", visible=False,
    ),
    Tag.FILE_DROPPED: says(
        _t("{actor} sent the file {file} ({file_kind}), {partner}"), "file", "partner", "file_kind", visible=False
    ),
    Tag.FILE_CHECKED: says(
        _t(
            "{actor} checked the file {file} ({file_kind}), {partner}: {file_state}; "
            "{read} read, {taken} taken, {refused} refused"
        ),
        "file", "partner", "file_kind", "file_state", "read", "taken", "refused", visible=False,
    ),
    Tag.FILE_DECIDED: says(
        _t("{actor} decided about the file {file} ({file_kind}), {partner}: {file_state}"),
        "file", "partner", "file_kind", "file_state", visible=False,
    ),
    Tag.MATERIAL_PUBLISHED: says(_t("{actor} named a material for partners: {title}"), "title", visible=False),
    Tag.MATERIAL_REVISED: says(_t("{actor} changed what is written of the material {title}"), "title", visible=False),
    Tag.MATERIAL_VERSION_ADDED: says(
        _t("{actor} published version {version} of the material {title} ({language})"), "title", "version", "language",
        visible=False,
    ),
    Tag.MATERIAL_VERSION_WITHDRAWN: says(
        _t("{actor} withdrew version {version} of the material {title} ({language})"), "title", "version", "language",
        visible=False,
    ),
    Tag.MATERIAL_WITHDRAWN: says(_t("{actor} withdrew the material {title}"), "title", visible=False),
    Tag.WEBHOOK_SET: says(_t("{actor} set the address at which {partner} takes events"), "partner", visible=False),
    Tag.WEBHOOK_ROTATED: says(_t("{actor} changed the secret of the events for {partner}"), "partner", visible=False),
    Tag.WEBHOOK_STOPPED: says(_t("{actor} stopped the events for {partner}"), "partner", visible=False),
    Tag.WEBHOOK_SENT_AGAIN: says(_t("{actor} let an event for {partner} go again"), "partner", visible=False),
}  # fmt: skip

"""What a customer does with a grant: give, change, extend, stop, take up again, have what is held erased."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from portal import db
from portal.domain import audit, changes, clock, outbox, partners
from portal.domain.accounts.models import Account
from portal.domain.actor import SYSTEM, Actor, Right
from portal.domain.audit import Tag
from portal.domain.changes import Subject, What
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from portal.text import _t

from . import data, messages, rules, telling
from .models import ShareEvent, ShareGrant, ShareRequest
from .rules import Happened, Terms

MOST_GRANTS = 60  # that run at once, of one account


def guard(actor: Actor) -> None:
    """Raise Denied unless an actor decides about the data of the account in hand."""
    if not actor.has_right(Right.PERMISSIONS) or actor.account_id is None or actor.person_id is None:
        raise Denied()


def offered(actor: Actor) -> list[str]:
    """Return the attributes that an actor may share."""
    return [key for one in data.offered(actor) for key in one.attributes]


def checked(terms: Terms, *, actor: Actor, kept: Sequence[str] = ()) -> Terms:
    """Return what an actor is about to share, in order, before the last press; raise Invalid at the field."""
    guard(actor)
    return rules.checked(terms, clock.now(), offered=[*offered(actor), *kept])


def terms_of(grant: ShareGrant) -> Terms:
    """Return what a grant says now."""
    return Terms(
        purpose=grant.purpose, fields=tuple(grant.fields), until=grant.until, often=grant.often,
        data_since=grant.data_since, words=grant.words, sub_recipients=grant.sub_recipients, keep_days=grant.keep_days,
    )  # fmt: skip


def give(
    partner: uuidlib.UUID,
    terms: Terms,
    *,
    actor: Actor,
    notice: str = "",
    request: ShareRequest | None = None,
) -> ShareGrant:
    """Let a partner see named data from now on and tell it at once; ``notice`` is the sentence as it was shown.

    The same partner for the same purpose has one grant that runs: Conflict where there is one already.
    Raises Denied without the right, NotFound for an unknown partner, Invalid at the field.
    """
    guard(actor)
    found = partners.by_uuid(partner)
    now = clock.now()
    terms = rules.checked(terms, now, offered=offered(actor))
    _one_of_a_kind(actor, found.id, terms)
    grant = ShareGrant(
        uuid=uuidlib.uuid4(), account_id=actor.account_id, person_id=actor.person_id, partner_id=found.id,
        request_id=request.id if request else None, version=1, given_at=now, ended_at=None, erase_asked_at=None,
        used_at=None, uses=0, window_at=None, reviewed_at=now, changed_at=now, ended_how="",
        data_mark="", data_seen_at=None,
        words_gone_at=None,
    )  # fmt: skip
    _set(grant, terms)
    db.session().add(grant)
    db.session().flush()
    happened(Happened.GIVEN, grant, actor, now, partner=found.name, notice=notice)
    return grant


def amend(uuid: uuidlib.UUID, terms: Terms, *, version: int, actor: Actor, notice: str = "") -> ShareGrant:
    """Change a grant that runs, or take up again one that has ended; the changed parts are marked in its history.

    ``version`` is the one that the customer saw: Conflict when it has moved on meanwhile. Without a change, and
    while it runs, nothing is written.
    """
    grant, name = _mine(uuid, actor)
    if grant.version != version:
        raise Conflict()
    now = clock.now()
    kept = [key for key in grant.fields if key not in offered(actor)]  # of a giver with more rights
    terms = rules.checked(terms, now, offered=[*offered(actor), *kept])
    before, over = terms_of(grant), is_over(grant, now)
    rules.only_known(terms, before.sub_recipients, named_by(grant))
    changed = rules.changed_parts(before, terms)
    if not changed and not over:
        return grant
    if over:
        partners.by_uuid(_uuid_of(grant.partner_id))  # its people may come in still
        _one_of_a_kind(actor, grant.partner_id, terms, besides=grant.id)
        kind = Happened.REESTABLISHED
        grant.ended_at, grant.ended_how, grant.erase_asked_at, grant.words_gone_at = None, "", None, None
    else:
        kind = Happened.EXTENDED if changed == ["until"] and terms.until > before.until else Happened.AMENDED
    _set(grant, terms)
    grant.version += 1
    grant.changed_at = grant.reviewed_at = now
    grant.uses, grant.window_at = 0, None
    happened(kind, grant, actor, now, partner=name, notice=notice, changed=changed)
    return grant


def extend(
    uuid: uuidlib.UUID, until: datetime, *, version: int, actor: Actor, notice: str = ""
) -> ShareGrant:
    """Let a grant that runs go on until a later instant."""
    grant, _ = _mine(uuid, actor)
    if is_over(grant, clock.now()):
        raise Conflict(_t("It has ended. You can take it up again."), code="sharing.ended")
    if until <= grant.until:
        raise Invalid(_t("Choose a later day than now."), code="sharing.until", field="until")
    return amend(uuid, replace(terms_of(grant), until=until), version=version, actor=actor, notice=notice)


def stop(uuid: uuidlib.UUID, *, actor: Actor) -> ShareGrant:
    """Let a partner see nothing more, from this instant, and tell it at once; a second press changes nothing."""
    grant, name = _mine(uuid, actor)
    now = clock.now()
    if not is_over(grant, now):
        grant.ended_at, grant.ended_how = now, "stopped"
        grant.version += 1
        happened(Happened.STOPPED, grant, actor, now, partner=name)
    return grant


def erase(uuid: uuidlib.UUID, *, actor: Actor) -> ShareGrant:
    """Ask a partner to erase what it holds and to confirm that; what runs is stopped with it."""
    grant, name = _mine(uuid, actor)
    stop(uuid, actor=actor)
    if grant.erase_asked_at is None:
        grant.erase_asked_at = now = clock.now()
        grant.version += 1
        happened(Happened.ERASE_ASKED, grant, actor, now, partner=name)
    return grant


def expire(grant: ShareGrant, at: datetime) -> None:
    """End a grant whose day has passed, for the timer; it let nobody look since that day anyway."""
    if grant.ended_at is None and grant.until <= at:
        grant.ended_at, grant.ended_how = at, "expired"
        grant.version += 1
        name = partners.named([grant.partner_id])[grant.partner_id]
        happened(Happened.EXPIRED, grant, SYSTEM, at, partner=name)


def restored(grant: ShareGrant, at: datetime) -> None:
    """Write that a restore has ended a grant; it let nobody look since the restore anyway."""
    name = partners.named([grant.partner_id])[grant.partner_id]
    happened(Happened.RESTORED, grant, SYSTEM, at, partner=name)


def is_over(grant: ShareGrant, at: datetime) -> bool:
    """Tell whether nobody may look any more."""
    return grant.ended_at is not None or grant.until <= at


_TAGS = {
    Happened.GIVEN: Tag.SHARE_GIVEN, Happened.AMENDED: Tag.SHARE_CHANGED, Happened.EXTENDED: Tag.SHARE_CHANGED,
    Happened.REESTABLISHED: Tag.SHARE_GIVEN, Happened.STOPPED: Tag.SHARE_STOPPED, Happened.EXPIRED: Tag.SHARE_EXPIRED,
    Happened.ERASE_ASKED: Tag.SHARE_ERASE_ASKED, Happened.RESTORED: Tag.SHARE_STOPPED,
}  # fmt: skip
_CHANGES = {
    Happened.GIVEN: What.BEGAN, Happened.REESTABLISHED: What.BEGAN, Happened.AMENDED: What.CHANGED,
    Happened.EXTENDED: What.CHANGED, Happened.STOPPED: What.ENDED, Happened.EXPIRED: What.ENDED,
    Happened.RESTORED: What.ENDED, Happened.ERASE_ASKED: What.ERASE,
}  # fmt: skip
_ENDS = frozenset({Happened.STOPPED, Happened.EXPIRED, Happened.RESTORED, Happened.ERASE_ASKED})


def happened(
    kind: Happened, grant: ShareGrant, actor: Actor, at: datetime, *, partner: str, notice: str = "",
    changed: Sequence[str] = (),
) -> None:  # fmt: skip
    """Write the history, tell the partner, put it on the record and send the receipt: all in this transaction."""
    terms = terms_of(grant)
    if kind not in _ENDS:
        marks = data.marks_of(
            terms.fields, account_id=grant.account_id, person_id=grant.person_id, since=terms.data_since
        )
        grant.data_mark, grant.data_seen_at = marks[0], at
    if not notice and kind not in _ENDS:
        notice = str(rules.notice_of(terms, partner, actor.zone))
    uuid = uuidlib.uuid4()
    key = f"{outbox.BY_RESTORE if kind is Happened.RESTORED else ''}share:{uuid}"
    told: dict[str, Any] = {"grant": str(grant.uuid), "version": grant.version, **terms.told()}
    event = ShareEvent(
        uuid=uuid, grant_id=grant.id, account_id=grant.account_id, partner_id=grant.partner_id, at=at,
        kind=kind.value, version=grant.version, actor_kind=actor.kind.value, actor_person_id=actor.person_id,
        actor_name=actor.name, terms=terms.told(), changed=list(changed), notice=notice, language=actor.language,
        told_key=key, told_by=telling.tell(kind, grant, event=uuid, key=key, data=told),
    )  # fmt: skip
    session = db.session()
    session.add(event)
    session.flush()
    changes.note(grant.partner_id, Subject.SHARE, grant.uuid, _CHANGES[kind], until=grant.until)
    audit.record(
        _TAGS[kind],
        actor=actor,
        account_id=grant.account_id,
        subject=("share", grant.uuid),
        at=at,
        partner=partner,
    )
    messages.receipt(event, grant, partner=partner, actor=actor)


def _mine(uuid: uuidlib.UUID, actor: Actor) -> tuple[ShareGrant, str]:
    """Return a grant of the account in hand, locked, with the name of its partner; raise Denied, NotFound."""
    guard(actor)
    grant = locked(ShareGrant.uuid == uuid, ShareGrant.account_id == actor.account_id)
    return grant, partners.named([grant.partner_id])[grant.partner_id]


def locked(*where: ColumnElement[bool]) -> ShareGrant:
    """Return one grant, held for this transaction; raise NotFound."""
    statement = select(ShareGrant).where(*where).with_for_update().execution_options(populate_existing=True)
    grant = db.session().scalars(statement).one_or_none()
    if grant is None:
        raise NotFound()
    return grant


def _one_of_a_kind(actor: Actor, partner_id: int, terms: Terms, *, besides: int = 0) -> None:
    """Raise Conflict when the account shares with this partner for this purpose already, or very much at all."""
    # The row of the account is held, so that two presses at once do not pass together.
    session = db.session()
    session.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update(key_share=True))
    running = session.execute(
        select(ShareGrant.id, ShareGrant.partner_id, ShareGrant.purpose).where(
            ShareGrant.account_id == actor.account_id,
            ShareGrant.ended_at.is_(None),
            ShareGrant.until > clock.now(),
            ShareGrant.id != besides,
        )
    ).all()
    if any(row.partner_id == partner_id and row.purpose == terms.purpose for row in running):
        message = _t("You share with this partner for this purpose already. Change that instead.")
        raise Invalid(message, code="sharing.twice", field="purpose")
    if len(running) >= MOST_GRANTS:
        raise Conflict(
            _t("You share {most} times already. Stop one first.", most=MOST_GRANTS), code="sharing.many"
        )


def named_by(grant: ShareGrant) -> str:
    """Return whom the partner named as getting it too, when it asked for the grant."""
    if grant.request_id is None:
        return ""
    return (
        db.session().scalar(select(ShareRequest.sub_recipients).where(ShareRequest.id == grant.request_id))
        or ""
    )


def _uuid_of(partner_id: int) -> uuidlib.UUID:
    return (
        db.session()
        .scalars(select(partners.PartnerCompany.uuid).where(partners.PartnerCompany.id == partner_id))
        .one()
    )


def _set(grant: ShareGrant, terms: Terms) -> None:
    grant.purpose, grant.words, grant.fields = terms.purpose, terms.words, list(terms.fields)
    grant.data_since, grant.often, grant.until = terms.data_since, terms.often, terms.until
    grant.sub_recipients, grant.keep_days = terms.sub_recipients, terms.keep_days

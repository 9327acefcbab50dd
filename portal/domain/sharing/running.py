"""What happens to sharing by itself: the end of a day, the reminder, news that no webhook took, confirmations told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, exists, func, select

from portal import db
from portal.domain import clock, outbox, partners, webhooks
from portal.domain.outbox import Message
from portal.domain.webhooks import GAVE_UP, SENT, WebhookEvent

from . import granting, messages, telling
from .models import ShareEvent, ShareGrant
from .rules import REMIND_EVERY, Happened

BATCH = 50
# Of these the customer gets the receipt again when the partner's system knows it.
WORTH_TELLING = (Happened.STOPPED.value, Happened.EXPIRED.value)


def expire_due() -> int:
    """End every grant whose day has passed, each in a transaction of its own; return how many."""
    now, done = clock.now(), 0
    with db.unit_of_work(write=False) as session:
        due = list(
            session.scalars(
                select(ShareGrant.id)
                .where(ShareGrant.ended_at.is_(None), ShareGrant.until <= now)
                .order_by(ShareGrant.until)
                .limit(BATCH)
            )
        )
    for grant_id in due:
        with db.unit_of_work() as session:
            grant = session.scalars(
                select(ShareGrant).where(ShareGrant.id == grant_id).with_for_update()
            ).one()
            granting.expire(grant, clock.now())
            done += 1
    return done


def write_restored() -> int:
    """Write the history of each grant that a restore has ended, and tell it; return how many were written now.

    The restore itself has ended them, together with everything else that it shuts, so that nobody looks meanwhile.
    Until its decision about messages the worker does this too, should the restore have been cut short after its end.
    """
    written = exists(
        select(ShareEvent.id).where(
            ShareEvent.grant_id == ShareGrant.id, ShareEvent.kind == Happened.RESTORED.value,
            ShareEvent.version == ShareGrant.version,
        )
    )  # fmt: skip
    unwritten = (ShareGrant.ended_how == Happened.RESTORED.value, ~written)
    done = 0
    while True:
        with db.unit_of_work() as session:
            if not outbox.on_hold():
                return done
            grants = session.scalars(
                select(ShareGrant).where(*unwritten).order_by(ShareGrant.id).limit(BATCH).with_for_update()
            ).all()
            for grant in grants:
                granting.restored(grant, grant.ended_at or clock.now())
        done += len(grants)
        if len(grants) < BATCH:
            return done


def remind_due() -> int:
    """Remind each person, at least every 90 days, of what runs: one mail for an account; return how many mails."""
    now = clock.now()
    running = (ShareGrant.ended_at.is_(None), ShareGrant.until > now)
    with db.unit_of_work(write=False) as session:
        due = session.execute(
            select(ShareGrant.account_id, ShareGrant.person_id)
            .where(*running, ShareGrant.reviewed_at <= now - REMIND_EVERY)
            .distinct()
            .limit(BATCH)
        ).all()
    for account_id, person_id in due:
        with db.unit_of_work() as session:
            grants = list(
                session.scalars(
                    select(ShareGrant)
                    .where(*running, ShareGrant.account_id == account_id, ShareGrant.person_id == person_id)
                    .order_by(ShareGrant.id)
                    .with_for_update()
                )
            )
            if not any(one.reviewed_at <= now - REMIND_EVERY for one in grants):
                continue  # another worker was quicker
            names = partners.named({one.partner_id for one in grants})
            messages.reminder([(one, names[one.partner_id]) for one in grants], at=now)
            for one in grants:
                one.reviewed_at = now
    return len(due)


def write_instead() -> int:
    """Write a mail for each event that a partner's receiver has not taken for days; return how many."""
    unsaid = ~exists(select(Message.id).where(Message.key == ShareEvent.told_key))
    with db.unit_of_work() as session:
        rows = session.execute(
            select(ShareEvent, ShareGrant.uuid)
            .join(ShareGrant, ShareGrant.id == ShareEvent.grant_id)
            .join(WebhookEvent, WebhookEvent.key == ShareEvent.told_key)
            .where(WebhookEvent.state == GAVE_UP, WebhookEvent.reason != webhooks.RESTORED, unsaid)
            .order_by(ShareEvent.id)
            .limit(BATCH)
        ).all()
        for event, grant in rows:
            telling.by_mail(event.kind, event.partner_id, grant, event=event.uuid, key=event.told_key)
    return len(rows)


def tell_confirmed() -> int:
    """Send the receipt again for each end that a partner's system has taken since; return how many."""
    recent = clock.now() - timedelta(days=7)
    key = func.replace(ShareEvent.told_key, "share:", "share_confirmed:")
    said = exists(select(Message.id).where(Message.key == key))
    with db.unit_of_work() as session:
        rows = session.execute(
            select(ShareEvent, ShareGrant, WebhookEvent.ended_at)
            .join(ShareGrant, ShareGrant.id == ShareEvent.grant_id)
            .join(
                WebhookEvent,
                and_(WebhookEvent.key == ShareEvent.told_key, WebhookEvent.state == SENT),
            )
            .where(ShareEvent.kind.in_(WORTH_TELLING), WebhookEvent.ended_at > recent, ~said)
            .order_by(ShareEvent.id)
            .limit(BATCH)
        ).all()
        names = partners.named({event.partner_id for event, _, _ in rows})
        for event, grant, at in rows:
            messages.confirmed(event, grant, partner=names[event.partner_id], at=at or clock.now())
    return len(rows)


def run_due() -> None:
    """Do all of it that is due, for the worker; safe to run twice at once."""
    write_restored()
    expire_due()
    remind_due()
    write_instead()
    tell_confirmed()

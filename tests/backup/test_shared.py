"""What a customer shared at the backup may have been stopped since: a restore ends it, and says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import backup, db
from portal.domain import clock, errors, outbox, sharing, webhooks
from portal.domain.accounts.models import Account
from portal.domain.actor import SYSTEM
from portal.domain.outbox import Message
from portal.domain.webhooks import WebhookEvent
from tests.domain.sharing.giving import customer, grant, partner, terms

Move = Callable[[str], Path]


def news(session: Session) -> dict[str, tuple[str, str]]:
    return {one.kind: (one.state, one.reason) for one in session.scalars(select(WebhookEvent))}


@pytest.mark.parametrize("send", [False, True])
def test_what_was_shared_at_the_backup_is_ended_and_the_customer_decides_anew(
    own_database: db.Database, empty: db.Database, instance: Move, tmp_path: Path, send: bool
) -> None:
    with db.unit_of_work() as session:
        amina, nils, worker = customer(), partner(), partner("Eastwind")
        webhooks.set_endpoint(nils.partner_id or 0, "https://partner.example/reins", actor=SYSTEM)
        given = grant(amina, nils).uuid
        ended = sharing.stop(grant(amina, worker).uuid, actor=amina).uuid
        asked = sharing.ask(
            amina_number(session, amina.account_id),
            terms(words="A visit"),
            benefit="Sooner",
            days=30,
            actor=worker,
        ).uuid
        session.execute(
            update(WebhookEvent).values(state="leased", leased_by="gone", leased_until=clock.now())
        )
    made = backup.take(tmp_path / "one.backup")
    instance("second")
    db.configure(empty)
    backup.restore(made.path)
    with db.unit_of_work():  # before anything else was done: nobody looks
        share = sharing.of(amina).get(given).share
        assert (share.state, share.ended_how) == ("over", "restored")
    with db.unit_of_work(write=False), pytest.raises(errors.NotFound):
        sharing.look(given, actor=nils)
    with db.unit_of_work():
        assert not sharing.of(amina).request(asked).waits
        with pytest.raises(errors.Conflict):
            sharing.agree(asked, terms(), actor=amina)
    assert sharing.write_restored() == 1
    assert sharing.write_restored() == 0  # the worker does it too
    with db.unit_of_work() as session:
        assert [one.kind for one in sharing.of(amina).get(given).history] == ["restored", "given"]
        assert [one.kind for one in sharing.of(amina).get(ended).history] == ["stopped", "given"]
        assert news(session) == {"share.given": ("queued", "")}
        (told,) = session.scalars(
            select(Message).where(Message.name == "share_told", Message.key.startswith("restored:"))
        )
        assert told.state == "queued"  # by mail: nobody is called where somebody may have left since
        assert webhooks.endpoint_of(nils.partner_id or 0, actor=SYSTEM) is None
        before = webhooks.stopped_of(nils.partner_id or 0, actor=SYSTEM)
        assert before and before.url == "https://partner.example/reins"
    assert webhooks.deliver_due(lambda _letter: pytest.fail("it left"), owner="me") == 0
    with db.unit_of_work():
        waiting = outbox.waiting_since_restore()
        assert waiting is not None and webhooks.doubtful(waiting.taken_at) == 1
        assert webhooks.decide_doubtful(waiting.taken_at, send=send) == 1
        outbox.release_hold(send=send)
    assert sharing.write_instead() == 0
    with db.unit_of_work() as session:
        left = ("queued", "") if send else ("gave_up", "restored")
        assert news(session) == {"share.given": left}
        secret = webhooks.set_endpoint(nils.partner_id or 0, "https://partner.example/reins", actor=SYSTEM)
        assert secret  # the same address, and a new secret all the same
        receipt = session.scalars(
            select(Message).where(Message.key.startswith("restored:share_receipt"))
        ).one()
        assert receipt.state == "queued"  # nobody was told that before
        again = sharing.of(amina).get(given).share
        new = terms(until=clock.now() + timedelta(days=9))
        sharing.amend(given, new, version=again.version, actor=amina)
        assert sharing.of(amina).get(given).share.state == "on"
    assert sharing.write_restored() == 0


def amina_number(session: Session, account_id: int | None) -> str:
    return session.get_one(Account, account_id).number

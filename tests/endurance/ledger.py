"""What has to hold after any crash: what was acknowledged is there once, and nothing is half done."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from portal import db
from portal.domain import clock, files, outbox
from portal.domain.accounts.models import Person
from portal.domain.audit import AuditEvent
from portal.domain.complaints.models import Attachment, Clock, Complaint, ComplaintEvent, Entry
from portal.domain.complaints.states import State
from portal.domain.consent.models import ConsentEvent, ConsentState
from portal.domain.outbox import Message
from portal.domain.programs.models import Reply

from .postbox import Postbox
from .visitors import Told

UNSENT = (State.DRAFT.value, State.DISCARDED.value)
CONSENT = {
    "given": "consent:given", "renewed": "consent:given", "refused": "consent:refused",
    "withdrawn": "consent:withdrawn",
}  # fmt: skip


@dataclass(slots=True)
class Findings:
    """What was counted, and every fault in words."""

    faults: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    def need(self, what: bool, words: str) -> None:
        """Note a fault unless ``what`` holds."""
        if not what:
            self.faults.append(words)


def rows(statement: Any) -> list[Any]:
    """Read rows."""
    return list(db.session().execute(statement).all())


def examine(all_told: Iterable[Told], box: Postbox, folder: Path, cuts: Counter[str]) -> Findings:
    """Compare what visitors were told with the database, the files and the mail server.

    ``cuts`` says how often each Message-ID was with a worker that was killed after the server had taken it.
    """
    found, told = Findings(), list(all_told)
    with db.unit_of_work(write=False):
        _acknowledged(found, told)
        _complaints(found)
        _consents(found, told)
        _files(found, folder)
        _messages(found, box, cuts)
    return found


def _acknowledged(found: Findings, told: list[Told]) -> None:
    sent = rows(select(Complaint.words, Complaint.uuid).where(Complaint.state.not_in(UNSENT)))
    times, ids = Counter(row.words for row in sent), {row.words: str(row.uuid) for row in sent}
    for words, number in times.items():
        found.need(number == 1, f"filed {number} times: {words}")
    said = rows(
        select(Entry.text, Complaint.uuid).join(Complaint, Complaint.id == Entry.complaint_id)
        .where(Entry.kind == "words")
    )  # fmt: skip
    spoken, where = Counter(row.text for row in said), {row.text: str(row.uuid) for row in said}
    for words, number in spoken.items():
        found.need(number == 1, f"said {number} times: {words}")
    attached = rows(
        select(Attachment.name, Attachment.uuid, Complaint.uuid.label("about"))
        .join(Complaint, Complaint.id == Attachment.complaint_id)
    )  # fmt: skip
    kept = Counter(row.name for row in attached)
    held = {row.name: (str(row.about), str(row.uuid)) for row in attached}
    for name, number in kept.items():
        found.need(number == 1, f"attached {number} times: {name}")
    for one in told:
        for words, of in one.filed.items():
            found.need(ids.get(words) == of, f"acknowledged and not there: complaint {words}")
        for words, of in one.words.items():
            found.need(where.get(words) == of, f"acknowledged and not there: words {words}")
        for name, place in one.files.items():
            found.need(held.get(name) == place, f"acknowledged and not there: file {name}")
        found.faults += [f"refused: {words}" for words in one.refused]
    drafts = rows(select(Complaint.about).where(Complaint.state.in_(UNSENT), Complaint.about != ""))
    for about, number in Counter(row.about for row in drafts).items():
        found.need(about not in times, f"a draft beside the complaint that was sent: {about}")
        found.need(number == 1, f"begun {number} times: {about}")
    half = rows(select(Reply.key).where((Reply.status == 0) | (Reply.status >= 400)))
    found.need(not half, f"keys without an answer: {half}")
    found.counted.update(
        complaints=len(sent), words=len(said), files=len(attached),
        acknowledged=sum(len(one.filed) + len(one.words) + len(one.files) for one in told),
        requests=sum(one.requests for one in told), cut=sum(one.cut for one in told),
        **{
            "met nobody": sum(one.away for one in told), "done though cut": sum(one.replayed for one in told),
        },
    )  # fmt: skip


def _complaints(found: Findings) -> None:
    log = rows(
        select(ComplaintEvent.complaint_id, ComplaintEvent.from_state, ComplaintEvent.to_state, ComplaintEvent.act)
        .order_by(ComplaintEvent.id)
    )  # fmt: skip
    events: dict[int, list[Any]] = {}
    for row in log:
        events.setdefault(row.complaint_id, []).append(row)
    reached = ["complaint:filed", "complaint:entered"]
    filed = Counter(
        row.subject_uuid for row in rows(select(AuditEvent.subject_uuid).where(AuditEvent.tag.in_(reached)))
    )
    added = Counter(
        row.subject_uuid
        for row in rows(select(AuditEvent.subject_uuid).where(AuditEvent.tag == "complaint:words_added"))
    )
    said = Counter(row.complaint_id for row in rows(select(Entry.complaint_id).where(Entry.kind == "words")))
    going = {row.complaint_id for row in rows(select(Clock.complaint_id).where(Clock.ended_at.is_(None)))}
    names = ["complaint_received", "complaint_entered"]
    receipts = Counter(
        row.about_uuid for row in rows(select(Message.about_uuid).where(Message.name.in_(names)))
    )
    for row in rows(select(Complaint.id, Complaint.uuid, Complaint.state, Complaint.number)):
        own = events.get(row.id, [])
        found.need(bool(own), f"a complaint without an event: {row.number}")
        if own:
            chain = all(one.to_state == two.from_state for one, two in pairwise(own))
            found.need(chain and own[-1].to_state == row.state, f"a broken log: {row.number}")
        if row.state in UNSENT:
            continue
        found.need(filed[row.uuid] == 1, f"an event without its audit row, or two: {row.number}")
        found.need(added[row.uuid] == said[row.id], f"words without audit, or twice: {row.number}")
        found.need(row.id in going, f"a complaint without a clock: {row.number}")
        found.need(receipts[str(row.uuid)] == 1, f"{receipts[str(row.uuid)]} receipts: {row.number}")
    found.counted["events"] = len(log)


def _consents(found: Findings, told: list[Told]) -> None:
    own = select(Person.id).where(Person.name.startswith("visitor"))
    log = rows(
        select(ConsentEvent.person_id, ConsentEvent.purpose_id, ConsentEvent.kind)
        .where(ConsentEvent.person_id.in_(own))
        .order_by(ConsentEvent.id)
    )
    last = {(row.person_id, row.purpose_id): row.kind for row in log}
    for row in rows(
        select(ConsentState.person_id, ConsentState.purpose_id, ConsentState.status)
        .where(ConsentState.person_id.in_(own))
    ):  # fmt: skip
        same = last.get((row.person_id, row.purpose_id)) == row.status
        found.need(same, f"a state that is not the last event: {row}")
    audited = rows(
        select(AuditEvent.tag).where(
            AuditEvent.tag.startswith("consent:"), AuditEvent.actor_person_id.in_(own)
        )
    )
    of_audit, of_log = Counter(row.tag for row in audited), Counter(CONSENT[row.kind] for row in log)
    found.need(of_audit == of_log, f"consent events and their audit differ: {of_log} {of_audit}")
    acknowledged = sum(sum(one.answers.values()) for one in told)
    found.need(len(log) == acknowledged, f"{acknowledged} answers acknowledged, {len(log)} written")
    found.counted["consent events"] = len(log)


def _files(found: Findings, folder: Path) -> None:
    on_disk = {path.name: path for path in folder.glob("??/*")}
    named = {row.stored_name: row for row in rows(select(Attachment.stored_name, Attachment.sha256))}
    for name, row in named.items():
        whole = name in on_disk and hashlib.sha256(on_disk[name].read_bytes()).hexdigest() == row.sha256
        found.need(whole, f"a row without its whole file: {name}")
    orphans = on_disk.keys() - named.keys()
    long_ago = time.time() - timedelta(days=2).total_seconds()
    for path in on_disk.values():
        os.utime(path, (long_ago, long_ago))
    swept = files.sweep()
    found.need(swept == len(orphans), f"{len(orphans)} orphans, {swept} swept")
    left = {path.name for path in folder.glob("??/*")}
    found.need(left == named.keys(), "the sweep left an orphan or took a file")
    found.counted["orphan files swept"] = swept


def _messages(found: Findings, box: Postbox, cuts: Counter[str]) -> None:
    mails = rows(
        select(Message.uuid, Message.message_id, Message.state, Message.reason, Message.channel, Message.name)
    )
    copies, ids = box.counted(), Counter(row.message_id for row in mails)
    noted = Counter(
        row.subject_uuid
        for row in rows(select(AuditEvent.subject_uuid).where(AuditEvent.tag == "message:sent"))
    )
    for row in mails:
        if row.channel != "email":
            continue
        found.need(row.state == outbox.State.SENT, f"not sent: {row.name} {row.state} {row.reason}")
        found.need(bool(row.message_id) and ids[row.message_id] == 1, f"no Message-ID of its own: {row.uuid}")
        found.need(copies[row.message_id] >= 1, f"lost: {row.name} {row.message_id}")
        found.need(noted[row.uuid] == 1, f"noted {noted[row.uuid]} times: {row.name} {row.uuid}")
        more = copies[row.message_id] - 1
        found.need(
            more <= cuts[row.message_id],
            f"{more} copies too many of {row.message_id}, {cuts[row.message_id]} cuts",
        )
    found.need(not copies.keys() - ids.keys(), "a Message-ID that is in no row")
    found.counted.update(messages=len(mails), **{"second copies": sum(copies.values()) - len(copies)})


def waiting() -> int:
    """Return how many messages are still on their way."""
    with db.unit_of_work(write=False):
        on_their_way = [outbox.State.QUEUED.value, outbox.State.LEASED.value]
        return db.session().scalar(select(func.count()).where(Message.state.in_(on_their_way))) or 0


def wait_for_an_act(seconds: float = 20.0) -> None:
    """Return right after somebody's act was committed."""
    newest = select(func.max(AuditEvent.id)).where(AuditEvent.actor_kind == "customer")
    before, until = -1, time.monotonic() + seconds
    while time.monotonic() < until:
        with db.unit_of_work(write=False):
            now = db.session().scalar(newest) or 0
        if before >= 0 and now > before:
            return
        before = now


def let_time_pass() -> None:
    """Let what waits for its next try be due now, as if its minutes had passed."""
    with db.unit_of_work():
        db.session().execute(
            update(Message)
            .where(Message.state == outbox.State.QUEUED.value, Message.due_at > clock.now())
            .values(due_at=clock.now())
        )


def in_hand(box: Postbox) -> set[str]:
    """Return the Message-IDs that the server has taken and a worker holds whose note is not written."""
    taken = box.counted()
    with db.unit_of_work(write=False):
        held = db.session().scalars(
            select(Message.message_id).where(Message.state == outbox.State.LEASED.value)
        )
        return {message_id for message_id in held if taken[message_id]}

"""What the end of a period does to rows: they go, or what is personal in them goes and the fact stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update

from portal import db
from portal.domain import files as stored
from portal.domain.accounts import departed
from portal.domain.accounts.models import Account, EmailAddress, Membership, Person
from portal.domain.complaints.acts import Act
from portal.domain.complaints.models import Attachment, Complaint, ComplaintEvent, Entry, Offer, Remedy
from portal.domain.drops.models import DroppedFault, DroppedFile
from portal.domain.exchange.models import Lead, LeadEvent
from portal.domain.feedback.models import Feedback
from portal.domain.lookups.models import LookUp, LookUpItem
from portal.domain.outbox import Message
from portal.domain.preferences.models import ContactPoint
from portal.domain.search.models import SearchDocument
from portal.domain.sharing import Happened
from portal.domain.sharing.models import ShareConfirmation, ShareEvent, ShareGrant, ShareRequest
from portal.domain.tasks.models import Part, Task
from portal.domain.timeline.models import Contact
from portal.domain.webhooks import SENT, WebhookEvent

from .models import RetentionPass

NOBODY = "–"


def rows_of(model: Any) -> Callable[[list[int], datetime], None]:
    """Return the act that deletes rows of a table."""

    def remove(ids: list[int], _at: datetime) -> None:
        _run(delete(model).where(model.id.in_(ids)))

    return remove


def ended_of(complaint_id: Any) -> Any:
    """Return the end of the complaint of a row, as a column."""
    return (
        select(Complaint.ended_at)
        .where(Complaint.id == complaint_id)
        .correlate_except(Complaint)
        .scalar_subquery()
    )


def files(ids: list[int], at: datetime) -> None:
    """Take files from the disk once it is committed; their rows keep size and checksum."""
    for name in db.session().scalars(select(Attachment.stored_name).where(Attachment.id.in_(ids))):
        stored.drop(name)
    _run(update(Attachment).where(Attachment.id.in_(ids)).values(removed_at=at, name=""))


def complaint_words(ids: list[int], at: datetime) -> None:
    """Take every word of complaints, their files and what the search knows of them."""
    session = db.session()
    there = Attachment.complaint_id.in_(ids)
    files(list(session.scalars(select(Attachment.id).where(there, Attachment.removed_at.is_(None)))), at)
    _run(update(Attachment).where(there).values(entry_id=None, name=""))
    events = select(ComplaintEvent.id, ComplaintEvent.data).where(ComplaintEvent.complaint_id.in_(ids))
    wishes = [
        update(ComplaintEvent)
        .where(ComplaintEvent.id == row.id)
        .values(data={**row.data, "before": {**row.data["before"], "text": ""}})
        for row in session.execute(events.where(ComplaintEvent.act == Act.CHANGE_WISH.value))
    ]
    _run(update(Task).where(Task.complaint_id.in_(ids)).values(title="", instructions="", basis_words=""))
    said = select(Entry.id).where(Entry.complaint_id.in_(ids))
    _run(update(Part).where(Part.entry_id.in_(said)).values(entry_id=None))
    _passing(
        "complaint_words",
        delete(Entry).where(Entry.complaint_id.in_(ids)),
        update(ComplaintEvent).where(ComplaintEvent.complaint_id.in_(ids)).values(reason=""),
        *wishes,
    )
    _run(update(Offer).where(Offer.complaint_id.in_(ids)).values(reasons=""))
    _run(update(Remedy).where(Remedy.complaint_id.in_(ids)).values(text="", evidence=""))
    _run(delete(SearchDocument).where(SearchDocument.kind == "complaint", SearchDocument.ref_id.in_(ids)))
    _run(
        update(Complaint)
        .where(Complaint.id.in_(ids))
        .values(
            words="", subject="", about="", remedy_text="", next_step="", happened_on=None,
            words_gone_at=at, version=Complaint.version + 1,
        )
    )  # fmt: skip


def contacts(ids: list[int], _at: datetime) -> None:
    """Take notes of contacts."""
    _passing("contacts", delete(Contact).where(Contact.id.in_(ids)))


def message_words(ids: list[int], at: datetime) -> None:
    """Take words, address and what filled them in; date, subject, state and reason stay."""
    gone: dict[str, Any] = {
        "body_text": "", "body_html": "", "data": {}, "address": "", "detail": "", "mark": "", "sealed": None,
    }  # fmt: skip
    _run(update(Message).where(Message.id.in_(ids)).values(**gone, words_gone_at=at))


def look_ups(ids: list[int], _at: datetime) -> None:
    """Take look-ups with what was opened."""
    _run(delete(LookUpItem).where(LookUpItem.look_up_id.in_(ids)))
    _run(delete(LookUp).where(LookUp.id.in_(ids)))


def feedback(ids: list[int], _at: datetime) -> None:
    """Take words and owner of feedback; marks, day and page stay."""
    gone: dict[str, Any] = {
        "account_id": None, "person_id": None, "key": None, "about_uuid": None, "about_label": "", "text": "",
        "reply": "", "came_of_it": "",
    }  # fmt: skip
    _run(update(Feedback).where(Feedback.id.in_(ids)).values(**gone))


def lead_contacts(ids: list[int], at: datetime) -> None:
    """Take who was named to us at a company, and what was written about it; company, dates and states stay."""
    gone: dict[str, Any] = {
        "contact_name": "", "contact_email": "", "contact_phone": "", "agreed_how": "", "about": "",
        "contact_gone_at": at,
    }  # fmt: skip
    _run(update(Lead).where(Lead.id.in_(ids)).values(**gone))
    _passing("lead_contacts", update(LeadEvent).where(LeadEvent.lead_id.in_(ids)).values(text=""))


def share_words(ids: list[int], at: datetime) -> None:
    """Take the words and names of ended shares and of the requests they answered; what was shared and when stays."""
    session = db.session()
    events = select(ShareEvent.id).where(ShareEvent.grant_id.in_(ids))
    terms = session.execute(select(ShareEvent.id, ShareEvent.terms).where(ShareEvent.grant_id.in_(ids)))
    bare = [
        update(ShareEvent).where(ShareEvent.id == row.id).values(terms={**row.terms, "words": ""})
        for row in terms
        if row.terms.get("words")
    ]
    _passing(
        "share_words",
        update(ShareEvent).where(ShareEvent.grant_id.in_(ids)).values(actor_name=""),
        update(ShareConfirmation).where(ShareConfirmation.event_id.in_(events)).values(name=""),
        *bare,
    )
    asked = select(ShareGrant.request_id).where(ShareGrant.id.in_(ids))
    gone: dict[str, Any] = {"words": "", "benefit": "", "asked_by_name": ""}
    _run(update(ShareRequest).where(ShareRequest.id.in_(asked)).values(**gone))
    _run(update(ShareGrant).where(ShareGrant.id.in_(ids)).values(words="", words_gone_at=at))


def partner_events(ids: list[int], _at: datetime) -> None:
    """Take events of partners' systems; that one took it is its confirmation, which is kept with the share first."""
    taken = db.session().execute(
        select(ShareEvent.id, WebhookEvent.ended_at)
        .join(WebhookEvent, WebhookEvent.key == ShareEvent.told_key)
        .outerjoin(ShareConfirmation, ShareConfirmation.event_id == ShareEvent.id)
        .where(
            WebhookEvent.id.in_(ids), WebhookEvent.state == SENT, ShareConfirmation.id.is_(None),
            ShareEvent.kind != Happened.ERASE_ASKED.value,
        )
    )  # fmt: skip
    known = [{"event_id": row.id, "at": row.ended_at, "how": "webhook", "name": ""} for row in taken]
    if known:
        db.session().execute(insert(ShareConfirmation), known)
    _run(delete(WebhookEvent).where(WebhookEvent.id.in_(ids)))


def dropped_files(ids: list[int], at: datetime) -> None:
    """Take files that somebody sent us, and what was wrong in them; name, checksum, days and counts stay."""
    for name in db.session().scalars(select(DroppedFile.stored_name).where(DroppedFile.id.in_(ids))):
        stored.drop(name)
    _run(delete(DroppedFault).where(DroppedFault.file_id.in_(ids)))
    _run(update(DroppedFile).where(DroppedFile.id.in_(ids)).values(removed_at=at, problem=None))


def nothing_open() -> ColumnElement[bool]:
    """Return the condition that an account has no complaint that is still going on."""
    going_on = exists().where(Complaint.account_id == Account.id, Complaint.ended_at.is_(None))
    return ~going_on


def unclaimed(ids: list[int], at: datetime) -> int:
    """Take name and addresses of accounts that nobody claimed, and of people who act for nothing else; count them.

    Whoever claims one at this moment keeps it: people and then accounts are locked, in the order of a claim, and
    looked at again. A mark of the key in the older register stays, so that no later import brings them back.
    """
    session = db.session()
    there = set(session.scalars(select(Membership.person_id).where(Membership.account_id.in_(ids))))
    session.execute(select(Person.id).where(Person.id.in_(there)).order_by(Person.id).with_for_update())
    still = select(Account.id, Account.source, Account.source_key).where(
        Account.id.in_(ids), Account.claimed_at.is_(None)
    )
    rows = session.execute(still.order_by(Account.id).with_for_update()).all()
    ids = [row.id for row in rows]
    there = set(session.scalars(select(Membership.person_id).where(Membership.account_id.in_(ids))))
    elsewhere = set(
        session.scalars(
            select(Membership.person_id)
            .join(Account, Account.id == Membership.account_id)
            .where(Membership.person_id.in_(there), Account.id.not_in(ids), Account.closed_at.is_(None))
        )
    )
    people = [
        key
        for key in session.scalars(select(Person.id).where(Person.id.in_(there), Person.claimed_at.is_(None)))
        if key not in elsewhere
    ]
    _run(delete(EmailAddress).where(EmailAddress.person_id.in_(people)))
    _run(delete(ContactPoint).where(ContactPoint.account_id.in_(ids)))
    _run(update(Person).where(Person.id.in_(people)).values(name=NOBODY, salutation="", deactivated_at=at))
    _run(delete(SearchDocument).where(SearchDocument.kind == "account", SearchDocument.ref_id.in_(ids)))
    gone: dict[str, Any] = {
        "name": NOBODY, "name_key": "", "phone": "", "street": "", "postcode": "", "city": "", "tax_number": "",
        "closed_at": at,
    }  # fmt: skip
    for row in rows:
        mark = departed.marks(row.source, row.source_key)[0] if row.source and row.source_key else None
        _run(update(Account).where(Account.id == row.id).values(**gone, source_key=mark))
    return len(rows)


def _passing(rule: str, *statements: Any) -> None:
    """Run statements on ledgers whose guards let what is due go."""
    session = db.session()
    ticket = RetentionPass(rule=rule)
    session.add(ticket)
    session.flush()
    for statement in statements:
        _run(statement)
    session.delete(ticket)
    session.flush()


def _run(statement: Any) -> None:
    db.session().execute(statement, execution_options={"synchronize_session": False})

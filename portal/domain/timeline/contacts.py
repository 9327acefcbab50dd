"""Contacts: what was said by phone, letter, counter or mail, in either direction, and the attempts."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime, timedelta

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Invalid
from portal.text import Lazy, _t, _tn

from .models import Contact

CHANNELS: dict[str, Lazy] = {
    "phone": _t("phone"), "letter": _t("letter"), "counter": _t("counter"), "email": _t("e-mail"),
}  # fmt: skip
DIRECTIONS: dict[str, Lazy] = {"in": _t("from the customer to us"), "out": _t("from us to the customer")}
OUTCOMES: dict[str, Lazy] = {
    "reached": _t("spoke to the customer"),
    "no_answer": _t("no answer"),
    "voicemail": _t("left a message"),
    "arrived": _t("arrived"),
    "sent": _t("sent"),
    "returned": _t("came back"),
}
FITTING: dict[str, frozenset[str]] = {
    "phone": frozenset({"reached", "no_answer", "voicemail"}),
    "counter": frozenset({"reached"}),
    "letter": frozenset({"arrived", "sent", "returned"}),
    "email": frozenset({"arrived", "sent", "returned"}),
}
SUBJECT_MAX, TEXT_MAX = 200, 4000
BACK_AT_MOST = timedelta(days=366)


def log_contact(
    *,
    actor: Actor,
    account_id: int,
    channel: str,
    direction: str,
    outcome: str,
    subject: str,
    text: str = "",
    at: datetime | None = None,
    person_id: int | None = None,
    about_uuid: uuidlib.UUID | None = None,
) -> Contact:
    """Write down one contact or attempt; the customer reads the same row, words included.

    ``at`` is when it happened (aware; now, or up to a year back). Raises Denied, and Invalid that names the field.
    """
    actor.require(Permission.CONTACTS_WRITE)
    now = clock.now()
    at = at or now
    if channel not in CHANNELS:
        raise Invalid(_t("Choose how the contact took place."), code="contact.channel", field="channel")
    if direction not in DIRECTIONS:
        raise Invalid(_t("Say who contacted whom."), code="contact.direction", field="direction")
    if outcome not in FITTING[channel]:
        raise Invalid(
            _t(
                "This result does not fit. A call is answered or not, at the counter you speak, "
                "a letter or mail arrives, is sent or comes back."
            ),
            code="contact.outcome",
            field="outcome",
        )
    subject, text = " ".join(subject.split()), text.strip()
    if not subject:
        raise Invalid(_t("Say in a few words what it was about."), code="contact.subject", field="subject")
    for field, value, most in (("subject", subject, SUBJECT_MAX), ("text", text, TEXT_MAX)):
        if len(value) > most:
            raise Invalid(
                _tn("Please use at most {count} letter.", "Please use at most {count} letters.", most),
                code="contact.too_long",
                field=field,
            )
    if at > now + timedelta(minutes=1):
        raise Invalid(
            _t("This time is still to come. Enter when it took place."), code="contact.at", field="at"
        )
    if at < now - BACK_AT_MOST:
        raise Invalid(_t("Enter a time within the last year."), code="contact.at", field="at")
    contact = Contact(
        uuid=uuidlib.uuid4(), account_id=account_id, person_id=person_id, at=at, recorded_at=now,
        direction=direction, channel=channel, outcome=outcome, subject=subject, text=text,
        staff_person_id=actor.person_id, about_uuid=about_uuid,
    )  # fmt: skip
    db.session().add(contact)
    audit.record(
        Tag.CONTACT_LOGGED,
        actor=actor,
        account_id=account_id,
        subject=("contact", contact.uuid),
        at=at,
        channel=channel,
        direction=direction,
        title=subject,
        outcome=outcome,
    )
    db.session().flush()
    return contact

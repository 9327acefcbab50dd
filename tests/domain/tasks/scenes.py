"""A complaint with a task of a partner, brought there by the verbs themselves."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from portal import db
from portal.domain import clock, complaints, partners, tasks
from portal.domain.accounts.credentials import SignInSession
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from tests.domain.complaints import cases
from tests.factories import make_partner, make_partner_member

SECRETS = {"about": "Kettle secretaboutqx", "subject": "Title secrettitleqx"}
PLACE = 0x8825  # the GPS part of EXIF


def company(name: str = "Northwind Repairs") -> partners.PartnerCompany:
    """A partner."""
    return make_partner(name)


def nils(
    of: partners.PartnerCompany, name: str = "Nils Berg", role: str = "worker", regions: str = ""
) -> Actor:
    """Somebody of a partner, signed in."""
    email = f"{uuid.uuid4().hex[:8]}@northwind.example"
    member = make_partner_member(of, name, role=role, email=email, regions=regions)
    now = clock.now()
    signed_in = SignInSession(
        uuid=uuid.uuid4(), token_hash=uuid.uuid4().hex, face="partner", person_id=member.person_id, created_at=now,
        last_seen_at=now, proved_at=now, factor="totp",
    )  # fmt: skip
    db.session().add(signed_in)
    db.session().flush()
    return replace(partners.actor_of(member.id), session_id=signed_in.id)


def amina() -> Actor:
    """A customer with a phone number and an address."""
    actor = cases.amina()
    account = db.session().get_one(Account, actor.account_id)
    account.phone, account.street, account.country = "+48 601 224 518", "ul. Cicha 4", "PL"
    account.postcode, account.city = "00-317", "Warszawa"
    db.session().flush()
    return actor


def photo(place: bool = True, size: tuple[int, int] = (40, 30), kind: str = "JPEG") -> bytes:
    """A picture that knows where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Secretmaker"
    if place:
        exif.get_ifd(PLACE)[2] = (52.0, 13.0, 59.0)
    out = io.BytesIO()
    Image.new("RGB", size, (200, 80, 10)).save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def in_hand(amina: Actor, sam: Actor, **fields: Any) -> complaints.Complaint:
    """A complaint with words, a title and a photo, in the hands of staff."""
    complaint = cases.in_hand(amina, sam, **(SECRETS | fields))
    complaints.attach(complaint, actor=amina, name="kettle.jpg", stream=io.BytesIO(photo()))
    return complaint


def soon() -> datetime:
    """A deadline that is always early enough."""
    return clock.now() + timedelta(days=1)


def given(
    complaint: complaints.Complaint, sam: Actor, of: partners.PartnerCompany, *parts: str, **more: Any
) -> tasks.Task:
    """A task that has begun, on a ground that needs no yes."""
    return tasks.give(
        complaint, actor=sam, partner=of.uuid, parts=parts or ("field:words", *files(complaint, sam)),
        title="Look at the kettle", instructions="Find out why it smells.", until=more.pop("until", soon()),
        basis=more.pop("basis", "contract"), basis_words=more.pop("why", "You asked for a repair."), **more,
    )  # fmt: skip


def files(complaint: complaints.Complaint, sam: Actor) -> list[str]:
    """The choice of every file."""
    return [one.key for one in tasks.choices(complaints.case(sam, complaint.uuid)) if one.kind == "file"]


def view(complaint: complaints.Complaint, actor: Actor) -> tasks.TaskView:
    """The newest task as the customer or staff read it."""
    return tasks.of_case(complaints.case(actor, complaint.uuid))[0]

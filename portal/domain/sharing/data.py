"""What of a customer can be shared: clusters in everyday words, each with its attributes, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import select

from portal import db
from portal.domain import calendars, preferences
from portal.domain.accounts import keys, mailbox_of
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Actor, Right
from portal.domain.complaints.models import Complaint
from portal.domain.complaints.states import INFO, State
from portal.domain.references import spoken
from portal.text import Country, Lazy, _t

MOST_COMPLAINTS = 50


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of attributes as people speak of it: what it is, and where it comes from."""

    key: str
    short: Lazy
    title: Lazy
    source: Lazy
    why: Lazy  # what a partner needs it for
    attributes: dict[str, Lazy]
    rights: tuple[Right, ...] = ()  # what it takes in a company to share it


CLUSTERS: dict[str, Cluster] = {
    one.key: one
    for one in (
        Cluster(
            "contact", _t("Contact"), _t("Who you are and where you live"), _t("What you wrote in “My details”"),
            _t("So that they know whom they work for, where to come, and how to write"),
            {
                "contact.name": _t("name"), "contact.email": _t("e-mail address"), "contact.phone": _t("phone number"),
                "contact.address": _t("postal address"), "contact.language": _t("language"),
            },
        ),
        Cluster(
            "reach", _t("How to reach"), _t("How to speak to you"), _t("What you chose in “Preferences”"),
            _t("So that they speak to you in the way and at the hours that you chose"),
            {"reach.how": _t("channels, hours and how often")},
        ),
        Cluster(
            "complaints", _t("Complaints"), _t("Your complaints, in short"),
            _t("What you complained about, and where it stands"),
            _t("So that they know what is wrong before they come, and do not ask you again"),
            {
                "complaints.subject": _t("what it is about"), "complaints.product": _t("which product or order"),
                "complaints.state": _t("where it stands"), "complaints.dates": _t("when it began and our next date"),
            },
            (Right.COMPLAINTS_ALL,),
        ),
    )
}  # fmt: skip
ATTRIBUTES: dict[str, Lazy] = {
    key: words for one in CLUSTERS.values() for key, words in one.attributes.items()
}
NUMBER, BEGAN, NEXT = _t("number"), _t("began"), _t("our next date")
# What a label is called by programs; a complaint has more of them than can be chosen.
_KEYS = {
    id(words): key
    for key, words in {
        **ATTRIBUTES, "complaints.number": NUMBER, "complaints.began": BEGAN, "complaints.next": NEXT,
    }.items()
}  # fmt: skip
LANGUAGES = {"en": _t("English"), "pl": _t("Polish"), "bg": _t("Bulgarian"), "ru": _t("Russian")}


def key_of(label: Lazy) -> str:
    """Return the key of a label that :func:`read` gave."""
    return _KEYS[id(label)]


def offered(actor: Actor) -> list[Cluster]:
    """Return the clusters that an actor may share from the account in hand."""
    return [one for one in CLUSTERS.values() if not one.rights or _reaches(actor, one)]


def _reaches(actor: Actor, cluster: Cluster) -> bool:
    return actor.has_right(*cluster.rights)


def clusters_of(fields: Collection[str]) -> list[str]:
    """Return the keys of the clusters that these attributes belong to, in the order of the catalogue."""
    return [key for key, one in CLUSTERS.items() if set(one.attributes) & set(fields)]


class Shown(NamedTuple):
    """A cluster with its values: lines of label and value; complaints are several such groups."""

    key: str
    title: Lazy
    groups: list[list[tuple[Lazy, Lazy | str | datetime]]]


def read(fields: Collection[str], *, account_id: int, person_id: int, since: date | None) -> list[Shown]:
    """Return exactly these attributes of a customer as they are now; nothing older than ``since``."""
    return [
        Shown(key, CLUSTERS[key].title, _READERS[key](frozenset(fields), account_id, person_id, since))
        for key in clusters_of(fields)
    ]


def marks_of(
    fields: Collection[str], *, account_id: int, person_id: int, since: date | None
) -> tuple[str, ...]:
    """Return what stands for these attributes as they are now, by the newest secret of the installation first.

    A keyed hash: nothing of the data can be found out from it, also when the data is gone.
    """
    lines = [
        [key_of(label), value.isoformat() if isinstance(value, datetime) else str(value)]
        for one in read(fields, account_id=account_id, person_id=person_id, since=since)
        for group in one.groups
        for label, value in group
    ]
    return keys.fingerprints("share-data", orjson.dumps(lines).decode())


Group = list[tuple[Lazy, Lazy | str | datetime]]


def _contact(fields: frozenset[str], account_id: int, person_id: int, _since: date | None) -> list[Group]:
    row = db.session().execute(
        select(
            Account.kind, Account.name, Account.phone, Account.street, Account.postcode, Account.city, Account.country,
            Person.name.label("person"), Person.language,
        ).select_from(Account).join(Person, Person.id == person_id).where(Account.id == account_id)
    ).one()  # fmt: skip
    place = ", ".join(filter(None, (row.street, f"{row.postcode} {row.city}".strip())))
    name = f"{row.name} ({row.person})" if row.kind == "company" else row.name
    values: dict[str, Any] = {
        "contact.name": name,
        "contact.email": mailbox_of(person_id) if "contact.email" in fields else "",
        "contact.phone": row.phone,
        "contact.address": _t("{place}, {country}", place=place, country=Country(row.country))
        if place
        else "",
        "contact.language": LANGUAGES.get(row.language, row.language),
    }
    return [[(ATTRIBUTES[key], value or "–") for key, value in values.items() if key in fields]]


def _reach(_fields: frozenset[str], account_id: int, person_id: int, _since: date | None) -> list[Group]:
    said = preferences.get(person_id=person_id, account_id=account_id).sentence()
    return [[(ATTRIBUTES["reach.how"], said)]]


def _complaints(fields: frozenset[str], account_id: int, _person_id: int, since: date | None) -> list[Group]:
    statement = (
        select(
            Complaint.number, Complaint.subject, Complaint.about, Complaint.state, Complaint.received_at,
            Complaint.due_at, Complaint.zone,
        )
        .where(Complaint.account_id == account_id, Complaint.state != State.DRAFT.value)
        .order_by(Complaint.id.desc())
        .limit(MOST_COMPLAINTS)
    )  # fmt: skip
    if since is not None:
        zone = db.session().scalar(select(Account.zone).where(Account.id == account_id)) or "UTC"
        statement = statement.where(Complaint.received_at >= calendars.day_start(since, zone))
    found: list[Group] = []
    for row in db.session().execute(statement):
        group: Group = [(NUMBER, spoken(row.number))]
        if "complaints.subject" in fields:
            group.append((ATTRIBUTES["complaints.subject"], row.subject or "–"))
        if "complaints.product" in fields:
            group.append((ATTRIBUTES["complaints.product"], row.about or "–"))
        if "complaints.state" in fields:
            group.append((ATTRIBUTES["complaints.state"], INFO[State(row.state)].label))
        if "complaints.dates" in fields:
            group += [(BEGAN, row.received_at or "–"), (NEXT, row.due_at or "–")]
        found.append(group)
    return found


_READERS: dict[str, Callable[[frozenset[str], int, int, date | None], list[Group]]] = {
    "contact": _contact,
    "reach": _reach,
    "complaints": _complaints,
}

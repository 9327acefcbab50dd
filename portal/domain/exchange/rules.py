"""Which two registrations mean the same company, what a valid one holds, and the states of a lead; no database here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from portal.domain import search
from portal.domain.accounts import shapes
from portal.domain.errors import Invalid
from portal.domain.partners.rules import ANYBODYS, domain_of
from portal.text import Lazy, _t, _tc

ABOUT_MAX, REASON_MAX, REASON_MIN = 2000, 500, 10


class State(StrEnum):
    """Where a lead is; in the words of both sides."""

    NEW = "new"
    ACCEPTED = "accepted"
    IN_WORK = "in_work"
    WON = "won"
    LOST = "lost"
    RETURNED = "returned"


STATES: dict[State, Lazy] = {
    State.NEW: _tc("lead", "new"), State.ACCEPTED: _t("accepted"), State.IN_WORK: _t("in work"), State.WON: _t("won"),
    State.LOST: _t("lost"), State.RETURNED: _t("returned"),
}  # fmt: skip
ENDED = frozenset({State.WON, State.LOST, State.RETURNED})


class Standing(StrEnum):
    """Whether a lead came first with its company."""

    FIRST = "first"
    SECOND = "second"


class Act(StrEnum):
    """What happens to a lead, as its history keeps it."""

    REGISTERED = "registered"
    CAME_SECOND = "came_second"
    CONTESTED = "contested"
    SHARED = "shared"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    BEGUN = "begun"
    WON = "won"
    LOST = "lost"
    RENEWED = "renewed"
    CLAIMED = "claimed"


WORDS: dict[Act, Lazy] = {
    Act.REGISTERED: _t("Registered first; protected"),
    Act.CAME_SECOND: _t("Registered; another partner was first"),
    Act.CONTESTED: _t("Another partner registered the same company; the protection stands"),
    Act.SHARED: _t("Handed over"),
    Act.ACCEPTED: _t("Accepted; protected"),
    Act.DECLINED: _t("Declined"),
    Act.TIMED_OUT: _t("Not accepted in time, so it went back"),
    Act.BEGUN: _t("Work began"),
    Act.WON: _t("Won"),
    Act.LOST: _t("Lost"),
    Act.RENEWED: _t("Protected for longer"),
    Act.CLAIMED: _t("The company was free again; registered first and protected"),
}


class Move(NamedTuple):
    """A step that the partner takes with a lead of its own."""

    target: State
    sources: frozenset[State]
    needs_reason: bool = False


# The one table of what a partner may do with a lead; what comes from us is accepted before it is worked on.
MOVES: dict[Act, Move] = {
    Act.ACCEPTED: Move(State.ACCEPTED, frozenset({State.NEW})),
    Act.DECLINED: Move(State.RETURNED, frozenset({State.NEW, State.ACCEPTED, State.IN_WORK}), needs_reason=True),
    Act.BEGUN: Move(State.IN_WORK, frozenset({State.NEW, State.ACCEPTED})),
    Act.WON: Move(State.WON, frozenset({State.ACCEPTED, State.IN_WORK})),
    Act.LOST: Move(
        State.LOST, frozenset({State.NEW, State.ACCEPTED, State.IN_WORK}), needs_reason=True
    ),
}  # fmt: skip
OF_SHARED, OF_OWN = frozenset({Act.ACCEPTED, Act.DECLINED}), frozenset({Act.BEGUN, Act.WON, Act.LOST})


def moves(state: str, *, shared: bool, first: bool = True) -> list[Act]:
    """Return what a partner may do next in ``state``; ``shared``: it came from us. Who came second may give up."""
    found = [act for act, move in MOVES.items() if state in move.sources]
    if not shared:
        return [act for act in found if act in OF_OWN and (first or act is Act.LOST)]
    return [act for act in found if state != State.NEW or act in OF_SHARED]


@dataclass(frozen=True, slots=True)
class Prospect:
    """A company that may become a customer, and the person there who agreed to be named to us, as typed."""

    company: str
    country: str = "PL"
    city: str = ""
    number: str = ""  # for VAT, or of its register
    about: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    agreed: bool = False
    agreed_on: date | None = None
    agreed_how: str = ""


class Marks(NamedTuple):
    """By what a company is known again, the strongest first; '' where a registration does not say it."""

    number: str = ""
    domain: str = ""
    name: str = ""


def same(one: Marks, other: Marks) -> bool:
    """Tell whether two registrations mean the same company: the strongest mark that both carry decides."""
    for mine, theirs in zip(one, other, strict=True):
        if mine and theirs:
            return mine == theirs
    return False


def marks(prospect: Prospect) -> Marks:
    """Return the marks of a prospect that :func:`read` has found valid."""
    host = domain_of(prospect.contact_email)
    return Marks(
        number=f"number:{prospect.country}:{prospect.number}" if prospect.number else "",
        domain=f"domain:{host}" if host and host not in ANYBODYS else "",
        name=f"name:{prospect.country}:{company_key(prospect.company)}"[:320],
    )


def read(prospect: Prospect, *, today: date) -> tuple[Prospect, list[Invalid]]:
    """Return the prospect in the shape it is kept, and everything that stands in its way, each at its field."""
    wrong: list[Invalid] = []

    def tried(field: str, reading: Callable[[], str]) -> str:
        try:
            return reading()
        except Invalid as error:
            wrong.append(error)
            return str(getattr(prospect, field) or "")

    company = tried("company", lambda: _company(prospect.company))
    country = tried("country", lambda: shapes.country(prospect.country))
    found = replace(
        prospect,
        company=company,
        country=country,
        city=tried("city", lambda: _line(prospect.city, 80, "city")),
        number=tried("number", lambda: number(prospect.number, country)),
        about=tried("about", lambda: _about(prospect.about)),
        contact_name=tried("contact_name", lambda: _line(prospect.contact_name, 120, "contact_name")),
        contact_email=tried("contact_email", lambda: _mailbox(prospect.contact_email)),
        contact_phone=tried("contact_phone", lambda: _phone(prospect.contact_phone, country)),
        agreed_how=tried("agreed_how", lambda: _line(prospect.agreed_how, 200, "agreed_how")),
    )  # fmt: skip
    if not prospect.contact_email.strip() and not prospect.contact_phone.strip():
        message = _t("Write an e-mail address or a telephone number of this person.")
        wrong.append(Invalid(message, code="exchange.contact", field="contact_email"))
    if not prospect.agreed:
        message = _t("Ask the person first, and tick this when they agreed that you name them to us.")
        wrong.append(Invalid(message, code="exchange.agreed", field="agreed"))
    if prospect.agreed_on is None or prospect.agreed_on > today:
        message = _t("Write the day on which the person agreed, today or before.")
        wrong.append(Invalid(message, code="exchange.agreed_on", field="agreed_on"))
    return found, wrong


def words(text: str, *, most: int, field: str, least: int = 1) -> str:
    """Return a text of some lines in its shape; raise Invalid at ``field`` for one too short or too long."""
    lines = [
        " ".join("".join(sign if sign.isprintable() else " " for sign in line).split())
        for line in text.splitlines()
    ]
    found = "\n".join(lines).strip()
    if len(found) < least:
        message = _t("Please fill this in.") if least == 1 else _t("Please say it in some more words.")
        raise Invalid(message, code="exchange.short", field=field)
    if len(found) > most:
        raise Invalid(
            _t("Please use at most {count} letters.", count=most), code="exchange.long", field=field
        )
    return found  # fmt: skip


# What is said when a field is left empty.
_EMPTY = {
    "city": _t("Write the place where the company is."),
    "contact_name": _t("Write the name of the person."),
    "agreed_how": _t("Say how the person agreed."),
}


def _line(text: str, most: int, field: str) -> str:
    found = shapes.line(text, most=most, field=field)
    if not found:
        raise Invalid(_EMPTY[field], code="exchange.empty", field=field)
    return found


def _about(text: str) -> str:
    if not text.strip():
        raise Invalid(_t("Say what it is about, in a few words."), code="exchange.empty", field="about")
    return words(text, most=ABOUT_MAX, field="about")


def _mailbox(text: str) -> str:
    return shapes.mailbox(text, field="contact_email").address if text.strip() else ""


def _phone(text: str, country: str) -> str:
    return shapes.phone(text, country=country, field="contact_phone")


def _company(text: str) -> str:
    name = shapes.line(text, most=160, field="company")
    if len(company_key(name)) < 2:
        raise Invalid(_t("Write the name of the company."), code="exchange.company", field="company")
    return name


# Numbers for VAT in the countries of the EU, without the letters of the country (Directive 2006/112/EC, Art. 215).
_SHAPES = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "GR": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-Z0-9]{2}\d{9}", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"\d[A-Z0-9]\d{5}[A-Z]{1,2}", "IT": r"\d{11}",
    "LT": r"\d{9}|\d{12}", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}", "NL": r"\d{9}B\d{2}", "PL": r"\d{10}",
    "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}",
}  # fmt: skip
_ANYWHERE = r"(?=.*\d)[A-Z0-9]{4,20}"
_NIP = (6, 5, 7, 2, 3, 4, 5, 6, 7)


def number(text: str, country: str, *, field: str = "number") -> str:
    """Return a number for VAT or of a register without signs between and without its country; '' stays ''.

    Raise Invalid at ``field`` for one that is none in ``country``; of Poland the check digit is counted too.
    """
    if not text.strip():
        return ""
    found = re.sub(r"[\s.\-/]", "", text).upper()
    for prefix in (country, "EL" if country == "GR" else country):
        found = found.removeprefix(prefix)
    fits = re.fullmatch(_SHAPES.get(country, _ANYWHERE), found, re.ASCII) is not None
    if fits and country == "PL":
        fits = sum(int(sign) * weight for sign, weight in zip(found, _NIP, strict=False)) % 11 == int(
            found[9]
        )
    if not fits:
        message = _t(
            "This is no number for VAT of that country. Look at it again, or leave it empty if you do not know it."
        )
        raise Invalid(message, code="exchange.number", field=field)
    return found  # fmt: skip


# How companies are constituted, folded; it says nothing about which company it is.
_FORMS = sorted(
    (
        "sp z o o sp k", "sp z o o", "sp zoo", "spolka z o o", "spolka z ograniczona odpowiedzialnoscia",
        "spolka akcyjna", "spolka komandytowa", "spolka jawna", "spolka cywilna", "p s a", "psa", "s a", "sa", "sp k",
        "sp j", "s c", "gmbh co kg", "gmbh und co kg", "gmbh", "mbh", "ag", "kg", "ug", "ohg", "gbr", "ltd", "limited",
        "llc", "llp", "plc", "inc", "incorporated", "corp", "b v", "bv", "n v", "nv", "sas", "sarl", "s a r l", "srl",
        "s r l", "spa", "s p a", "s l", "sl", "oy", "ab", "aps", "a s", "s r o", "sro", "kft", "uab", "sia", "d o o",
        "doo", "ood", "eood", "ad", "ead", "ооод", "оод", "еоод", "ад", "еад", "ет", "ооо", "оао", "зао", "пао",
        "ао", "ип",
    ),
    key=len,
    reverse=True,
)  # fmt: skip


def company_key(name: str) -> str:
    """Return a company's name as it is compared: folded, without how the company is constituted."""
    plain = known = search.fold(name)
    while True:
        for form in _FORMS:
            known = known.removesuffix(f" {form}").removeprefix(f"{form} ")
        if known == plain:
            return plain
        plain = known

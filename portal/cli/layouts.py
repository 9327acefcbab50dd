"""What a column of a file means: our own headers, other words for them, and layouts of known sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from portal.domain import sheets
from portal.domain.sheets import Unreadable

CUSTOMER_FIELDS = {
    "key": "the number of the customer in the system the file comes from",
    "kind": "person or company",
    "name": "name of the person or company",
    "contact": "for a company: the person to talk to",
    "email": "e-mail address",
    "phone": "telephone",
    "street": "street and number",
    "postcode": "postcode",
    "city": "city",
    "country": "country, two letters (PL)",
    "language": "language, two letters (pl)",
    "zone": "time zone (Europe/Warsaw)",
    "tax_number": "tax number of a company",
    "since": "customer since (2024-05-31)",
}
COMPLAINT_FIELDS = {
    "key": "the number of the complaint in the system the file comes from",
    "received": "date of receipt (2026-05-31, or with time and zone)",
    "customer": "number of the customer in the system the file comes from",
    "words": "the words of the customer",
    "subject": "what it is about, in a few words",
    "about": "product, order or place",
    "remedy": "what the customer wants",
    "state": "open or closed",
    "closed_how": "how the source closed it",
}

SYNONYMS: dict[str, tuple[str, ...]] = {
    "key": ("id", "number", "customer number", "customer id", "complaint id", "numer", "nr"),
    "kind": ("type", "customer type", "rodzaj", "typ"),
    "name": ("full name", "customer name", "company", "nazwa", "imię i nazwisko"),
    "contact": ("contact person", "osoba kontaktowa"),
    "email": ("e-mail", "mail", "email address", "e-mail address", "adres e-mail"),
    "phone": ("telephone", "tel", "mobile", "telefon"),
    "street": ("address", "street address", "ulica", "adres"),
    "postcode": ("zip", "zip code", "postal code", "kod pocztowy"),
    "city": ("town", "miasto", "miejscowość"),
    "country": ("country code", "kraj"),
    "language": ("lang", "język"),
    "zone": ("time zone", "timezone", "strefa czasowa"),
    "tax_number": ("vat", "vat number", "nip", "tax id"),
    "since": ("customer since", "created", "klient od"),
    "received": ("date received", "received at", "date", "data wpływu"),
    "customer": ("customer number", "customer id", "numer klienta"),
    "words": ("complaint", "text", "narrative", "treść"),
    "subject": ("title", "temat"),
    "about": ("product", "order", "dotyczy"),
    "remedy": ("remedy wanted", "wants", "żądanie"),
    "state": ("status", "stan"),
    "closed_how": ("resolution", "outcome", "wynik"),
}

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """How records of one source become fields of ours."""

    source: str
    columns: Mapping[str, str] = field(default_factory=dict)  # our field → column
    compose: Callable[[Values], Values] | None = None  # for sources whose fields are made of several columns
    own_accounts: bool = False  # each complaint gets an unclaimed account of its own
    zone: str = ""

    def fields(self, values: Values) -> Values:
        """Return our fields of one record."""
        if self.compose is not None:
            return self.compose(values)
        return {ours: values.get(column, "") for ours, column in self.columns.items()}


CFPB = frozenset(
    {"Date received", "Product", "Issue", "Consumer complaint narrative", "Company response to consumer",
     "Complaint ID", "Submitted via", "State"}
)  # fmt: skip


def _of_cfpb(values: Values) -> Values:
    """The public file of the US Consumer Financial Protection Bureau: one row is one complaint."""
    about = " · ".join(
        filter(None, (values.get("Product"), values.get("Sub-product"), values.get("Company")))
    )
    issue = " – ".join(filter(None, (values.get("Issue"), values.get("Sub-issue"))))
    response = values.get("Company response to consumer", "")
    place = ", ".join(filter(None, (values.get("State"), values.get("ZIP code"))))
    ours = {
        "key": values.get("Complaint ID", ""),
        "received": values.get("Date received", ""),
        "words": values.get("Consumer complaint narrative") or issue,
        "subject": values.get("Issue", ""),
        "about": about,
        "state": "closed" if response.startswith("Closed") else "open",
        "closed_how": response,
        "remedy": "",
        "customer": "",
    }
    return ours | {
        "account_name": f"Complainant {ours['key']}" + (f" ({place})" if place else ""),
        "country": "US",
        "postcode": values.get("ZIP code", ""),
    }


def layout_for(
    names: list[str],
    known: Mapping[str, str],
    required: tuple[str, ...],
    mapped: Mapping[str, str],
    source: str,
) -> Layout:
    """Choose the layout of a file by its header; raise :class:`Unreadable` when a needed column is missing."""
    if "received" in known and set(names) >= CFPB and not mapped:
        return Layout(source or "cfpb", compose=_of_cfpb, own_accounts=True, zone="America/New_York")
    unknown = sorted(set(mapped) - set(known))
    if unknown:
        raise Unreadable(f"--map names the field {unknown[0]!r}; the fields are: {', '.join(known)}")
    absent = sorted(set(mapped.values()) - set(names))
    if absent:
        raise Unreadable(f"--map names the column {absent[0]!r}, but the first line has: {', '.join(names)}")
    words = {ours: (ours.replace("_", " "), *SYNONYMS.get(ours, ())) for ours in known}
    columns = sheets.match(names, words, given=mapped)
    missing = [ours for ours in required if ours not in columns]
    if missing:
        meaning = known[missing[0]]
        raise Unreadable(
            f"no column for {missing[0]!r} ({meaning}); the file has: {', '.join(names)}. "
            f"Name it with --map {missing[0]}=COLUMN"
        )
    return Layout(source or "file", columns)

"""The people of the demo firm, with the sign-in of each."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "vistula-demo-2026"
DOMAIN = "demo.example"
NORTHWIND, NORTHWIND_DOMAIN = "Northwind Repairs", "northwind.demo.example"


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the cast."""

    key: str
    name: str
    language: str
    zone: str
    country: str
    phone: str
    street: str
    postcode: str
    city: str
    salutation: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff of the cast; the secret of the second step is public on purpose."""

    key: str
    name: str
    team: str
    roles: tuple[str, ...]
    secret: str
    language: str = "en"

    @property
    def email(self) -> str:
        return f"{self.key}@vistula.{DOMAIN}"


@dataclass(frozen=True, slots=True)
class PartnerPerson:
    """Somebody of the partner of the cast, who signs in at its own identity provider."""

    key: str
    name: str
    role: str
    regions: str = ""
    language: str = "en"

    @property
    def email(self) -> str:
        return f"{self.key}@{NORTHWIND_DOMAIN}"


AMINA = Customer(
    "amina", "Amina Nowak", "en", "Europe/Warsaw", "PL", "+48 601 224 518", "ul. Wiślana 14/3", "00-317", "Warszawa",
    "Ms Nowak",
)  # fmt: skip
BEN = Customer(
    "ben", "Ben Petrov", "bg", "Europe/Sofia", "BG", "+359 888 120 334", "ул. „Шипка“ 6", "1504", "София",
)  # fmt: skip
OLA = Customer(
    "ola", "Ola Lipska", "pl", "Europe/Warsaw", "PL", "+48 602 118 903", "ul. Składowa 2", "90-127", "Łódź",
    "Pani Ola",
)  # fmt: skip
PIOTR = Customer(
    "piotr", "Piotr Bielak", "pl", "Europe/Warsaw", "PL", "+48 604 771 260", "ul. Składowa 2", "90-127", "Łódź",
)  # fmt: skip
VERA = Customer(
    "vera", "Vera Sokolova", "ru", "Europe/Vilnius", "LT", "+370 612 40 118", "Pylimo g. 21", "01141", "Vilnius",
)  # fmt: skip
ZOFIA = Customer(
    "zofia", "Zofia Wilk", "pl", "Europe/Warsaw", "PL", "+48 605 310 442", "ul. Piękna 9/4", "90-406", "Łódź",
)  # fmt: skip
COMPANY = "Hurtownia Lipa sp. z o.o."
# A company whose administrator has left, and the colleague who asks to follow.
BAKERY, HANNA, IGOR = "Piekarnia Zboże sp. z o.o.", "Hanna Maj", "Igor Sowa"

SAM = Colleague("sam", "Sam Carter", "Complaints", ("handler",), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA")
RITA = Colleague("rita", "Rita Nowicka", "Review", ("reviewer",), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXB")
MONA = Colleague("mona", "Mona Keller", "Marketing", ("marketing",), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXC")
DANA = Colleague("dana", "Dana Ilieva", "Privacy", ("privacy_officer",), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXD")
MAX = Colleague(
    "max", "Max Brandt", "Management", ("manager", "administrator"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXE"
)
KASIA = Colleague(
    "kasia", "Kasia Duda", "Customer service", ("agent",), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXF", "pl"
)
TOMEK = Colleague(
    "tomek", "Tomek Rybak", "Complaints", ("handler",), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXG", "pl"
)
# Who left the firm, and who has not yet accepted the invitation: neither can sign in.
GONE = ("Jan Wrona", f"jan@vistula.{DOMAIN}")
INVITED = ("Ewa Lis", f"ewa@vistula.{DOMAIN}")

NILS = PartnerPerson("nils", "Nils Berg", "worker", "PL-14 PL-10")
ASTRID = PartnerPerson("astrid", "Astrid Holm", "administrator")

PARTNERS = (NILS, ASTRID)
# A second partner, which knows one company that Northwind registered before it.
SUDETY, SUDETY_DOMAIN = "Sudety Service", "sudety.demo.example"
# A supplier, whose prices and promises of stock come as files.
BALTYK, BALTYK_DOMAIN = "Bałtyk Parts", "baltyk.demo.example"
CUSTOMERS = (AMINA, BEN, OLA, PIOTR, ZOFIA, VERA)
STAFF = (SAM, RITA, MONA, DANA, MAX, KASIA, TOMEK)
WORDS = {
    "amina": "a customer who loves detail", "ben": "reads Bulgarian, in Sofia", "ola": "runs Hurtownia Lipa here",
    "piotr": "her colleague, own complaints only",
    "zofia": "a customer, and for Lipa too", "vera": "reads Russian, in Vilnius",
    "sam": "handles complaints", "rita": "reviews them", "mona": "marketing", "dana": "privacy officer",
    "nils": "repairs what customers hand over", "astrid": "looks after Northwind's people",
    "max": "manager", "kasia": "answers the phone", "tomek": "handles complaints too",
}  # fmt: skip

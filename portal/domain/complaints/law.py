"""Law and regulators' rules as dated rows: seeds that an operator confirms before switching them on.

Not legal advice. A row says where, for whom, how long, and what silence means; it is never a constant in code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from portal.domain.complaints.lengths import Length, Unit
from portal.text import Lazy, _t

ANY = "any"


class Effect(StrEnum):
    """What the law makes of silence."""

    NOTHING = "nothing"
    UPHELD = "upheld"  # the complaint counts as accepted as asked
    OUTSIDE_OPENS = "outside_opens"
    OTHER_REMEDY = "other_remedy"  # the customer may ask for money back or a lower price
    REFUSAL = "refusal"  # counts as a refusal to take part


EFFECT_TEXT: dict[Effect, Lazy] = {
    Effect.NOTHING: _t("If we miss the legal date, tell the authority that watches over us."),
    Effect.UPHELD: _t(
        "If we do not answer by the legal date, the law treats your complaint as accepted as you asked."
    ),
    Effect.OUTSIDE_OPENS: _t("From the legal date on you can go to an outside body."),
    Effect.OTHER_REMEDY: _t(
        "If it is not put right by the legal date, you can ask for your money or a lower price."
    ),
    Effect.REFUSAL: _t("If we do not reply to the outside body by the legal date, it counts as our refusal."),
}

# What an act of law is called, for readers who do not read its language; its own name stays beside it.
NAMES: dict[str, Lazy] = {
    "ustawa o prawach konsumenta, art. 7a": _t(
        "Polish Consumer Rights Act, article 7a (ustawa o prawach konsumenta, art. 7a)"
    ),
    "ustawa z 5 sierpnia 2015 r. o rozpatrywaniu reklamacji, art. 6-8": _t(
        "Polish act of 5 August 2015 on complaints in finance, articles 6 to 8 "
        "(ustawa o rozpatrywaniu reklamacji, art. 6-8)"
    ),
    "prawo komunikacji elektronicznej (to verify)": _t(
        "Polish Electronic Communications Law (prawo komunikacji elektronicznej; to verify)"
    ),
    "ЗПЦСЦУПС (article to verify)": _t(
        "Bulgarian act on digital content, digital services and the sale of goods (ЗПЦСЦУПС; article to verify)"
    ),
}


# What stands as the reasons where the law itself has decided.
UPHELD = _t("We did not answer by the legal date. The law takes that as a yes to what you asked for.")
UNCONFIRMED = _t("This rule is still to be confirmed by the operator.")


@dataclass(frozen=True, slots=True)
class LawTerm:
    """One term of law with its source; ``valid_to`` is the first day on which it no longer holds."""

    key: str
    jurisdiction: str  # ISO 3166, or EU
    sector: str
    customer_type: str
    event: (
        str  # answer, answer_extended, summary, acknowledge, remedy, outside_reply, complain_until, stage2_…
    )
    length: int
    unit: Unit
    effect: Effect
    outside_body: str
    source: str
    valid_from: date
    valid_to: date | None = None
    rolling: str = "none"  # legal clocks never roll forward here: the earlier date is always safe
    confirmed: bool = False
    live: bool = False
    live_from: date | None = None  # of receipt

    @property
    def term(self) -> Length:
        """Return the length for the legal clock."""
        return Length(self.length, self.unit)


_DAYS, _WORKING, _WEEKS, _MONTHS = Unit.CALENDAR_DAYS, Unit.BUSINESS_DAYS, Unit.WEEKS, Unit.MONTHS
_PL_BODY = "Wojewódzki Inspektorat Inspekcji Handlowej"
_PL_FINANCE = "Rzecznik Finansowy"
_PL_ACT = "ustawa o prawach konsumenta, art. 7a"
_PL_FINANCE_ACT = "ustawa z 5 sierpnia 2015 r. o rozpatrywaniu reklamacji, art. 6-8"
_FOS = "Financial Ombudsman Service"
_HOUSING = "Housing Ombudsman Service"
_HOUSING_CODE = "Housing Ombudsman Complaint Handling Code 2024"


def _row(key: str, where: str, sector: str, customer: str, event: str, length: int, unit: Unit, effect: Effect,
         body: str, source: str, since: date, until: date | None = None, live: bool = False) -> LawTerm:  # fmt: skip
    return LawTerm(
        key, where, sector, customer, event, length, unit, effect, body, source, since, until, live=live
    )  # fmt: skip


SEED: tuple[LawTerm, ...] = (
    _row("pl-consumer", "PL", ANY, "consumer", "answer", 14, _DAYS, Effect.UPHELD, _PL_BODY, _PL_ACT,
         date(2023, 1, 1), live=True),
    _row("pl-consumer", "PL", ANY, "consumer", "answer", 30, _DAYS, Effect.UPHELD, _PL_BODY, _PL_ACT,
         date(2017, 1, 10), date(2023, 1, 1)),
    _row("pl-finance", "PL", "finance", ANY, "answer", 30, _DAYS, Effect.UPHELD, _PL_FINANCE, _PL_FINANCE_ACT,
         date(2015, 10, 11)),
    _row("pl-finance-complex", "PL", "finance", ANY, "answer_extended", 60, _DAYS, Effect.UPHELD, _PL_FINANCE,
         _PL_FINANCE_ACT, date(2015, 10, 11)),
    _row("pl-telecom", "PL", "telecom", ANY, "answer", 30, _DAYS, Effect.UPHELD, "Prezes UKE",
         "prawo komunikacji elektronicznej (to verify)", date(2024, 11, 10)),
    _row("uk-finance", "GB", "finance", ANY, "answer", 8, _WEEKS, Effect.OUTSIDE_OPENS, _FOS, "FCA DISP 1.6",
         date(2012, 2, 14)),
    _row("uk-finance-summary", "GB", "finance", ANY, "summary", 3, _WORKING, Effect.NOTHING, _FOS, "FCA DISP 1.5",
         date(2016, 6, 30)),
    _row("uk-payments", "GB", "payments", ANY, "answer", 15, _WORKING, Effect.OUTSIDE_OPENS, _FOS,
         "FCA DISP 1.6.2A; Directive (EU) 2015/2366 art. 101", date(2018, 1, 13)),
    _row("uk-payments-complex", "GB", "payments", ANY, "answer_extended", 35, _WORKING, Effect.OUTSIDE_OPENS, _FOS,
         "FCA DISP 1.6.2A; Directive (EU) 2015/2366 art. 101", date(2018, 1, 13)),
    _row("uk-housing-ack", "GB", "housing", ANY, "acknowledge", 5, _WORKING, Effect.NOTHING, _HOUSING,
         _HOUSING_CODE, date(2024, 4, 1)),
    _row("uk-housing", "GB", "housing", ANY, "answer", 10, _WORKING, Effect.OUTSIDE_OPENS, _HOUSING,
         _HOUSING_CODE, date(2024, 4, 1)),
    _row("uk-housing-complex", "GB", "housing", ANY, "answer_extended", 20, _WORKING, Effect.OUTSIDE_OPENS,
         _HOUSING, _HOUSING_CODE, date(2024, 4, 1)),
    _row("uk-housing-stage2-ack", "GB", "housing", ANY, "stage2_acknowledge", 5, _WORKING, Effect.NOTHING,
         _HOUSING, _HOUSING_CODE, date(2024, 4, 1)),
    _row("uk-housing-stage2", "GB", "housing", ANY, "stage2_answer", 20, _WORKING, Effect.OUTSIDE_OPENS,
         _HOUSING, _HOUSING_CODE, date(2024, 4, 1)),
    _row("uk-housing-stage2-complex", "GB", "housing", ANY, "stage2_answer_extended", 40, _WORKING,
         Effect.OUTSIDE_OPENS, _HOUSING, _HOUSING_CODE, date(2024, 4, 1)),
    _row("au-finance-ack", "AU", "finance", ANY, "acknowledge", 1, _DAYS, Effect.NOTHING,
         "Australian Financial Complaints Authority", "ASIC RG 271", date(2021, 10, 5)),
    _row("au-finance", "AU", "finance", ANY, "answer", 30, _DAYS, Effect.OUTSIDE_OPENS,
         "Australian Financial Complaints Authority", "ASIC RG 271", date(2021, 10, 5)),
    _row("bg-goods", "BG", "goods", "consumer", "remedy", 1, _MONTHS, Effect.OTHER_REMEDY,
         "Комисия за защита на потребителите", "ЗПЦСЦУПС (article to verify)", date(2022, 1, 1)),
    _row("eu-outside-reply", "EU", ANY, "consumer", "outside_reply", 20, _WORKING, Effect.REFUSAL,
         "the body named in the case", "Directive 2013/11/EU as amended by (EU) 2025/2647", date(2028, 9, 20)),
    _row("eu-outside-reply-complex", "EU", ANY, "consumer", "outside_reply_extended", 30, _WORKING,
         Effect.REFUSAL, "the body named in the case", "Directive 2013/11/EU as amended by (EU) 2025/2647",
         date(2028, 9, 20)),
    _row("eu-outside-decision", "EU", ANY, "consumer", "outside_decision", 90, _DAYS, Effect.NOTHING,
         "the body named in the case", "Directive 2013/11/EU, article 8(e)", date(2015, 7, 9)),
    _row("eu-platform", "EU", "platform", ANY, "complain_until", 6, _MONTHS, Effect.NOTHING,
         "a certified out-of-court body", "Regulation (EU) 2022/2065 art. 20", date(2024, 2, 17)),
    _row("us-finance", "US", "finance", "consumer", "answer", 15, _DAYS, Effect.NOTHING,
         "Consumer Financial Protection Bureau", "CFPB practice", date(2011, 7, 21)),
    _row("us-finance-final", "US", "finance", "consumer", "answer_extended", 60, _DAYS, Effect.NOTHING,
         "Consumer Financial Protection Bureau", "CFPB practice", date(2011, 7, 21)),
    _row("cz-consumer", "CZ", ANY, "consumer", "answer", 30, _DAYS, Effect.NOTHING, "Česká obchodní inspekce",
         "to verify", date(2023, 1, 6)),
    _row("hu-consumer", "HU", ANY, "consumer", "answer", 30, _DAYS, Effect.NOTHING, "békéltető testület",
         "to verify", date(2023, 1, 1)),
    _row("ro-consumer", "RO", ANY, "consumer", "answer", 30, _DAYS, Effect.NOTHING, "ANPC", "to verify",
         date(2023, 1, 1)),
    _row("pt-consumer", "PT", ANY, "consumer", "answer", 15, _WORKING, Effect.NOTHING, "Livro de Reclamações",
         "to verify", date(2023, 1, 1)),
)  # fmt: skip


class Term(Protocol):
    """What the choice of a regime needs to see of a row, stored or seeded."""

    @property
    def jurisdiction(self) -> str: ...
    @property
    def sector(self) -> str: ...
    @property
    def customer_type(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def live(self) -> bool: ...
    @property
    def live_from(self) -> date | None: ...


Row = TypeVar("Row", bound=Term)


def regime_for(
    rows: Iterable[Row],
    jurisdiction: str,
    sector: str,
    customer_type: str,
    on_date: date,
    event: str = "answer",
    live_only: bool = True,
) -> Row | None:
    """Return the term that holds for a complaint received on a local day, or None.

    A row for the very sector and kind of customer goes before one for any; of two the one that began later.
    """
    found = [
        row
        for row in rows
        if row.jurisdiction == jurisdiction
        and row.event == event
        and row.sector in (sector, ANY)
        and row.customer_type in (customer_type, ANY)
        and row.valid_from <= on_date
        and (row.valid_to is None or on_date < row.valid_to)
        and (row.live or not live_only)
        and (row.live_from is None or on_date >= row.live_from)
    ]
    return max(
        found, key=lambda row: (row.sector != ANY, row.customer_type != ANY, row.valid_from), default=None
    )

"""The forms of complaints: shape only; what a complaint allows is decided by its verbs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from portal.domain import complaints, errors, feedback
from portal.ui import formats
from portal.ui.forms import Form, say
from portal.ui.reader import reader_language

DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")
CURRENCIES = ("PLN", "EUR", "BGN", "CZK", "GBP", "USD")


class DayField(DateField):
    """A day as browsers send it, or as people type it where the browser has no calendar."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = " ".join(valuelist).strip()
        self.data: date | None = None
        if not typed:
            return
        for shape in DAYS:
            try:
                self.data = datetime.strptime(typed, shape).date()  # noqa: DTZ007 - a day has no zone
                return
            except ValueError:
                continue
        raise ValueError(_("Write the day as day.month.year, such as 24.12.2025."))


class ActForm(Form):
    """A form of one act; it carries the version of the case that its page showed."""

    # The verb's name of a field, where the form calls it otherwise so that two forms of one page never mix.
    fields_of_verb: ClassVar[dict[str, str]] = {}
    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version that the page showed, None when the form carries none."""
        return version_of(self.version.data)

    def refuse(self, error: errors.DomainError) -> None:
        """Put a refusal at the field of this form that the verb's field stands for."""
        field = self.fields_of_verb.get(error.field or "", error.field)
        super().refuse(type(error)(error.message, code=error.code, field=field))

    @property
    def typed(self) -> str:
        """The words that must not be lost when the form cannot be taken."""
        return next((f.data or "" for f in self if f.type in ("TextAreaField", "StringField")), "")


def version_of(raw: Any) -> int | None:
    """Return the version that a form carries, None for none or nonsense."""
    text = str(raw or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class WordsForm(ActForm):
    """More words, on an open or an ended complaint."""

    fields_of_verb: ClassVar[dict[str, str]] = {"text": "words"}
    words = TextAreaField(_l("What you want to add"))
    files = MultipleFileField(_l("Photos and files"))


class AnswerForm(ActForm):
    """The answer to our question."""

    fields_of_verb: ClassVar[dict[str, str]] = {"text": "answer"}
    answer = TextAreaField(_l("Your answer"))
    files = MultipleFileField(_l("Photos and files"), id="answer-files")


class ExtensionForm(ActForm):
    """More time for our question."""

    until = DayField(_l("Until when do you need?"))


class EvidenceForm(ActForm):
    """Something new after our last word."""

    fields_of_verb: ClassVar[dict[str, str]] = {"text": "evidence"}
    evidence = TextAreaField(_l("What is new?"))


class ObjectionForm(ActForm):
    """What is missing of a remedy; nothing is demanded."""

    fields_of_verb: ClassVar[dict[str, str]] = {"text": "missing"}
    missing = TextAreaField(_l("What is missing or wrong?"))


class WithdrawalForm(ActForm):
    """Taking a complaint back; a reason is welcome, not demanded."""

    fields_of_verb: ClassVar[dict[str, str]] = {"text": "because"}
    because = TextAreaField(_l("Is there something that we should know?"))


class HarmForm(ActForm):
    """Why it cannot wait."""

    reason = TextAreaField(_l("What could happen, or is happening?"))


class WantedForm(ActForm):
    """What would put it right, with the sum where it is about money."""

    remedy_wanted = RadioField(_l("What would put it right for you?"), validate_choice=False)
    remedy_text = TextAreaField(_l("Anything to say about it?"))
    amount_wanted = StringField(_l("How much?"), filters=[lambda typed: digits(typed)])
    currency = SelectField(_l("Currency"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remedy_wanted.choices = remedies()
        self.currency.choices = currencies(self.currency.data)


class OutsideForm(ActForm):
    """Which outside body it is with."""

    fields_of_verb: ClassVar[dict[str, str]] = {"body": "other"}
    body = RadioField(_l("Where is it now?"), validate_choice=False)
    other = StringField(_l("Name of the other body"))


class RatingForm(Form):
    """The two questions after an answer: how we dealt with it, and what came out of it."""

    answer = HiddenField()
    handling = RadioField(_l("How did we deal with it?"), validate_choice=False)
    outcome = RadioField(_l("How content are you with what came out of it?"), validate_choice=False)
    comment = TextAreaField(_l("Anything to add?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scale = [(str(value), say(words)) for value, words in reversed(feedback.SCALE.items())]
        self.handling.choices = scale
        self.outcome.choices = scale

    def refuse(self, error: errors.DomainError) -> None:
        """Put a refusal of the text at the comment."""
        field = "comment" if error.field == "text" else error.field
        super().refuse(type(error)(error.message, code=error.code, field=field))


def digits(typed: str | Decimal | None) -> str:
    """Return an amount as it was typed; a stored one with two decimals, as the reader writes them."""
    return formats.plain(typed) if isinstance(typed, Decimal) else (typed or "").strip()


def remedies() -> list[tuple[str, str]]:
    """Return what would put it right, as choices."""
    return list(_remedies(reader_language()))


@lru_cache(maxsize=16)
def _remedies(_language: str) -> tuple[tuple[str, str], ...]:
    words = {
        "apology": _("An apology"),
        "explanation": _("An explanation"),
        "repair": _("That it is put right or repaired"),
        "replacement": _("Another one instead"),
        "refund": _("My money back"),
        "price_cut": _("A lower price"),
        "compensation": _("Compensation"),
        "change": _("A change, so that it does not happen again"),
        "other": _("Something else"),
    }
    return tuple((key, words.get(key) or say(label)) for key, label in complaints.REMEDIES.items())


def currencies(present: str | None) -> list[tuple[str, str]]:
    """Return the currencies to choose from, with the one that is set already."""
    codes = CURRENCIES if not present or present in CURRENCIES else (present, *CURRENCIES)
    return [(code, code) for code in codes]

"""The steps of a new complaint: which there are, what each asks, and what it fills in of the draft."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)

from portal.domain import complaints
from portal.domain.complaints import Complaint
from portal.ui.forms import Form, say
from portal.ui.session import language_choices

from .complaint_forms import DayField, currencies, digits, remedies

FIRST = "remedy"
WORDS_STEP = "words"
NOT_OF_THE_DRAFT = {"csrf_token", "files", "go", "then", "key"}


class StepForm(Form):
    """A step: its question, the button that was pressed, and the page to come back to."""

    go = SubmitField()
    then = HiddenField()

    @property
    def way(self) -> str:
        """Where the pressed button leads: ``on``, ``back``, ``more`` or ``later``."""
        return request.form.get("go", "on")

    @property
    def target(self) -> str:
        """``check`` for who came from the last look and goes back there."""
        return "check" if request.values.get("then") == "check" else ""


class RemedyStep(StepForm):
    """What would put it right."""

    remedy_wanted = RadioField(_l("What would put it right for you?"), validate_choice=False)
    remedy_text = StringField(_l("Anything to say about it?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remedy_wanted.choices = remedies()


class FirstStep(RemedyStep):
    """The first question, before there is a draft; another page may have said what it is about."""

    about = HiddenField()
    key = HiddenField()  # of this one form: sent twice, it begins one complaint


class AmountStep(StepForm):
    """How much, when it is about money."""

    amount_wanted = StringField(_l("How much?"), filters=[digits])
    currency = SelectField(_l("Currency"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency.choices = currencies(self.currency.data)


class WordsStep(StepForm):
    """What happened."""

    words = TextAreaField(_l("What happened?"))


class AboutStep(StepForm):
    """What it is about, and when."""

    about = StringField(_l("What is it about?"))
    happened_on = DayField(_l("When was it?"))


class FilesStep(StepForm):
    """Photos and papers."""

    files = MultipleFileField(_l("Photos and files"))


class ContactStep(StepForm):
    """How to answer."""

    contact_channel = RadioField(_l("How may we reach you about it?"), validate_choice=False)
    language = SelectField(_l("In which language?"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "email": _("By e-mail"),
            "inbox": _("Only here in the portal"),
            "letter": _("By letter"),
            "phone": _("By phone"),
        }
        channels = complaints.CONTACT_CHANNELS.items()
        self.contact_channel.choices = [(key, words.get(key) or say(label)) for key, label in channels]
        self.language.choices = language_choices()


FORMS: dict[str, type[StepForm]] = {
    FIRST: RemedyStep,
    "amount": AmountStep,
    WORDS_STEP: WordsStep,
    "about": AboutStep,
    "files": FilesStep,
    "contact": ContactStep,
}


def steps_of(draft: Complaint | None) -> list[str]:
    """Return the steps of a draft in their order, before the last look: the sum is asked only for money."""
    money = draft is not None and draft.remedy_wanted in complaints.MONEY_REMEDIES
    return [step for step in FORMS if step != "amount" or money]


def labels(draft: Complaint | None) -> list[str]:
    """Return the names of the steps, the last look among them."""
    words = {
        FIRST: _("What would put it right"),
        "amount": _("How much"),
        WORDS_STEP: _("What happened"),
        "about": _("What and when"),
        "files": _("Photos and files"),
        "contact": _("How to reach you"),
    }
    return [*(words[step] for step in steps_of(draft)), _("Check your answers")]


def filled(step: str, draft: Complaint) -> StepForm:
    """Return the form of a step with what the draft knows already."""
    return FORMS[step](obj=None if step == "files" else draft)


def fields_of(form: Form) -> dict[str, Any]:
    """Return what a form says about the draft, under the names that drafts have."""
    return {name: value for name, value in form.data.items() if name not in NOT_OF_THE_DRAFT}

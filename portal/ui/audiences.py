"""The form of whom something is for: partners, suppliers, some tiers of them, or companies by name."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain import partners
from portal.ui.forms import Form, say


class AudienceForm(Form):
    """Whom something is for."""

    whom = RadioField(_l("For whom"), validate_choice=False)
    tiers = SelectMultipleField(
        _l("Only these tiers"), validate_choice=False, widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip
    companies = SelectMultipleField(
        _l("Companies"), validate_choice=False, widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip

    def __init__(self, *args: Any, audience: partners.Audience | None = None, **kwargs: Any) -> None:
        if audience is not None:
            kwargs |= {
                "whom": audience.whom,
                "tiers": sorted(audience.tiers),
                "companies": [str(one) for one in audience.companies],
            }
        super().__init__(*args, **kwargs)
        self.whom.choices = [(key, say(words)) for key, words in partners.WHOM.items()]
        self.tiers.choices = [
            (one.key, one.name(g.reader.language))
            for one in partners.tiers(every=True)
            if one.offered or one.key in (self.tiers.data or ())
        ]
        self.companies.choices = [(str(one.uuid), one.name) for one in partners.active()]

    def audience(self) -> partners.Audience:
        """Return what was chosen; what is no id of a company is nobody's."""
        return partners.Audience(
            self.whom.data or "",
            frozenset(self.tiers.data or ()),
            frozenset(_uuid(one) for one in self.companies.data or ()),
        )


def _uuid(text: str) -> uuidlib.UUID:
    try:
        return uuidlib.UUID(text)
    except ValueError:
        return uuidlib.UUID(int=0)

"""The base of every form: shape only; a domain error lands at its field, and held values come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, request
from flask_babel import gettext, ngettext
from flask_wtf import FlaskForm
from wtforms import Field

from portal.domain import errors
from portal.text import Lazy


def say(text: Lazy | str) -> str:
    """Return a text of the domain in the reader's language."""
    return text.render(gettext, lambda one, many, n: ngettext(one, many, n)) if isinstance(text, Lazy) else text


class Form(FlaskForm):
    """A form that keeps what was typed, through errors and through an expired session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if request.method == "GET":
            from portal.ui import held

            values = held.values(type(self))
            if values:
                kwargs["formdata"] = values
        super().__init__(*args, **kwargs)

    def all_errors(self) -> Iterator[tuple[str | None, str]]:
        """Yield (id of the field or None, message) for the summary, in the order of the fields."""
        for message in self.form_errors:
            yield None, message
        for field in self:
            for message in _flat(field.errors):
                yield field.id, message

    def refuse(self, error: errors.DomainError) -> None:
        """Put a domain error at the field it names, or at the top when it names none of this form."""
        message = say(error.message)
        field: Field | None = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Turn a refusal inside the block into an error of this form; others go on to their page."""
        try:
            yield
        except errors.Invalid as error:
            self.refuse(error)
            g.refused = True

    @property
    def ok(self) -> bool:
        """Tell whether neither the shape nor a rule has refused anything so far."""
        return not self.errors and not self.form_errors


def _flat(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for inner in found.values():
            yield from _flat(inner)
    else:
        for item in found:
            if isinstance(item, str) or not hasattr(item, "__iter__"):
                yield str(item)
            else:
                yield from _flat(item)

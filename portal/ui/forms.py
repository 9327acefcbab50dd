"""The base of every form: shape only; a domain error lands at its field, and held values come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Self

from babel.support import Translations
from flask import g, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field
from wtforms.i18n import messages_path

from portal.domain import errors
from portal.text import Lazy
from portal.ui import acting, drawing, formats
from portal.ui.reader import reader_language


@lru_cache(maxsize=16)
def _own_words(language: str) -> Any:
    """Return what WTForms itself says in a language, read once and not at every request."""
    return Translations.load(messages_path(), [language], domain="wtforms")


def say(text: Lazy | str) -> str:
    """Return a text of the domain in the reader's language."""
    return str(formats.say(text))


class Form(FlaskForm):
    """A form that keeps what was typed, through errors and through an expired session."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            """Return the words of WTForms in the reader's language."""
            return _own_words(reader_language())

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            """Return the HTML of a field."""
            return drawing.draw(field, render_kw)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if request.method == "GET":
            from portal.ui import held

            values = held.values(type(self))
            if values:
                kwargs["formdata"] = values
        super().__init__(*args, **kwargs)

    @classmethod
    def fresh(cls) -> Self:
        """Return the form as a page shows it first: with what is held for it, else the blank one of the language.

        The blank one is made once, shared by all requests and drawn once; nothing may be put into it.
        """
        from portal.ui import held

        # In answer to a POST, a form made anew would read what was sent to another form of the page.
        if request.method == "GET" and held.values(cls):
            return cls()
        known = _blanks.get((cls, reader_language()))
        if known is None:
            known = cls(formdata=None, meta={"csrf": False})
            for field in known:
                field.blank = True
            _blanks[cls, reader_language()] = known
        return known

    def hidden_tag(self, *fields: Any) -> Markup:
        """Return the hidden inputs, with the account that this form was made for."""
        return super().hidden_tag(*fields) + acting.mark()

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


_blanks: dict[tuple[type[Form], str], Any] = {}


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

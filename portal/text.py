"""Lazy texts: the domain marks what people will read, a face translates it in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

CONTEXT = "\x04"  # as catalogues put it between the context of a text and the text

Translate = Callable[[str], str]
Show = Callable[[Any], Any]
TranslatePlural = Callable[[str, str, int], str]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount inside a text; a face writes it as the reader's language does."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Country:
    """A country (ISO 3166) inside a text; a face names it in the reader's language."""

    code: str

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Lazy:
    """A text with named parameters that is translated where it is shown; a parameter may be lazy itself."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)
    plural: str | None = None
    count: int | None = None

    def render(
        self,
        translate: Translate,
        translate_plural: TranslatePlural | None = None,
        show: Show = lambda value: value,
    ) -> str:
        """Return the text through ``translate`` with its parameters filled in, each as ``show`` gives it."""
        if self.plural is not None and self.count is not None:
            if translate_plural is not None:
                template = translate_plural(self.message, self.plural, self.count)
            else:
                template = self.message if self.count == 1 else self.plural
        else:
            template = translate(self.message).rpartition(CONTEXT)[2]
        if not self.params:
            return template
        return template.format(
            **{
                key: value.render(translate, translate_plural, show)
                if isinstance(value, Lazy)
                else show(value)
                for key, value in self.params.items()
            }
        )

    def __str__(self) -> str:
        return self.render(lambda message: message)


def _t(message: str, /, **params: Any) -> Lazy:
    """Mark ``message`` for translation; ``{name}`` in it is filled from ``params`` after translation."""
    return Lazy(message, params)


def _tc(context: str, message: str, /, **params: Any) -> Lazy:
    """Mark a text that other languages say differently by ``context`` (of one thing, of many, as a time)."""
    return Lazy(f"{context}{CONTEXT}{message}", params)


def _tn(singular: str, plural: str, count: int, /, **params: Any) -> Lazy:
    """Mark a counted text; ``{count}`` is filled with the count after the plural form is chosen."""
    return Lazy(singular, {"count": count, **params}, plural, count)

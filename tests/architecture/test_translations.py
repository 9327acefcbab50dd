"""Every language that the portal speaks says everything: nothing missing, nothing fuzzy, no lost name."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message

from portal.dev import catalogues
from portal.dev.catalogues import LANGUAGES

pytestmark = pytest.mark.pure
NAMES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@cache
def texts() -> Catalog:
    """Every text of the product, collected as `make translations` does."""
    return catalogues.collect()


@cache
def catalogue(language: str) -> Catalog:
    return catalogues.read(language)


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())  # type: ignore[call-overload]


def key(message: Message) -> tuple[str, str]:
    return message.context or "", forms(message.id)[0]


def test_texts_are_collected_from_code_forms_and_templates() -> None:
    found = {key(message) for message in texts()}
    assert ("", "Your password now") in found, "a label of a form, marked with _l"
    assert ("", "Imprint") in found, "a template"
    assert ("", "Answered") in found, "the domain"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_everything(language: str) -> None:
    known = catalogue(language)
    missing, fuzzy = [], []
    for message in texts():
        if not message.id:
            continue
        mine = catalogues.known(known, message)
        plural = not isinstance(message.id, str)
        if mine is None or not all(forms(mine.string)) or plural != (not isinstance(mine.id, str)):
            missing.append(key(message))
        elif mine.fuzzy:
            fuzzy.append(key(message))
    assert missing == [], f"{len(missing)} texts without {language}: run `make translations` and write them"
    assert fuzzy == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_loses_or_invents_a_name(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        if not message.id:
            continue
        wanted = {name for text in forms(message.id) for name in NAMES.findall(text)}
        for text in forms(message.string):
            found = set(NAMES.findall(text))
            plural = not isinstance(message.id, str)
            if found - wanted or (not plural and wanted - found):
                wrong.append((forms(message.id)[0], text))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_keeps_nothing_that_is_gone(language: str) -> None:
    known = {key(message) for message in texts()}
    assert sorted({key(message) for message in catalogue(language)} - known) == []

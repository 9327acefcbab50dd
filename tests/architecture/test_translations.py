"""Every language that the portal speaks says everything: nothing missing, nothing fuzzy, no lost name."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portal.config import ROOT, Settings

pytestmark = pytest.mark.pure
SOURCE = "en"  # the language of the texts in the code
LANGUAGES = [language for language in Settings.model_fields["languages"].default if language != SOURCE]
NAMES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
COMMAND = (
    "extract", "-F", "pyproject.toml", "-k", "_t", "-k", "_tn:1,2", "-k", "lazy_gettext", "-k", "lazy_ngettext:1,2",
    "--no-location",
)  # fmt: skip


@cache
def texts(folder: str) -> Catalog:
    """Every text of the product, collected as `make translations` does."""
    target = Path(folder) / "messages.pot"
    program = [sys.executable, "-m", "babel.messages.frontend", "--quiet"]
    subprocess.run([*program, *COMMAND, "--output-file", str(target), "."], check=True, cwd=ROOT)
    with target.open("rb") as source:
        return read_po(source)


def catalogue(language: str) -> Catalog:
    with (ROOT / "portal" / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return read_po(source, locale=language)


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())  # type: ignore[call-overload]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_everything(language: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    known = catalogue(language)
    missing, fuzzy = [], []
    for message in texts(str(tmp_path_factory.getbasetemp())):
        if not message.id:
            continue
        mine = known.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        if mine is None or not all(forms(mine.string)):
            missing.append(forms(message.id)[0])
        elif mine.fuzzy:
            fuzzy.append(forms(message.id)[0])
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
def test_a_catalogue_keeps_nothing_that_is_gone(
    language: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    known = {forms(message.id)[0] for message in texts(str(tmp_path_factory.getbasetemp())) if message.id}
    left = [forms(message.id)[0] for message in catalogue(language) if message.id]
    assert sorted(set(left) - known) == []

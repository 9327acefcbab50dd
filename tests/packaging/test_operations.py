"""The operations page names every setting with its default and every target of make."""

from __future__ import annotations

import re

import pytest

from portal.config import ROOT, Settings

PAGE = (ROOT / "docs" / "operations.md").read_text()

pytestmark = pytest.mark.pure


def _names() -> dict[str, str]:
    return {
        name: str(field.validation_alias or f"REINS_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }


def test_every_setting_is_in_the_table_and_nothing_else_is() -> None:
    table = PAGE.split("\n## Settings\n")[1]
    told = re.findall(
        r"`(REINS_[A-Z0-9_]+|DATABASE_URL|REDIS_URL)`", "".join(re.findall(r"^\|([^|]*)\|", table, re.M))
    )
    assert sorted(told) == sorted(_names().values())


@pytest.mark.parametrize("kind", [int, float, bool])
def test_told_numbers_are_the_ones_in_force(kind: type) -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:3]]
        for line in PAGE.split("\n")
        if line.startswith("| `REINS_")
    ]
    told = {}
    for names, values in rows:
        found = re.findall(r"`([^`]*)`", values)
        if len(found) == len(names.split()):
            told.update(zip(re.findall(r"`([^`]*)`", names), found, strict=True))
    fields = [(_names()[n], f.default) for n, f in Settings.model_fields.items() if type(f.default) is kind]
    assert fields
    for name, default in fields:
        if name in told:
            assert kind(0 if told[name] == "false" else told[name]) == default, name


def test_every_target_has_a_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = {name for line in re.findall(r"^\.PHONY: (.*)$", makefile, re.M) for name in line.split()}
    assert phony == set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.M))


def test_every_target_that_the_page_shows_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    shown = {word for line in re.findall(r"^make ([a-z][a-z -]*)", PAGE, re.M) for word in line.split()}
    assert shown
    assert {name for name in shown if not re.search(rf"^{name}:", makefile, re.M)} == set()

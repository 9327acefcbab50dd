"""The page about security: every item of ASVS 5.0.0 at levels 1 and 2 stands there once, and its tests exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure
PAGE = Path("docs/security.md").read_text(encoding="utf-8")
TABLES = PAGE[PAGE.index("## ASVS 5.0.0, level 2") :]
# How many items of levels 1 and 2 each section has; they are numbered from 1 without a gap.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip
ROWS = [line.strip("| ").split(" | ") for line in TABLES.splitlines() if re.match(r"\| \d", line)]


@cache
def functions_in(path: str) -> frozenset[str]:
    file = Path("tests") / path
    if not file.is_file():
        return frozenset()
    return frozenset(
        node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)
    )


def test_every_item_stands_once() -> None:
    listed = [one for row in ROWS for one in row[0].split(", ")]
    wanted = [f"{section}.{number}" for section, most in SECTIONS.items() for number in range(1, most + 1)]
    assert sorted(one for one in set(listed) if listed.count(one) > 1) == []
    assert sorted(set(wanted) - set(listed)) == []
    assert sorted(set(listed) - set(wanted)) == []


def test_every_item_that_is_met_names_a_test_that_exists() -> None:
    missing = []
    for row in ROWS:
        if len(row) == 2:  # not applicable, or an accepted risk: its reason stands beside it
            assert len(row[1]) > 5, row
            continue
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", row[2])
        assert named, f"{row[0]}: no test"
        missing += [f"{row[0]}: {path}::{name}" for path, name in named if name not in functions_in(path)]
    assert missing == []


def test_accepted_risks_and_files_that_the_page_names_exist() -> None:
    for name in set(re.findall(r"`((?:tests|portal|docs|migrations)/[\w/.]+)`", PAGE)):
        assert Path(name).exists(), name

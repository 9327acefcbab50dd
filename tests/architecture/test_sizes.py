"""A file that outgrows its page splits by ability; an exception needs its reason here."""

from __future__ import annotations

import pytest

from portal.config import ROOT

pytestmark = pytest.mark.pure
MOST = 300
REASONS: dict[str, str] = {
    "portal/domain/complaints/models.py": "the tables of one case read best in one place",
}
SHUNNED = {"utils.py", "helpers.py", "common.py", "misc.py"}


def _files() -> list[str]:
    found = [*ROOT.glob("portal/**/*.py"), *ROOT.glob("admin/**/*.py")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


@pytest.mark.parametrize("name", _files())
def test_a_file_stays_within_a_few_pages(name: str) -> None:
    lines = len((ROOT / name).read_text().splitlines())
    if name in REASONS:
        assert lines > MOST // 2, f"{name} needs no exception any more"
    else:
        assert lines <= MOST, f"{name} has {lines} lines: split it by ability"


def test_no_file_is_a_drawer_for_everything() -> None:
    assert [name for name in _files() if name.split("/")[-1] in SHUNNED] == []

"""The lock files install the same packages everywhere, and only what they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
LOCKS = ("runtime", "production", "development")

pytestmark = pytest.mark.pure


def _locked(name: str) -> dict[str, str]:
    """Map package to version, for the packages that every machine gets."""
    lines = (REQUIREMENTS / f"{name}.txt").read_text().splitlines()
    return {m[1]: m[2] for line in lines if (m := re.match(r"([a-z0-9._-]+)(?:\[.*\])?==([^ ;]+) \\", line))}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash_and_no_address(name: str) -> None:
    whole = (REQUIREMENTS / f"{name}.txt").read_text()
    packages = re.split(r"^(?=[a-z0-9])", whole, flags=re.M)[1:]
    assert len(packages) > 50
    assert [package.split("\n")[0] for package in packages if "--hash=sha256:" not in package] == []
    assert "://" not in whole
    assert "index" not in whole


@pytest.mark.parametrize("name", ["production", "development"])
def test_the_larger_locks_hold_the_versions_that_run(name: str) -> None:
    runtime, larger = _locked("runtime"), _locked(name)
    assert runtime
    assert {package: larger.get(package) for package in runtime} == runtime


@pytest.mark.parametrize("name", LOCKS)
def test_every_asked_package_is_locked(name: str) -> None:
    lines = (REQUIREMENTS / f"{name}.in").read_text().splitlines()
    asked = {m[0].lower() for line in lines if (m := re.match(r"[A-Za-z][A-Za-z0-9-]*", line))}
    whole = (REQUIREMENTS / f"{name}.txt").read_text()
    assert {package for package in asked if not re.search(rf"^{package}(\[.*\])?==", whole, re.M)} == set()

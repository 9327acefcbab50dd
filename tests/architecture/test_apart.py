"""What is written apart from the request is a short list, and docs/architecture.md holds all of it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_write_apart_is_in_the_document_and_nothing_else() -> None:
    code = {
        path.relative_to(ROOT).as_posix()
        for folder in ("portal", "admin")
        for path in (ROOT / folder).rglob("*.py")
        if "db.apart()" in path.read_text()
    }
    text = (ROOT / "docs/architecture.md").read_text()
    table = text.split("| What | Where | Why apart |")[1].split("\n\n")[0]
    told = set(re.findall(r"`([a-z_/]+\.py)`", table))
    found = {path.split("/", 1)[1].removeprefix("domain/") for path in code}
    assert found == told, f"not in the table of docs/architecture.md, or only there: {found ^ told}"

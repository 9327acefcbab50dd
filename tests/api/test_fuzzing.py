"""Schemathesis with a customer's token: whatever it sends, no fault of ours and no answer that the document lacks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from portal import db
from portal.config import Settings
from tests.api.calling import Caller, token_of
from tests.api.live import make, serving
from tests.api.partner_calling import system_of
from tests.domain.complaints import cases
from tests.domain.sharing import giving
from tests.domain.tasks import scenes
from tests.factories import make_purpose

# Once, on the stricter of the two databases: it keeps no sign and no number that it cannot hold.
pytestmark = [pytest.mark.slow, pytest.mark.postgres]
ROOT = Path(__file__).parent
EXAMPLES = "10" if os.environ.get("REINS_SOAK") else "5"  # of each operation and way of making them
FEW = "10" if os.environ.get("REINS_SOAK") else "2"
LEAST = 1000


def test_nothing_that_is_sent_breaks_it_or_its_document(
    own_database: db.Database, settings: Settings, tmp_path: Path
) -> None:
    app = make(own_database, settings)
    with db.unit_of_work():
        make_purpose("service", basis="contract", marketing=False)
        make_purpose("offers", position=1)
    token = token_of(app, "amina")
    call = Caller(app, token)
    for number in range(3):
        call("POST", "/complaints", {"words": f"It leaks, {number}.", "remedy_wanted": "repair"})
    call("POST", "/complaints/drafts", {"about": "Order 4711"})
    config = tmp_path / "schemathesis.toml"
    config.write_text((ROOT / "schemathesis.toml").read_text().replace("TOKEN", token))
    assert fuzz(app, config, "/api/v1", EXAMPLES) >= LEAST


def fuzz(app: Flask, config: Path, place: str, examples: str) -> int:
    """Send what the document at ``place`` allows and what it does not; return how much that was."""
    with serving(app) as address:
        done = subprocess.run(
            [
                str(Path(sys.executable).parent / "st"), "--config-file", str(config), "run",
                f"{address}{place}/openapi.json", "--checks", "all", "--max-examples", examples, "--seed", "1",
                "--no-shrink", "--continue-on-failure", "--no-color",
            ],
            capture_output=True, text=True, timeout=400, cwd=config.parent,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
    tried = re.search(r"(\d+) generated", done.stdout)
    assert tried, done.stdout[-2000:]
    return int(tried[1])


def test_nothing_that_a_partners_system_sends_breaks_it(
    own_database: db.Database, settings: Settings, tmp_path: Path
) -> None:
    app = make(own_database, settings)
    with db.unit_of_work():
        amina, sam, company = scenes.amina(), cases.sam(), scenes.company()
        astrid = scenes.nils(company, "Astrid Holm", role="administrator")
        scenes.given(scenes.in_hand(amina, sam), sam, company)
        giving.grant(amina, astrid)
    config = tmp_path / "schemathesis.toml"
    token = system_of(app, astrid).token
    config.write_text((ROOT / "schemathesis.toml").read_text().replace("TOKEN", token))
    assert fuzz(app, config, "/api/partner/v1", FEW) >= 100

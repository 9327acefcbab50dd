"""Schemathesis with a customer's token: whatever it sends, no fault of ours and no answer that the document lacks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal import db
from portal.config import Settings
from tests.api.calling import Caller, token_of
from tests.api.live import make, serving
from tests.factories import make_purpose

# Once, on the stricter of the two databases: it keeps no sign and no number that it cannot hold.
pytestmark = [pytest.mark.slow, pytest.mark.postgres]
ROOT = Path(__file__).parent
EXAMPLES = "10" if os.environ.get("REINS_SOAK") else "5"  # of each operation and way of making them
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
    with serving(app) as address:
        done = subprocess.run(
            [
                str(Path(sys.executable).parent / "st"), "--config-file", str(config), "run",
                f"{address}/api/v1/openapi.json", "--checks", "all", "--max-examples", EXAMPLES, "--seed", "1",
                "--no-shrink", "--continue-on-failure", "--no-color",
            ],
            capture_output=True, text=True, timeout=400, cwd=tmp_path,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
    tried = re.search(r"(\d+) generated", done.stdout)
    assert tried and int(tried[1]) >= LEAST, done.stdout[-2000:]

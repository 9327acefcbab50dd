"""The commands of docs/operations.md fit the tree: files, options, and settings that start."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from portal import app as composition
from portal import config
from portal.config import ROOT, Settings

pytestmark = pytest.mark.pure
PAGE = (ROOT / "docs" / "operations.md").read_text()
FOLDER = ROOT / "docs" / "operations"
UNITS = sorted(FOLDER.glob("*.service"))


def part(name: str) -> str:
    return re.split(r"^## ", PAGE.split(f"\n## {name}\n")[1], flags=re.M)[0]


def commands(name: str) -> str:
    return "\n".join(re.findall(r"```sh\n(.*?)```", part(name), re.S)).replace("\\\n", " ")


@pytest.mark.parametrize("name", ["Install", "Upgrade"])
def test_the_commands_are_good_shell(name: str) -> None:
    bash = shutil.which("bash")
    assert bash
    checked = subprocess.run([bash, "-n"], input=commands(name), text=True, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("name", ["Install", "Upgrade"])
def test_files_and_targets_that_the_commands_name_exist(name: str) -> None:
    told = commands(name)
    assert re.findall(r"make -C /opt/reins ([a-z-]+)", told) == ["install-production"]
    for path in re.findall(r"docs/operations/[a-z.-]+", told):
        assert (ROOT / path).exists(), path


def test_the_flask_commands_exist(settings: Settings) -> None:
    app = composition.create_app(settings)
    told = re.findall(r"flask --app wsgi ((?:[a-z-]+ ?)+)", commands("Install") + commands("Upgrade"))
    assert len(told) >= 4
    for line in told:
        group, *rest = line.split()
        found = app.cli.get_command(click.Context(app.cli), group)
        assert found is not None, line
        if isinstance(found, click.Group):
            assert rest[0] in found.commands, line


def test_the_settings_of_the_page_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = re.search(r"settings\.env <<END\n(.*?)^END$", PAGE, re.S | re.M)
    assert written
    bash = str(shutil.which("bash"))
    script = f"cat <<END\n{written[1]}END\n"
    made = subprocess.run([bash], input=script, text=True, capture_output=True, check=True).stdout
    file = tmp_path / "settings.env"
    file.write_text(made)
    file.chmod(0o640)
    for name in [
        one for one in __import__("os").environ if one.startswith("REINS_") or one == "DATABASE_URL"
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(config, "SETTINGS_FILE", file)
    config.load.cache_clear()
    try:
        found = config.load()
    finally:
        config.load.cache_clear()
    assert found.secure and found.trusted_proxies == 1 and found.firm_name == "Example Home"


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_is_shut_and_comes_back_in_time(unit: Path) -> None:
    told = dict(
        line.split("=", 1) for line in unit.read_text().splitlines() if "=" in line and line[0] != "#"
    )
    assert told["User"] == "reins" and told["Restart"] == "always" and int(told["RestartSec"]) <= 5
    assert told["StartLimitIntervalSec"] == "0", "systemd would give up after five quick deaths"
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictNamespaces"):
        assert told[name] == "yes", name
    assert told["ProtectSystem"] == "strict" and told["CapabilityBoundingSet"] == ""
    if shutil.which("systemd-analyze"):
        # Programs of /opt are not on this machine.
        checked = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
        )
        left = [
            line for line in checked.stderr.splitlines() if unit.name in line and "/opt/reins" not in line
        ]
        assert left == []


def test_the_proxy_takes_what_the_portal_takes_and_says_who_the_visitor_is() -> None:
    told = (FOLDER / "nginx.conf").read_text()
    most = re.search(r"client_max_body_size (\d+)m", told)
    assert most and int(most[1]) * 1024**2 >= Settings.model_fields["file_max_bytes"].default * 4 + 1024**2
    for name in ("For $remote_addr", "Proto $scheme", "Host $host"):
        assert f"proxy_set_header X-Forwarded-{name};" in told
    assert "max-age=31536000" in told and "ssl_protocols TLSv1.2 TLSv1.3;" in told
    assert "$request_uri" not in told.split("log_format")[1].split(";")[0]

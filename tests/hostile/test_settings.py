"""An installation that would be unsafe does not start, and one that runs shows nothing of the demo."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from pydantic import ValidationError

from portal import db
from portal.app import create_app
from portal.config import Settings

SAFE: dict[str, Any] = {
    "secret_key": "kD3v-9sTq2Lx7Zb0WmYc5RfHn8JpAeGu1iXoK4tV",
    "DATABASE_URL": "sqlite:////srv/reins/reins.db",
    "base_url": "https://portal.example",
}


@pytest.mark.parametrize(
    "change",
    [
        {"secret_key": "short"},
        {"base_url": "http://portal.example"},
        {"demo": True},
        {"light_passwords": True},
        {"outbound_loopback": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_unsafe_installation_does_not_start(
    change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REINS_SECRET_KEY", "REINS_DEMO", "REINS_LIGHT_PASSWORDS", "REINS_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert Settings(**SAFE).secure
    with pytest.raises(ValidationError):
        Settings(**SAFE | change)


def test_outside_the_demo_its_pages_do_not_exist(settings: Settings, database: db.Database) -> None:
    firm = settings.model_copy(
        update={"demo": False, "light_passwords": False, "base_url": "https://portal.example"}
    )
    app: Flask = create_app(firm, database)
    browser = app.test_client()
    for path in ("/dev/mail", "/dev/components", "/dev/link/x", "/console", "/dev/mail/x/html", "/debug"):
        assert browser.get(path, base_url="https://portal.example").status_code == 404, path
    assert not app.debug
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/dev")]

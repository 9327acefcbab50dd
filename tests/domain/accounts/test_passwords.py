from __future__ import annotations

import secrets

import pytest
from argon2 import Type, extract_parameters
from pydantic import ValidationError

from portal import config
from portal.config import Settings
from portal.domain.accounts import passwords
from portal.domain.errors import Invalid

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("seven77", "accounts.password_short"),
        ("x" * 1025, "accounts.password_long"),
        ("password1", "accounts.password_common"),
        ("PASSWORD1", "accounts.password_common"),
        ("aaaaaaaaaa", "accounts.password_common"),
        ("vistulahome2026", "accounts.password_guessable"),
        ("Amina.Nowak!1990", "accounts.password_guessable"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check(password, about=("Amina Nowak", "amina@example.org"))
    assert refused.value.code == code
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    ["seven green herons", "żółć gęślą jaźń", "        spaces ", "🦩🦢🦆🦉🦅🦜🐧🐦", "ab" * 128 + "!"],
)
def test_any_sign_and_any_length_up_to_the_limit_is_welcome(password: str) -> None:
    passwords.check(password)
    assert passwords.fits(passwords.hash_of(password), password)
    assert not passwords.fits(passwords.hash_of(password), password.strip() + "x")


def test_nobodys_password_never_fits() -> None:
    assert not passwords.fits(None, "the password of nobody")


def test_an_installation_hashes_as_rfc_9106_recommends(monkeypatch: pytest.MonkeyPatch) -> None:
    full = config.load().model_copy(update={"light_passwords": False})
    light = passwords.hash_of("seven green herons")
    monkeypatch.setattr(config, "load", lambda: full)
    found = extract_parameters(passwords.hash_of("seven green herons"))
    assert (found.type, found.version) == (Type.ID, 19)
    assert (found.time_cost, found.memory_cost, found.parallelism) == (3, 64 * 1024, 1)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert passwords.is_stale(light) and passwords.fits(light, "seven green herons")


def test_only_a_demo_may_hash_lightly() -> None:
    real = {
        "secret_key": secrets.token_urlsafe(48),
        "DATABASE_URL": "sqlite:///reins.db",
        "base_url": "https://portal.example",
    }
    with pytest.raises(ValidationError, match="LIGHT_PASSWORDS"):
        Settings(**real, demo=False, light_passwords=True)
    assert not Settings(**real, demo=False, light_passwords=False).light_passwords
    assert Settings.model_fields["light_passwords"].default is False

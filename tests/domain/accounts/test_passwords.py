from __future__ import annotations

import pytest

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

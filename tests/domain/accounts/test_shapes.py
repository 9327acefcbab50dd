from __future__ import annotations

import pytest

from portal.domain.accounts import shapes
from portal.domain.errors import Invalid

pytestmark = pytest.mark.pure


def test_spellings_of_one_mailbox_have_one_key() -> None:
    assert shapes.mailbox(" Amina@Example.ORG ").key == shapes.mailbox("amina@example.org").key
    assert shapes.mailbox("żaba@żółć.pl").key == shapes.mailbox("ŻABA@xn--kda4b0koi.pl").key
    assert shapes.mailbox("a.b@example.org").key != shapes.mailbox("ab@example.org").key


@pytest.mark.parametrize(
    "text",
    ["", "amina", "amina@", "@example.org", "a b@example.org", "amina@example", "a@b@example.org",
     "amina@example.org\nBcc: all@example.org", "x" * 250 + "@example.org", "\x00@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        shapes.mailbox(text)
    assert refused.value.field == "email"
    assert shapes.key_of(text) == ""


def test_phones_are_kept_as_the_world_writes_them() -> None:
    assert shapes.phone("22 555 01 00") == "+48225550100"
    assert shapes.phone("+359 2 123 4567") == "+35921234567"
    assert shapes.phone("  ") == ""
    with pytest.raises(Invalid):
        shapes.phone("call me")


def test_a_line_loses_breaks_and_control_signs() -> None:
    assert shapes.line(" Amina\r\nBcc: x\x00 ", most=40, field="name") == "Amina Bcc: x"
    with pytest.raises(Invalid):
        shapes.line("   ", most=40, field="name", needed=True)
    with pytest.raises(Invalid):
        shapes.line("x" * 41, most=40, field="name")

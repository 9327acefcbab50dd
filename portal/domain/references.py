"""Short numbers that people read out on the phone: random, with a check digit, never a sequence."""

from __future__ import annotations

import secrets

_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


LENGTH = 10


def _check_digit(digits: str) -> str:
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def new_number() -> str:
    """Return nine random digits and a check digit (Damm 2004), written without spaces."""
    digits = str(secrets.randbelow(9) + 1) + "".join(str(secrets.randbelow(10)) for _ in range(8))
    return digits + _check_digit(digits)


def is_number(text: str) -> bool:
    """Tell whether ``text`` is a number of ours with a right check digit; spaces and dashes do not matter."""
    digits = "".join(sign for sign in text if sign.isdigit())
    return len(digits) == LENGTH and _check_digit(digits[:-1]) == digits[-1]


def spoken(number: str) -> str:
    """Return a number of ours in groups for reading aloud, as in ``482 771 3095``; another text as it is."""
    if len(number) != LENGTH or not number.isdigit():
        return number
    return f"{number[:3]} {number[3:6]} {number[6:]}"

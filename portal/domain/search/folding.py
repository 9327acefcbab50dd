"""How a text is folded for comparison, so that "lodz" finds Łódź; the one function that every part uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import phonenumbers

# Letters that Unicode does not take apart into a letter and a mark.
LETTERS = {
    "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t",
}  # fmt: skip
BREVE = re.compile("[\u0400-\u052f]\u0306")  # й is a letter of its own and keeps this mark; ё loses its dots
ASCII_WORD = re.compile("[a-z0-9]+")
LONG_ENOUGH = 7  # digits that stand together as a number of ours or a telephone number
DOCUMENT_MAX = 20_000
QUERY_MAX, WORDS_MAX, WORD_MAX = 200, 8, 60
PHONE_SIGNS = re.compile(r"[0-9\s()+./\-\u2010-\u2015]+")


class _Signs(dict[int, str | None]):
    """What becomes of each sign: letters and digits stay, marks and joiners go, the rest is a space."""

    def __missing__(self, point: int) -> str | None:
        category = unicodedata.category(chr(point))
        kept = chr(point) if category[0] in "LN" else None if category[0] == "M" or category == "Cf" else " "
        if len(self) < 4096:
            self[point] = kept
        return kept


_signs = _Signs({ord(letter): plain for letter, plain in LETTERS.items()})


def fold(text: str) -> str:
    """Return ``text`` in lower case without marks and punctuation, words separated by one space.

    Compatibility decomposition (NFKD of Unicode), marks dropped, letters such as ł and ß spelled out, Cyrillic
    kept with ё as е. Equal results mean that a person would call the texts the same.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    if plain.isascii():
        return " ".join(ASCII_WORD.findall(plain))
    plain = BREVE.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), plain).translate(_signs)
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def phone(text: str, region: str = "PL") -> str:
    """Return a telephone number in E.164 (``+48225550100``), or '' when ``text`` is none in ``region``."""
    typed = re.sub(r"^\s*00", "+", text)
    typed = typed.replace("(0)", "") if typed.strip().startswith("+") else typed
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def document(kind: str, texts: Iterable[str | None]) -> str:
    """Return what is stored for ``texts``: their folded words, digits that belong together also joined.

    It begins with the mark of its kind and a space before every word, so that one trigram (" ab") finds the
    beginning of a word and one ("=a=") the kind.
    """
    words: list[str] = []
    for text in texts:
        if text:
            found = fold(text).split()
            words += found
            words += _joined(found)
            if text.lstrip().startswith("+"):
                words += _national(text)
    return f"{mark(kind)} {' '.join(dict.fromkeys(words))}"[:DOCUMENT_MAX]


def mark(kind: str) -> str:
    """Return the sign of a kind inside a document; no folded word can look like it."""
    return f"={kind[0]}="


def _runs(words: list[str]) -> list[list[str]]:
    """Return the words in order, neighbouring numbers together."""
    runs: list[list[str]] = []
    for word in words:
        if word.isdigit() and runs and runs[-1][-1].isdigit():
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _joined(words: list[str]) -> list[str]:
    joined = ("".join(run) for run in _runs(words) if len(run) > 1)
    return [digits for digits in joined if LONG_ENOUGH <= len(digits) <= WORD_MAX]


def _national(text: str) -> list[str]:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return []
    digits = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    return [digits, phonenumbers.national_significant_number(number)]


def terms(query: str) -> list[tuple[str, ...]]:
    """Return what a document must contain: all of the terms, of each any of its spellings.

    Words of one letter say too little and are left out; of two letters they stand at the beginning of a word.
    A number may be typed with spaces, and a telephone number in any spelling.
    """
    query = query[:QUERY_MAX]
    spelled = _as_phone(query)
    if spelled:
        return [spelled]
    found: list[tuple[str, ...]] = []
    for run in _runs(fold(query).split()):
        digits = "".join(run)
        if len(run) > 1 and LONG_ENOUGH <= len(digits) <= WORD_MAX:
            found.append((digits,))
        else:
            found += [(word[:WORD_MAX] if len(word) > 2 else f" {word}",) for word in run if len(word) > 1]
    return list(dict.fromkeys(found))[:WORDS_MAX]


def _as_phone(query: str) -> tuple[str, ...]:
    digits = "".join(sign for sign in query if sign in "0123456789")
    if len(digits) < LONG_ENOUGH or not PHONE_SIGNS.fullmatch(query.strip()):
        return ()
    spellings = [digits[:WORD_MAX], digits.lstrip("0")[:WORD_MAX]]
    if query.strip().startswith(("+", "00")):
        typed = re.sub(r"^00", "+", query.strip()).replace("(0)", "")
        spellings += _national(typed)[1:]
    return tuple(dict.fromkeys(one for one in spellings if len(one) > 2))

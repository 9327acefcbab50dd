"""Words of staff: which fit a part, what is said of those that do not, and that placeholders are only placeholders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.wording import Message, Part, changed, fill, from_default, problems
from portal.domain.wording.parsing import own

pytestmark = pytest.mark.pure
TEXT = Part("t", "text", "By {date}, {name}.", ("date", "name"), frozenset({"date"}))
SUBJECT = Part("s", "subject", "Your complaint", ())
OWN = Part("own", "own", "", ("person",))
HERE = Message("complaint_taken", "en", (SUBJECT, TEXT, OWN))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("By {date}, {nobody}.", "There is no placeholder {nobody} here. Choose from: {date}, {name}"),
        ("Soon.", "The placeholder {date} is missing"),
        ("By {date} {", "A brace stands alone"),
        ("By {date.__class__}", "A brace stands alone"),
        ("By {date!r}", "A brace stands alone"),
        ("By {date:>9999999}", "A brace stands alone"),
        ("By {date} {0}", "A brace stands alone"),
        ("{{ 7*7 }} {date}", "A brace stands alone"),
        ("{% raw %}{date}", "A brace stands alone"),
        ("<script>alert(1)</script>{date}", "plain words"),
        ("<img src=x onerror=alert(1)>{date}", "plain words"),
        ("<!-- {date} -->", "plain words"),
        ("&#60;b&#62; {date}", "plain words"),
        ("javascript:alert({date})", "plain words"),
        ("{date} https://evil.example/", "Take the address out"),
        ("{date} www.evil.example", "Take the address out"),
        ("{date}" + "x" * 800, "at most 800 letters; these are 806"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_part_with_the_mend(words: str, said: str) -> None:
    [refused] = problems(HERE, {"t": words})
    assert refused.field == "t" and said in str(refused.message)


def test_a_part_without_placeholders_says_so_and_every_problem_is_named() -> None:
    found = problems(HERE, {"s": "About {number}", "t": "Soon", "own": "Dear {firm}"})
    assert [one.field for one in found] == ["s", "t", "own"]
    assert "this text has none" in str(found[0].message)


def test_what_is_plain_is_kept_as_it_is_meant() -> None:
    words = {
        "s": "  Fish &\tChips < 5 \u202e ",
        "t": "Until {date} – 100 % sure, {name}",
        "own": "One\r\n\r\n\r\n\r\nTwo",
    }
    assert problems(HERE, words) == []
    assert own(HERE, words) == {
        "s": "Fish & Chips < 5", "t": "Until {date} – 100 % sure, {name}", "own": "One\n\nTwo",
    }  # fmt: skip


def test_the_default_and_nothing_are_not_words_of_ones_own() -> None:
    assert own(HERE, {"s": SUBJECT.default, "t": "", "strange": "x"}) == {}
    assert changed(HERE, {"s": "Mine"}, {"s": "As it was"}) == ["s"]
    assert changed(HERE, {"s": "Mine", "gone": "x"}, {"s": SUBJECT.default, "gone": "y"}) == []


def test_texts_that_ship_are_shown_with_braces() -> None:
    assert from_default("%(num)d hours of %(name)s, 100%%") == "{num} hours of {name}, 100%"


@given(st.text(), st.text(), st.text())
def test_a_value_is_never_read_as_a_placeholder(before: str, value: str, after: str) -> None:
    text = before.replace("{", "").replace("}", "") + "{name}" + after.replace("{", "").replace("}", "")
    filled = fill(text, {"name": value})
    assert filled == text.replace("{name}", value)


@given(st.text(max_size=200))
def test_whatever_is_typed_never_breaks_the_message(words: str) -> None:
    if not problems(HERE, {"t": words}):
        kept = own(HERE, {"t": words}).get("t", TEXT.default)
        filled = fill(kept, {"date": "{name}", "name": "%s"})
        assert "<script" not in filled.lower() and "{name}" in filled

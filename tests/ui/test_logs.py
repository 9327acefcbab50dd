"""What a log line holds: one line of JSON, kinds and places of errors, and never their words."""

from __future__ import annotations

import logging
import threading
import warnings

import orjson
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from portal import logs
from tests.logged import Lines, logged

pytestmark = pytest.mark.pure


def fail_with(words: str) -> None:
    password = words
    try:
        raise KeyError(password)
    except KeyError as error:
        raise ValueError(f"no {password}") from error


def test_an_error_is_its_kinds_and_places_without_words_and_variables(lines: Lines) -> None:
    try:
        fail_with("amina@example.org")
    except ValueError:
        structlog.get_logger().exception("it.failed", complaint=7)
    (line,) = lines()
    assert line["kind"] == "ValueError < KeyError"
    assert line["places"][-1].startswith("tests/ui/test_logs.py:")
    assert "amina" not in str(line) and "Traceback" not in str(line)
    assert (line["event"], line["level"], line["complaint"]) == ("it.failed", "error", 7)


def test_a_library_is_heard_without_its_words(lines: Lines) -> None:
    try:
        fail_with("+48 600 100 200")
    except ValueError:
        logging.getLogger("some.library").exception("could not take %s", "amina@example.org")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("amina@example.org", stacklevel=1)
    found, warned = lines()
    assert (found["logger"], found["kind"]) == ("some.library", "ValueError < KeyError")
    assert warned["logger"] == "py.warnings"
    assert "amina" not in str(lines()) and "600 100" not in str(lines())


def test_what_ends_a_thread_is_said_without_words(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logs.guard_process()
    thread = threading.Thread(target=fail_with, args=("amina@example.org",))
    thread.start()
    thread.join()
    (line,) = lines()
    assert line["event"] == "process.failed" and "amina" not in str(line)


@given(st.text(max_size=400))
def test_no_value_begins_a_line_or_grows_without_end(text: str) -> None:
    with logged() as out:
        structlog.get_logger().info("said", value=text, deep={text: [text]})
    written = out.getvalue().decode()
    assert len(written.splitlines()) == 1
    assert len(orjson.loads(written)["value"]) <= logs.LONGEST
    assert "\x1b" not in written


def test_at_a_terminal_a_forged_line_stays_in_its_line() -> None:
    with logged(json=False) as out:
        structlog.get_logger().warning("said", value="x\n12:00:00 info sign_in.password person=1\x1b[2J")
    assert out.getvalue().count(b"\n") == 1 and b"\x1b" not in out.getvalue()

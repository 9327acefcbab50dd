"""Every reason has a page of its own, which says what happened, what to do, and whom to ask."""

from __future__ import annotations

from itertools import combinations

import pytest

from portal.domain.partners import Refusal
from portal.extranet.refusals import ASK, NOW, PAGES
from portal.oidc import Reason

pytestmark = pytest.mark.pure


def test_each_reason_has_a_page_and_no_two_say_the_same() -> None:
    reasons = [*Reason, *Refusal]
    assert set(PAGES) == set(reasons)
    assert len({one.value for one in reasons}) == len(reasons), "each has a word of its own in the log"
    for one, other in combinations(reasons, 2):
        assert PAGES[one].title.message != PAGES[other].title.message, (one, other)
        assert PAGES[one].text.message != PAGES[other].text.message, (one, other)


def test_each_page_says_what_to_do_and_whom_to_ask_and_is_no_fault_of_ours() -> None:
    for reason, page in PAGES.items():
        assert page.now in NOW and page.ask in ASK and page.text.message.endswith("."), reason
        assert page.status in {400, 403, 502, 504}, reason
    assert {page.now for page in PAGES.values()} == set(NOW)
    assert {page.ask for page in PAGES.values()} == set(ASK)

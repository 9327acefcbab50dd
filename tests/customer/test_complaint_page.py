"""The page of one complaint in every state that a customer meets, through HTTP."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.customer.complaint_pages import at, signed_in

STATES = {
    "received": "We name a person who looks after it",
    "in_hand": "I call the workshop",
    "needs_customer": "Which model is it?",
    "offered": "The pump was cracked.",
    "in_review": "another person",
    "review_offered": "The answer of the review",
    "remedy_due": "What we owe you",
    "to_confirm": "Yes, it is done",
    "closed": "Open it again",
    "withdrawn": "Undo the withdrawal",
}


@pytest.mark.parametrize(("state", "said"), STATES.items())
def test_each_state_says_what_is_true_and_what_can_be_done(app: Flask, state: str, said: str) -> None:
    browser, amina = signed_in(app)
    page = browser.get(f"/complaints/{at(amina, state)}")
    assert page.status_code == 200
    assert said.lower() in page.text.lower()
    assert page.text.count("Explain this date") >= 1

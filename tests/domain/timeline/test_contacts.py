"""A contact: what was said or tried, by whom, with what result; the customer reads it too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain import clock, timeline
from portal.domain.actor import Permission
from portal.domain.errors import Denied, Invalid
from tests import records

pytestmark = pytest.mark.usefixtures("uow")


def log(actor, account_id, **values):
    given = {
        "channel": "phone",
        "direction": "out",
        "outcome": "no_answer",
        "subject": "Repair date",
    } | values
    return timeline.log_contact(actor=actor, account_id=account_id, **given)


def test_an_attempt_is_on_the_record_with_its_words_and_its_true_time() -> None:
    amina, sam = records.customer(), records.staff()
    yesterday = clock.now() - timedelta(days=1)
    log(sam, amina.account_id, at=yesterday, text="Nobody there, will try at six.")
    [row] = timeline.of(amina).page()
    assert row.at == yesterday
    assert row.kind == "call"
    assert row.text == "Nobody there, will try at six."
    assert str(row.sentence) == "Contact by phone (from us): Repair date. Result: no answer"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"direction": "sideways"}, "direction"),
        ({"outcome": "returned"}, "outcome"),
        ({"channel": "letter", "outcome": "voicemail"}, "outcome"),
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"text": "x" * 4001}, "text"),
        ({"at": timedelta(hours=1)}, "at"),
        ({"at": timedelta(days=-400)}, "at"),
    ],
)
def test_bad_values_name_their_field(values: dict, field: str) -> None:
    amina, sam = records.customer(), records.staff()
    if "at" in values:
        values = {"at": clock.now() + values["at"]}
    with pytest.raises(Invalid) as refused:
        log(sam, amina.account_id, **values)
    assert refused.value.field == field
    assert timeline.of(amina).page() == []


def test_staff_without_the_right_and_customers_are_refused() -> None:
    amina = records.customer()
    for actor in (amina, records.staff("Mona", Permission.CUSTOMERS_READ)):
        with pytest.raises(Denied):
            log(actor, amina.account_id)

"""Which version of a calendar counts: that of the instant of the act, whatever was asked just before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal import db
from portal.domain import calendars, clock
from portal.domain.actor import SYSTEM


@pytest.mark.usefixtures("own_database")
def test_an_act_of_yesterday_that_is_caught_up_leaves_the_version_of_today_to_the_others() -> None:
    now = clock.now()
    with db.unit_of_work():
        calendars.seed()
        first = calendars.current()
        calendars.approve(replace(first, closures=()), actor=SYSTEM)
    versions = []
    for at in (now - timedelta(days=1), now + timedelta(seconds=30), now - timedelta(days=1)):
        with clock.at(at), db.unit_of_work(write=False):
            versions.append(calendars.current().version)
    assert versions == [1, 2, 1]

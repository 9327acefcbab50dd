"""Due messages are taken by one worker at a time, and come back by themselves when it dies."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest

from portal import db
from portal.domain import clock, outbox
from tests import records

LEASE = timedelta(minutes=3)


def write(count: int, **changes) -> list[int]:
    with db.unit_of_work():
        return [
            records.written(
                "sample",
                key=f"k{n}-{changes}",
                account_id=None,
                person_id=None,
                address="a@example.org",
                **changes,
            ).id
            for n in range(count)
        ]


def claim(limit: int, owner: str = "a") -> list[int]:
    with db.unit_of_work():
        return outbox.claim(limit, owner, LEASE)


@pytest.mark.usefixtures("own_database")
class TestClaims:
    """Each on a database with real commits."""

    def test_two_claimers_never_get_the_same_row(self) -> None:
        everything = write(60)
        taken: list[int] = []
        lock, start = threading.Lock(), threading.Barrier(4)

        def work(owner: str) -> None:
            start.wait()
            while mine := claim(3, owner):
                with lock:
                    taken.extend(mine)

        threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Counter(taken) == Counter(everything)

    def test_the_longest_due_goes_first_and_no_more_than_asked_for(self) -> None:
        now = clock.now()
        late = write(1, due_at=now - timedelta(hours=2))
        early = write(1, due_at=now - timedelta(hours=3))
        write(3, due_at=now - timedelta(hours=1))
        assert claim(2) == early + late

    def test_what_is_due_later_stays(self) -> None:
        later = write(1, due_at=clock.now() + timedelta(minutes=1))
        assert claim(5) == []
        with clock.at(clock.now() + timedelta(minutes=2)):
            assert claim(5) == later

    def test_a_lease_that_ran_out_is_taken_over_and_the_old_holder_has_lost_it(self) -> None:
        ids = write(1)
        assert claim(5, "dead") == ids
        assert claim(5, "other") == []
        with clock.at(clock.now() + LEASE + timedelta(seconds=1)):
            assert claim(5, "other") == ids
            with db.unit_of_work():
                assert outbox.keep(ids[0], "dead", LEASE) is None
                assert outbox.keep(ids[0], "other", LEASE) is not None

    def test_a_kept_claim_lasts_longer(self) -> None:
        ids = write(1)
        claim(1, "a")
        with clock.at(clock.now() + timedelta(minutes=2)), db.unit_of_work():
            assert outbox.keep(ids[0], "a", LEASE) is not None
        with clock.at(clock.now() + timedelta(minutes=4)):
            assert claim(1, "b") == []

    def test_released_claims_are_due_again_at_once(self) -> None:
        ids = write(3)
        claim(3, "a")
        with db.unit_of_work():
            outbox.release(ids[1:], "a")
            outbox.release(ids[:1], "somebody else")
        assert claim(5, "b") == ids[1:]

"""The terms that the firm sets: from a day on, within bounds, and never for what runs already."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal import db
from portal.domain import calendars, clock, complaints, errors, retention
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.complaints import setting, terms
from portal.domain.complaints.clocks import DEFAULTS
from portal.domain.complaints.models import Clock
from tests import records
from tests.domain.complaints import cases

MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def ada(database: db.Database) -> Actor:
    with db.unit_of_work():
        return records.staff("Ada Lis", Permission.SETTINGS_WRITE)


def values(**changes: int) -> dict[str, str]:
    return {key: str(n) for key, n in (terms.shipped() | changes).items()}


def set_to(actor: Actor, on: date, at: datetime = MONDAY, **changes: int) -> int:
    with clock.at(at), db.unit_of_work():
        return setting.set_terms(values(**changes), on, actor=actor, why="We can do better")


def dues() -> dict[str, datetime | None]:
    with db.unit_of_work(write=False) as session:
        return {
            f"{row.complaint_id}:{row.k}:{row.round}": row.due_at for row in session.scalars(select(Clock))
        }


def test_what_runs_keeps_its_date_and_what_begins_on_the_day_follows_the_new_terms(ada: Actor) -> None:
    tuesday = (MONDAY + timedelta(days=1)).date()
    with clock.at(MONDAY), db.unit_of_work():
        amina, sam = cases.amina(), cases.sam()
        running = cases.in_hand(amina, sam)
        uuid = running.uuid
    before = dues()
    set_to(ada, tuesday, K3=20, K2=3, K5=9, K6=5)
    assert dues() == before, "an edit moves nothing"
    with clock.at(MONDAY + timedelta(days=2)), db.unit_of_work():
        # A question lets the service clock stand still; it goes on to a date counted from its own beginning.
        found = complaints.of(sam).get(uuid)
        complaints.ask(found, actor=sam, question="Which door?")
        complaints.answer(found, actor=amina, text="The left one")
    kept = {key: due for key, due in dues().items() if ":K3:" in key or ":K4:" in key}
    assert kept == {key: due for key, due in before.items() if key in kept}
    with clock.at(MONDAY + timedelta(days=2)), db.unit_of_work():
        fresh = cases.in_hand(amina, sam)
        number = fresh.id
        begun = db.session().scalars(select(Clock).where(Clock.complaint_id == number, Clock.k == "K3")).one()
        wanted = calendars.add_business_days(calendars.current(), MONDAY + timedelta(days=2), 20).at
        assert begun.due_at == wanted


def test_terms_of_the_day_before_hold_until_midnight_of_the_firm(ada: Actor) -> None:
    day = date(2026, 6, 20)
    set_to(ada, day, K3=5)
    midnight = calendars.day_start(day, "Europe/Warsaw")
    with clock.at(midnight - timedelta(seconds=1)):
        assert terms.on(terms.today())["K3"] == 10
        assert str(complaints.published_length("K3")) == "10 business days"
    with clock.at(midnight):
        assert terms.on(terms.today())["K3"] == 5
        assert str(complaints.published_length("K3")) == "5 business days"


def test_an_offer_keeps_the_terms_it_was_made_under(ada: Actor) -> None:
    with clock.at(MONDAY), db.unit_of_work():
        amina, sam = cases.amina(), cases.sam()
        uuid = cases.offered(amina, sam).uuid
    set_to(ada, (MONDAY + timedelta(days=1)).date(), K10=20)
    accepted = MONDAY + timedelta(days=2)
    with clock.at(accepted), db.unit_of_work():
        cases.accept(complaints.of(amina).get(uuid), amina)
        [remedy] = cases.remedies(complaints.of(amina).get(uuid), amina)
        assert remedy.due_at == calendars.add_business_days(calendars.current(), accepted, 10).at


def test_what_goes_on_again_keeps_the_days_of_grace_it_began_with(ada: Actor) -> None:
    def alarms() -> list[tuple[str, str]]:
        with db.unit_of_work(write=False) as session:
            return [
                (one["kind"], one["at"])
                for row in session.scalars(select(Clock).where(Clock.k == "K10"))
                for one in row.alarms
            ]

    with clock.at(MONDAY), db.unit_of_work():
        amina, sam = cases.amina(), cases.sam()
        uuid = cases.accept(cases.offered(amina, sam), amina).uuid
    promised = alarms()
    set_to(ada, (MONDAY + timedelta(days=1)).date(), grace=10)
    with clock.at(MONDAY + timedelta(days=2)), db.unit_of_work():
        found = complaints.of(amina).get(uuid)
        [remedy] = cases.remedies(found, amina)
        complaints.deliver(remedy.uuid, actor=sam, evidence="Sent")
        complaints.not_done(remedy.uuid, actor=amina, text="Nothing came")
    assert alarms() == promised and promised[-1][0] == "grace"


def test_what_can_be_opened_again_still_has_its_files() -> None:
    kept = next(rule for rule in retention.RULES if rule.key == "complaint_files").period.months
    assert terms.BY_KEY["K13"].high < kept


def test_a_version_is_taken_back_before_its_day_and_not_after(ada: Actor) -> None:
    day = (MONDAY + WEEK).date()
    first = set_to(ada, day, K3=5)
    with clock.at(MONDAY), db.unit_of_work():
        setting.withdraw_terms(first, actor=ada)
        setting.withdraw_terms(first, actor=ada)
    with clock.at(MONDAY + 2 * WEEK):
        assert terms.on(terms.today())["K3"] == 10
    second = set_to(ada, day, K3=6)
    with clock.at(MONDAY + 2 * WEEK), db.unit_of_work():
        with pytest.raises(errors.Conflict):
            setting.withdraw_terms(second, actor=ada)
        with pytest.raises(errors.NotFound):
            setting.withdraw_terms(99, actor=ada)
        [newest, older] = setting.history(ada)
        assert (newest.number, newest.withdrawn_at) == (second, None) and older.withdrawn_by == "Ada Lis"


def test_of_two_versions_for_one_day_the_newer_holds_and_an_older_day_does_not_overrule(ada: Actor) -> None:
    day = (MONDAY + WEEK).date()
    set_to(ada, day, K3=5)
    set_to(ada, day, K3=7)
    set_to(ada, day - timedelta(days=2), K3=9)
    with clock.at(MONDAY + WEEK + timedelta(days=1)):
        assert terms.on(terms.today())["K3"] == 7
        assert str(complaints.published_length("K3")) == "7 business days"


def test_what_does_not_fit_is_named(ada: Actor) -> None:
    given = values() | {
        "K3": "21",
        "K8": "13",
        "K13": "5",
        "K2": "",
        "grace": "½",
        "money": "-1",
        "K5": "9" * 40,
    }
    assert sorted(str(one.field) for one in setting.checked(given)[1]) == sorted(
        ["K3", "K8", "K13", "K2", "grace", "money", "K5"]
    )
    with clock.at(MONDAY), db.unit_of_work():
        today = terms.today()
        for wrong in (today, today - timedelta(days=1), today + timedelta(days=367)):
            with pytest.raises(errors.Invalid) as refused:
                setting.set_terms(values(K3=5), wrong, actor=ada, why="x")
            assert refused.value.field == "valid_from"
        tomorrow = today + timedelta(days=1)
        with pytest.raises(errors.Invalid) as refused:
            setting.set_terms(values(K3=5), tomorrow, actor=ada, why=" ")
        assert refused.value.field == "why"
        assert setting.set_terms(values(), tomorrow, actor=ada, why="the same") == 0
        with pytest.raises(errors.Conflict):
            setting.set_terms(values(K3=5), tomorrow, actor=ada, why="x", expected=7)
        sam = records.staff("Sam", Permission.COMPLAINTS_SUPERVISE)
        for act in (
            lambda: setting.set_terms(values(K3=5), tomorrow, actor=sam, why="x"),
            lambda: setting.history(sam),
            lambda: setting.withdraw_terms(1, actor=sam),
        ):
            with pytest.raises(errors.Denied):
                act()


def test_the_limit_of_a_handler_is_a_term(ada: Actor) -> None:
    set_to(ada, (MONDAY + timedelta(days=1)).date(), money=100)
    with clock.at(MONDAY + timedelta(days=2)), db.unit_of_work():
        amina, sam = cases.amina(), cases.sam()
        complaint = cases.in_hand(amina, sam)
        with pytest.raises(errors.Denied):
            complaints.offer(
                complaint,
                actor=sam,
                finding="upheld",
                reasons="x",
                remedies=[cases.REFUND | {"amount": "100.01"}],
            )


NUMBERS = st.fixed_dictionaries({one.key: st.integers(one.low, one.high) for one in terms.SETTINGS})


@given(NUMBERS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_set_two_reminders_lie_before_an_end_by_itself(body: dict[str, int]) -> None:
    made = terms.rows_of(terms.Terms(1, date(2026, 6, 15), body))
    assert {rule.key for rule in made} < {rule.key for rule in DEFAULTS}
    for rule in made:
        assert rule.length is not None and rule.length.n == body[rule.key.value]
        if rule.unless_reminded:
            first, last = rule.reminders
            assert rule.length.n > first.n > last.n > 0
        assert all(one.n < rule.length.n for one in rule.warnings)


def test_the_page_of_a_change_counts_what_runs(ada: Actor) -> None:
    with clock.at(MONDAY), db.unit_of_work():
        cases.received(cases.amina())
        day = (MONDAY + timedelta(days=1)).date()
        [change] = setting.preview(terms.shipped() | {"K3": 5}, day, actor=SYSTEM)
        assert change.due_before is not None and change.due_after is not None
        assert change.due_before - change.due_after == WEEK
        assert setting.running(SYSTEM) > 0


def test_what_another_process_set_a_moment_ago_is_taken_back_when_asked(ada: Actor) -> None:
    tuesday = (MONDAY + timedelta(days=1)).date()
    with clock.at(MONDAY):
        terms.versions()
    remembered = dict(db.database().kept)
    assert set_to(ada, tuesday, K3=12) == 1
    db.database().kept.update(remembered)  # as it stands in a process that has not looked since
    assert set_to(ada, tuesday) == 2
    assert terms.on(tuesday)["K3"] == terms.shipped()["K3"]

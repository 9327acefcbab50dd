"""Handing a part of a complaint to a partner: exactly what, on what ground, until when, and the customer's word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, complaints, errors, outbox, partners, tasks
from portal.domain.actor import SYSTEM
from portal.domain.complaints import State, ticking
from tests import records
from tests.domain.complaints import cases
from tests.domain.tasks import scenes

pytestmark = pytest.mark.usefixtures("uow")


def written(name: str) -> list[outbox.Message]:
    found = select(outbox.Message).where(outbox.Message.name == name).order_by(outbox.Message.id)
    return list(db.session().scalars(found))


def test_a_legal_ground_begins_at_once_and_the_customer_reads_which_and_why() -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    scenes.nils(of)
    complaint = scenes.in_hand(amina, sam)
    task = scenes.given(complaint, sam, of)
    assert (complaint.state, task.state, task.number != complaint.number) == (
        State.WITH_PARTNER,
        "open",
        True,
    )
    seen = scenes.view(complaint, amina)
    assert (seen.partner, seen.ground_words, seen.basis) == (
        "Northwind Repairs",
        "You asked for a repair.",
        "contract",
    )
    assert [one.kind for one in seen.live] == ["field", "file"]
    case = complaints.case(amina, complaint.uuid)
    assert {one.k: one.due_at for one in case.promises}["K7"] == task.due_at
    assert {one.k for one in case.promises} >= {"K3", "K4", "K7"} and case.promise and case.promise.k == "K3"
    assert any("Northwind" in str(one.sentence) for one in case.events)
    assert [one.person_id for one in written("task_given")] == [amina.person_id]
    assert len(written("task_for_partner")) == 1


def test_without_a_ground_of_law_the_customer_is_asked_and_nothing_is_shown_before_she_says_yes() -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    nils = scenes.nils(of)
    complaint = scenes.in_hand(amina, sam)
    task = scenes.given(complaint, sam, of, basis="permission", why="")
    assert (complaint.state, task.state) == (State.IN_HAND, "asked")
    assert tasks.of(nils).going() == [] and tasks.of(nils).ended() == []
    with pytest.raises(errors.NotFound):
        tasks.of(nils).slice(task.uuid)
    assert len(written("task_asked")) == 1 and written("task_for_partner") == []
    words = next(one for one in scenes.view(complaint, amina).live if one.kind == "field")
    tasks.allow(complaint, actor=amina, task=task.uuid, keep=[words.uuid])
    assert complaint.state == State.WITH_PARTNER
    shown = tasks.of(nils).slice(task.uuid)
    assert [one.key for one in shown.fields] == ["words"] and shown.files == []
    tasks.allow(complaint, actor=amina, task=task.uuid)  # pressed twice


def test_she_says_no_and_nothing_ever_was_shown() -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    nils = scenes.nils(of)
    complaint = scenes.in_hand(amina, sam)
    task = scenes.given(complaint, sam, of, basis="permission", why="")
    tasks.call_back(complaint, actor=amina, text="I do not know them")
    assert (complaint.state, task.ended_how) == (State.IN_HAND, "refused")
    assert tasks.of(nils).over(task.uuid) is None and tasks.of(nils).ended() == []
    assert written("task_for_partner") == []
    assert scenes.given(complaint, sam, of).state == "open", "another one may be given"


def test_what_she_lets_partners_see_counts_and_no_more_than_that() -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    complaint = scenes.in_hand(amina, sam)
    tasks.set_standing(["words", "subject"], actor=amina)
    assert scenes.given(complaint, sam, of, "field:words", basis="permission", why="").basis == "standing"
    tasks.call_back(complaint, actor=amina)
    assert scenes.given(complaint, sam, of, basis="permission", why="").state == "asked", (
        "files are not among it"
    )
    with pytest.raises(errors.Invalid):
        tasks.set_standing(["passport"], actor=amina)
    assert tasks.standing(amina) == {"words", "subject"}
    assert tasks.standing(records.customer("Ben Petrov")) == frozenset()


def test_a_partner_gets_less_than_half_of_the_time_that_is_left_to_our_answer() -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    complaint = scenes.in_hand(amina, sam)
    with clock.at(clock.now()):
        limit = tasks.latest(complaint)
        assert limit is not None
        for wrong in (limit, limit + timedelta(days=1), clock.now(), None):
            with pytest.raises(errors.Invalid) as refused:
                scenes.given(complaint, sam, of, until=wrong)
            assert refused.value.field == "until"
        assert scenes.given(complaint, sam, of, until=limit - timedelta(seconds=1)).state == "open"


def test_without_time_to_our_answer_there_is_none_to_give() -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    complaint = scenes.in_hand(amina, sam)
    with clock.at(clock.now() + timedelta(days=60)), pytest.raises(errors.Conflict):
        scenes.given(complaint, sam, of)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("parts", {"parts": []}),
        ("parts", {"parts": ["field:passport"]}),
        ("parts", {"parts": ["file:7"]}),
        ("partner", {"partner": None}),
        ("title", {"title": " "}),
        ("instructions", {"instructions": ""}),
        ("basis", {"basis": "curiosity"}),
        ("basis_words", {"basis": "duty", "basis_words": ""}),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(field: str, change: dict[str, object]) -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    complaint = scenes.in_hand(amina, sam)
    asked = {
        "partner": of.uuid, "parts": ["field:words"], "title": "Look", "instructions": "Find out.",
        "until": scenes.soon(), "basis": "contract", "basis_words": "Needed.",
    } | change  # fmt: skip
    with pytest.raises(errors.Invalid) as refused:
        tasks.give(complaint, actor=sam, **asked)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_neither_a_private_note_nor_a_file_of_another_complaint_can_be_chosen() -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    other, complaint = scenes.in_hand(amina, sam), scenes.in_hand(scenes.amina(), sam)
    complaints.private_note(
        complaint,
        actor=sam,
        category="safety",
        text="Secret.",
        review_on=(clock.now() + timedelta(days=9)).date(),
    )
    note = next(one for one in complaints.case(sam, complaint.uuid).thread if one.kind == "private")
    assert not any(str(note.uuid) in one.key for one in tasks.choices(complaints.case(sam, complaint.uuid)))
    for wrong in (f"entry:{note.uuid}", *scenes.files(other, sam)):
        with pytest.raises(errors.Invalid):
            scenes.given(complaint, sam, of, wrong)


def test_only_a_handler_gives_and_only_in_hand() -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    complaint = scenes.in_hand(amina, sam)
    with pytest.raises(errors.Denied):
        scenes.given(complaint, cases.rita(), of, "field:words")
    partners.deactivate(of.uuid, actor=SYSTEM)
    with pytest.raises(errors.Invalid):
        scenes.given(complaint, sam, of)
    complaints.ask(complaint, actor=sam, question="Which one?")
    with pytest.raises(errors.Conflict):
        scenes.given(complaint, sam, scenes.company("Other"))


def test_no_message_holds_anything_of_the_slice() -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    nils = scenes.nils(of)
    complaint = scenes.in_hand(amina, sam)
    fields = ("words", "about", "subject", "name", "address")
    task = scenes.given(complaint, sam, of, *(f"field:{key}" for key in fields))
    tasks.let_write(complaint, actor=amina, task=task.uuid, may=True)
    tasks.answer(task.uuid, actor=nils, text="It is the thermostat.", to_customer=True)
    parts = scenes.view(complaint, amina).live
    tasks.limit(complaint, actor=amina, task=task.uuid, keep=[parts[0].uuid])
    tasks.hand_in(task.uuid, actor=nils, text="Mended.")
    found = [one for one in db.session().scalars(select(outbox.Message)) if one.name.startswith("task_")]
    assert {one.name for one in found} == {
        "task_given",
        "task_written",
        "task_news",
        "task_for_partner",
        "task_ended",
    }
    hidden = (
        "washing machine",
        "secretaboutqx",
        "secrettitleqx",
        "Cicha",
        "thermostat",
        "Mended",
        "Amina",
        "Look at",
    )
    for one in found:
        assert not [word for word in hidden if word in repr(one.data)], one.name
        if one.name == "task_for_partner":
            assert complaint.number not in repr(one.data).replace(" ", "") and str(
                complaint.uuid
            ) not in repr(one.data)


def test_a_page_without_a_task_asks_nothing_for_it() -> None:
    from tests.counting import counted

    amina, sam = scenes.amina(), cases.sam()
    complaint = scenes.in_hand(amina, sam)
    case = complaints.case(amina, complaint.uuid)
    with counted() as asked:
        assert tasks.of_case(case) == []
    assert asked == []
    of = scenes.company()
    scenes.given(complaint, sam, of)
    case = complaints.case(amina, complaint.uuid)
    with counted() as asked:
        tasks.of_case(case)
    assert len(asked) == 3


@pytest.mark.parametrize("by", ["customer", "staff"])
def test_a_complaint_whose_task_was_shut_without_it_is_called_back_all_the_same(by: str) -> None:
    """A restore shuts the task; the complaint must not wait for a date that means nothing any more."""
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    complaint = scenes.in_hand(amina, sam)
    task = scenes.given(complaint, sam, of)
    task.state, task.ended_at, task.ended_how = "ended", clock.now(), "recalled"
    db.session().flush()
    actor = amina if by == "customer" else sam
    assert "call_back" in complaints.case(actor, complaint.uuid).may
    tasks.call_back(complaint, actor=actor)
    assert complaint.state == State.IN_HAND
    assert ticking.of(complaint)[complaints.K.PARTNER].ended_at is not None
    tasks.call_back(complaint, actor=actor)  # pressed twice
    assert complaint.state == State.IN_HAND and task.ended_how == "recalled"
    assert scenes.given(complaint, sam, of).state == "open"  # and it may go to a partner again

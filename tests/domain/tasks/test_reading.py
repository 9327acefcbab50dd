"""What a partner reads: the slice and nothing beside it, as long as the task lasts, each look written down first."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select, update

from portal import db
from portal.domain import clock, complaints, errors, files, lookups, partners, tasks
from portal.domain.accounts.models import Person
from portal.domain.actor import SYSTEM, Actor
from portal.domain.complaints import State
from portal.domain.tasks.models import Part
from tests import records
from tests.counting import counted
from tests.domain.complaints import cases
from tests.domain.tasks import scenes

pytestmark = pytest.mark.usefixtures("uow")
Stage = tuple[Actor, Actor, partners.PartnerCompany, Actor, complaints.Complaint, tasks.Task]


def stage(*parts: str, **more: object) -> Stage:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    nils = scenes.nils(of)
    complaint = scenes.in_hand(amina, sam)
    return amina, sam, of, nils, complaint, scenes.given(complaint, sam, of, *parts, **more)


def nothing(nils: Actor, task: tasks.Task, part: uuid.UUID | None = None) -> None:
    """Nothing of a task is to be reached by any way there is."""
    finder = tasks.of(nils)
    assert finder.going() == [] and finder.count() == 0 and finder.version(task.uuid) is None
    for reach in (
        lambda: finder.slice(task.uuid),
        lambda: finder.task(task.uuid),
        lambda: finder.file(task.uuid, part or uuid.uuid4()),
        lambda: tasks.download(nils, task.uuid, part or uuid.uuid4()),
        lambda: tasks.answer(task.uuid, actor=nils, text="Hello"),
        lambda: tasks.propose(task.uuid, actor=nils, kind="repair", text="Mend it"),
        lambda: tasks.attach(task.uuid, actor=nils, name="a.txt", stream=io.BytesIO(b"a")),
        lambda: tasks.hand_in(task.uuid, actor=nils, text="Done"),
    ):
        with pytest.raises(errors.NotFound):
            reach()


def photo_of(nils: Actor, task: tasks.Task) -> uuid.UUID:
    return tasks.of(nils).slice(task.uuid).files[0].uuid


def test_the_slice_holds_what_was_chosen_and_nothing_beside_it() -> None:
    amina, _sam, _of, nils, complaint, task = stage("field:words", "field:name")
    with counted() as asked:
        shown = tasks.of(nils).slice(task.uuid)
    assert len([one for one in asked if one.lstrip().startswith("SELECT")]) <= 5
    assert [one.key for one in shown.fields] == ["words", "name"] and (shown.files, shown.said) == ([], [])
    for hidden in ("secretaboutqx", "secrettitleqx", "Cicha", "601", complaint.number, str(complaint.uuid)):
        assert hidden not in repr(shown)
    assert amina.name in repr(shown)


def test_each_look_is_written_first_and_the_customer_reads_it_on_both_pages() -> None:
    amina, _sam, _of, nils, complaint, task = stage("field:words", "field:name")
    for _ in range(3):
        tasks.of(nils).slice(task.uuid)
    (seen,) = lookups.of(amina).page()
    assert (seen.team, seen.purpose, seen.about_label) == (
        "Northwind Repairs",
        "partner_task",
        complaint.number,
    )
    assert [str(one.label) for one in seen.opened] == ["the words of the complaint", "name"]
    assert "Nils" not in repr(seen), "the name stays sealed"
    with clock.at(clock.now() + timedelta(minutes=31)):
        tasks.of(nils).slice(task.uuid)
    assert len(lookups.of(amina).page()) == 2
    sight = scenes.view(complaint, amina).seen
    assert [(str(one.what), one.by) for one in sight] == [
        ("the words of the complaint", "Northwind Repairs"), ("name", "Northwind Repairs"),
    ]  # fmt: skip
    assert sight[0].last_at > sight[0].first_at
    assert lookups.of(records.customer("Ben Petrov")).page() == []


def test_who_reads_only_changes_nothing_and_whoever_is_elsewhere_finds_nothing() -> None:
    _amina, _sam, of, _nils, _complaint, task = stage()
    reader = scenes.nils(of, "Rolf Reader", role="reader")
    assert tasks.of(reader).slice(task.uuid).may_work is False
    with pytest.raises(errors.NotFound):
        tasks.answer(task.uuid, actor=reader, text="Hello")
    part = photo_of(reader, task)
    for stranger in (
        scenes.nils(scenes.company("Other Repairs"), "Olga Other"), records.customer("Ben Petrov"), records.staff(),
        scenes.nils(of, "Far Away", regions="BG"),
    ):  # fmt: skip
        nothing(stranger, task, part)
    near = scenes.nils(of, "Near By", regions="PL-14")
    assert tasks.of(near).slice(task.uuid).number == task.number


def ends() -> dict[str, Callable[[Stage], object]]:
    def gone(stage: Stage) -> None:
        stage[2].deactivated_at = clock.now()
        db.session().flush()

    def person_gone(stage: Stage) -> None:
        db.session().execute(
            update(Person).where(Person.id == stage[3].person_id).values(deactivated_at=clock.now())
        )

    def member_ended(stage: Stage) -> None:
        member = next(one for one in partners.members(stage[2].id) if one.person_id == stage[3].person_id)
        partners.end_member(member.uuid, actor=SYSTEM)

    return {
        "result": lambda s: tasks.hand_in(s[5].uuid, actor=s[3], text="Done"),
        "called_back": lambda s: tasks.call_back(s[4], actor=s[0]),
        "recalled": lambda s: tasks.call_back(s[4], actor=s[1]),
        "escalated": lambda s: complaints.escalate(s[4], actor=s[0]),
        "withdrawn": lambda s: complaints.withdraw(s[4], actor=s[0]),
        "gone": gone,
        "person_gone": person_gone,
        "member_ended": member_ended,
    }


@pytest.mark.parametrize("how", list(ends()))
def test_in_whatever_way_it_ends_nothing_is_left_to_be_read(how: str) -> None:
    on = stage()
    _amina, _sam, _of, nils, complaint, task = on
    part = photo_of(nils, task)
    running = tasks.download(nils, task.uuid, part)
    ends()[how](on)
    assert list(running.chunks) == [], "a download that was running ends"
    nothing(nils, task, part)
    if how in ("gone", "person_gone", "member_ended"):
        assert task.ended_at is None and tasks.of(nils).over(task.uuid) is None
        return
    assert (task.ended_how, task.state) == (how, "ended")
    live = db.session().scalars(select(Part).where(Part.task_id == task.id, Part.until.is_(None))).all()
    assert live == []
    line = tasks.of(nils).over(task.uuid)
    assert line is not None and line.title == "" and complaint.number not in repr(line)
    assert [one.uuid for one in tasks.of(nils).ended()] == [task.uuid]


def test_the_timer_takes_it_back_and_it_is_shut_before_the_worker_comes() -> None:
    _amina, _sam, _of, nils, complaint, task = stage()
    part = photo_of(nils, task)
    with clock.at(task.due_at):
        nothing(nils, task, part)
        assert tasks.of(nils).over(task.uuid) is not None
        complaints.run_due_clocks(clock.now())
        db.session().refresh(task)
        assert (task.ended_how, complaint.state) == ("expired", State.IN_HAND)
        nothing(nils, task, part)


def test_a_partner_that_is_gone_gets_its_tasks_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    _amina, _sam, of, nils, complaint, task = stage()
    of.deactivated_at = clock.now()
    db.session().flush()
    from portal.domain.tasks import ending

    assert ending._end_one(task.id) == 1 and ending._end_one(task.id) == 0
    assert (task.ended_how, complaint.state) == ("partner_gone", State.IN_HAND)
    of.deactivated_at = None
    db.session().flush()
    nothing(nils, task)


def test_what_is_taken_out_is_gone_at_once_and_the_rest_stays() -> None:
    amina, _sam, _of, nils, complaint, task = stage("field:words", "field:phone")
    before = tasks.of(nils).version(task.uuid)
    words = next(one for one in scenes.view(complaint, amina).live if str(one.label) != "phone number")
    assert tasks.limit(complaint, actor=amina, task=task.uuid, keep=[words.uuid]) == 1
    assert [one.key for one in tasks.of(nils).slice(task.uuid).fields] == ["words"]
    assert (tasks.of(nils).version(task.uuid) or 0) > (before or 0)
    with pytest.raises(errors.Invalid):
        tasks.limit(complaint, actor=amina, task=task.uuid, keep=[])
    assert tasks.limit(complaint, actor=amina, task=task.uuid, keep=[words.uuid]) == 0
    for stranger in (records.customer("Ben Petrov"), nils):
        with pytest.raises(errors.DomainError):
            tasks.limit(complaint, actor=stranger, task=task.uuid, keep=[])


def test_a_file_that_is_taken_out_stops_in_its_download() -> None:
    amina, _sam, _of, nils, complaint, task = stage()
    running = tasks.download(nils, task.uuid, photo_of(nils, task))
    words = next(one for one in scenes.view(complaint, amina).live if one.kind == "field")
    tasks.limit(complaint, actor=amina, task=task.uuid, keep=[words.uuid])
    assert list(running.chunks) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_leaves_without_place_device_and_hidden_words(kind: str) -> None:
    amina, sam, of = scenes.amina(), cases.sam(), scenes.company()
    nils = scenes.nils(of)
    complaint = cases.in_hand(amina, sam)
    complaints.attach(
        complaint, actor=amina, name=f"k.{kind.lower()}", stream=io.BytesIO(scenes.photo(kind=kind))
    )
    # As if it had been kept before we stripped what pictures know.
    file = complaints.case(sam, complaint.uuid).files[0]
    row = (
        db.session()
        .scalars(select(complaints.Attachment).where(complaints.Attachment.uuid == file.uuid))
        .one()
    )
    files.path_of(row.stored_name).write_bytes(scenes.photo(kind=kind))
    task = scenes.given(complaint, sam, of)
    found = tasks.download(nils, task.uuid, photo_of(nils, task))
    content = b"".join(found.chunks)
    assert len(content) == found.size and b"Secretmaker" not in content and b"Exif" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (40, 30) and len(picture.getexif()) == 0
        assert not picture.getexif().get_ifd(scenes.PLACE) and not picture.info.get("exif")


def test_the_partner_writes_to_us_and_to_the_customer_only_when_she_allows_it() -> None:
    amina, sam, _of, nils, complaint, task = stage()
    tasks.answer(task.uuid, actor=nils, text="Which model is it?")
    with pytest.raises(errors.Invalid) as refused:
        tasks.answer(task.uuid, actor=nils, text="Hello Amina", to_customer=True)
    assert refused.value.field == "to_customer"
    tasks.let_write(complaint, actor=amina, task=task.uuid, may=True)
    tasks.answer(task.uuid, actor=nils, text="Hello Amina", to_customer=True)
    said = [(one.kind, one.text, one.who) for one in complaints.case(amina, complaint.uuid).thread][1:]
    who = "Nils Berg, Northwind Repairs"
    assert said == [("partner", "Which model is it?", who), ("partner_you", "Hello Amina", who)]
    assert [one.text for one in tasks.of(nils).slice(task.uuid).said] == ["Which model is it?", "Hello Amina"]
    assert complaints.case(sam, complaint.uuid).state == State.WITH_PARTNER


def test_a_proposal_goes_to_the_handler_and_is_no_offer() -> None:
    amina, sam, _of, nils, complaint, task = stage()
    tasks.propose(task.uuid, actor=nils, kind="compensation", text="Two visits", amount="40", currency="PLN")
    assert complaints.case(amina, complaint.uuid).offers == []
    (proposed,) = scenes.view(complaint, sam).proposals
    assert "40" in str(proposed.title) and proposed.text == "Two visits"
    for field, wrong in (
        ("kind", {"kind": "gold"}),
        ("amount", {"amount": "a lot"}),
        ("text", {"text": " "}),
    ):
        with pytest.raises(errors.Invalid) as refused:
            tasks.propose(task.uuid, actor=nils, **({"kind": "repair", "text": "Mend"} | wrong))  # type: ignore[arg-type]
        assert refused.value.field == field


def test_what_the_partner_attaches_is_the_customers_to_see_and_shut_with_the_task() -> None:
    amina, _sam, _of, nils, complaint, task = stage()
    part = tasks.attach(task.uuid, actor=nils, name="report.txt", stream=io.BytesIO(b"All is well"))
    assert any(one.name == "report.txt" for one in complaints.case(amina, complaint.uuid).files)
    assert b"".join(tasks.download(nils, task.uuid, part.uuid).chunks) == b"All is well"
    with pytest.raises(errors.Invalid):
        tasks.attach(task.uuid, actor=nils, name="a.exe", stream=io.BytesIO(b"MZ\x00"))
    tasks.hand_in(task.uuid, actor=nils, text="Done")
    nothing(nils, task, part.uuid)


def test_the_end_of_a_task_is_told_and_what_waited_for_the_partner_is_recalled() -> None:
    from portal.domain import outbox

    amina, _sam, _of, _nils, complaint, task = stage()
    tasks.call_back(complaint, actor=amina)
    tasks.call_back(complaint, actor=amina)  # pressed twice
    rows = db.session().scalars(select(outbox.Message).where(outbox.Message.name == "task_for_partner")).all()
    assert sorted((one.data["what"], one.state) for one in rows) == [("new", "cancelled"), ("over", "queued")]
    assert task.ended_at is not None

"""The firm's own lists: set by staff, chosen at the desk, kept on what carries them, counted."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import audit, clock, complaints, errors
from portal.domain.actor import Permission
from portal.domain.audit import Tag
from portal.domain.audit.models import AuditEvent
from portal.domain.complaints import categories, categorising
from portal.domain.complaints.categories import Sort
from tests import records
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("uow")


def ada() -> Any:
    return records.staff("Ada", Permission.SETTINGS_WRITE)


def max_() -> Any:
    return records.staff("Max", Permission.DASHBOARD_READ, Permission.COMPLAINTS_READ)


def keys(sort: Sort = Sort.KIND) -> list[str]:
    categories.forget()
    return [key for key, _name in categories.choices(sort, "en")]


def add(name: str, sort: Sort = Sort.SUBJECT, **more: str) -> Any:
    row = categorising.add(sort, {"en": name, **more}, actor=ada())
    categories.forget()
    return row


def test_a_new_installation_has_kinds_in_every_language_and_no_subjects() -> None:
    assert keys() == ["delivery", "fault", "money", "conduct", "promise", "data", "other"]
    assert keys(Sort.SUBJECT) == []
    for language in ("en", "pl", "bg", "ru"):
        names = [name for _key, name in categories.choices(Sort.KIND, language)]
        assert len(set(names)) == 7 and all(names)


def test_a_row_is_added_renamed_moved_given_up_and_brought_back() -> None:
    kitchen, heating = add("Kitchen", pl="Kuchnia"), add("Heating")
    assert keys(Sort.SUBJECT) == ["kitchen", "heating"]
    assert categories.name_of(Sort.SUBJECT, "kitchen", "pl") == "Kuchnia"
    assert categories.name_of(Sort.SUBJECT, "heating", "pl") == "Heating"  # where it has no name of its own
    categorising.move(heating.uuid, -1, actor=ada())
    categorising.move(heating.uuid, -1, actor=ada())
    assert keys(Sort.SUBJECT) == ["heating", "kitchen"]
    categorising.rename(kitchen.uuid, {"en": "Kitchen and laundry"}, actor=ada())
    categorising.retire(heating.uuid, actor=ada())
    categorising.retire(heating.uuid, actor=ada())
    assert categories.choices(Sort.SUBJECT, "en") != [] and keys(Sort.SUBJECT) == ["kitchen"]
    assert categories.choices(Sort.SUBJECT, "en", present="heating")[-1][0] in ("heating", "kitchen")
    categorising.bring_back(heating.uuid, actor=ada())
    assert sorted(keys(Sort.SUBJECT)) == ["heating", "kitchen"]
    said = [act.tag for act in audit.of_firm(records.staff("Eve", Permission.AUDIT_READ))]
    assert said.count(Tag.COMPLAINT_CATEGORY_RETIRED) == 1 and Tag.COMPLAINT_CATEGORY_RENAMED in said


@pytest.mark.parametrize(
    ("names", "field"),
    [({}, "name-en"), ({"pl": "Ogród"}, "name-en"), ({"en": "x" * 61}, "name-en"), ({"en": " KITCHEN "}, "name-en"),
     ({"en": "New", "pl": "kuchnia"}, "name-pl"), ({"en": "\x00\u200b "}, "name-en")],
)  # fmt: skip
def test_a_name_that_cannot_be_told_apart_is_refused_at_its_language(
    names: dict[str, str], field: str
) -> None:
    add("Kitchen", pl="Kuchnia")
    with pytest.raises(errors.Invalid) as refused:
        categorising.add(Sort.SUBJECT, names, actor=ada())
    assert refused.value.field == field


def test_a_list_has_an_end_and_only_who_sets_may_set() -> None:
    for number in range(categorising.MOST):
        row = add(f"Row {number}")
    with pytest.raises(errors.Conflict):
        add("One too many")
    categorising.retire(row.uuid, actor=ada())
    add("Now it fits")
    with pytest.raises(errors.Conflict):
        categorising.bring_back(row.uuid, actor=ada())
    with pytest.raises(errors.Denied):
        categorising.add(Sort.KIND, {"en": "x"}, actor=cases.sam())
    with pytest.raises(errors.NotFound):
        categorising.retire(uuid.uuid4(), actor=ada())


def test_sorting_changes_no_state_no_date_and_no_version() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    before = (
        complaint.state,
        complaint.version,
        complaint.due_at,
        len(complaints.case(amina, complaint.uuid).events),
    )
    complaints.categorise(complaint, actor=sam, kind="fault", subject=None)
    complaints.categorise(complaint, actor=sam, kind="fault", subject="")
    assert (complaint.kind_key, complaint.subject_key) == ("fault", None)
    after = (
        complaint.state,
        complaint.version,
        complaint.due_at,
        len(complaints.case(amina, complaint.uuid).events),
    )
    assert after == before
    said = db.session().scalars(select(AuditEvent.tag).where(AuditEvent.account_id == amina.account_id)).all()
    assert said.count(Tag.COMPLAINT_SORTED.value) == 1


def test_what_is_not_on_the_list_any_more_stays_where_it_is_and_is_given_to_nobody_else() -> None:
    amina, sam = cases.amina(), cases.sam()
    old, new = cases.in_hand(amina, sam), cases.in_hand(amina, sam)
    row = add("Kitchen")
    complaints.categorise(old, actor=sam, kind="money", subject="kitchen")
    categorising.retire(row.uuid, actor=ada())
    categories.forget()
    complaints.categorise(old, actor=sam, kind="fault", subject="kitchen")
    assert (old.kind_key, old.subject_key) == ("fault", "kitchen")
    for subject in ("kitchen", "nonsense", "fault"):
        with pytest.raises(errors.Invalid) as refused:
            complaints.categorise(new, actor=sam, kind="", subject=subject)
        assert refused.value.field == "subject_key"


def test_a_customer_and_who_only_reads_do_not_sort() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint, draft = cases.received(amina), cases.draft(amina)
    for actor in (amina, max_()):
        with pytest.raises(errors.Denied):
            complaints.categorise(complaint, actor=actor, kind="fault", subject=None)
    with pytest.raises(errors.NotFound):
        complaints.categorise(draft, actor=sam, kind="fault", subject=None)


def test_intake_takes_what_is_on_the_lists_and_nothing_else() -> None:
    amina, sam = cases.amina(), cases.sam()
    given: dict[str, Any] = {
        "actor": sam,
        "account": amina.account_id,
        "person": None,
        "channel": "phone",
        "words": "It drips.",
        "received_at": clock.now(),
    }
    assert complaints.enter(**given, kind_key="fault").kind_key == "fault"
    assert complaints.enter(**given).kind_key is None
    with pytest.raises(errors.Invalid) as refused:
        complaints.enter(**given, kind_key="gold")
    assert refused.value.field == "kind_key"


def test_the_queue_is_narrowed_and_the_figures_count() -> None:
    amina, sam = cases.amina(), cases.sam()
    add("Kitchen")
    one, two, _three = (cases.in_hand(amina, sam) for _ in range(3))
    complaints.categorise(one, actor=sam, kind="fault", subject="kitchen")
    complaints.categorise(two, actor=sam, kind="fault", subject=None)
    db.session().flush()

    def found(view: str = "all_open", **narrowed: str) -> set[uuid.UUID]:
        return {row.uuid for row in complaints.of(sam).queue(view, **narrowed)}

    assert found(kind="fault") == {one.uuid, two.uuid} == found("mine", kind="fault")
    assert found(kind="fault", subject="kitchen") == {one.uuid} and found(subject="nonsense") == set()
    assert len(found()) == 3
    page = complaints.of(sam).queue("all_open", limit=1, kind="fault")
    rest = complaints.of(sam).queue("all_open", after=page[0].key, limit=5, kind="fault")
    assert [row.uuid for row in rest] == [page[1].uuid]
    assert complaints.sorted_lately(max_(), Sort.KIND) == [complaints.Sorted("fault", 2)]
    assert complaints.sorted_lately(max_(), Sort.SUBJECT) == [complaints.Sorted("kitchen", 1)]
    with clock.at(clock.now() + timedelta(days=91)):
        assert complaints.sorted_lately(max_(), Sort.KIND) == []
    with pytest.raises(errors.Denied):
        complaints.sorted_lately(sam, Sort.KIND)

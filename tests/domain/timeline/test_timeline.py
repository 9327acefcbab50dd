"""One timeline: both sides read the same rows, nobody else any."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import audit, clock, timeline
from portal.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Permission, Right
from portal.domain.audit import Tag
from portal.domain.errors import Denied, NotFound
from tests import records
from tests.counting import counted
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("uow")
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def filed(actor: Actor, number: str = "4827713095", case: uuid.UUID | None = None) -> uuid.UUID:
    case = case or uuid.uuid4()
    audit.record(
        Tag.COMPLAINT_FILED,
        actor=actor,
        account_id=actor.account_id,
        subject=("complaint", case),
        number=number,
    )
    return case


def replied(account_id: int, case: uuid.UUID, sam: Actor) -> None:
    audit.record(
        Tag.COMPLAINT_REPLIED,
        actor=sam,
        account_id=account_id,
        subject=("complaint", case),
        number="4827713095",
    )


def tags(rows: list[timeline.TimelineRow]) -> list[str]:
    return [row.tag for row in rows]


def test_customer_and_staff_read_the_same_rows() -> None:
    amina, sam = records.customer(), records.staff()
    case = filed(amina)
    replied(amina.account_id, case, sam)
    audit.record(Tag.STAFF_STARTED, actor=SYSTEM, account_id=amina.account_id, person="x", team="y")
    hers, theirs = timeline.of(amina).page(), timeline.of(sam, amina.account_id).page()
    assert hers == theirs
    assert tags(hers) == ["complaint:replied", "complaint:filed"]
    assert str(hers[0].sentence) == "Sam Okoye wrote about complaint 482 771 3095"


def test_another_account_is_not_found_and_strangers_are_denied() -> None:
    amina, ben = records.customer(), records.customer("Ben Petrov")
    filed(amina)
    [row] = timeline.of(amina).page()
    with pytest.raises(NotFound):
        timeline.of(ben, amina.account_id)
    assert timeline.of(ben).page() == []
    assert timeline.of(ben).page(after=row.uuid) == []
    with pytest.raises(Denied):
        timeline.of(ANONYMOUS, amina.account_id)
    with pytest.raises(Denied):
        timeline.of(records.staff("Mona", Permission.CAMPAIGNS_WRITE), amina.account_id)


def test_rows_come_newest_first_in_pages_without_gap_or_double() -> None:
    amina = records.customer()
    for minutes in range(40):
        with clock.at(NOON + timedelta(minutes=minutes // 4)):  # several acts in one instant
            filed(amina, number=str(minutes))
    seen, after = [], None
    while True:
        rows = timeline.of(amina).page(after=after, limit=7)
        seen += rows[:7]
        if len(rows) <= 7:
            break
        after = rows[6].uuid
    assert len({row.uuid for row in seen}) == 40
    assert [row.at for row in seen] == sorted((row.at for row in seen), reverse=True)


def test_a_filter_keeps_to_its_groups() -> None:
    amina, sam = records.customer(), records.staff()
    filed(amina)
    audit.record(Tag.PREFERENCE_RESUMED, actor=amina, account_id=amina.account_id)
    timeline.log_contact(
        actor=sam,
        account_id=amina.account_id,
        channel="phone",
        direction="in",
        outcome="reached",
        subject="Kettle",
    )
    assert tags(timeline.of(amina).page(kinds=["complaints"])) == ["complaint:filed"]
    assert set(tags(timeline.of(amina).page(kinds=["permissions", "contacts"]))) == {
        "preference:resumed", "contact:logged",
    }  # fmt: skip
    assert len(timeline.of(amina).page(kinds=["nonsense"])) == 3
    assert len(timeline.of(amina).page(kinds=list(timeline.GROUPS))) == 3


def test_every_tag_has_a_kind_and_a_group() -> None:
    for tag in Tag:
        assert timeline.group_of(tag.value) in timeline.GROUPS
        assert timeline.kind_of(tag.value, {})


def test_a_private_note_shows_that_it_exists_and_when_it_is_reviewed() -> None:
    amina, sam = records.customer(), records.staff()
    audit.record(
        Tag.COMPLAINT_PRIVATE_NOTE, actor=sam, account_id=amina.account_id, subject=("complaint", uuid.uuid4()),
        number="4827713095", category="legal_advice", review_on="2026-09-01",
    )  # fmt: skip
    [row] = timeline.of(amina).page()
    assert row.private and row.kind == "note" and row.text == ""
    assert row.review_on.isoformat() == "2026-09-01"


def test_a_colleague_reads_the_own_matters_and_an_administrator_all_but_sign_ins() -> None:
    lipa = records.account("Hurtownia Lipa", kind="company")
    ola = records.customer("Ola Lis", Right.ADMINISTER, of=lipa)
    piotr = records.customer("Piotr Zych", Right.COMPLAINTS_OWN, of=lipa)
    sam = records.staff()
    hers, his = cases.received(ola).uuid, cases.received(piotr).uuid
    replied(lipa.id, hers, sam)
    replied(lipa.id, his, sam)
    audit.record(Tag.PASSWORD_SET, actor=piotr, account_id=lipa.id)
    audit.record(Tag.PREFERENCE_RESUMED, actor=ola, account_id=lipa.id)
    assert sorted(tags(timeline.of(piotr).page())) == ["complaint:filed", "complaint:replied", "password:set"]
    assert len(timeline.of(ola).page()) == 5
    assert "password:set" not in tags(timeline.of(ola).page())
    everything = Actor(
        ActorKind.CUSTOMER, person_id=piotr.person_id, account_id=lipa.id,
        rights=frozenset({Right.COMPLAINTS_ALL.value}),
    )  # fmt: skip
    assert len(timeline.of(everything).page(kinds=["complaints"])) == 4


def test_a_page_costs_one_query_at_any_size() -> None:
    amina, sam = records.customer(), records.staff()
    costs = []
    for _ in range(2):
        for n in range(15):
            filed(amina, number=str(n))
            timeline.log_contact(
                actor=sam, account_id=amina.account_id, channel="phone", direction="in", outcome="reached",
                subject="Kettle", text="Rang again",
            )  # fmt: skip
        with counted() as queries:
            timeline.of(amina).page(limit=100)
        costs.append(len(queries))
    assert costs == [1, 1]

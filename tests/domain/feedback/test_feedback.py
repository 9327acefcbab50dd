"""Feedback: said once, answered once, and the customer reads what came of it."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import feedback, timeline
from portal.domain.actor import ANONYMOUS, Permission, Right
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from portal.domain.feedback import Feedback
from portal.domain.outbox.models import Message
from tests import records
from tests.counting import counted

pytestmark = pytest.mark.usefixtures("uow")
CASE = uuid.uuid4()


def rate(actor, handling=5, outcome=4, case=CASE, **more):
    return feedback.answer_questions(
        actor=actor, about_uuid=case, about_label="4827713094", handling=handling, outcome=outcome, **more
    )


def messages() -> list[str]:
    return list(db.session().scalars(select(Message.name).order_by(Message.id)))


def test_an_answer_is_rated_once() -> None:
    amina = records.customer()
    first = rate(amina, 2, 1, text="Took too long")
    again = rate(amina, 5, 5)
    assert again.uuid == first.uuid and again.handling == 2
    assert db.session().scalar(select(func.count()).select_from(Feedback)) == 1
    assert feedback.asked(amina, CASE)
    assert not feedback.asked(amina, CASE, "2")
    assert rate(amina, answer="2").uuid != first.uuid
    assert [row.tag for row in timeline.of(amina).page()] == ["feedback:given", "feedback:given"]
    assert str(timeline.of(amina).page()[0].sentence) == "Amina Nowak gave feedback on complaint 482 771 3094"


@pytest.mark.parametrize(
    ("handling", "outcome", "field"), [(None, 3, "handling"), (0, 3, "handling"), (3, 6, "outcome")]
)
def test_both_questions_need_one_of_the_five_answers(handling, outcome, field) -> None:
    with pytest.raises(Invalid) as refused:
        rate(records.customer(), handling, outcome)
    assert refused.value.field == field


def test_anybody_may_tell_us_but_not_nothing_and_not_staff() -> None:
    amina = records.customer()
    told = feedback.tell_us(actor=amina, text=" The search is slow ", page="/complaints")
    assert (told.account_id, told.text, told.page) == (amina.account_id, "The search is slow", "/complaints")
    visitor = feedback.tell_us(actor=ANONYMOUS, text="Hello")
    assert visitor.account_id is None and visitor.person_id is None
    for text in ("", "   ", "x" * 4001):
        with pytest.raises(Invalid) as refused:
            feedback.tell_us(actor=amina, text=text)
        assert refused.value.field == "text"
    with pytest.raises(Denied):
        feedback.tell_us(actor=records.staff(), text="Hello")


def test_a_reply_reaches_the_customer_once() -> None:
    amina, sam = records.customer(), records.staff()
    told = feedback.tell_us(actor=amina, text="The search is slow")
    feedback.reply(told, actor=sam, text="We are on it.")
    feedback.reply(told, actor=sam, text="We are on it.")
    assert messages() == ["feedback_replied"]
    with pytest.raises(Conflict):
        feedback.reply(told, actor=sam, text="Another reply")
    [line] = feedback.of(amina).page()
    assert (line.state, line.reply) == ("replied", "We are on it.")


def test_the_customer_reads_what_came_of_it() -> None:
    amina, sam = records.customer(), records.staff()
    told = feedback.tell_us(actor=amina, text="The search is slow")
    feedback.close(told, actor=sam, came_of_it="It answers at once since today.")
    feedback.close(told, actor=sam, came_of_it="It answers at once since today.")
    assert messages() == ["feedback_done"]
    [line] = feedback.of(amina).page()
    assert (line.state, line.came_of_it) == ("done", "It answers at once since today.")
    with pytest.raises(Conflict):
        feedback.close(told, actor=sam, came_of_it="Something else")
    with pytest.raises(Conflict):
        feedback.reply(told, actor=sam, text="Too late")


def test_to_a_visitor_nobody_can_reply() -> None:
    told = feedback.tell_us(actor=ANONYMOUS, text="Hello")
    with pytest.raises(Conflict):
        feedback.reply(told, actor=records.staff(), text="Hello")
    feedback.close(told, actor=records.staff(), came_of_it="Read by the whole team.")
    assert messages() == []


def test_ben_reads_nothing_of_amina_and_mona_may_not_reply() -> None:
    amina, ben = records.customer(), records.customer("Ben Petrov")
    told = feedback.tell_us(actor=amina, text="The search is slow")
    with pytest.raises(NotFound):
        feedback.of(ben).get(told.uuid)
    assert feedback.of(ben).page() == []
    mona = records.staff("Mona", Permission.FEEDBACK_READ)
    assert feedback.of(mona).get(told.uuid) is told
    with pytest.raises(Denied):
        feedback.reply(told, actor=mona, text="Hello")
    with pytest.raises(Denied):
        feedback.close(told, actor=mona, came_of_it="Hello")
    with pytest.raises(Denied):
        feedback.of(records.staff("Lena", Permission.TASKS_WORK))


def test_a_colleague_reads_the_own_feedback_an_administrator_the_companys() -> None:
    lipa = records.account("Hurtownia Lipa", kind="company")
    ola = records.customer("Ola Lis", Right.ADMINISTER, of=lipa)
    piotr = records.customer("Piotr Zych", Right.COMPLAINTS_OWN, of=lipa)
    feedback.tell_us(actor=ola, text="from Ola")
    feedback.tell_us(actor=piotr, text="from Piotr")
    assert [line.text for line in feedback.of(piotr).page()] == ["from Piotr"]
    assert [line.text for line in feedback.of(ola).page()] == ["from Piotr", "from Ola"]


def test_staff_see_low_scores_first_in_pages() -> None:
    amina, sam = records.customer(), records.staff()
    for n, (handling, outcome) in enumerate([(5, 5), (1, 4), (3, 2), (4, 1), (5, 5)]):
        rate(amina, handling, outcome, case=uuid.uuid4(), text=str(n))
    feedback.tell_us(actor=amina, text="box")
    seen, after = [], None
    while True:
        rows = feedback.of(sam).inbox(after=after, limit=2)
        seen += rows[:2]
        if len(rows) <= 2:
            break
        after = rows[1].uuid
    assert [row.text for row in seen] == ["3", "1", "2", "4", "0", "box"]
    assert feedback.of(sam).counts() == {"new": 6, "replied": 0, "done": 0}


def test_figures_never_stand_without_their_number_of_answers() -> None:
    amina, sam = records.customer(), records.staff()
    assert feedback.of(sam).figures().n == 0
    for n in range(12):
        rate(amina, 4 if n % 2 else 5, 3, case=uuid.uuid4())
    figures = feedback.of(sam).figures()
    assert figures.n == 12
    assert figures.handling.value == 4.5
    assert figures.handling.low < 4.5 < figures.handling.high
    assert (figures.outcome.value, figures.outcome.low, figures.outcome.high) == (3.0, 3.0, 3.0)


def test_lists_cost_one_query() -> None:
    amina, sam = records.customer(), records.staff()
    for n in range(30):
        rate(amina, case=uuid.uuid4(), text=str(n))
    for read in (
        feedback.of(amina).page,
        feedback.of(sam).inbox,
        feedback.of(sam).counts,
        feedback.of(sam).figures,
    ):
        with counted() as queries:
            read()
        assert len(queries) == 1

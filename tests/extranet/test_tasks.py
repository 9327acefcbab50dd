"""A task through its three faces: handed over, answered, narrowed, worked on, called back."""

from __future__ import annotations

import io
import re
import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import db
from portal.domain import clock, complaints, tasks
from portal.domain.actor import Actor
from tests.browsing import browser_of
from tests.client import AuditingClient
from tests.customer.complaint_pages import at, case_of, press, signed_in
from tests.domain.tasks import scenes
from tests.signing_in import sign_in_partner, sign_in_staff


@dataclass
class Stage:
    """Three browsers and one complaint."""

    amina: AuditingClient
    sam: AuditingClient
    nils: AuditingClient
    actor: Actor
    case: uuid.UUID

    @property
    def page(self) -> str:
        return f"/complaints/{self.case}"

    def give(self, status: int = 303, **more: object) -> str:
        desk = f"/admin{self.page}/task"
        html = self.sam.get(desk).get_data(as_text=True)
        hidden = dict(re.findall(r'<input[^>]*name="(csrf_token|page)"[^>]*value="([^"]*)"', html))
        partner = re.search(r'<option value="([0-9a-f-]{36})">Northwind', html)
        until = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        given = {
            "partner": partner[1] if partner else "", "title": "Look at the kettle", "instructions": "Find the smell.",
            "until": until, "basis": "contract", "basis_words": "You asked for a repair.",
            "parts": ["field:words", *re.findall(r'value="(file:[^"]+)"', html)],
        } | more  # fmt: skip
        answer = self.sam.post(desk, data={**hidden, **given}, headers={"Referer": f"http://localhost{desk}"})
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, text[:2000]
        return text

    def tasks(self) -> list[tasks.TaskView]:
        with db.unit_of_work(write=False):
            return tasks.of_case(complaints.case(self.actor, self.case))

    def task(self) -> tasks.TaskView:
        with db.unit_of_work(write=False):
            return tasks.of_case(complaints.case(self.actor, self.case))[0]

    def at_nils(self) -> str:
        return f"/extranet/tasks/{self.task().uuid}"


@pytest.fixture
def stage(app: Flask) -> Stage:
    amina, actor = signed_in(app)
    sam, nils = browser_of(app), browser_of(app)
    sign_in_staff(sam, "handler")
    sign_in_partner(nils, "nils")
    case = at(actor, "in_hand", about="Kettle secretaboutqx", subject="Title secrettitleqx")
    with db.unit_of_work():
        found = complaints.of(actor).get(case)
        complaints.attach(
            found, actor=actor, name="kettle.jpg", stream=io.BytesIO(scenes.photo(size=(900, 700)))
        )
    return Stage(amina, sam, nils, actor, case)


def test_handed_over_seen_narrowed_and_called_back_in_two_presses(stage: Stage) -> None:
    assert "Give a part of it to a partner" in stage.sam.get(f"/admin{stage.page}").get_data(as_text=True)
    stage.give()
    assert "With Northwind Repairs" in stage.sam.get(f"/admin{stage.page}").get_data(as_text=True)
    home = stage.nils.get("/extranet").get_data(as_text=True)
    assert "Look at the kettle" in home and "Look at the kettle" in stage.nils.get(
        "/extranet/tasks"
    ).get_data(as_text=True)
    page = stage.nils.get(stage.at_nils()).get_data(as_text=True)
    assert "It stood in the hall for a week." in page and "kettle.jpg" in page
    for hidden in (
        "secretaboutqx",
        "secrettitleqx",
        "Amina",
        str(stage.case),
        case_of(stage.actor, stage.case).number,
    ):
        assert hidden not in page
    file = re.search(r'href="(/extranet/tasks/[^"]+/files/[^"]+)"', page)
    assert file
    got = stage.nils.get(file[1])
    assert (
        got.status_code == 200
        and got.headers["Content-Length"] == str(len(got.data))
        and b"Exif" not in got.data
    )
    hers = stage.amina.get(stage.page).get_data(as_text=True)
    assert (
        "They saw:" in hers and "Northwind Repairs does a task" in hers and "You asked for a repair." in hers
    )
    looked = stage.amina.get("/who-looked").get_data(as_text=True)
    assert "Northwind Repairs" in looked and "kettle.jpg" in looked and "words of the complaint" in looked
    words = next(one for one in stage.task().live if one.kind == "field")
    press(stage.amina, stage.page, "/limits", parts=[str(words.uuid)])
    assert stage.nils.get(file[1]).status_code == 404
    assert "kettle.jpg" not in stage.nils.get(stage.at_nils()).get_data(as_text=True)
    assert stage.nils.get(f"{stage.at_nils()}/state").json["version"] > 1
    assert press(stage.amina, stage.page, "/recall").status_code == 303
    over = stage.nils.get(stage.at_nils())
    assert over.status_code == 200 and "This task has ended" in over.get_data(as_text=True)
    assert "It stood in the hall" not in over.get_data(as_text=True) and "Look at" not in over.get_data(
        as_text=True
    )
    assert stage.nils.get(f"{stage.at_nils()}/state").status_code == 404
    after = stage.amina.get(stage.page).get_data(as_text=True)
    assert "A partner had a task" in after and "They saw:" in after
    assert "Called back by the customer" in stage.sam.get(f"/admin{stage.page}/task").get_data(as_text=True)
    assert "It was called back" in stage.nils.get("/extranet/tasks").get_data(as_text=True)


@pytest.mark.parametrize("by", ["customer", "staff"])
def test_a_task_that_a_restore_has_shut_is_called_back_from_its_page(stage: Stage, by: str) -> None:
    stage.give()
    with db.unit_of_work() as session:
        session.execute(update(tasks.Task).values(state="ended", ended_at=clock.now(), ended_how="recalled"))
    who, page = (stage.amina, stage.page) if by == "customer" else (stage.sam, f"/admin{stage.page}/task")
    assert "Call the task back" in who.get(page).get_data(as_text=True) or by == "customer"
    assert press(who, page, "/recall").status_code == 303
    assert "/recall" not in who.get(page).get_data(as_text=True)
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(complaints.Complaint.state)).all() == ["in_hand"]


def test_what_is_gone_answers_like_what_never_was(stage: Stage) -> None:
    stage.give()
    page = stage.nils.get(stage.at_nils()).get_data(as_text=True)
    file = re.search(r'href="(/extranet/tasks/[^"]+/files/[^"]+)"', page)
    assert file
    press(stage.amina, stage.page, "/recall")
    gone, never = (
        stage.nils.get(file[1]),
        stage.nils.get(f"/extranet/tasks/{uuid.uuid4()}/files/{uuid.uuid4()}"),
    )
    assert (gone.status_code, never.status_code) == (404, 404)
    plain = [re.sub(r'csrf_token" value="[^"]+"', "", one.get_data(as_text=True)) for one in (gone, never)]
    assert plain[0].replace(file[1], "") == plain[1].replace(never.request.path, "")


def test_the_customer_is_asked_and_answers_with_less(stage: Stage) -> None:
    stage.give(basis="permission", basis_words="")
    page = stage.amina.get(stage.page).get_data(as_text=True)
    assert "May Northwind Repairs see this?" in page and "Look at the kettle" in page
    assert stage.nils.get(stage.at_nils()).status_code == 404
    words = next(one for one in stage.task().live if one.kind == "field")
    press(stage.amina, stage.page, "/permission", answer="yes", parts=[str(words.uuid)])
    page = stage.nils.get(stage.at_nils()).get_data(as_text=True)
    assert "It stood in the hall" in page and "kettle.jpg" not in page


def test_the_customer_says_no(stage: Stage) -> None:
    stage.give(basis="permission", basis_words="")
    press(stage.amina, stage.page, "/permission", answer="no")
    assert stage.nils.get(stage.at_nils()).status_code == 404
    assert "The customer said no" in stage.sam.get(f"/admin{stage.page}/task").get_data(as_text=True)


def test_what_partners_may_see_anyway_is_set_once(stage: Stage) -> None:
    assert "What a partner may see" in stage.amina.get("/preferences").get_data(as_text=True)
    page = stage.amina.get("/preferences/partners").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token[1], "parts": ["words", "files"]}
    assert stage.amina.post("/preferences/partners", data=data).status_code == 303
    assert stage.amina.get("/preferences/partners").get_data(as_text=True).count("checked") == 2
    assert stage.amina.post("/preferences/partners", data=data | {"parts": ["passport"]}).status_code == 422
    stage.give(basis="permission", basis_words="")
    assert "It is among what you let partners see." in stage.amina.get(stage.page).get_data(as_text=True)


def test_the_partner_writes_attaches_proposes_and_hands_in(stage: Stage) -> None:
    stage.give()
    here = stage.at_nils()
    press(stage.nils, here, "/words", text="Is it the blue one?")
    press(stage.nils, here, "/files", files=(io.BytesIO(b"All is well"), "report.txt"))
    press(stage.nils, here, "/proposal", kind="compensation", amount="40", currency="PLN", text="Two visits")
    page = stage.nils.get(here).get_data(as_text=True)
    assert "Is it the blue one?" in page and "report.txt" in page and "To the customer" not in page
    assert press(stage.nils, here, "/words", text=" ").status_code == 422
    assert press(stage.nils, here, "/proposal", kind="", text="x").status_code == 422
    press(stage.amina, stage.page, "/writing")
    assert "To the customer" in stage.nils.get(here).get_data(as_text=True)
    press(stage.nils, here, "/words", text="Hello from Northwind", to_customer="y")
    hers = stage.amina.get(stage.page).get_data(as_text=True)
    assert "Hello from Northwind" in hers and "report.txt" in hers
    desk = stage.sam.get(f"/admin{stage.page}/task").get_data(as_text=True)
    assert "Two visits" in desk and "40" in desk
    press(stage.nils, here, "/result", text="The thermostat was wrong.")
    assert "This task has ended" in stage.nils.get(here).get_data(as_text=True)
    assert "The thermostat was wrong." in stage.amina.get(stage.page).get_data(as_text=True)
    for page in (f"/admin{stage.page}", f"/admin{stage.page}/task"):
        draft = re.search(
            r'href="([^"]+proposal=[^"#]+)#act-offers"', stage.sam.get(page).get_data(as_text=True)
        )
        assert draft
    form = stage.sam.get(draft[1]).get_data(as_text=True)
    assert re.search(r'name="remedy_0_amount" value="40', form) and "Two visits</textarea>" in form
    assert 'id="act-offers" open' in form and not re.search(r'name="finding"[^>]*checked', form)
    assert "Two visits</textarea>" not in stage.sam.get(f"/admin{stage.page}").get_data(as_text=True)


def test_two_tasks_at_once_are_narrowed_and_called_back_one_by_one(stage: Stage) -> None:
    stage.give(title="First task")
    stage.give(title="Second task", basis="permission", basis_words="", parts=["field:phone"])
    home = stage.amina.get("/home").get_data(as_text=True)
    assert "ask what they may see" in home and f'href="{stage.page}#task"' in home
    page = stage.amina.get(stage.page).get_data(as_text=True)
    assert "First task" in page and "Second task" in page and "Call all tasks back now" not in page
    asked, first = stage.tasks()
    press(stage.amina, stage.page, f"/{asked.uuid}/permission", answer="yes", parts=[str(asked.live[0].uuid)])
    assert "Call all tasks back now" in stage.amina.get(stage.page).get_data(as_text=True)
    assert "ask what they may see" not in stage.amina.get("/home").get_data(as_text=True)
    desk = f"/admin{stage.page}/task"
    page = stage.sam.get(desk).get_data(as_text=True)
    assert page.count("Call the task back") == 2 and "Another task" in page
    press(stage.sam, desk, "/recall", task=str(first.uuid))
    assert stage.nils.get(f"/extranet/tasks/{first.uuid}/state").status_code == 404
    assert stage.nils.get(f"/extranet/tasks/{asked.uuid}/state").status_code == 200
    assert press(stage.amina, stage.page, "/recall", task="nonsense").status_code == 404
    press(stage.amina, stage.page, "/recall", task=str(asked.uuid))
    assert stage.nils.get(f"/extranet/tasks/{asked.uuid}/state").status_code == 404


def test_what_was_typed_when_it_was_called_back_is_handed_back(stage: Stage) -> None:
    stage.give()
    page = stage.nils.get(stage.at_nils()).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    press(stage.sam, f"/admin{stage.page}/task", "/recall")
    assert token
    answer = stage.nils.post(
        f"{stage.at_nils()}/result", data={"csrf_token": token[1], "text": "My long report"}
    )
    assert answer.status_code == 409 and "My long report" in answer.get_data(as_text=True)
    with db.unit_of_work(write=False):
        assert "My long report" not in repr(db.session().execute(select(complaints.Entry.text)).all())


def test_what_staff_typed_wrong_comes_back_with_what_to_mend(stage: Stage) -> None:
    text = stage.give(422, parts=[], title="Look here")
    assert "Choose at least one thing" in text and "Look here" in text
    text = stage.give(422, until=(clock.now() + timedelta(days=300)).strftime("%Y-%m-%dT%H:%M"))
    assert "less than half" in text and 'value="field:words" checked' in text
    assert "Say why this ground holds" in stage.give(422, basis="duty", basis_words="")


def test_who_may_only_read_complaints_hands_nothing_over(stage: Stage, app: Flask) -> None:
    reader = browser_of(app)
    sign_in_staff(reader, "manager")
    assert reader.get(f"/admin{stage.page}/task").status_code in (200, 403)
    assert stage.nils.get(f"/admin{stage.page}/task").status_code == 303
    assert stage.nils.get(stage.page).status_code == 303

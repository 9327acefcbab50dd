"""The only administrator lost the second step: a link from the server, once, on the record, everybody told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import accounts, audit, clock, errors
from tests.browsing import browser_of, send
from tests.cli.test_staff import run, token_of
from tests.domain.accounts.people import PASSWORD, letters, member_of_staff

WAY = ("way-back", "ada@example.org", "--why", "Her phone fell into the Vistula", "--yes")
NEW = "nine quiet lanterns"


def told(app: Flask) -> set[str]:
    with db.unit_of_work():
        return {letter.address for letter in letters() if letter.name == "staff_way_back"}


@pytest.fixture
def ada(app: Flask) -> int:
    with db.unit_of_work():
        person = member_of_staff("Ada Root", "ada@example.org", roles=("administrator",))
        member_of_staff()
        return int(person.id)


def test_a_link_opens_once_with_a_new_password_and_a_new_second_step(app: Flask, ada: int) -> None:
    lost = token_of(run(app, *WAY))
    token = token_of(run(app, *WAY))  # asked again: the older one dies
    assert told(app) == {"ada@example.org", "sam@example.org"}
    browser = browser_of(app)
    assert browser.get(f"/admin/way-back/{lost}").status_code == 404
    page = f"/admin/way-back/{token}"
    assert (
        browser.get(page).status_code == 200 and browser.get(page).status_code == 200
    )  # looking uses nothing up
    assert send(browser, page, {"password": "password"}).status_code == 422
    done = send(browser, page, {"password": NEW})
    assert done.status_code == 303 and "sign-in" in done.headers["Location"]  # the second step comes next
    assert browser.get("/admin/staff").status_code == 303
    assert browser.get(page).status_code == 404
    with db.unit_of_work() as session:
        tags = session.scalars(select(audit.models.AuditEvent.tag)).all()
        assert tags.count("staff:way_back_opened") == 2 and tags.count("staff:way_back_used") == 1
        stages = [letter.data["stage"] for letter in letters() if letter.name == "staff_way_back"]
        assert stages.count("opened") == 4 and stages.count("used") == 2
        assert not accounts.factors_of(ada).passkeys


def test_it_is_over_after_an_hour(app: Flask, ada: int) -> None:
    token = token_of(run(app, *WAY))
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert browser_of(app).get(f"/admin/way-back/{token}").status_code == 404


def test_it_is_for_the_only_administrator_alone(app: Flask, ada: int) -> None:
    for email, said in (
        ("sam@example.org", "does not administer staff"), ("nobody@example.org", "Nobody with this address works here"),
    ):  # fmt: skip
        refused = run(app, "way-back", email, "--why", "x", "--yes")
        assert refused.exit_code == 1 and said in refused.output, refused.output
    token = token_of(run(app, *WAY))
    with db.unit_of_work():
        member_of_staff("Eve Lind", "eve@example.org", roles=("administrator",))
    refused = run(app, *WAY)
    assert refused.exit_code == 1 and "There is another administrator" in refused.output
    with db.unit_of_work(), pytest.raises(errors.Conflict):
        accounts.use_way_back(token, PASSWORD + " and more")
    assert run(app, "way-back", "ada@example.org", "--why", "  ", "--yes").exit_code == 1

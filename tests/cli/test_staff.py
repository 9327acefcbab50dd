"""The first administrator comes from the command line, once; the last one does not go that way."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask

from portal import db
from portal.domain import accounts, errors
from portal.domain.actor import SYSTEM
from tests.domain.accounts.people import PASSWORD, letters, member_of_staff

FIRST = ("first-administrator", "ada@example.org", "--name", "Ada Root")


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["staff", *arguments])


def token_of(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout.strip().rpartition("/")[2]


def test_the_first_administrator_is_made_once_and_by_a_link(app: Flask) -> None:
    lost = token_of(run(app, *FIRST))
    token = token_of(run(app, *FIRST))  # the link was lost: a new one, and still one person
    with db.unit_of_work():
        assert not letters()
        with pytest.raises(errors.NotFound):
            accounts.accept_invitation(lost, PASSWORD)
        person = accounts.accept_invitation(token, PASSWORD)
        assert [one.person_id for one in accounts.staff_list(SYSTEM)] == [person]
        assert accounts.administrator_count() == 1
    again = run(app, "first-administrator", "eve@example.org", "--name", "Eve")
    assert again.exit_code == 1 and "There is an administrator already" in again.output


def test_what_does_not_fit_is_one_line(app: Flask) -> None:
    refused = run(app, "first-administrator", "nonsense", "--name", "Ada")
    assert refused.exit_code == 1 and "name@example.org" in refused.output
    assert "Traceback" not in refused.output


def test_staff_are_listed_and_deactivated_but_not_the_last_administrator(app: Flask) -> None:
    with db.unit_of_work():
        member_of_staff("Ada Root", "ada@example.org", roles=("administrator",))
        member_of_staff()
    assert "Sam Reed" in run(app, "list").output
    gone = run(app, "deactivate", "SAM@example.org", "--yes")
    assert gone.exit_code == 0 and "Sam Reed is deactivated" in gone.output
    assert "Sam Reed" not in run(app, "list").output
    assert "deactivated" in run(app, "list", "--all").output
    kept = run(app, "deactivate", "ada@example.org", "--yes")
    assert kept.exit_code == 1 and "last administrator" in kept.output
    assert run(app, "deactivate", "nobody@example.org", "--yes").exit_code == 1

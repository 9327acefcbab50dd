"""The pages about staff and roles, through HTTP."""

from __future__ import annotations

import pyotp
import pytest
from flask import Flask

from portal import db
from portal.domain import accounts, complaints
from portal.domain.accounts import Face
from portal.domain.accounts.roles import ROLES
from portal.domain.actor import SYSTEM, Permission
from portal.ui import gates
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.counting import counted
from tests.domain.accounts.people import PASSWORD, letters, link_of
from tests.domain.complaints import cases
from tests.signing_in import sign_in_customer, sign_in_staff


@pytest.fixture
def ada(app: Flask) -> AuditingClient:
    """The browser of the manager, who administers too."""
    browser = browser_of(app)
    sign_in_staff(browser, "administrator")
    return browser


def invite(browser: AuditingClient, **changes: object) -> str:
    data = {
        "name": "Nora New",
        "email": "nora@example.org",
        "team": "Care",
        "roles": "handler",
        "language": "en",
    }
    answer = send(browser, "/admin/staff/new", data | changes)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def test_somebody_invited_chooses_a_password_and_a_second_step(app: Flask, ada: AuditingClient) -> None:
    where = invite(ada)
    assert "Has not accepted yet" in ada.get(where).get_data(as_text=True)
    with db.unit_of_work():
        token = link_of(letters("staff_invitation")[-1])
    newcomer = browser_of(app)
    path = f"/admin/invitation/{token}"
    for _ in range(2):  # a program that follows links changes nothing
        assert "nora@example.org" in newcomer.get(path).get_data(as_text=True)
    assert send(newcomer, path, {"password": "password1"}).status_code == 422
    answer = send(newcomer, path, {"password": PASSWORD})
    assert answer.headers["Location"].startswith("/admin/sign-in/enrol")
    page = newcomer.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Set up your second step" in page
    assert newcomer.get("/admin/queue").status_code == 303  # not in before the code
    with newcomer.session_transaction("/admin/") as kept:
        step = kept["step"]
    with db.unit_of_work(write=False):
        secret = accounts.enrolling(step).secret
    done = send(newcomer, "/admin/sign-in/enrol", {"code": pyotp.TOTP(secret).now()})
    assert done.status_code == 200 and "Recovery codes" in done.get_data(as_text=True)
    assert newcomer.get("/admin/queue").status_code == 200
    assert newcomer.get(path).status_code == 404
    assert "Has not accepted yet" not in ada.get(where).get_data(as_text=True)


def test_a_form_that_does_not_fit_keeps_what_was_typed(ada: AuditingClient) -> None:
    answer = send(
        ada, "/admin/staff/new",
        {"name": "Nora <b>", "email": "nonsense", "team": "Care", "roles": "handler", "language": "en"},
    )  # fmt: skip
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Nora &lt;b&gt;" in page and "name@example.org" in page


def test_roles_change_at_the_next_request_and_deactivation_ends_it(app: Flask, ada: AuditingClient) -> None:
    sam = browser_of(app)
    person = sign_in_staff(sam, "handler")
    where = f"/admin/staff/{person.uuid}"
    assert sam.get("/admin/queue").status_code == 200
    assert send(ada, f"{where}/roles", {"roles": "marketing"}, page=where).status_code == 303
    assert sam.get("/admin/queue").status_code == 403
    assert send(ada, f"{where}/deactivation", page=where).status_code == 303
    assert sam.get("/admin/queue").status_code == 303  # to the sign-in
    assert "Deactivated" in ada.get(where).get_data(as_text=True)
    assert send(ada, f"{where}/reactivation", page=where).status_code == 303
    assert "Deactivate" in ada.get(where).get_data(as_text=True)


def test_the_last_administrator_is_kept(ada: AuditingClient) -> None:
    with db.unit_of_work(write=False):
        me = next(one for one in accounts.staff_list(SYSTEM, view="all") if "administrator" in one.role_keys)
    where = f"/admin/staff/{me.uuid}"
    answer = send(ada, f"{where}/deactivation", page=where)
    assert answer.status_code == 409 and "last administrator" in answer.get_data(as_text=True)
    assert send(ada, f"{where}/roles", {"roles": "handler"}, page=where).status_code == 409
    assert ada.get(where).status_code == 200


def test_absence_team_and_new_link(ada: AuditingClient) -> None:
    where = invite(ada)
    assert send(ada, f"{where}/invitation", page=where).status_code == 303
    assert send(ada, f"{where}/team", {"team": "Review"}, page=where).status_code == 303
    assert "Review" in ada.get("/admin/staff?view=invited").get_data(as_text=True)
    with db.unit_of_work():
        accounts.accept_invitation(link_of(letters("staff_invitation")[-1]), PASSWORD)
    wrong = send(ada, f"{where}/absence", {"last_day": "2001-01-01"}, page=where)
    assert wrong.status_code == 422 and "from today on" in wrong.get_data(as_text=True)
    assert send(ada, f"{where}/absence", {"back": "1"}, page=where).status_code == 303


def test_the_table_of_roles_equals_what_guards_every_endpoint(app: Flask, ada: AuditingClient) -> None:
    with app.test_request_context():
        opened = gates.openings()
    guarded = {
        (name, method)
        for name, view in app.view_functions.items()
        if getattr(view, "access", None) and view.access.kind is gates.Kind.STAFF
        for rule in app.url_map.iter_rules(name)
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert {(one.endpoint, one.method) for one in opened} == guarded
    for one in opened:
        assert one.permissions == app.view_functions[one.endpoint].access.permissions  # type: ignore[attr-defined]
    page = ada.get("/admin/roles").get_data(as_text=True)
    for one in opened:
        assert not one.permissions or f"<code>{one.address}</code>" in page
    with db.unit_of_work(write=False):
        for role in accounts.roles_of_firm(SYSTEM):
            assert role.permissions == ROLES[role.key].permissions


def test_a_role_is_made_like_another_changed_and_removed(ada: AuditingClient) -> None:
    page = ada.get("/admin/roles/new?like=agent").get_data(as_text=True)
    assert "Call centre, changed" in page and page.count("checked") == len(ROLES["agent"].permissions)
    made = send(ada, "/admin/roles/new", {"name": "Reader", "permissions": [Permission.FILES_READ.value]})
    assert made.status_code == 303
    with db.unit_of_work(write=False):
        key = next(one.key for one in accounts.roles_of_firm(SYSTEM) if one.own)
    where = f"/admin/roles/{key}"
    changed = send(ada, where, {"name": "Reader", "permissions": [Permission.FEEDBACK_READ.value]})
    assert changed.status_code == 303
    assert send(ada, where, {"name": "Reader"}).status_code == 422
    assert "ships with Reins" in ada.get("/admin/roles/agent").get_data(as_text=True)
    assert send(ada, f"{where}/removal", page=where).status_code == 303
    assert ada.get(where).status_code == 404
    record = ada.get("/admin/settings/record").get_data(as_text=True)
    assert "made the role Reader" in record and "removed the role Reader" in record


def test_pages_cost_the_same_however_many_work_here(app: Flask, ada: AuditingClient) -> None:
    def cost(path: str) -> int:
        ada.get(path)
        with counted() as queries:
            assert ada.get(path).status_code == 200
        return len(queries)

    paths = ("/admin/staff", "/admin/roles", "/admin/settings", "/admin/settings/record")
    before = [cost(path) for path in paths]
    with db.unit_of_work():
        for n in range(12):
            accounts.add_staff(
                actor=SYSTEM,
                name=f"Colleague {n}",
                email=f"c{n}@example.org",
                team="Care",
                roles=("handler",),
            )
    assert [cost(path) for path in paths] == before
    assert max(before) <= 7


def test_settings_show_what_a_role_may_open(app: Flask, ada: AuditingClient) -> None:
    page = ada.get("/admin/settings").get_data(as_text=True)
    assert 'href="/admin/staff"' in page and 'href="/admin/roles"' in page
    other = browser_of(app)
    sign_in_staff(other, "handler")
    page = other.get("/admin/settings").get_data(as_text=True)
    assert 'href="/admin/staff"' not in page and "Nothing to set" in page


def test_cases_of_who_leaves_are_handed_over(app: Flask) -> None:
    sam = browser_of(app)
    handler = sign_in_staff(sam, "handler")
    sign_in_customer(browser_of(app), "amina")
    with db.unit_of_work():
        amina = accounts.actor_of(accounts.person_called("Amina Nowak").id)
        case = cases.in_hand(amina, accounts.actor_of(handler.id, face=Face.STAFF)).uuid
    manager = browser_of(app)
    leader = sign_in_staff(manager, "manager")
    with db.unit_of_work():
        accounts.set_roles(leader.id, ["manager", "administrator"], actor=SYSTEM)
        tomek = accounts.add_staff(
            actor=SYSTEM, name="Tomek Rybak", email="tomek@example.org", team="Complaints", roles=("handler",)
        )
        accounts.end_staff(handler.id, actor=SYSTEM)
        to, to_id = tomek.uuid, tomek.id
    where = f"/admin/staff/{handler.uuid}"
    assert "1 open complaint" in manager.get(where).get_data(as_text=True)
    page = f"{where}/cases"
    assert str(case) in manager.get(page).get_data(as_text=True)
    assert send(manager, f"{where}/hand-over", {"case": str(case)}, page=page).status_code == 422
    assert (
        send(manager, f"{where}/hand-over", {"case": str(case), "to": str(to)}, page=page).status_code == 303
    )
    with db.unit_of_work(write=False):
        assert (complaints.in_hands_of(handler.id), complaints.in_hands_of(to_id)) == (0, 1)
    assert "Nothing left" in manager.get(page).get_data(as_text=True)
    with db.unit_of_work():
        assert letters("complaint_taken")[-1].data["handler"] == "Tomek Rybak"

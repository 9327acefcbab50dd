"""Staff come by invitation, go at once, and nobody makes himself more than he is."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import config, db
from portal.domain import accounts, audit, calendars, clock, complaints, errors
from portal.domain.accounts import Face
from portal.domain.accounts.models import Role, StaffMember
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.audit import Tag
from tests.domain.accounts.people import PASSWORD, customer, letters, link_of, member_of_staff

pytestmark = pytest.mark.usefixtures("database")


def signed_in(person: accounts.Person) -> Actor:
    token, _ = accounts.demo_link(person, face=Face.STAFF)
    step, _ = accounts.enter_by_link(token, device="Firefox", network="192.0.2.1")
    resumed = accounts.resume(step.token, face=Face.STAFF)
    assert resumed is not None
    return resumed.actor


def administrator(name: str = "Ada Root", email: str = "ada@example.org") -> tuple[accounts.Person, Actor]:
    person = member_of_staff(name, email, roles=("administrator",))
    return person, signed_in(person)


def invited(actor: Actor = SYSTEM, **changes: object) -> accounts.Person:
    accounts.seed_roles()
    values = {"name": "Nora New", "email": "nora@example.org", "team": "Care", "roles": ("handler",)}
    return accounts.invite(actor=actor, **(values | changes))  # type: ignore[arg-type]


def accept(person: accounts.Person) -> None:
    accounts.accept_invitation(link_of(letters("staff_invitation")[-1]), PASSWORD)


def test_an_invitation_opens_nothing_before_it_is_accepted(uow: object) -> None:
    person = invited()
    with pytest.raises(errors.NotFound):
        accounts.actor_of(person.id, face=Face.STAFF)
    assert person.id not in [one.person_id for one in accounts.colleagues()]
    assert not complaints.handlers()
    token = link_of(letters("staff_invitation")[-1])
    assert accounts.accept_invitation(token, PASSWORD) == person.id
    assert accounts.actor_of(person.id, face=Face.STAFF).may(Permission.COMPLAINTS_WRITE)
    step = accounts.after_invitation(person.id, device="Firefox", network="192.0.2.1")
    assert step.next is accounts.Next.ENROL
    with pytest.raises(errors.NotFound):
        accounts.accept_invitation(token, PASSWORD)


def test_a_new_link_ends_the_one_before(uow: object) -> None:
    _, ada = administrator()
    person = invited(ada)
    first = link_of(letters("staff_invitation")[-1])
    accounts.invite_again(person.uuid, actor=ada)
    second = link_of(letters("staff_invitation")[-1])
    with pytest.raises(errors.NotFound):
        accounts.accept_invitation(first, PASSWORD)
    accounts.accept_invitation(second, PASSWORD)
    with pytest.raises(errors.Conflict):
        accounts.invite_again(person.uuid, actor=ada)


def test_a_link_is_over_after_three_days(uow: object, monkeypatch: pytest.MonkeyPatch) -> None:
    invited()
    token = link_of(letters("staff_invitation")[-1])
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=72, seconds=1))
    with pytest.raises(errors.NotFound):
        accounts.accept_invitation(token, PASSWORD)


def test_a_weak_password_leaves_the_link_as_it_was(uow: object) -> None:
    person = invited()
    token = link_of(letters("staff_invitation")[-1])
    with pytest.raises(errors.Invalid) as refused:
        accounts.accept_invitation(token, "password1")
    assert refused.value.field == "password"
    assert accounts.accept_invitation(token, PASSWORD) == person.id


def test_a_customer_becomes_staff_beside_it_and_not_before_the_link(uow: object) -> None:
    amina = customer()
    assert invited(email="amina@example.org").id == amina.id
    with pytest.raises(errors.Invalid):
        accounts.sign_in(
            email="amina@example.org", password=PASSWORD, face=Face.STAFF, device="x", network="192.0.2.1"
        )
    accept(amina)
    assert accounts.actor_of(amina.id, face=Face.STAFF).is_staff
    assert accounts.actor_of(amina.id).is_customer


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("email", {"email": "nonsense"}),
        ("email", {"email": "ada@example.org"}),
        ("name", {"name": "  "}),
        ("team", {"team": ""}),
        ("roles", {"roles": ()}),
        ("roles", {"roles": ("emperor",)}),
        ("language", {"language": "xx"}),
    ],
)
def test_what_does_not_fit_is_named(uow: object, field: str, changes: dict[str, object]) -> None:
    _, ada = administrator()
    with pytest.raises(errors.Invalid) as refused:
        invited(ada, **changes)
    assert refused.value.field == field


def test_only_who_administers_and_proved_it_lately_may(uow: object, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = signed_in(member_of_staff())
    with pytest.raises(errors.Denied):
        invited(handler)
    person, ada = administrator()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=config.load().fresh_minutes, seconds=1))
    for act in (
        lambda: invited(ada),
        lambda: accounts.set_roles(person.id, ["handler"], actor=ada),
        lambda: accounts.end_staff(person.id, actor=ada),
        lambda: accounts.make_role(actor=ada, name="X", permissions=["any:file:read"]),
    ):
        with pytest.raises(errors.FreshSignInNeeded):
            act()


def test_the_last_administrator_stays(uow: object) -> None:
    person, ada = administrator()
    invited(ada, roles=("administrator",))  # who has not accepted is none yet
    for act in (
        lambda: accounts.end_staff(person.id, actor=ada),
        lambda: accounts.set_roles(person.id, ["handler"], actor=SYSTEM),
        lambda: accounts.deactivate(person.id, actor=SYSTEM),
    ):
        with pytest.raises(errors.Conflict), db.session().begin_nested():
            act()
    db.session().expire_all()
    assert accounts.administrator_count() == 1
    other, _ = administrator("Bea Root", "bea@example.org")
    accounts.end_staff(person.id, actor=ada)
    assert accounts.administrator_count() == 1 and accounts.actor_of(other.id, face=Face.STAFF)


def test_nobody_makes_himself_more_while_another_could(uow: object) -> None:
    person, ada = administrator()
    accounts.set_roles(person.id, ["administrator", "agent"], actor=ada)  # alone there is nobody to ask
    other, _ = administrator("Bea Root", "bea@example.org")
    with pytest.raises(errors.Invalid) as refused, db.session().begin_nested():
        accounts.set_roles(person.id, ["administrator", "agent", "manager"], actor=ada)
    assert refused.value.field == "roles"
    accounts.set_roles(person.id, ["administrator"], actor=ada)  # less is always possible
    accounts.set_roles(other.id, ["administrator", "manager"], actor=ada)
    assert accounts.actor_of(other.id, face=Face.STAFF).may(Permission.COMPLAINTS_SUPERVISE)


def test_nobody_widens_an_own_role_he_holds_while_another_could(uow: object) -> None:
    person, ada = administrator()
    administrator("Bea Root", "bea@example.org")
    key = accounts.make_role(
        actor=ada, name="Reader", permissions=["any:complaint:read", "any:feedback:read"]
    )
    with pytest.raises(errors.Invalid), db.session().begin_nested():
        accounts.set_roles(person.id, ["administrator", key], actor=ada)
    accounts.set_roles(person.id, ["administrator", key], actor=SYSTEM)
    with pytest.raises(errors.Invalid) as refused, db.session().begin_nested():
        accounts.change_role(
            key, actor=ada, name="Reader", permissions=["any:complaint:read", "any:file:read"]
        )
    assert refused.value.field == "permissions"
    accounts.change_role(key, actor=ada, name="Reader of less", permissions=["any:feedback:read"])
    now = accounts.role_of_firm(ada, key)
    assert now.permissions == {Permission.FEEDBACK_READ} and now.name == "Reader of less" and now.own


def test_roles_that_ship_stay_and_held_ones_are_not_removed(uow: object) -> None:
    _, ada = administrator()
    for act in (
        lambda: accounts.remove_role("handler", actor=ada),
        lambda: accounts.change_role("handler", actor=ada, name="X", permissions=["any:file:read"]),
    ):
        with pytest.raises(errors.Conflict):
            act()
    key = accounts.make_role(actor=ada, name="Files", permissions=["any:file:read"])
    sam = member_of_staff()
    accounts.set_roles(sam.id, [key], actor=ada)
    with pytest.raises(errors.Conflict):
        accounts.remove_role(key, actor=ada)
    accounts.set_roles(sam.id, [], actor=ada)
    accounts.remove_role(key, actor=ada)
    assert db.session().scalar(select(Role).where(Role.key == key)) is None
    accounts.seed_roles()  # an own role neither comes back nor is in the way


@pytest.mark.parametrize("name", ["", "Manager", "mAnAgEr", "x" * 61])
def test_a_role_needs_a_name_of_its_own(uow: object, name: str) -> None:
    _, ada = administrator()
    with pytest.raises(errors.Invalid) as refused:
        accounts.make_role(actor=ada, name=name, permissions=["any:file:read"])
    assert refused.value.field == "name"


@pytest.mark.parametrize("permissions", [[], ["any:thing:do"]])
def test_a_role_is_made_of_permissions_that_exist(uow: object, permissions: list[str]) -> None:
    _, ada = administrator()
    with pytest.raises(errors.Invalid) as refused:
        accounts.make_role(actor=ada, name="Odd", permissions=permissions)
    assert refused.value.field == "permissions"


def test_an_own_role_is_called_by_its_name(uow: object) -> None:
    _, ada = administrator()
    key = accounts.make_role(actor=ada, name="Keeper, of files", permissions=["any:file:read"])
    sam = member_of_staff()
    accounts.set_roles(sam.id, [key], actor=ada)
    token, _ = accounts.demo_link(sam, face=Face.STAFF)
    step, _ = accounts.enter_by_link(token, device="Firefox", network="192.0.2.1")
    resumed = accounts.resume(step.token, face=Face.STAFF)
    assert resumed is not None and resumed.roles == ("Keeper, of files",)


def test_deactivation_ends_sign_ins_and_links_and_can_be_taken_back(uow: object) -> None:
    _, ada = administrator()
    sam = member_of_staff()
    token, _ = accounts.demo_link(sam, face=Face.STAFF)
    step, _ = accounts.enter_by_link(token, device="Firefox", network="192.0.2.1")
    accounts.end_staff(sam.id, actor=ada)
    accounts.end_staff(sam.id, actor=ada)
    resumed = accounts.resume(step.token, face=Face.STAFF)
    assert resumed is not None and resumed.life is not accounts.Life.LIVE
    accounts.take_back(sam.uuid, actor=ada)
    assert accounts.actor_of(sam.id, face=Face.STAFF).may(Permission.COMPLAINTS_WRITE)
    resumed = accounts.resume(step.token, face=Face.STAFF)
    assert resumed is not None and resumed.life is accounts.Life.ENDED
    said = [act.tag for act in audit.of_firm(_reader(), about=sam.uuid)]
    assert said[:2] == [Tag.STAFF_TAKEN_BACK, Tag.STAFF_ENDED] and said.count(Tag.STAFF_ENDED) == 1


def test_an_open_invitation_dies_with_the_deactivation(uow: object) -> None:
    _, ada = administrator()
    person = invited(ada)
    token = link_of(letters("staff_invitation")[-1])
    accounts.end_staff(person.id, actor=ada)
    with pytest.raises(errors.NotFound):
        accounts.accept_invitation(token, PASSWORD)
    accounts.take_back(person.uuid, actor=ada)
    with pytest.raises(errors.NotFound):
        accounts.accept_invitation(token, PASSWORD)
    assert accounts.staff_file(ada, person.uuid).line.invited_at is not None


def test_who_is_away_is_offered_no_work_until_the_day_is_over(
    uow: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ada = administrator()
    sam = member_of_staff()
    today = calendars.local_day(clock.now(), config.load().firm_zone)
    with pytest.raises(errors.Invalid):
        accounts.set_absence(sam.uuid, today - timedelta(days=1), actor=ada)
    accounts.set_absence(sam.uuid, today, actor=ada)
    assert sam.uuid not in [one[0] for one in complaints.handlers()]
    assert accounts.staff_file(ada, sam.uuid).line.last_day_away == today
    end = calendars.day_end(today, config.load().firm_zone)
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: end)
        assert sam.uuid in [one[0] for one in complaints.handlers()]
    accounts.set_absence(sam.uuid, None, actor=ada)
    assert sam.uuid in [one[0] for one in complaints.handlers()]


def test_every_permission_has_words_and_a_group() -> None:
    assert set(accounts.PERMISSION_WORDS) == set(Permission)
    assert sum(len(group) for _, group in accounts.PERMISSION_GROUPS) == len(Permission)


def _reader() -> Actor:
    return Actor(SYSTEM.kind, name="Reins")


def test_two_administrators_who_deactivate_each_other_leave_one(own_database: db.Database) -> None:
    with db.unit_of_work():
        people = [administrator(), administrator("Bea Root", "bea@example.org")]
        ids = [person.id for person, _ in people]
        actors = [actor for _, actor in people]
    start, refused = threading.Barrier(2), []

    def end(victim: int, actor: Actor) -> None:
        try:
            with db.unit_of_work():
                start.wait()
                accounts.end_staff(victim, actor=actor)
        except (errors.Conflict, errors.FreshSignInNeeded) as error:
            refused.append(type(error))

    threads = [
        threading.Thread(target=end, args=(victim, actor))
        for victim, actor in zip(ids, reversed(actors), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.unit_of_work(write=False) as session:
        assert accounts.administrator_count() == 1
        living = session.scalars(select(StaffMember).where(StaffMember.ended_at.is_(None))).all()
        assert len(living) == 1 and len(refused) == 1

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import accounts, search
from portal.domain.accounts import Face
from portal.domain.accounts.models import Account
from portal.domain.actor import ANONYMOUS, SYSTEM, Permission, Right
from portal.domain.audit import AuditEvent
from portal.domain.errors import Denied, Invalid, NotFound
from tests.domain.accounts.people import customer, member_of_staff


def imported(key: str = "17", **fields: str) -> tuple[str, accounts.Account, accounts.Person]:
    return accounts.import_customer(source="crm", source_key=key, **{"name": "Łucja Żak", **fields})  # type: ignore[arg-type]


def test_an_import_is_done_once(uow: object) -> None:
    outcome, account, person = imported(email="lucja@example.org", phone="600 100 200", city="Łódź")
    again, same, same_person = imported(email="changed@example.org")
    assert (outcome, again) == ("new", "known")
    assert (same.id, same_person.id) == (account.id, person.id)
    assert db.session().scalar(select(func.count(Account.id))) == 1
    assert (account.claimed_at, person.claimed_at, account.phone) == (None, None, "+48600100200")
    assert list(db.session().scalars(select(AuditEvent.tag))) == ["account:imported"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "amina@example.org"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"country": "Poland"}, "country"),
        ({"zone": "Europe/Atlantis"}, "zone"),
    ],
)
def test_a_bad_line_names_its_field_and_leaves_nothing(
    uow: object, fields: dict[str, str], field: str
) -> None:
    customer()
    before = db.session().scalar(select(func.count(Account.id)))
    with pytest.raises(Invalid) as refused, db.session().begin_nested():
        imported(**fields)
    assert refused.value.field == field
    assert db.session().scalar(select(func.count(Account.id))) == before


def test_a_customer_is_found_by_name_mail_phone_and_number(uow: object) -> None:
    _, account, _ = imported(email="lucja@example.org", phone="600 100 200", city="Łódź")
    for words in (
        "lucja zak",
        "lucja@example.org",
        "0048 600 100 200",
        "600-100-200",
        account.number,
        "lodz",
    ):
        assert search.find("account", words) == [account.id], words


def test_changes_say_what_changed_and_reach_the_search(uow: object) -> None:
    person = customer()
    actor = accounts.actor_of(person.id)
    assert accounts.change_profile(actor, name="Amina Nowak-Lis", phone="22 555 01 00", city="Łódź", language="pl") == [
        "name", "language", "phone", "city",
    ]  # fmt: skip
    assert accounts.change_profile(actor, name="Amina Nowak-Lis") == []
    profile = accounts.profile_of(actor)
    assert (profile.account_name, profile.phone, profile.language) == (
        "Amina Nowak-Lis",
        "+48225550100",
        "pl",
    )
    assert search.find("account", "nowak lis") == [actor.account_id]
    said = db.session().scalars(select(AuditEvent).where(AuditEvent.tag == "account:changed")).all()
    assert [event.data["fields"] for event in said] == ["name", "language", "phone", "postal_address"]


def test_a_colleague_without_the_right_changes_only_what_is_theirs(uow: object) -> None:
    account, ola = accounts.open_account(
        actor=SYSTEM,
        name="Hurtownia Lipa",
        kind="company",
        contact="Ola Lipa",
        email="ola@lipa.example",
        claimed=True,
    )
    piotr = accounts.actor_of(
        accounts.open_account(actor=SYSTEM, name="Piotr Lis", email="piotr@lipa.example", claimed=True)[1].id
    )
    accounts.join(
        account, accounts.person_by_id(piotr.person_id or 0), actor=SYSTEM, rights=(Right.COMPLAINTS_OWN,)
    )
    actor = accounts.actor_of(piotr.person_id or 0, account_id=account.id)
    assert actor.rights == {"complaints:own"}
    accounts.change_profile(actor, salutation="Mr Lis")
    with pytest.raises(Denied):
        accounts.change_profile(actor, phone="22 555 01 00")
    assert [member.name for member in accounts.people_of(account.id)] == ["Ola Lipa", "Piotr Lis"]
    assert [member.name for member in accounts.people_of(account.id, Right.PERMISSIONS)] == ["Ola Lipa"]
    assert accounts.main_person(account.id).person_id == ola.id


def test_a_right_is_given_once_and_taken_at_once(uow: object) -> None:
    account, ola = accounts.open_account(actor=SYSTEM, name="Lipa", kind="company", contact="Ola Lipa")
    piotr = customer("Piotr Lis", "piotr@lipa.example")
    membership = accounts.join(account, piotr, actor=SYSTEM)
    for _ in range(2):
        assert accounts.join(account, piotr, actor=SYSTEM, rights=(Right.DOCUMENTS,)) is membership
    assert accounts.actor_of(piotr.id, account_id=account.id).rights == {"documents"}
    accounts.set_rights(membership.uuid, [], actor=accounts.actor_of(ola.id))
    assert accounts.actor_of(piotr.id, account_id=account.id).rights == frozenset()


def test_the_scope_of_each_kind_of_actor(uow: object) -> None:
    amina, ben = customer(), customer("Ben Petrov", "ben@example.org")
    actor = accounts.actor_of(amina.id)
    sam = accounts.actor_of(member_of_staff().id, face=Face.STAFF)
    mona = accounts.actor_of(
        member_of_staff("Mona", "mona@example.org", roles=("marketing",)).id, face=Face.STAFF
    )

    def reached(clause: object) -> int:
        return len(
            db.session()
            .scalars(select(AuditEvent.id).where(clause, AuditEvent.account_id.is_not(None)))
            .all()
        )  # type: ignore[arg-type]

    assert reached(accounts.scope(AuditEvent, actor)) == 1
    assert reached(accounts.scope(AuditEvent, sam, Permission.CUSTOMERS_READ)) == 2
    assert reached(accounts.scope(AuditEvent, sam)) == 0
    assert reached(accounts.scope(AuditEvent, ANONYMOUS, Permission.CUSTOMERS_READ)) == 0
    assert reached(accounts.scope(AuditEvent, SYSTEM)) == 2
    with pytest.raises(Denied):
        accounts.scope(AuditEvent, mona, Permission.CUSTOMERS_READ)
    bens = accounts.account_by_id(accounts.actor_of(ben.id).account_id or 0)
    with pytest.raises(NotFound):
        accounts.of(actor).get(bens.uuid)
    with pytest.raises(Denied):
        accounts.of(mona).get(bens.uuid)
    assert accounts.of(sam).get(bens.uuid) is bens
    with pytest.raises(NotFound):
        accounts.of(actor).people(bens.id)


def test_staff_page_through_customers_by_name(uow: object) -> None:
    for n, name in enumerate(("Żak", "Łoś", "Nowak", "Adamska", "Lis")):
        imported(str(n), name=name)
    sam = accounts.of(accounts.actor_of(member_of_staff().id, face=Face.STAFF))
    first = sam.page(size=3)
    assert [party.name for party in first] == ["Adamska", "Lis", "Łoś", "Nowak"]
    rest = sam.page(size=3, after=(first[2].name_key, first[2].id))
    assert [party.name for party in rest] == ["Nowak", "Żak"]
    ids = [first[2].id, first[0].id]
    assert [party.name for party in sam.by_ids(ids)] == ["Łoś", "Adamska"]


def test_roles_ship_once_and_staff_are_found_by_what_they_may_do(uow: object) -> None:
    sam = member_of_staff()
    rita = member_of_staff("Rita Berg", "rita@example.org", roles=("reviewer",))
    accounts.seed_roles()
    assert [one.person_id for one in accounts.colleagues(Permission.COMPLAINTS_REVIEW)] == [rita.id]
    assert {one.person_id for one in accounts.colleagues(Permission.COMPLAINTS_WRITE)} == {sam.id, rita.id}
    with pytest.raises(Denied):
        accounts.add_staff(
            actor=accounts.actor_of(sam.id, face=Face.STAFF),
            name="X",
            email="x@example.org",
            team="X",
            roles=(),
        )
    with pytest.raises(Invalid):
        accounts.set_roles(sam.id, ["emperor"], actor=SYSTEM)

from __future__ import annotations

import threading
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select, update

from portal import config, db
from portal.domain import accounts, clock
from portal.domain.accounts import Face, Next, limits
from portal.domain.accounts.credentials import Attempt, RecoveryCode, TotpFactor
from portal.domain.actor import SYSTEM
from portal.domain.errors import Denied, FreshSignInNeeded, Invalid, NotFound, TooMany
from tests.counting import counted
from tests.domain.accounts.people import PASSWORD, asked, customer, letters, member_of_staff

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HERE = "192.0.2.1"


def try_in(
    email: str = "amina@example.org",
    password: str = PASSWORD,
    *,
    face: Face = Face.CUSTOMER,
    network: str = HERE,
    device: str = "Firefox, Windows",
) -> accounts.Step:
    return accounts.sign_in(email=email, password=password, face=face, device=device, network=network)


def code_at(offset: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(clock.now() + timedelta(seconds=30 * offset))


def test_every_refusal_has_the_same_words(uow: object) -> None:
    customer()
    member_of_staff()
    said = set()
    for email, password, face in (
        ("amina@example.org", "wrong", Face.CUSTOMER),
        ("nobody@example.org", PASSWORD, Face.CUSTOMER),
        ("no address at all", PASSWORD, Face.CUSTOMER),
        ("amina@example.org", PASSWORD, Face.STAFF),
        ("sam@example.org", PASSWORD, Face.CUSTOMER),
    ):
        with pytest.raises(Invalid) as refused:
            try_in(email, password, face=face)
        said.add((str(refused.value), refused.value.code, refused.value.field))
    assert len(said) == 1


def test_an_account_locks_after_ten_wrong_tries_known_or_not(uow: object) -> None:
    customer()
    for email in ("amina@example.org", "nobody@example.org"):
        for n in range(10):
            with pytest.raises(Invalid):
                try_in(email, "wrong", network=f"198.51.{len(email)}.{n}")
        with pytest.raises(TooMany) as locked:
            try_in(email, PASSWORD, network=f"198.51.{len(email)}.99")
        assert locked.value.retry_after == 300
    with clock.at(clock.now() + timedelta(minutes=5, seconds=1)):
        assert try_in().next is Next.DONE


def test_a_network_locks_after_ten_wrong_tries(uow: object) -> None:
    customer()
    for n in range(10):
        with pytest.raises(Invalid):
            try_in(f"guess{n}@example.org", "wrong")
    with pytest.raises(TooMany):
        try_in()
    assert try_in(network="198.51.100.7").next is Next.DONE


def test_right_passwords_do_not_count(uow: object) -> None:
    customer()
    for _ in range(12):
        assert try_in().next is Next.DONE
    assert db.session().scalar(select(func.count(Attempt.id))) == 0


def test_a_counted_try_outlives_what_is_rolled_back(own_database: db.Database) -> None:
    with db.unit_of_work():
        customer()
    with pytest.raises(Invalid), db.unit_of_work():
        try_in(password="wrong")
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count(Attempt.id))) == 3  # mailbox, network, all


def test_what_is_refused_is_not_counted(own_database: db.Database) -> None:
    limit = limits.Limit("mailbox:somebody", 2, 5)
    for _ in range(2):
        limits.take([limit])
    for _ in range(3):
        with pytest.raises(TooMany):
            limits.take([limit])
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count(Attempt.id))) == 2


def test_a_sign_in_asks_the_database_little(own_database: db.Database) -> None:
    with db.unit_of_work():
        customer()
    with db.unit_of_work():
        try_in()
    with counted() as seen, db.unit_of_work():
        try_in()
    assert len([statement for statement in seen if not statement.startswith("BEGIN")]) <= 12, seen


def test_a_household_on_ipv6_is_one_network() -> None:
    assert limits.network_of("2001:db8:1:2:aaaa::1") == limits.network_of("2001:db8:1:2:bbbb::2")
    assert limits.network_of("2001:db8:1:2::1") != limits.network_of("2001:db8:1:3::1")
    assert limits.network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert limits.network_of("nonsense") == "unknown"


def test_a_lock_never_shuts_the_owner_out(uow: object) -> None:
    customer()
    for n in range(10):
        with pytest.raises(Invalid):
            try_in(password="wrong", network=f"198.51.100.{n}")
    with pytest.raises(TooMany):
        try_in()
    proved = accounts.reset(asked("reset", "amina@example.org"), "four grey swans")
    step = accounts.after_link(proved.person_id, device="", network=HERE)
    assert step is not None and step.next is Next.DONE
    assert try_in(password="four grey swans").next is Next.DONE
    assert "password_changed" in [message.name for message in letters()]


def test_a_reset_does_not_skip_the_second_step(uow: object) -> None:
    person = customer()
    accounts.enrol_known(person, SECRET)
    proved = accounts.reset(asked("reset", "amina@example.org"), "four grey swans")
    step = accounts.after_link(proved.person_id, device="", network=HERE)
    assert step is not None and step.next is Next.CODE
    assert accounts.resume(step.token, face=Face.CUSTOMER) is None


def test_a_reset_of_staff_leads_to_the_staff_door(uow: object) -> None:
    member_of_staff(secret=SECRET)
    proved = accounts.reset(asked("reset", "sam@example.org"), "four grey swans")
    assert accounts.after_link(proved.person_id, device="", network=HERE) is None


def test_twenty_tries_at_once_are_no_more_than_ten(own_database: db.Database) -> None:
    with db.unit_of_work():
        customer()
    ready, outcomes = threading.Barrier(20), []

    def guess() -> None:
        ready.wait()
        counted = limits.of_password("amina@example.org", HERE)
        try:
            limits.take(counted[:1])
            outcomes.append("judged")
        except TooMany:
            outcomes.append("locked")

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("judged") <= 10
    assert len(outcomes) == 20


def test_a_refused_try_counts_although_its_request_rolls_back(own_database: db.Database) -> None:
    with db.unit_of_work():
        customer()
    with pytest.raises(Invalid), db.unit_of_work():
        try_in(password="wrong")
    with db.unit_of_work(write=False):
        assert db.session().scalar(select(func.count(Attempt.id))) == 3


def test_staff_enrol_a_second_step_at_their_first_sign_in(uow: object) -> None:
    person = member_of_staff()
    step = try_in("sam@example.org", face=Face.STAFF)
    assert step.next is Next.ENROL
    with pytest.raises(NotFound):
        accounts.sign_in_code(step.token, code_at(), face=Face.STAFF, device="", network=HERE)
    enrolment = accounts.enrolling(step.token)
    assert "<svg" in enrolment.picture and "style" not in enrolment.picture
    with pytest.raises(Invalid):
        accounts.sign_in_enrol(step.token, "000000", device="", network=HERE)
    code = pyotp.TOTP(enrolment.secret).at(clock.now())
    done, codes = accounts.sign_in_enrol(step.token, code, device="", network=HERE)
    assert done.next is Next.DONE
    assert len(set(codes)) == 10
    stored = db.session().scalars(select(TotpFactor)).one()
    assert enrolment.secret.encode() not in stored.secret
    assert not set(codes) & set(db.session().scalars(select(RecoveryCode.code_hash)))
    resumed = accounts.resume(done.token, face=Face.STAFF)
    assert resumed is not None and resumed.actor.person_id == person.id
    assert try_in("sam@example.org", face=Face.STAFF).next is Next.CODE


def test_a_code_works_once(uow: object) -> None:
    member_of_staff(secret=SECRET)
    code = code_at()
    first, second = (try_in("sam@example.org", face=Face.STAFF).token for _ in range(2))
    accounts.sign_in_code(first, code, face=Face.STAFF, device="", network=HERE)
    with pytest.raises(Invalid) as replay:
        accounts.sign_in_code(second, code, face=Face.STAFF, device="", network=HERE)
    assert replay.value.field == "code"
    with pytest.raises(Invalid):  # an earlier step than the last one is over too
        accounts.sign_in_code(second, code_at(-1), face=Face.STAFF, device="", network=HERE)
    accounts.sign_in_code(second, code_at(1), face=Face.STAFF, device="", network=HERE)


def test_a_code_seen_twice_at_once_works_once(own_database: db.Database) -> None:
    with db.unit_of_work():
        member_of_staff(secret=SECRET)
    tokens = []
    for _ in range(4):
        with db.unit_of_work():
            tokens.append(try_in("sam@example.org", face=Face.STAFF).token)
    code, ready, outcomes = code_at(), threading.Barrier(4), []

    def use(token: str) -> None:
        ready.wait()
        try:
            with db.unit_of_work():
                accounts.sign_in_code(token, code, face=Face.STAFF, device="", network=HERE)
            outcomes.append("in")
        except (Invalid, TooMany):
            outcomes.append("refused")

    threads = [threading.Thread(target=use, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused", "refused", "refused"]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "000000' OR 1=1"])
def test_nonsense_is_no_code(uow: object, code: str) -> None:
    member_of_staff(secret=SECRET)
    token = try_in("sam@example.org", face=Face.STAFF).token
    with pytest.raises(Invalid):
        accounts.sign_in_code(token, code, face=Face.STAFF, device="", network=HERE)


def test_codes_are_limited_to_five_in_five_minutes_and_twenty_an_hour(uow: object) -> None:
    member_of_staff(secret=SECRET)
    start, tried = clock.now(), 0
    for minute in (0, 6, 12, 18, 24):
        with clock.at(start + timedelta(minutes=minute)):
            token = try_in("sam@example.org", face=Face.STAFF).token
            for _ in range(6):
                try:
                    accounts.sign_in_code(token, "000000", face=Face.STAFF, device="", network=HERE)
                except Invalid:
                    tried += 1
                except TooMany:
                    continue
    assert tried == 20


def test_a_recovery_code_works_once_in_any_spelling(uow: object) -> None:
    person = member_of_staff(secret=SECRET)
    codes = accounts.make_recovery_codes(person.id, actor=accounts.actor_of(person.id, face=Face.STAFF))
    typed = codes[3].upper().replace("-", " ")
    token = try_in("sam@example.org", face=Face.STAFF).token
    accounts.sign_in_code(token, typed, face=Face.STAFF, device="", network=HERE)
    assert accounts.factors_of(person.id).recovery_left == 9
    token = try_in("sam@example.org", face=Face.STAFF).token
    with pytest.raises(Invalid):
        accounts.sign_in_code(token, codes[3], face=Face.STAFF, device="", network=HERE)


def test_a_step_belongs_to_its_face_and_dies_after_use(uow: object) -> None:
    person = customer()
    accounts.enrol_known(person, SECRET)
    token = try_in().token
    with pytest.raises(NotFound):
        accounts.sign_in_code(token, code_at(), face=Face.STAFF, device="", network=HERE)
    accounts.sign_in_code(token, code_at(), face=Face.CUSTOMER, device="", network=HERE)
    with pytest.raises(NotFound):
        accounts.sign_in_code(token, code_at(1), face=Face.CUSTOMER, device="", network=HERE)


def test_a_step_that_takes_too_long_is_over(uow: object) -> None:
    member_of_staff(secret=SECRET)
    token = try_in("sam@example.org", face=Face.STAFF).token
    with clock.at(clock.now() + timedelta(minutes=21)), pytest.raises(NotFound):
        accounts.sign_in_code(token, code_at(), face=Face.STAFF, device="", network=HERE)


def test_staff_cannot_remove_their_second_step_but_customers_can(uow: object) -> None:
    sam, amina = member_of_staff(secret=SECRET), customer()
    with pytest.raises(Denied):
        accounts.remove_totp(sam.id, actor=accounts.actor_of(sam.id, face=Face.STAFF))
    resumed = accounts.resume(try_in().token, face=Face.CUSTOMER)
    assert resumed is not None
    accounts.enrol_known(amina, SECRET)
    accounts.remove_totp(amina.id, actor=resumed.actor)
    assert not accounts.has_totp(amina.id)
    assert letters("factor_changed")[-1].data["change"] == "removed"
    with pytest.raises(FreshSignInNeeded):
        accounts.remove_totp(amina.id, actor=accounts.actor_of(amina.id))


def test_an_old_hash_is_made_anew_at_sign_in(uow: object) -> None:
    from argon2 import PasswordHasher

    from portal.domain.accounts import passwords
    from portal.domain.accounts.credentials import Password

    person = customer()
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    db.session().execute(update(Password).where(Password.person_id == person.id).values(hash=weak))
    try_in()
    stored = passwords.stored(person.id)
    assert stored is not None and stored != weak and not passwords.is_stale(stored)


def test_a_password_change_needs_the_current_one_and_ends_the_others(uow: object) -> None:
    customer()
    here, there = try_in().token, try_in().token
    resumed = accounts.resume(here, face=Face.CUSTOMER)
    assert resumed is not None
    with pytest.raises(Invalid) as refused:
        accounts.change_password(resumed.actor, current="wrong", new="four grey swans", network=HERE)
    assert refused.value.field == "current"
    token = accounts.change_password(resumed.actor, current=PASSWORD, new="four grey swans", network=HERE)
    assert accounts.resume(here, face=Face.CUSTOMER) is None  # the old token is worth nothing
    mine, other = accounts.resume(token, face=Face.CUSTOMER), accounts.resume(there, face=Face.CUSTOMER)
    assert mine is not None and mine.life is accounts.Life.LIVE
    assert other is not None and other.life is accounts.Life.ENDED
    with pytest.raises(Invalid):
        try_in()


def test_a_fresh_proof_asks_for_both_steps(uow: object) -> None:
    person = customer()
    resumed = accounts.resume(try_in().token, face=Face.CUSTOMER)
    assert resumed is not None
    accounts.enrol_known(person, SECRET)
    with pytest.raises(Invalid) as refused:
        accounts.confirm(resumed.actor, password=PASSWORD, network=HERE)
    assert refused.value.field == "code"
    token = accounts.confirm(resumed.actor, password=PASSWORD, code=code_at(), network=HERE)
    again = accounts.resume(token, face=Face.CUSTOMER)
    assert again is not None and again.id == resumed.id


def test_a_demo_link_counts_as_both_steps_and_works_once(uow: object) -> None:
    sam = member_of_staff(secret=SECRET)
    token, face = accounts.demo_link(sam)
    assert face is Face.STAFF
    step, face = accounts.enter_by_link(token, device="", network=HERE)
    resumed = accounts.resume(step.token, face=face)
    assert resumed is not None and resumed.life is accounts.Life.LIVE
    with pytest.raises(NotFound):
        accounts.enter_by_link(token, device="", network=HERE)


def test_secrets_open_with_an_earlier_key(uow: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pydantic import SecretStr

    person = member_of_staff(secret=SECRET)
    old = config.load()
    new = old.model_copy(
        update={
            "secret_key": SecretStr("another key, just as long as the first"),
            "previous_secret_keys": (old.secret_key,),
        }
    )
    monkeypatch.setattr(config, "load", lambda: new)
    token = try_in("sam@example.org", face=Face.STAFF).token
    accounts.sign_in_code(token, accounts.current_code(person.id), face=Face.STAFF, device="", network=HERE)


def test_who_is_barred_is_refused_like_a_stranger(uow: object) -> None:
    person = customer()
    accounts.deactivate(person.id, actor=SYSTEM)
    with pytest.raises(Invalid):
        try_in()

"""Every page, form and address of everybody, tried by everybody else: what is not theirs answers like nothing."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal.domain.accounts.roles import ROLES
from portal.ui.gates import Kind
from tests.architecture.test_owners import rows_of
from tests.told import told_url

from .walking import HASH, LINK, UUID, Form, Walker, plain, with_other_ids, without_ids
from .world import CUSTOMERS, ROLE, STAFF, World, world

pytestmark = pytest.mark.slow
assert world and told_url  # fixtures
PAIRS = [(owner, other) for owner, other in itertools.permutations(("", *CUSTOMERS, *STAFF), 2) if owner]
OWN_OF_STAFF = ("/admin/security",)  # of one person each, whatever the role may do
ROLES_OF = {"Sam Carter": ["handler"], "Kasia Duda": ["agent"], "Mona Keller": ["marketing"],
            "Dana Ilieva": ["privacy_officer"], "Max Brandt": ["manager", "administrator"],
            "Rita Nowicka": ["reviewer"]}  # fmt: skip


def ids(address: str) -> set[str]:
    return set(UUID.findall(address)) | set(HASH.findall(address))


def reach(walker: Walker) -> set[str]:
    """Return the ids of everything whose page opened for somebody."""
    return {one for address in walker.opened | walker.listed for one in ids(urlsplit(address).path)}


def role_opens(world: World, name: str, address: str, method: str) -> bool:
    """Tell whether the role of a colleague opens this kind of page to them, for every customer alike."""
    path = urlsplit(address).path
    if name not in STAFF or not path.startswith("/admin") or path.startswith(OWN_OF_STAFF):
        return False
    adapter = world.app.url_map.bind("localhost")
    access = world.app.view_functions[adapter.match(path, method=method)[0]].access  # type: ignore[attr-defined]
    held = {permission for role in ROLES_OF[name] for permission in ROLES[role].permissions}
    return access.kind is Kind.STAFF and set(access.permissions) <= held


def proof_for(walker: Walker, path: str, known: dict[tuple[str, bool], str]) -> str:
    """Return the proof of forms that this browser has on the face of ``path``."""
    face = path.startswith("/admin")
    if (walker.name, face) not in known:
        if (walker.kind == "staff") is face and walker.kind:
            known[walker.name, face] = walker.proof
        else:
            page = walker.look("/admin/sign-in" if face else "/sign-in").get_data(as_text=True)
            known[walker.name, face] = (
                page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
            )
    return known[walker.name, face]


def get(walker: Walker, address: str) -> Any:
    return plain(walker.look(address), address, urlsplit(address).path)


def post(walker: Walker, form: Form, proof: str) -> Any:
    data: dict[str, str] = {**dict(form.fields), "csrf_token": proof}
    if walker.kind == "customer" and walker.account:
        data["acting_for"] = walker.account
    answer = walker.browser.post(form.path, data=data, headers={"Referer": f"http://localhost{form.path}"})
    return plain(answer, form.path, *(value for _name, value in form.fields if UUID.fullmatch(value)))


def test_everybody_walks_far(world: World) -> None:
    """The crawl is worth something only while it reaches all there is."""
    far = {name: (len(one.opened), len(one.forms)) for name, one in world.walkers.items()}
    assert all(opened > 10 for opened, _forms in far.values()), far
    assert all(far[name][0] > 40 and far[name][1] > 25 for name in CUSTOMERS[:3]), far
    seen = {without_ids(urlsplit(address).path) for one in world.walkers.values() for address in one.opened}
    adapter = world.app.url_map.bind("localhost")
    ends = {adapter.match(path.replace("*", "0" * 8 + "-0000-4000-8000-" + "0" * 12).replace("#", "0" * 64),
                          method="GET")[0] for path in seen}  # fmt: skip
    pages = {
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and getattr(world.app.view_functions[rule.endpoint], "access", None)
        and world.app.view_functions[rule.endpoint].access.kind in (Kind.CUSTOMER, Kind.STAFF)  # type: ignore[attr-defined]
    }
    assert sorted(pages - ends) == []


def public(world: World, endpoint: str) -> bool:
    """Tell whether something is everybody's, such as the logo of a partner."""
    access = getattr(world.app.view_functions[endpoint], "access", None)
    return access is not None and access.kind is Kind.PUBLIC


def addresses_of(world: World, owner: Walker) -> list[str]:
    """Return the addresses of somebody that name an object, two of each kind, and their link in a mail."""
    kept, taken = [world.links[owner.name]] if owner.name in world.links else [], Counter[str]()
    adapter = world.app.url_map.bind("localhost")
    for address in sorted(owner.opened | owner.shown):
        path = urlsplit(address).path
        if (
            ids(path)
            and adapter.test(path, method="GET")
            and not public(world, adapter.match(path, method="GET")[0])
        ):
            taken[without_ids(address)] += 1
            if taken[without_ids(address)] <= 2:
                kept.append(address)
    return kept


def missing(address: str) -> str:
    """Return an address of the same kind and length that leads to nothing."""
    return (
        f"{LINK}{'A' * (len(address) - len(LINK))}" if address.startswith(LINK) else with_other_ids(address)
    )


def test_no_address_of_anybody_opens_to_somebody_else(world: World) -> None:
    before = rows_of()
    known: dict[tuple[str, str], Any] = {}
    tried = 0
    for name in (*CUSTOMERS, *STAFF):
        owner = world.walkers[name]
        kept = addresses_of(world, owner)
        for other in world.walkers.values():
            if other is owner:
                continue
            within = reach(other)
            for address in kept:
                if address in other.opened | other.listed or ids(urlsplit(address).path) & within:
                    continue
                if role_opens(world, other.name, address, "GET"):
                    continue
                kind = (other.name, LINK if address.startswith(LINK) else without_ids(address))
                if kind not in known:
                    known[kind] = get(other, missing(address))
                answer = get(other, address)
                tried += 1
                where = f"{ROLE[other.name]} opens {address} of {ROLE[name]}"
                assert answer == known[kind], where
                assert answer[0] in (303, 403, 404), f"{where}: {answer[0]}"
    assert tried > 1000
    assert rows_of() == before


def test_no_form_of_anybody_acts_for_somebody_else(world: World) -> None:
    before = rows_of()
    proofs: dict[tuple[str, bool], str] = {}
    known: dict[tuple[str, str], Any] = {}
    tried = 0
    taken: Counter[tuple[str, str]] = Counter()
    for name in (*CUSTOMERS, *STAFF):
        owner = world.walkers[name]
        kept = []
        for form in owner.forms.values():
            if ids(form.path) and "sign-out" not in form.path:
                taken[name, without_ids(form.path)] += 1
                if taken[name, without_ids(form.path)] <= 1:
                    kept.append(form)
        for other in world.walkers.values():
            if other is owner:
                continue
            within = reach(other) | {one for path in other.forms for one in ids(path)}
            for form in kept:
                if ids(form.path) & within or role_opens(world, other.name, form.path, "POST"):
                    continue
                proof = proof_for(other, form.path, proofs)
                kind = (other.name, without_ids(form.path))
                if kind not in known:
                    known[kind] = post(other, Form(with_other_ids(form.path), form.fields), proof)
                answer = post(other, form, proof)
                tried += 1
                where = f"{ROLE[other.name]} sends {form.path} of {ROLE[name]}"
                assert answer == known[kind], where
                assert answer[0] in (303, 400, 403, 404), f"{where}: {answer[0]}"
    assert tried > 500
    assert rows_of() == before

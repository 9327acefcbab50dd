"""A partner's people sign in at the provider of their own company: the way, who may come in, every refusal, the end."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask

from portal import db, oidc
from portal.domain import accounts, clock, errors, partners
from portal.domain.actor import SYSTEM
from portal.oidc import calls, discovery
from tests.factories import make_partner_member
from tests.oidc.walking import DOMAIN, SECRET, Provider, Walk, refused, set_up
from tests.signing_in import sign_in_staff


def people(company: partners.PartnerCompany) -> list[partners.MemberLine]:
    with db.unit_of_work(write=False):
        return partners.members(company.id)


# ------------------------------------------------------------------------------------ the way in
def test_nils_signs_in_with_the_account_of_his_company(
    walk: Walk, provider: Provider, company: partners.PartnerCompany
) -> None:
    asked = walk.out(next="/extranet/security")
    told = parse_qs(urlsplit(asked).query)
    assert told["code_challenge_method"] == ["S256"] and told["response_type"] == ["code"]
    assert told["login_hint"] == [f"nils@{DOMAIN}"] and told["nonce"] and told["state"]
    answer = walk.back(walk.answered(asked))
    assert answer.status_code == 303 and answer.headers["Location"] == "/extranet/security"
    page = walk.browser.get("/extranet").get_data(as_text=True)
    assert "Nils Berg" in page and "Northwind Repairs" in page and "Reader" in page
    (nils,) = people(company)
    assert (nils.email, nils.role) == (f"nils@{DOMAIN}", "reader")


def test_the_same_subject_is_the_same_person_whatever_the_mail(
    app: Flask, walk: Walk, provider: Provider, company: partners.PartnerCompany
) -> None:
    walk.sign_in()
    provider.next(email="n.berg@elsewhere.example", verified=False)
    again = Walk(app)
    assert again.sign_in().status_code == 303 and again.is_in()
    assert len(people(company)) == 1


def test_a_client_proves_itself_with_a_key(
    app: Flask, walk: Walk, provider: Provider, monkeypatch: Any
) -> None:
    private, public = oidc.new_key()
    company = set_up(
        provider.issuer, client_id="portal-key", proves_by=partners.BY_KEY, secret=private, public_key=public
    )
    with db.unit_of_work():
        row = partners.provider_file(SYSTEM, company.uuid)
    assert row is not None
    shown = walk.browser.get(f"/extranet/providers/{row.uuid}/keys").get_json()
    assert shown["keys"][0]["kid"] == public["kid"] and "d" not in shown["keys"][0]
    from tests.serving import served

    def only_keys(environ: Any, start: Any) -> Any:
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(shown).encode()]

    with served(only_keys) as port:
        provider.next(client_keys=f"http://127.0.0.1:{port}/")
        assert walk.sign_in().status_code == 303 and walk.is_in()


def test_our_key_changes_with_both_shown_for_a_while(app: Flask, walk: Walk, provider: Provider) -> None:
    private, public = oidc.new_key()
    company = set_up(
        provider.issuer, client_id="portal-key", proves_by=partners.BY_KEY, secret=private, public_key=public
    )
    with db.unit_of_work(write=False):
        before = partners.provider_file(SYSTEM, company.uuid)
    assert before is not None
    from tests.serving import served

    path = f"/extranet/providers/{before.uuid}/keys"
    shown: list[bytes] = [walk.browser.get(path).data]

    def only_keys(environ: Any, start: Any) -> Any:
        start("200 OK", [("Content-Type", "application/json")])
        return [shown[0]]

    browser = app.test_client()
    sign_in_staff(browser, "administrator")
    here = f"/admin/partners/{company.uuid}"

    def press(act: str) -> str:
        page = browser.get(here).get_data(as_text=True)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found
        answer = browser.post(f"{here}/key{act}", data={"csrf_token": found[1]}, follow_redirects=True)
        return str(answer.get_data(as_text=True))

    with served(only_keys, threads=1) as port:
        provider.next(client_keys=f"http://127.0.0.1:{port}/")
        assert walk.sign_in().status_code == 303
        assert "Waits to be tried" in press("")
        assert "The old key stays in force" in press("/take"), "the provider has not seen it yet"
        shown[0] = walk.browser.get(path).data
        assert json.loads(shown[0])["keys"][0]["kid"] == public["kid"]
        assert len(json.loads(shown[0])["keys"]) == 2 and Walk(app).sign_in().status_code == 303
        assert "The new key is in force" in press("/take")
        assert Walk(app).sign_in().status_code == 303
        kept = walk.browser.get(path).get_json()["keys"]
        assert [one["kid"] == public["kid"] for one in kept] == [False, True], "the old one is shown still"
        with clock.at(clock.now() + partners.OVERLAP + timedelta(seconds=1)), db.unit_of_work(write=False):
            assert [one["kid"] for one in partners.public_keys(before.uuid)] == [kept[0]["kid"]]
        press("")
        assert "The old one stays in force" in press("/drop") and len(kept) == 2


@pytest.mark.sqlite
def test_a_new_secret_is_tried_before_it_is_in_force(app: Flask, provider: Provider, company: Any) -> None:
    browser = app.test_client()
    sign_in_staff(browser, "administrator")
    walk = Walk(app)
    walk.browser = browser
    here = f"/admin/partners/{company.uuid}/secret"
    answer = walk.form(here, secret="another word")
    assert answer.status_code == 422 and "It does not take us" in answer.get_data(as_text=True)
    assert Walk(app).sign_in().status_code == 303, "the old one is in force"
    assert walk.form(here, secret=SECRET).status_code == 303 and Walk(app).sign_in().status_code == 303


def test_the_mail_may_stand_in_the_user_info(
    walk: Walk, provider: Provider, company: partners.PartnerCompany
) -> None:
    provider.next(fault="mail_in_userinfo")
    assert walk.sign_in().status_code == 303 and walk.is_in()


def test_clocks_may_differ_a_little(walk: Walk, provider: Provider, company: partners.PartnerCompany) -> None:
    provider.next(fault="skewed")
    assert walk.sign_in().status_code == 303 and walk.is_in()


def test_keys_change_while_people_sign_in(app: Flask, walk: Walk, provider: Provider, company: Any) -> None:
    assert walk.sign_in().status_code == 303
    provider.post("/_rotate")
    assert walk.is_in(), "who is in stays in"
    assert Walk(app).sign_in().status_code == 303, "the new key is found without a restart"
    before = provider.seen().count("keys")
    for _ in range(3):
        provider.next(fault="unknown_key")
        refused(Walk(app).sign_in(), "signed with a key that nobody knows", 403)
    assert provider.seen().count("keys") - before <= 1, "nonsense does not make us ask again and again"


def test_a_mail_domain_that_is_nobodys_leads_nowhere(walk: Walk, company: Any, monkeypatch: Any) -> None:
    from portal import config

    monkeypatch.setattr(
        config.load(), "__dict__", config.load().__dict__ | {"partners_may_use_passwords": False}
    )
    answer = walk.form("/extranet/sign-in", email="nils@somewhere.example")
    assert answer.status_code == 422 and "No partner is known here" in answer.get_data(as_text=True)


# -------------------------------------------------------------------------------------- refusals
FAULTS = [
    ("issuer_wrong", "The answer came from somebody else", 400),
    ("issuer_missing", "The answer does not say who sent it", 400),
    ("denied", "You, or your company, said no", 403),
    ("own_fault", "reports a fault", 502),
    ("audience", "The answer was meant for somebody else", 403),
    ("audience_many", "The answer was meant for somebody else", 403),
    ("azp", "The answer was meant for somebody else", 403),
    ("token_issuer", "The answer names another sign-in", 403),
    ("expired", "The answer is too old", 403),
    ("exp_text", "The answer is too old", 403),
    ("no_exp", "The answer is too old", 403),
    ("early", "The answer is not good yet", 403),
    ("not_before", "The answer is not good yet", 403),
    ("nonce", "The answer belongs to another sign-in", 403),
    ("no_nonce", "The answer belongs to another sign-in", 403),
    ("no_token", "The answer has no proof in it", 502),
    ("alg_none", "The answer is not signed", 403),
    ("hs256", "signed with something that is no secret", 403),
    ("algorithm", "not signed in a way that we accept", 403),
    ("foreign_key", "The signature of the answer is not right", 403),
    ("unknown_key", "signed with a key that nobody knows", 403),
    ("kind", "not of the kind we asked for", 403),
    ("at_hash", "not of the kind we asked for", 403),
    ("empty_sub", "does not say who you are", 403),
    ("no_sub", "does not say who you are", 403),
    ("token_nonsense", "cannot be read", 502),
    ("token_list", "cannot be read", 502),
    ("token_elsewhere", "cannot be read", 502),
    ("token_large", "cannot be read", 502),
    ("token_broken", "cannot be reached", 502),
]  # fmt: skip


@pytest.mark.sqlite
@pytest.mark.parametrize(("fault", "title", "status"), FAULTS)
def test_what_cannot_be_trusted_is_refused(
    walk: Walk, provider: Provider, company: partners.PartnerCompany, fault: str, title: str, status: int
) -> None:
    provider.next(fault=fault)
    refused(walk.sign_in(), title, status)
    assert not walk.is_in() and people(company) == []


def test_who_never_names_itself_need_not(walk: Walk, provider: Provider, company: Any) -> None:
    """RFC 9207: only who announces that it names itself is held to it."""
    provider.next(fault="issuer_never_named")
    assert walk.sign_in().status_code == 303 and walk.is_in()


@pytest.mark.sqlite
@pytest.mark.parametrize("fault", ["token_slow", "token_drip"])
def test_a_slow_provider_is_not_waited_for(
    walk: Walk, provider: Provider, company: Any, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert calls.WHOLE < 8
    real = calls.within
    monkeypatch.setattr("portal.oidc.flow.within", lambda work, **_: real(work, seconds=0.6))
    provider.next(fault=fault)
    refused(walk.sign_in(), "takes too long", 504)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("fault", "title", "status"),
    [("discovery_nonsense", "cannot be read", 502), ("discovery_issuer", "cannot be read", 502)],
)
def test_a_provider_that_talks_nonsense_of_itself_is_not_followed(
    walk: Walk, provider: Provider, company: Any, fault: str, title: str, status: int
) -> None:
    provider.next(fault=fault)
    refused(walk.form("/extranet/sign-in", email=f"nils@{DOMAIN}"), title, status)


def test_a_provider_that_is_down_is_said_so(app: Flask, walk: Walk) -> None:
    set_up("http://127.0.0.1:9")
    discovery.forget()
    refused(walk.form("/extranet/sign-in", email=f"nils@{DOMAIN}"), "cannot be reached", 502)


def _bare(address: str) -> str:
    return urlsplit(address).path


def _without_state(address: str) -> str:
    parts = urlsplit(address)
    told = {name: value[0] for name, value in parse_qs(parts.query).items() if name != "state"}
    return f"{parts.path}?{urlencode(told)}"


def _other_state(address: str) -> str:
    return re.sub(r"state=[^&]+", "state=" + "x" * 43, address)


def _twice(address: str) -> str:
    return address + "&code=another"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("spoil", "title"),
    [
        (_bare, "Nothing to sign in with"), (_without_state, "Nothing to sign in with"),
        (_twice, "says the same thing twice"), (_other_state, "does not fit the question"),
    ],
)  # fmt: skip
def test_an_answer_without_its_question_is_refused(
    walk: Walk, company: Any, spoil: Callable[[str], str], title: str
) -> None:
    refused(walk.back(spoil(walk.answered(walk.out()))), title, 400)
    assert not walk.is_in()


def test_an_answer_of_another_browser_signs_nobody_in(app: Flask, walk: Walk, company: Any) -> None:
    """Login CSRF: whoever follows the link of somebody else must not end up in that one's account."""
    address = walk.answered(walk.out())
    victim = Walk(app)
    refused(victim.back(address), "did not begin in this browser", 400)
    assert not victim.is_in()


def test_an_answer_works_once(walk: Walk, company: Any) -> None:
    address = walk.answered(walk.out())
    assert walk.back(address).status_code == 303
    refused(walk.back(address), "This sign-in is over", 400)


def test_a_code_of_another_way_is_worth_nothing(app: Flask, walk: Walk, company: Any) -> None:
    """PKCE and nonce: a code that was given for one browser does not sign in another."""
    stolen = parse_qs(urlsplit(walk.answered(walk.out())).query)["code"][0]
    thief = Walk(app)
    own = thief.answered(thief.out())
    refused(thief.back(re.sub(r"code=[^&]+", f"code={stolen}", own)), "did not confirm it", 400)


def test_the_answer_of_one_partners_provider_is_not_taken_for_another(
    app: Flask, walk: Walk, provider: Provider
) -> None:
    north, south = set_up(provider.issuer), set_up(provider.issuer, domain="south.example", name="Southwind")
    with db.unit_of_work():
        found = partners.provider_of(south.id)
    assert found is not None and north.id != south.id
    address = walk.answered(walk.out())
    mixed = re.sub(r"answer/[^?]+", f"answer/{found.uuid}", address)
    refused(walk.back(mixed), "The answer came from somebody else", 400)


def test_no_token_and_no_code_is_logged(
    walk: Walk,
    provider: Provider,
    company: Any,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.next(fault="foreign_key")
    address = walk.answered(walk.out())
    refused(walk.back(address), "The signature of the answer is not right", 403)
    said = caplog.text + "".join(capsys.readouterr())
    assert "partner.sign_in_refused" in said and "signature" in said
    code = parse_qs(urlsplit(address).query)["code"][0]
    assert "eyJ" not in said and code not in said and "a-secret" not in said


# ------------------------------------------------------------------------------------ who comes in
def test_who_is_neither_invited_nor_of_a_verified_domain_stays_outside(
    walk: Walk, provider: Provider
) -> None:
    company = set_up(provider.issuer)
    with db.unit_of_work():
        partners.set_domains(company.uuid, [DOMAIN], actor=SYSTEM, verified=False)
    refused(walk.sign_in(), "Nobody has asked you in yet", 403)
    with db.unit_of_work():
        row = db.session().get_one(partners.PartnerCompany, company.id)
        partners.invite(
            row, actor=SYSTEM, name="Nils", email=f"Nils@{DOMAIN}", role="worker", regions="PL-14"
        )
    assert walk.sign_in().status_code == 303 and walk.is_in()
    (nils,) = people(company)
    assert (nils.role, nils.regions) == ("worker", ["PL-14"])
    with db.unit_of_work():
        assert partners.invitations_of(company.id, actor=SYSTEM) == []


@pytest.mark.parametrize(("told", "title"), [
    ({"verified": False}, "Your mail address is not confirmed"),
    ({"email": ""}, "names no mail address of yours"),
    ({"email": "nils@evil.example"}, "Nobody has asked you in yet"),
    ({"email": f"nils@{DOMAIN}.evil.example"}, "Nobody has asked you in yet"),
])  # fmt: skip
def test_a_newcomer_needs_a_verified_address_of_the_company(
    walk: Walk, provider: Provider, company: partners.PartnerCompany, told: dict[str, Any], title: str
) -> None:
    provider.next(**told)
    refused(walk.sign_in(), title, 403)
    assert people(company) == []


def test_the_address_of_a_colleague_opens_nothing_to_another_subject(
    app: Flask, walk: Walk, provider: Provider, company: partners.PartnerCompany
) -> None:
    walk.sign_in()
    provider.next(sub="somebody-else")
    thief = Walk(app)
    refused(thief.sign_in(), "This mail address belongs to another account", 403)
    assert not thief.is_in() and len(people(company)) == 1


def test_the_mail_of_a_customer_opens_no_customer(
    app: Flask, walk: Walk, provider: Provider, company: Any
) -> None:
    from tests.signing_in import sign_in_customer

    amina = sign_in_customer(app.test_client(), "amina")
    provider.next(email=f"amina@{DOMAIN}", sub="amina-1", name="Amina Nowak")
    assert walk.sign_in().status_code == 303
    assert all(one.person_id != amina.id for one in people(company))
    assert walk.browser.get("/home").status_code == 303


@pytest.mark.parametrize("end", ["member", "company", "person"])
def test_whoever_is_shut_out_is_out_at_the_next_request_and_stays_out(
    walk: Walk, provider: Provider, company: partners.PartnerCompany, end: str
) -> None:
    walk.sign_in()
    assert walk.is_in()
    (nils,) = people(company)
    address = walk.answered(walk.out())  # already on the way when it happens
    with db.unit_of_work():
        if end == "member":
            partners.end_member(nils.uuid, actor=SYSTEM)
        elif end == "company":
            partners.deactivate(company.uuid, actor=SYSTEM)
        else:
            accounts.deactivate(nils.person_id, actor=SYSTEM)
    assert not walk.is_in()
    title = {
        "member": "Your access has ended",
        "company": "Your company has no access",
        "person": "switched off",
    }[end]
    refused(walk.back(address), title, 403)
    assert not walk.is_in()


def test_one_person_of_two_partners_with_one_provider_changes_between_them(
    app: Flask, walk: Walk, provider: Provider, company: partners.PartnerCompany
) -> None:
    south = set_up(provider.issuer, domain="south.example", name="Southwind")
    other = set_up("https://elsewhere.example", domain="east.example", name="Eastwind")
    walk.sign_in()
    (nils,) = people(company)
    from portal.domain.partners.people import begin

    with db.unit_of_work():
        person = accounts.person_by_id(nils.person_id)
        for one in (south, other):
            row = db.session().get_one(partners.PartnerCompany, one.id)
            begin(row, person, role=partners.PartnerRole.READER, regions=[], email="", actor=SYSTEM)
        actor = partners.actor_of(person_id=person.id, partner_id=company.id)
    with pytest.raises(errors.NotFound), db.unit_of_work():
        partners.actor_of(person_id=actor.person_id, partner_id=10**9)
    answer = walk.form("/extranet/acting-for", account=str(south.uuid))
    assert answer.status_code == 303
    assert "Southwind" in walk.browser.get("/extranet").get_data(as_text=True)
    answer = walk.form("/extranet/acting-for", account=str(other.uuid))
    refused(answer, "cannot be reached", 502)  # another provider speaks for its own people: it is asked
    assert "Southwind" in walk.browser.get("/extranet").get_data(as_text=True)


def test_who_was_let_in_before_comes_by_an_invitation_to_prove_it_there(
    walk: Walk, provider: Provider
) -> None:
    """A company that gets a provider later: its people are bound to a subject by an invitation, not by their mail."""
    company = set_up(provider.issuer)
    with db.unit_of_work():
        row = db.session().get_one(partners.PartnerCompany, company.id)
        known = make_partner_member(row, "Nils Berg", email=f"nils@{DOMAIN}").person_id
    refused(walk.sign_in(), "This mail address belongs to another account", 403)
    with db.unit_of_work():
        row = db.session().get_one(partners.PartnerCompany, company.id)
        partners.invite(row, actor=SYSTEM, name="Nils Berg", email=f"nils@{DOMAIN}", role="worker")
    assert walk.sign_in().status_code == 303
    assert [one.person_id for one in people(company)] == [known]


# ----------------------------------------------------------------------------------------- the end
def test_signing_out_here_signs_out_there(walk: Walk, provider: Provider, company: Any) -> None:
    walk.sign_in()
    page = walk.browser.get("/extranet").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    answer = walk.browser.post("/extranet/sign-out", data={"csrf_token": token[1]})
    address = walk.onward(answer)
    told = parse_qs(urlsplit(address).query)
    assert told["id_token_hint"] and told["client_id"] == ["portal"]
    assert not walk.is_in()
    assert Walk.answered(address).startswith("/extranet/signed-out")
    assert "You are signed out" in walk.browser.get("/extranet/signed-out").get_data(as_text=True)


def notice(walk: Walk, provider: Provider, company: partners.PartnerCompany, token: str) -> Any:
    with db.unit_of_work(write=False):
        found = partners.provider_of(company.id)
    assert found is not None
    return walk.browser.post(f"/extranet/sign-out-notices/{found.uuid}", data={"logout_token": token})


def test_the_provider_signs_people_out_here(app: Flask, walk: Walk, provider: Provider, company: Any) -> None:
    walk.sign_in()
    other = Walk(app)
    provider.next(sid="s-2")
    other.sign_in()
    token = provider.post("/_notice", claims={"sid": "s-2", "sub": None})["token"]
    assert notice(walk, provider, company, token).status_code == 200
    assert walk.is_in() and not other.is_in(), "only the session that it names"
    token = provider.post("/_notice", claims={})["token"]
    assert notice(walk, provider, company, token).status_code == 200
    assert not walk.is_in()
    walk.sign_in()
    assert notice(walk, provider, company, token).status_code == 400, "each notice works once"
    assert walk.is_in()


SPOILT: list[dict[str, Any]] = [
    {"header": {"typ": "JWT"}}, {"header": {"typ": None}}, {"claims": {"nonce": "x"}},
    {"claims": {"iat": 1, "exp": None}}, {"claims": {"events": {}}}, {"claims": {"events": None}},
    {"claims": {"sub": None}}, {"claims": {"jti": None}}, {"claims": {"aud": "another"}},
    {"claims": {"iss": "https://somebody.example"}}, {"claims": {"sub": 7}}, {"claims": {"exp": 1}},
    {"fault": "foreign_key"}, {"fault": "alg_none"}, {"fault": "hs256"},
]  # fmt: skip


@pytest.mark.sqlite
def test_a_notice_that_cannot_be_trusted_signs_nobody_out(
    walk: Walk, provider: Provider, company: Any
) -> None:
    walk.sign_in()
    for spoilt in SPOILT:
        token = provider.post("/_notice", **spoilt)["token"]
        assert notice(walk, provider, company, token).status_code == 400, spoilt
    assert notice(walk, provider, company, "nonsense").status_code == 400
    assert walk.is_in()


def test_a_sensitive_act_asks_the_provider_anew(
    app: Flask, walk: Walk, provider: Provider, company: Any
) -> None:
    walk.sign_in()
    answer = walk.form("/extranet/confirm-it-is-you", next="/extranet/security")
    asked = walk.onward(answer)
    told = parse_qs(urlsplit(asked).query)
    assert told["prompt"] == ["login"] and told["max_age"] == ["0"]
    provider.next(fault="stale")
    refused(walk.back(walk.answered(asked)), "You were not asked anew", 403)
    provider.next(sub="somebody-else")
    asked = walk.onward(walk.form("/extranet/confirm-it-is-you"))
    refused(walk.back(walk.answered(asked)), "That was somebody else", 403)
    provider.next()
    asked = walk.onward(walk.form("/extranet/confirm-it-is-you", next="/extranet/security"))
    answer = walk.back(walk.answered(asked))
    assert answer.status_code == 303 and answer.headers["Location"] == "/extranet/security" and walk.is_in()


# ------------------------------------------------------------------------------------- the trial
def states(company: partners.PartnerCompany, redirect: str = "") -> dict[str, str]:
    with db.unit_of_work(write=False):
        provider = partners.to_try(SYSTEM, company.uuid)
    address = redirect or f"http://localhost:8000/extranet/sign-in/answer/{provider.uuid}"
    return {step.key: step.state for step in oidc.try_out(provider, redirect=address)}


@pytest.mark.sqlite
def test_a_trial_says_which_step_is_wrong(provider: Provider, company: partners.PartnerCompany) -> None:
    fine = dict.fromkeys(
        ("discovery", "keys", "algorithms", "protections", "client", "redirect", "sign_out"), "ok"
    )
    assert states(company) == fine
    assert states(company, "http://localhost:8000/elsewhere") == fine | {"redirect": "bad"}
    with db.unit_of_work():
        partners.set_provider(
            company.uuid, actor=SYSTEM, issuer=provider.issuer, client_id="portal", proves_by=partners.BY_SECRET,
            secret="another word",
        )  # fmt: skip
    assert states(company) == fine | {"client": "bad"}
    provider.next(fault="discovery_issuer")
    assert states(company) == {"discovery": "bad"}
    with db.unit_of_work():
        partners.set_provider(
            company.uuid,
            actor=SYSTEM,
            issuer="http://127.0.0.1:9",
            client_id="portal",
            proves_by=partners.BY_SECRET,
        )
    assert states(company) == {"discovery": "bad"}

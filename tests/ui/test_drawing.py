"""Inputs drawn our way are those of WTForms to the letter; what is drawn once shows nobody else's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask, g, url_for
from werkzeug.datastructures import MultiDict

from portal.ui import addresses, drawing
from portal.ui.forms import Form
from tests.customer.complaint_pages import at, signed_in
from tests.signing_in import sign_in_customer, sign_in_staff

TYPED = "a\"b'<c>&amp; ż"


def every(kind: type[Form]) -> Iterator[type[Form]]:
    for one in kind.__subclasses__():
        yield one
        yield from every(one)


def plain_forms() -> list[type[Form]]:
    import admin
    import portal.customer

    assert admin, portal.customer
    return sorted({one for one in every(Form) if one.__init__ is Form.__init__}, key=lambda one: str(one))


@pytest.mark.parametrize("typed", ["", TYPED, "1"])
def test_every_field_of_every_form_is_drawn_as_wtforms_draws_it(app: Flask, typed: str) -> None:
    compared = 0
    with app.test_request_context("/"):
        g.pop("reader", None)
        for kind in plain_forms():
            names = [name for name in dir(kind) if hasattr(getattr(kind, name), "_formfield")]
            form = kind(formdata=MultiDict((name, typed) for name in names) if typed else None)
            for field in form:
                if getattr(field, "choices", ()) is None:
                    field.choices = [("1", "One <of>"), ("2", TYPED)]
                given = {
                    "class_": "form-control",
                    "data_keep": TYPED,
                    "aria_label": "x",
                    "autofocus": True,
                    "rows": 3,
                }
                given = (
                    given
                    if field.type == "TextAreaField"
                    else {k: v for k, v in given.items() if k != "rows"}
                )
                own = field.widget(field, **{"class": "form-control", "data-keep": TYPED, "aria-label": "x"},
                                   **{k: v for k, v in given.items() if k in ("autofocus", "rows")})  # fmt: skip
                assert drawing.draw(field, given) == own, (kind, field.name)
                if field.type in ("RadioField", "SelectMultipleField"):
                    theirs = [(one.id, one.data, one(class_="form-check-input")) for one in field]
                    assert [(one.id, one.data, one.input) for one in drawing.choices(field)] == theirs
                compared += 1
    assert compared > 60


def test_a_layout_drawn_once_carries_the_name_and_the_proof_of_who_reads(app: Flask) -> None:
    amina, ben = app.test_client(), app.test_client()
    names = [sign_in_customer(amina, "amina").name, sign_in_customer(ben, "ben").name]
    proofs = []
    for turn in range(2):
        for place, browser in enumerate((amina, ben)):
            page = browser.get("/permissions").text
            own, other = names[place], names[1 - place]
            menu = page[page.index('<details class="menu account-menu"') : page.index("</header>")]
            assert own in menu, turn
            assert other not in page
            found = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
            assert len(found) == 1, "every form of a page carries the same proof"
            proofs.append(found.pop().partition(".")[0])  # behind it stand the second and the signature
            assert not re.search("[\ue000\ue001]", page)
    assert proofs[0] == proofs[2] != proofs[1] == proofs[3]


def test_the_footer_comes_back_to_the_page_it_stands_on(app: Flask) -> None:
    browser = app.test_client()
    sign_in_customer(browser, "amina")
    for path in ("/permissions", "/messages?q=%22%3E%3Cb%3E", "/permissions"):
        backs = set(
            re.findall(r'name="next" value="([^"]*)"', browser.get(path).text.rpartition("<footer")[2])
        )
        assert backs == {path.replace("&", "&amp;")}


def test_staff_of_other_roles_get_their_own_menu(app: Flask) -> None:
    agent, marketing = app.test_client(), app.test_client()
    sign_in_staff(agent, "agent")
    sign_in_staff(marketing, "marketing")
    for _ in range(2):
        assert 'href="/admin/queue"' in agent.get("/admin/security").text
        assert 'href="/admin/queue"' not in marketing.get("/admin/security").text


def test_what_was_typed_into_a_form_is_never_in_the_blank_one(app: Flask) -> None:
    browser, amina = signed_in(app)
    uuid = at(amina, "closed")
    before = browser.get(f"/complaints/{uuid}").text
    proof = re.search(r'name="csrf_token" value="([^"]+)"', before)
    assert proof
    refused = browser.post(
        f"/complaints/{uuid}/words",
        data={"csrf_token": proof[1], "words": "\u00a0secret words " + "x" * 20_000},
    )
    assert refused.status_code == 422
    assert "secret words" in refused.text
    after = browser.get(f"/complaints/{uuid}").text
    assert "secret words" not in after
    assert "is-invalid" not in after
    assert "has-error" not in after


def test_an_address_put_together_from_its_parts_is_the_one_that_flask_builds(app: Flask) -> None:
    compared = 0
    for root in ("", "/portal"):
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            for rule in app.url_map.iter_rules():
                if "GET" not in (rule.methods or ()) and "POST" not in (rule.methods or ()):
                    continue
                for _ in range(2):
                    values = {name: uuid4() for name in rule.arguments}
                    if all(
                        type(rule._converters[name]).__name__ == "UUIDConverter" for name in rule.arguments
                    ):
                        assert addresses.address(rule.endpoint, **values) == url_for(rule.endpoint, **values)
                        compared += 1
            beside = uuid4()
            assert addresses.address("customer.home", **{"for": beside}) == url_for(
                "customer.home", **{"for": beside}
            )
            assert addresses.address("customer.home", next="/a?b") == url_for("customer.home", next="/a?b")
    assert compared > 400

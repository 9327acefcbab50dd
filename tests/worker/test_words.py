"""The words of messages: in the reader's language and zone, with whole addresses, and why they came."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.routing import BuildError

from portal import config
from portal.mail import Composer
from tests.client import parse
from tests.worker.servers import SAMPLES
from tests.worker.test_smtp import parcel

FOLDERS = sorted(path.name for path in (config.ROOT / "templates" / "messages").iterdir() if path.is_dir())
MORE = {
    "messages/dated/subject.txt": "{{ at|date }}",
    "messages/dated/body.txt": '{% extends "messages/_base.txt" %}{% block body %}{{ at|datetime }}{% endblock %}',
    "messages/dated/body.html": '{% extends "messages/_base.html" %}{% block body %}{{ at|datetime }}{% endblock %}',
    "messages/lost/subject.txt": "Lost",
    "messages/lost/body.txt": '{{ link("customer.no_such_page") }}',
    "messages/lost/body.html": "",
}


@pytest.fixture
def composer(app: Flask) -> Composer:
    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, DictLoader(MORE)])
    return Composer(app, app.config["SETTINGS"])


def sample(**changes):
    return parcel(**({"data": {"n": 1, "words": "ok"}} | changes))


def test_dates_are_in_the_zone_and_language_of_the_reader(composer: Composer) -> None:
    data = {"at": datetime(2026, 7, 1, 22, 30, tzinfo=UTC).isoformat()}
    warsaw = composer.compose(sample(name="dated", data=data, language="pl"))
    assert "2 lip 2026" in warsaw.text and "00:30" in warsaw.text
    london = composer.compose(sample(name="dated", data=data, zone="Europe/London"))
    assert "1 Jul 2026, 23:30" in london.text and "1 Jul 2026" in london.subject


def test_a_language_that_is_not_installed_falls_back_to_the_first(composer: Composer) -> None:
    assert 'lang="en"' in composer.compose(sample(language="xx")).html


def test_addresses_are_whole(composer: Composer) -> None:
    number = str(uuid.UUID(int=7))
    words = composer.compose(sample())
    for part in (words.text, words.html):
        assert f"https://portal.vistula.example/messages/{number}" in part


def test_every_mail_says_why_it_came(composer: Composer) -> None:
    service = composer.compose(sample())
    security = composer.compose(sample(purpose="security"))
    offer = composer.compose(
        sample(purpose="offers", service=False, purpose_title="Offers & news", stop_token="t0ken")
    )
    assert "needed for your account" in service.text and "needed for your account" in service.html
    assert "keeps your account safe" in security.text
    assert "under “Offers & news”" in offer.text and "under “Offers &amp; news”" in offer.html
    for part in (offer.text, offer.html):
        assert "https://portal.vistula.example/u/t0ken" in part
    assert "/u/" not in service.text + service.html
    assert "Vistula Home sp. z o.o." in service.text


def test_who_has_no_account_gets_no_link_to_one(composer: Composer) -> None:
    words = composer.compose(sample(signed_in=False, to_name=""))
    assert "/messages/" not in words.text + words.html and words.text.startswith("Hello,")


def test_the_greeting_is_the_one_the_person_wants(composer: Composer) -> None:
    assert composer.compose(sample()).text.startswith("Dear Amina Nowak,")
    assert composer.compose(sample(greeting="Ms Nowak")).text.startswith("Dear Ms Nowak,")


def test_words_of_people_are_escaped_in_html_and_plain_in_text(composer: Composer) -> None:
    nasty = "<script>alert(1)</script> & {{ 7*7 }}"
    words = composer.compose(sample(data={"n": 1, "words": nasty}, to_name=nasty))
    assert nasty in words.text and nasty not in words.html
    assert "&lt;script&gt;" in words.html and "{{ 7*7 }}" in words.html


def test_the_html_is_valid_and_calls_nothing_from_elsewhere(composer: Composer) -> None:
    html = composer.compose(sample(secret="s3cret")).html
    tree = parse(html)
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert not tags & {"img", "script", "link", "iframe", "form", "video", "object"}
    assert "url(" not in html and "prefers-color-scheme: dark" in html


def test_each_channel_gets_what_it_can_show(composer: Composer) -> None:
    inbox = composer.compose(sample(channel="inbox"))
    letter = composer.compose(sample(channel="letter"))
    sms = composer.compose(sample(channel="sms"))
    assert inbox.html == letter.html == sms.html == ""
    assert "Dear" not in inbox.text and "Kind regards" not in inbox.text
    assert letter.text.startswith("Dear Amina Nowak,") and "Kind regards" in letter.text
    assert "https://" not in letter.text and "\n" not in sms.text.strip()
    assert sms.text.startswith("Vistula Home: Sample 1 https://")


def test_no_datum_of_a_message_takes_the_place_of_what_writes_its_texts(composer: Composer) -> None:
    named = dict.fromkeys(("said", "said_of_many", "text", "catalogue", "stopped"), "x")
    words = composer.compose(sample(data={"n": 1, "words": "ok", **named}))
    assert words.subject == "Sample 1" and "Number 1 ok" in words.text


def test_a_page_that_does_not_exist_is_a_fault_and_not_a_dead_link(composer: Composer) -> None:
    with pytest.raises(BuildError):
        composer.compose(sample(name="lost"))


def test_every_message_has_its_three_parts_on_the_base(app: Flask) -> None:
    for name in FOLDERS:
        folder = Path(config.ROOT / "templates" / "messages" / name)
        for part in ("subject.txt", "body.txt", "body.html"):
            app.jinja_env.get_template(f"messages/{name}/{part}")
        for part in ("body.txt", "body.html"):
            assert f'extends "messages/_base.{part.split(".")[1]}"' in (folder / part).read_text(), name
        html = (folder / "body.html").read_text()
        assert "<style" not in html and "<script" not in html and "<img" not in html, name


def test_the_samples_stay_out_of_the_product() -> None:
    assert not {name.split("/")[1] for name in SAMPLES} & set(FOLDERS)

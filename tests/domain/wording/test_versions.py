"""Words in versions: drafted, published, compared, taken back; cached; never those of another language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db, mail
from portal.domain import audit, errors, outbox, wording
from portal.domain.actor import Actor, Permission
from tests import records
from tests.counting import counted

NAME = "complaint_taken"


@pytest.fixture
def ada(app: Flask) -> Actor:
    with db.unit_of_work():
        return records.staff("Ada Lis", Permission.TEXTS_WRITE)


def message(app: Flask, language: str = "en") -> wording.Message:
    return mail.message_parts(app, NAME, language)


def subject(found: wording.Message) -> wording.Part:
    return next(part for part in found.parts if part.kind == "subject")


def published(app: Flask, actor: Actor, words: str, language: str = "en", why: str = "Plainer") -> int:
    found = message(app, language)
    with db.unit_of_work():
        wording.save(found, {subject(found).key: words}, actor=actor)
        return wording.publish(found, actor=actor, why=why)


def mailed(app: Flask, language: str = "en") -> str:
    composer = mail.post(app).composer
    from portal.mail import examples

    with composer.reading_as(language, "Europe/Warsaw"):
        parcel = examples.parcel(NAME, language)
    return composer.compose(parcel).subject


def test_a_draft_changes_no_mail_and_a_version_the_next_one(app: Flask, ada: Actor) -> None:
    found, before = message(app), mailed(app)
    with db.unit_of_work():
        wording.save(found, {subject(found).key: "{handler} has your case {number}"}, actor=ada)
    assert mailed(app) == before
    with db.unit_of_work():
        assert wording.publish(found, actor=ada, why="Shorter") == 1
    assert mailed(app) == "Sam Carter has your case 4827 713 095"
    with db.unit_of_work():
        assert wording.go_back(found, 0, actor=ada) == 2
        assert wording.go_back(found, 1, actor=ada) == 3
    assert mailed(app) == "Sam Carter has your case 4827 713 095"
    with db.unit_of_work(write=False):
        assert [(one.number, one.by) for one in wording.history(ada, found)] == [
            (3, "Ada Lis"), (2, "Ada Lis"), (1, "Ada Lis"),
        ]  # fmt: skip
        tags = db.session().scalars(select(audit.models.AuditEvent.tag)).all()
        assert tags.count("wording:published") == 3


def test_a_language_without_words_of_its_own_keeps_its_default(app: Flask, ada: Actor) -> None:
    before = {code: mailed(app, code) for code in ("pl", "bg", "ru")}
    published(app, ada, "Own {number}")
    assert mailed(app).startswith("Own ")
    assert {code: mailed(app, code) for code in before} == before
    published(app, ada, "Sprawa {number}", "pl")
    assert mailed(app, "pl") == "Sprawa 4827 713 095" and mailed(app, "bg") == before["bg"]


def test_sending_costs_no_query_more(app: Flask, ada: Actor) -> None:
    published(app, ada, "Own {number}")
    mailed(app)
    with counted() as queries:
        mailed(app)
        mailed(app, "pl")
    assert queries == []


def test_what_ships_and_has_changed_since_is_shown(app: Flask, ada: Actor) -> None:
    found = message(app)
    published(app, ada, "Own {number}")
    part = subject(found)
    other = wording.Message(
        found.name, found.language,
        tuple(wording.Part(p.key, p.kind, "New {number}", p.names, p.must) if p is part else p for p in found.parts),
    )  # fmt: skip
    with db.unit_of_work():
        [row] = wording.rows(ada)
        assert wording.changed(found, row.body, row.base) == []
        assert wording.changed(other, row.body, row.base) == [part.key]
        # Looked at and kept as it is: it is up to date again.
        wording.save(other, {part.key: "Own {number}"}, actor=ada)
        assert wording.publish(other, actor=ada, why="Still true") == 2
        [row] = wording.rows(ada)
        assert wording.changed(other, row.body, row.base) == []


def test_two_who_write_at_once_and_a_missing_reason(app: Flask, ada: Actor) -> None:
    found = message(app)
    key = subject(found).key
    with db.unit_of_work():
        first = wording.save(found, {key: "One {number}"}, actor=ada)
        assert first.at is not None
        with pytest.raises(errors.Conflict):
            wording.publish(found, actor=ada, why="x", expected=first.at - timedelta(seconds=1))
        with pytest.raises(errors.Invalid) as refused:
            wording.publish(found, actor=ada, why="  ", expected=first.at)
        assert refused.value.field == "why"
        wording.publish(found, actor=ada, why="x", expected=first.at)
        with pytest.raises(errors.NotFound):
            wording.publish(found, actor=ada, why="again")
        wording.save(found, {key: "Two {number}"}, actor=ada)
        wording.go_back(found, 0, actor=ada)
        assert wording.draft(ada, found).overtaken
        with pytest.raises(errors.Conflict):
            wording.publish(found, actor=ada, why="x")
        with pytest.raises(errors.NotFound):
            wording.version(ada, found, 99)


def test_the_same_once_more_is_no_version(app: Flask, ada: Actor) -> None:
    assert published(app, ada, "Own {number}") == published(app, ada, "Own {number}") == 1
    assert published(app, ada, subject(message(app)).default) == 2


def test_only_who_may(app: Flask) -> None:
    found = message(app)
    with db.unit_of_work():
        sam = records.staff("Sam", Permission.SETTINGS_WRITE)
        for act in (
            lambda: wording.rows(sam),
            lambda: wording.save(found, {}, actor=sam),
            lambda: wording.publish(found, actor=sam, why="x"),
            lambda: wording.go_back(found, 0, actor=sam),
            lambda: wording.throw_away(found, actor=sam),
            lambda: wording.send_trial(found, {}, actor=sam),
        ):
            with pytest.raises(errors.Denied):
                act()


def test_a_test_goes_to_the_one_who_asks_and_not_without_end(app: Flask, ada: Actor) -> None:
    found = message(app, "pl")
    with db.unit_of_work():
        for _n in range(20):
            wording.send_trial(found, {subject(found).key: "Próba {number}"}, actor=ada)
        with pytest.raises(errors.TooMany):
            wording.send_trial(found, {}, actor=ada)
        rows = db.session().scalars(select(outbox.Message)).all()
        assert {(row.person_id, row.account_id, row.name) for row in rows} == {
            (ada.person_id, None, wording.TRIAL)
        }

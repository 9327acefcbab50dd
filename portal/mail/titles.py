"""What a message is called in a list before its words are written: its subject, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from jinja2 import TemplateError
from werkzeug.routing import BuildError

from portal.domain import wording

from .mime import one_line
from .render import FOLDER, Composer


class Titles:
    """Subjects for one reader."""

    def __init__(self, app: Flask, language: str, zone: str) -> None:
        self.app = app
        self.composer = Composer(app, app.config["SETTINGS"])
        self.language, self.zone = language, zone

    def of(self, name: str, subject: str, data: dict[str, Any]) -> str:
        """Return the stored subject, else the one the template makes of the data, else the bare name."""
        if subject:
            return subject
        plain = name.replace("_", " ").capitalize()
        try:
            with self.composer.reading_as(self.language, self.zone) as language:
                g.own_words = wording.now(name, language)
                template = self.app.jinja_env.get_template(f"{FOLDER}/{name}/subject.txt")
                return one_line(template.render({**data, **self.composer.fixed()})) or plain
        except (TemplateError, BuildError, ValueError, TypeError, KeyError):
            return plain

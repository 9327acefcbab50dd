"""The face toolbox alone: no database, no faces, only what turns values into a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g, make_response, render_template
from flask_babel import Babel

from portal.dev.gallery import gallery_context
from portal.ui.assets import init_assets
from portal.ui.formats import Reader, init_formats
from portal.ui.headers import init_headers
from portal.ui.theme import switch_theme
from tests.logged import Lines, lines_of, logged


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What was logged since, as a production server writes it."""
    with logged() as out:
        yield lambda: lines_of(out)


@pytest.fixture(scope="session")
def face(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application with the look and nothing behind it."""
    app = Flask("face", template_folder=str(Path(__file__).parents[2] / "templates"), static_folder=None)
    settings = SimpleNamespace(
        firm_name="Vistula Home",
        firm_zone="Europe/Warsaw",
        languages=("en", "pl", "bg", "ru"),
        secure=True,
        instance_dir=tmp_path_factory.mktemp("instance"),
    )
    app.config.update(TESTING=True, SECRET_KEY="x" * 40, SETTINGS=settings)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    init_headers(app)
    Babel(app, locale_selector=lambda: g.reader.language if "reader" in g else "en")
    init_formats(app)
    init_assets(app)

    @app.get("/plain")
    def plain() -> str:
        return "plain"

    @app.get("/cookie")
    def cookie() -> Any:
        response = make_response("cookie")
        response.set_cookie("customer", "1")
        return response

    @app.get("/file")
    def file() -> Any:
        response = make_response("file")
        response.headers["Cache-Control"] = "no-cache"
        return response

    @app.get("/gallery/<language>")
    def gallery(language: str) -> str:
        g.reader = Reader(language, "Europe/Warsaw")
        me = {"name": "Amina Nowak", "account_name": "Hurtownia Lipa"}
        return render_template("dev/components.html", me=me, **gallery_context())

    @app.get("/error/<name>")
    def error(name: str) -> str:
        return render_template(f"errors/{name}.html", message="Why & how")

    app.add_url_rule("/theme", "customer.set_theme", switch_theme, methods=["POST"])
    app.add_url_rule("/language", "customer.set_language", lambda: "", methods=["POST"])
    return app

"""The composition root: settings, database, faces, the commit at the end of a request, error pages, commands."""

from __future__ import annotations

import gc
import sqlite3
import sys
from typing import Any

import orjson
from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider
from flask_babel import Babel
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError

from portal import config, db, logs, memory
from portal.config import Settings
from portal.domain import firm
from portal.mail import init_mail
from portal.ui.addresses import LateRule
from portal.ui.assets import init_assets
from portal.ui.bounds import init_bounds
from portal.ui.errors import init_errors
from portal.ui.formats import init_formats
from portal.ui.headers import init_headers
from portal.ui.limits import init_limits
from portal.ui.proxies import Proxies
from portal.ui.record import init_record
from portal.ui.session import init_session
from portal.ui.templating import Templates, init_templating
from portal.ui.watch import init_watch
from portal.worker import init_worker

READING = {"GET", "HEAD", "OPTIONS"}
csrf = CSRFProtect()


class Json(DefaultJSONProvider):
    """JSON through orjson; amounts leave as texts, so that no digit is lost."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        return orjson.dumps(obj, default=str).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        return orjson.loads(s)


def create_app(settings: Settings | None = None, database: db.Database | None = None) -> Flask:
    """Build the application; raise :class:`portal.config.SettingsMissing` when an installation has no settings."""
    app = Flask(__name__, template_folder="../templates", static_folder=None)
    app.url_rule_class = LateRule
    app.json = Json(app)
    app.extensions["reins.create_app"] = create_app  # for the one command that makes settings first
    try:
        settings = settings or config.load()
    except config.SettingsMissing as missing:
        from portal.cli import only_setup

        only_setup(app, str(missing), "demo")
        return app
    keys = [key.get_secret_value() for key in settings.previous_secret_keys]
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SECRET_KEY_FALLBACKS=keys,
        # Forms that are open while the key changes stay good: the last of these signs, each proves.
        WTF_CSRF_SECRET_KEY=(*reversed(keys), settings.secret_key.get_secret_value()),
        MAX_CONTENT_LENGTH=settings.file_max_bytes * 4 + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=400,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(config.ROOT / "portal" / "translations"),
        TRAP_HTTP_EXCEPTIONS=False,
    )
    app.url_map.merge_slashes = False  # an address is itself or nothing
    app.jinja_environment = Templates  # type: ignore[assignment]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.wsgi_app = Proxies(  # type: ignore[method-assign]
        app.wsgi_app, hops=settings.trusted_proxies, networks=settings.proxy_networks
    )
    db.configure(database or db.Database(settings.database_url))

    app.extensions["reins.firm"] = firm.now
    init_headers(app)
    init_errors(app)
    _units_of_work(app)
    init_session(app)
    Babel(app, locale_selector=_language, timezone_selector=_zone)
    init_templating(app)
    init_formats(app)
    init_record(app)
    init_assets(app)
    csrf.init_app(app)
    init_limits(app)
    init_bounds(app)
    init_mail(app)
    init_worker(app)
    _faces(app, settings)
    init_watch(app)
    if settings.metrics_token.get_secret_value():
        from portal.ui.meters import init_meters  # its library is not small

        init_meters(app)
    return app


def served() -> Flask:
    """Build the application for a process that serves it: what is loaded by now stays, so it is not looked through.

    The collector of cycles would otherwise walk over a hundred thousand objects of libraries every few pages.
    """
    memory.keep_small()
    app = create_app()
    if "SETTINGS" in app.config:
        settings: Settings = app.config["SETTINGS"]
        logs.configure(json=not settings.demo)
        refused = refusal(settings)
        if refused:
            from portal.cli import only_setup

            only_setup(app, refused)
            return app
    gc.collect()
    memory.give_back()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()
    return app


def refusal(settings: Settings) -> str:
    """Return why this process must not serve what its settings ask for, in one line; '' when it may."""
    if settings.demo:
        if "granian" in sys.modules:
            return (
                "Reins cannot start: REINS_DEMO is set, and demo mode signs in anyone by name: remove it, "
                "or run 'make demo' (see docs/operations.md)."
            )
        return ""
    if db.database().sqlite:
        try:
            with db.database().engine.connect() as connection:
                kept = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        except (SQLAlchemyError, sqlite3.Error):
            return ""  # damaged, or away: /readyz and the doctor say so, and a restore mends it
        if kept != "wal":
            return (
                "Reins cannot start: DATABASE_URL names a SQLite file on a disk where it can keep no write-ahead log: "
                "put it on a local disk, or use PostgreSQL (see docs/operations.md)."
            )
    return ""


def _language() -> str:
    return g.reader.language if "reader" in g else "en"


def _zone() -> str:
    return g.reader.zone if "reader" in g else "UTC"


def _units_of_work(app: Flask) -> None:
    """Open one session around each request; what changes is committed once, and a GET never commits."""

    @app.before_request
    def _open() -> None:
        if request.endpoint == "static":
            return
        g.unit = db.begin(write=request.method not in READING)

    @app.after_request
    def _commit(response: Response) -> Response:
        if "unit" in g and request.method not in READING:
            # A refused form answers with 4xx and leaves no trace, unless a verb asked to keep it (a counted attempt).
            if response.status_code < 400 or g.get("keep"):
                db.commit()
            else:
                db.rollback()
        return response

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        unit = g.pop("unit", None)
        if unit is not None:
            db.end(unit)


def _faces(app: Flask, settings: Settings) -> None:
    import admin
    from portal import api, cli, customer, extranet

    app.register_blueprint(customer.blueprint)
    app.register_blueprint(admin.blueprint)
    app.register_blueprint(extranet.blueprint)
    csrf.exempt(api.blueprint)  # no cookie speaks there, so no other site can use one
    app.register_blueprint(api.blueprint)
    cli.init_cli(app)
    if settings.demo:
        from portal import dev

        app.register_blueprint(dev.blueprint)

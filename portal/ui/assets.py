"""Static files: joined, hashed and compressed at start by us, served by WhiteNoise with a cache of a year."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from wsgiref.headers import Headers

import brotli
from flask import Flask, has_request_context, request, url_for
from flask.globals import _cv_app, _cv_request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.local import LocalProxy
from werkzeug.routing import BuildError
from whitenoise import WhiteNoise

from portal.config import Settings
from portal.ui import acting, gates
from portal.ui.headers import fixed_headers
from portal.ui.reader import the_firm
from portal.ui.theme import theme

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "static"
PREFIX = "/static/"
RECIPE = b"3"
YEAR = 31_536_000
MOST_ADDRESSES = 20_000  # of menus that this process remembers
WEEK = 604_800

STYLES = ("vendor/bootstrap.min.css", "css/tokens.css", "css/base.css", "css/*.css")
SCRIPTS = ("vendor/htmx.min.js", "js/start.js", "js/*.js")
# What goes into the joined files is not served a second time on its own.
WHOLE = ("img/**/*", "vendor/fonts/*", "pages/**/*")
COMPRESSIBLE = (".css", ".js", ".svg", ".txt", ".json")

LANGUAGE_NAMES = {"en": "English", "pl": "Polski", "bg": "Български", "ru": "Русский"}


def _expand(patterns: Iterable[str], source: Path) -> list[Path]:
    found: dict[Path, None] = {}
    for pattern in patterns:
        for path in sorted(source.glob(pattern)):
            if path.is_file():
                found[path] = None
    return list(found)


def _hashed(name: str, content: bytes) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{dot}{suffix}"


def squeeze_css(text: str) -> str:
    """Return our own style sheet without comments and spare space."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{};,>])\s*", r"\1", text).replace(";}", "}").strip()


def squeeze_js(text: str) -> str:
    """Return our own script without comment lines and indentation."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def join_css(paths: list[Path], source: Path, names: dict[str, str]) -> bytes:
    """Return the style sheets as one, with each ``url()`` led to the hashed file."""
    parts = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        text = text if "vendor" in path.parts else squeeze_css(text)

        def lead(found: re.Match[str], path: Path = path) -> str:
            target = os.path.normpath(path.parent / found[1])
            return f"url({PREFIX}{names[Path(target).relative_to(source).as_posix()]})"

        parts.append(re.sub(r"""url\(["']?((?!data:|#)[^"')]+)["']?\)""", lead, text))
    return "\n".join(parts).encode()


def join_js(paths: list[Path]) -> bytes:
    """Return the scripts as one."""
    texts = ((path, path.read_text(encoding="utf-8")) for path in paths)
    return "\n;".join(text if "vendor" in path.parts else squeeze_js(text) for path, text in texts).encode()


def build(source: Path, folder: Path) -> dict[str, str]:
    """Write every served file under a name with its hash, compressed too; return name → hashed name."""
    names: dict[str, str] = {}

    def keep(name: str, content: bytes) -> None:
        names[name] = _hashed(name, content)
        target = folder / names[name]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if target.suffix in COMPRESSIBLE:
            packed = {".br": brotli.compress(content), ".gz": gzip.compress(content, 9, mtime=0)}
            for suffix, smaller in packed.items():
                if len(smaller) < len(content):
                    target.with_name(target.name + suffix).write_bytes(smaller)

    for path in _expand(WHOLE, source):
        content = path.read_bytes()
        if path.suffix == ".css":
            content = join_css([path], source, names)
        keep(path.relative_to(source).as_posix(), content)
    keep("app.css", join_css(_expand(STYLES, source), source, names))
    keep("app.js", join_js(_expand(SCRIPTS, source)))
    return names


def prepare(source: Path, cache: Path) -> tuple[Path, dict[str, str]]:
    """Return the folder of built files and its names; built only when a source changed, by any process."""
    everything = hashlib.sha256(RECIPE)
    for path in _expand((*STYLES, *SCRIPTS, *WHOLE), source):
        everything.update(path.relative_to(source).as_posix().encode() + b"\0" + path.read_bytes())
    folder = cache / everything.hexdigest()[:16]
    manifest = folder.with_suffix(".json")
    if not (manifest.exists() and folder.is_dir()):
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=cache))
        names = build(source, fresh)
        fresh.chmod(0o755)
        try:
            fresh.rename(folder)
        except OSError:  # another process was quicker with the same content
            shutil.rmtree(fresh, ignore_errors=True)
        part = manifest.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(names))
        part.replace(manifest)
        _forget_old(cache, folder)
    return folder, json.loads(manifest.read_text())


def _forget_old(cache: Path, folder: Path) -> None:
    """Remove builds of more than a week ago; nothing that was started since serves them."""
    for old in cache.iterdir():
        if old.is_dir() and old != folder and old.stat().st_mtime < time.time() - WEEK:
            shutil.rmtree(old, ignore_errors=True)
            old.with_suffix(".json").unlink(missing_ok=True)


class Who(NamedTuple):
    """What decides which addresses lead in: menus are drawn alike for all who may do the same."""

    root: str
    kind: Any = None
    rights: Any = None
    permissions: Any = None

    @property
    def blank(self) -> bool:
        """Whether equal ones draw alike."""
        return True


def who() -> Who:
    """Return what the menus of this request go by."""
    here, around = _cv_request.get(None), _cv_app.get(None)
    root = here.request.root_path if here is not None else ""
    actor = around.g.get("actor") if around is not None else None
    return Who(root) if actor is None else Who(root, actor.kind, actor.rights, actor.permissions)


def nav_url(endpoint: str, **values: Any) -> str | None:
    """Return the address of an endpoint; None where there is no such page, or it would refuse who asks."""
    here, around = _cv_request.get(None), _cv_app.get(None)
    actor = around.g.get("actor") if around is not None else None
    if values or here is None or around is None:
        return _url(endpoint, **values) if actor is None or gates.leads_in(endpoint, actor) else None
    # A page has dozens of them, and they are the same for all who may do the same.
    known: dict[Any, str | None] = around.app.extensions["reins.nav"]
    place = (who(), endpoint)
    if place not in known:
        if len(known) >= MOST_ADDRESSES:
            known.clear()
        known[place] = _url(endpoint) if actor is None or gates.leads_in(endpoint, actor) else None
    return known[place]


def _url(endpoint: str, **values: Any) -> str | None:
    try:
        return address(endpoint, **values)
    except (BuildError, RuntimeError):
        return None


def address(endpoint: str, **values: Any) -> str:
    """Return the address of a page within this site, as :func:`flask.url_for` does; raise BuildError for none.

    Where all that varies are ids, the address is put together from its parts, which are found once.
    """
    here, around = _cv_request.get(None), _cv_app.get(None)
    ids = all(type(value) is UUID for value in values.values())
    if here is None or around is None or not ids or endpoint.startswith("."):
        return url_for(endpoint, **values)
    known: dict[Any, Any] = around.app.extensions["reins.addresses"]
    place = (here.request.root_path, endpoint, *values)
    parts = known.get(place)
    if parts is None:
        signs: dict[str, Any] = {name: UUID(int=n + 1) for n, name in enumerate(values)}
        whole = url_for(endpoint, **signs)
        if "?" in whole:  # an id that is no part of the path
            return url_for(endpoint, **values)
        order = sorted(signs, key=lambda name: whole.index(str(signs[name])))
        pieces = re.split("|".join(str(sign) for sign in signs.values()), whole) if signs else [whole]
        parts = known[place] = (pieces, order)
    pieces, order = parts
    made: str = pieces[0]
    for name, piece in zip(order, pieces[1:], strict=True):
        made += str(values[name]) + piece
    return made


def here_path() -> str:
    """Return the address to come back to after a switch of language or colours."""
    if not has_request_context() or request.method != "GET":
        return "/"
    query = request.query_string.decode("utf-8", "replace")
    return request.path + (f"?{query}" if query else "")


def csrf_field() -> Markup:
    """Return the hidden inputs that prove a form came from this site, and name the account it was made for."""
    around = _cv_app.get(None)
    proof = around.g.get("csrf_token") if around is not None else None
    return _proof(proof or generate_csrf(), acting.mark())


@lru_cache(maxsize=64)
def _proof(token: str, mark: Markup) -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token) + mark


def init_assets(app: Flask) -> None:
    """Serve the static files; give the templates ``asset``, ``icon``, ``nav_url`` and what layouts need."""
    settings: Settings = app.config["SETTINGS"]
    source = SOURCE
    try:
        folder, names = prepare(source, settings.instance_dir / "assets")
    except PermissionError:
        folder, names = prepare(source, Path(tempfile.gettempdir()) / f"assets-{os.getuid()}")
    symbols = frozenset(re.findall(r'<symbol id="([^"]+)"', (source / "img/icons.svg").read_text()))
    sprite = PREFIX + names["img/icons.svg"]
    drawn = Markup('<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>')

    def asset(name: str) -> str:
        """Return the address of a static file, with its hash; a name that does not exist is a KeyError."""
        return PREFIX + names[name]

    @lru_cache(maxsize=1024)
    def icon(name: str, label: str | None = None) -> Markup:
        """Return an icon; without a label it is decoration and hidden from screen readers."""
        if name not in symbols:
            raise LookupError(
                f"no icon {name!r}: add it to ICONS in portal/dev/vendor.py and run make vendor"
            )
        spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        return drawn.format(spoken, sprite, name)

    def languages() -> list[tuple[str, str]]:
        """Return the languages of this installation, each under its own name."""
        return [(code, LANGUAGE_NAMES.get(code, code)) for code in settings.languages]

    app.extensions["reins.nav"] = {}
    app.extensions["reins.addresses"] = {}
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(
        asset=asset,
        icon=icon,
        nav_url=nav_url,
        here_path=here_path,
        theme=theme,
        languages=languages,
        who=who,
        url_for=address,
    )
    app.jinja_env.globals.setdefault("csrf_field", csrf_field)
    # The firm changes while the process lives, so templates hold its place and not its name.
    app.jinja_env.globals.setdefault("the_firm", LocalProxy(the_firm))
    app.jinja_env.globals.setdefault("firm_name", LocalProxy(lambda: getattr(the_firm(), "name", "Reins")))
    fixed = fixed_headers(https=settings.secure)

    def add_headers(headers: Headers, _path: str, _url: str) -> None:
        for name, value in fixed:
            headers[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix=PREFIX,
        max_age=YEAR,
        allow_all_origins=False,
        immutable_file_test=r"\.[0-9a-f]{10}\.\w+$",
        add_headers_function=add_headers,
    )

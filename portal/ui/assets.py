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
from wsgiref.headers import Headers

import brotli
from flask import Flask
from flask.globals import _cv_app
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.local import LocalProxy
from whitenoise import WhiteNoise

from portal.config import Settings
from portal.ui import acting, stylesheet
from portal.ui.addresses import init_addresses
from portal.ui.headers import fixed_headers
from portal.ui.reader import the_firm
from portal.ui.theme import theme

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "static"
PREFIX = "/static/"
RECIPE = b"4"
YEAR = 31_536_000
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
        own = "vendor" not in path.parts
        text = squeeze_css(text) if own else stylesheet.needed(text, stylesheet.words(source.parent))

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
    for path in stylesheet.sources(source.parent):  # whose words decide what of the base styles is sent
        told = path.stat()
        everything.update(f"{path.relative_to(source.parent)} {told.st_size} {told.st_mtime_ns}".encode())
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


def csrf_field() -> Markup:
    """Return the hidden inputs that prove a form came from this site, and name the account it was made for."""
    around = _cv_app.get(None)
    proof = around.g.get("csrf_token") if around is not None else None
    return _proof(proof or generate_csrf(), acting.mark())


@lru_cache(maxsize=64)
def _proof(token: str, mark: Markup) -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token) + mark


def init_assets(app: Flask) -> None:
    """Serve the static files; give the templates ``asset``, ``icon``, addresses and what layouts need."""
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

    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(asset=asset, icon=icon, theme=theme, languages=languages)
    init_addresses(app)
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

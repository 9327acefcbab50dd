"""What a message is made of, as its templates have it: the texts that staff may write anew, part by part.

The frame of a mail, the reason why it came, links and quoted words are no parts: nobody can take them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flask_babel
from flask import Flask
from jinja2 import nodes

from portal.domain.wording import NAME as PLACEHOLDER
from portal.domain.wording import Message, Part, from_default, key_of

from .render import FOLDER, Composer

TEXTS = {"_", "gettext"}
FIXED = {"why", "greeting", "closing"}  # blocks of the frame
FILES = ("subject.txt", "body.html", "body.txt")
# Names read well but are no loss where they are left out; numbers, days, amounts and addresses are.
OPTIONAL = frozenset({"author", "by", "company", "firm", "handler", "name", "network", "device", "person"})
COUNTED = range(1, 31)
OWN = "own"
OWN_NAMES = ("person", "firm")


def message(app: Flask, name: str, language: str) -> Message:
    """Return a message in a language with the parts that can be written anew; read from the templates once."""
    known: dict[tuple[str, str], Message] = app.extensions.setdefault("reins.parts", {})
    found = known.get((name, language))
    if found is None:
        with Composer(app, app.config["SETTINGS"]).reading_as(language, "UTC"):
            found = known[name, language] = Message(name, language, tuple(_parts(app, name)))
    return found


def _parts(app: Flask, name: str) -> Iterator[Part]:
    env = app.jinja_env
    assert env.loader is not None
    seen: set[str] = set()
    numbered = False
    for file in FILES:
        tree = env.parse(env.loader.get_source(env, f"{FOLDER}/{name}/{file}")[0])
        kinds = _kinds(tree)
        for call in _calls(tree):
            for part in _of(call, "subject" if file == "subject.txt" else kinds.get(id(call), "text")):
                numbered = numbered or "number" in part.names
                if part.key not in seen:
                    seen.add(part.key)
                    yield part
    yield Part(OWN, OWN, "", (*OWN_NAMES, "number") if numbered else OWN_NAMES)


def _calls(node: nodes.Node) -> Iterator[nodes.Call]:
    """Yield the calls for a text, in the order of the template, outside of the blocks of the frame."""
    if isinstance(node, nodes.Block) and node.name in FIXED:
        return
    if (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name in {*TEXTS, "ngettext"}
    ):
        yield node
    for child in node.iter_child_nodes():
        yield from _calls(child)


def _kinds(tree: nodes.Template) -> dict[int, str]:
    """Return which texts are the words of a button or of a line of facts."""
    found: dict[int, str] = {}
    for call in tree.find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name) or not call.args:
            continue
        kind = {"button": "button", "facts": "label"}.get(call.node.name)
        if kind:
            found |= {id(one): kind for one in _calls(call.args[0])}
    return found


def _of(call: nodes.Call, kind: str) -> Iterator[Part]:
    texts = [one.value for one in call.args if isinstance(one, nodes.Const)]
    translations: Any = flask_babel.get_domain().get_translations()
    assert isinstance(call.node, nodes.Name)
    if call.node.name in TEXTS:
        yield _part(key_of(texts[0]), kind, translations.ugettext(texts[0]), texts[0])
        return
    one, many = texts[:2]
    forms: dict[int, int] = {}
    for n in COUNTED:
        forms.setdefault(form_of(translations, n), n)
    for form, n in sorted(forms.items()):
        yield _part(f"{key_of(one)}-{form}", kind, translations.ungettext(one, many, n), many, count=n)


def form_of(translations: Any, n: int) -> int:
    """Return which form of a counted text a number takes in a catalogue."""
    choose = getattr(translations, "plural", None)
    return int(choose(n)) if choose is not None else int(n != 1)


def _part(key: str, kind: str, text: str, source: str, *, count: int | None = None) -> Part:
    names = tuple(dict.fromkeys(PLACEHOLDER.findall(from_default(source))))
    default = from_default(text)
    must = frozenset(PLACEHOLDER.findall(default)) - OPTIONAL
    return Part(key, kind, default, names, must, count)

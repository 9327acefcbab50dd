"""Templates that cost little: one compiled form per language, in which what never changes is written out.

A page asks for some hundred texts, icons and addresses of files. They are the same at every request of a language,
so they are put into the compiled template once, and only texts with values in them are put together later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import flask_babel
from babel.support import NullTranslations, Translations
from flask import Flask
from flask.globals import _cv_app
from flask.templating import Environment
from jinja2 import Template, nodes, pass_eval_context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from portal import config
from portal.domain import wording
from portal.ui.compiling import Compiler, FastContext, FastTemplate, put_out
from portal.ui.reader import LOCALES, reader_language

TRANSLATIONS = config.ROOT / "portal" / "translations"
TEXTS = {"_", "gettext"}
# What templates call in the place of texts that the firm may word itself; no message names a datum so.
SAID, SAID_OF_MANY = "reins_said", "reins_said_of_many"
# Texts of messages may be worded anew by the firm, so they are asked for each time; what frames a message never is.
WORDED = re.compile(r"messages/(?!_)")
# Functions of the templates that give the same for the same arguments as long as the process lives.
CONSTANT = {"icon", "asset"}
# A value at the end of a sentence: it may bring a full stop of its own ("sp. z o.o.", "г.").
LAST = re.compile(r"%\((\w+)\)s\.(?![.\w])")


@lru_cache(maxsize=16)
def catalogue(language: str) -> NullTranslations:
    """Return the texts of a language; English, which the sources are written in, where there are none."""
    found: NullTranslations = Translations.load(
        str(TRANSLATIONS), [LOCALES.get(language, language), language]
    )
    return found


class Catalogue(flask_babel.Domain):
    """The texts that Python asks for, from the same catalogues as those of the templates."""

    def get_translations(self) -> NullTranslations:
        """Return the texts in the language of the reader."""
        return catalogue(reader_language())

    def gettext(self, string: str, **variables: Any) -> str:
        """Return a text in the language of the reader, with its values."""
        said = self.get_translations().ugettext(string)
        return completed(said, variables) if variables else said


class Templates(Environment):
    """The templates of the portal: :meth:`get_template` gives the form in the reader's language."""

    code_generator_class = Compiler
    context_class = FastContext
    template_class = FastTemplate

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.language: str | None = None
        self.spoken: dict[str, Templates] = {}
        self.known: dict[Any, Template] = {}

    def get_template(self, name: str | Template, *args: Any, **kwargs: Any) -> Template:
        """Return a template in the language of the reader, compiled once per process."""
        if self.language is None and not isinstance(name, Template):
            return self._in(reader_language()).get_template(name, *args, **kwargs)
        if self.auto_reload or len(args) > 1 or kwargs:
            return super().get_template(name, *args, **kwargs)
        found = self.known.get(name)
        if found is None:
            found = self.known[name] = super().get_template(name, *args)
        return found

    def _in(self, language: str) -> Templates:
        known = self.spoken.get(language)
        if known is None:
            known = self.overlay()
            assert known is not None
            known.language, known.known = language, {}
            known = self.spoken.setdefault(language, known)
        return known

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.language is None:
            return tree
        folded: nodes.Template = _Folding(self, tree, name).visit(tree)
        folded.set_environment(self)
        return folded


class _Folding(NodeTransformer):
    """Replaces calls that always give the same by what they give."""

    def __init__(self, environment: Templates, tree: nodes.Template, name: str | None) -> None:
        self.environment = environment
        self.catalogue = catalogue(environment.language or "en")
        self.context = nodes.EvalContext(environment, name)
        own = {found.name for found in tree.find_all(nodes.Name) if found.ctx in ("store", "param")}
        self.texts, self.constant = TEXTS - own, CONSTANT - own
        self.worded = WORDED.match(name or "") is not None

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """Write out a text or a constant function."""
        self.generic_visit(node)
        called = node.node
        if not isinstance(called, nodes.Name) or node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        if called.name in self.texts:
            return self._worded(node, SAID, node.args) if self.worded else self._text(node)
        if called.name == "ngettext" and self.worded:
            return self._worded(node, SAID_OF_MANY, node.args)
        if called.name in self.constant:
            return self._constant(node, self.environment.globals.get(called.name))
        return node

    def visit_Include(self, node: nodes.Include) -> nodes.Node:
        """Write a template that is always included into the one that includes it, in a scope of its own."""
        match node.template:
            case nodes.Const(value=str(name)) if node.with_context and not self.environment.auto_reload:
                source, path, _ = self.environment.loader.get_source(self.environment, name)  # type: ignore[union-attr]
                inner = self.environment._parse(source, name, path)
                if next(inner.find_all((nodes.Extends, nodes.Block)), None) is None:
                    return nodes.Scope(inner.body, lineno=node.lineno)
        return node

    def _text(self, node: nodes.Call) -> nodes.Node:
        match node.args:
            case [nodes.Const(value=str(text))]:
                said = self.catalogue.ugettext(text)
            case _:
                return node
        if not node.kwargs:
            return nodes.TemplateData(said % {}, lineno=node.lineno)
        last = set(LAST.findall(said))
        if last:
            said = LAST.sub(r"%(\1.)s", said)
        values = [
            nodes.Pair(nodes.Const(one.key), one.value, lineno=node.lineno)
            for one in node.kwargs
            if f"%({one.key})" in said
        ]
        for one in node.kwargs:
            if one.key in last:
                ended = nodes.Filter(one.value, "stopped", [], [], None, None, lineno=node.lineno)
                values.append(nodes.Pair(nodes.Const(f"{one.key}."), ended, lineno=node.lineno))
        whole = nodes.TemplateData(said, lineno=node.lineno)
        return nodes.Mod(whole, nodes.Dict(values, lineno=node.lineno), lineno=node.lineno)

    def _worded(self, node: nodes.Call, name: str, args: list[nodes.Expr]) -> nodes.Node:
        called = nodes.Name(name, "load", lineno=node.lineno)
        return nodes.Call(called, args, node.kwargs, None, None, lineno=node.lineno)

    def _constant(self, node: nodes.Call, function: Any) -> nodes.Node:
        try:
            args = [one.as_const(self.context) for one in node.args]
            kwargs = {one.key: one.value.as_const(self.context) for one in node.kwargs}
        except nodes.Impossible:
            return node
        return nodes.TemplateData(str(function(*args, **kwargs)), lineno=node.lineno) if function else node


def stopped(value: Any) -> Any:
    """Return a value at the end of a sentence with one full stop, its own where it has one."""
    if not isinstance(value, str):
        value = escape(value) if hasattr(value, "__html__") else str(value)
    return value if value.endswith(".") else value + "."


def completed(text: str, values: Mapping[str, Any]) -> str:
    """Return a translated text with its values, with one full stop where a value at its end brings its own."""
    last = set(LAST.findall(text))
    if not last:
        return text % values
    text = type(text)(LAST.sub(r"%(\1.)s", text))
    return text % {**values, **{f"{key}.": stopped(values[key]) for key in last}}


def _own_words() -> Mapping[str, str]:
    here = _cv_app.get(None)
    return (here.g.get("own_words") if here is not None else None) or {}


def _worded(context: nodes.EvalContext, own: str | None, shipped: str, values: dict[str, Any]) -> str:
    """Return the firm's own words with their values, else those that ship; escaped where the template is."""
    if own is not None:
        try:
            filled = wording.fill(own, values, put_out if context.autoescape else str)
        except KeyError:  # the template gives this value no more: what ships knows
            pass
        else:
            return Markup(filled) if context.autoescape else filled  # noqa: S704 - every stretch of it was escaped
    return completed(Markup(shipped) if context.autoescape else shipped, values)  # noqa: S704 - of our catalogues


@pass_eval_context
def said(context: nodes.EvalContext, text: str, /, **values: Any) -> str:
    """Return a text of a message, in the words of the firm where it has its own."""
    shipped = catalogue(reader_language()).ugettext(text)
    return _worded(context, _own_words().get(wording.key_of(text)), shipped, values)


@pass_eval_context
def said_of_many(context: nodes.EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
    """Return a counted text of a message, in the words of the firm where it has its own for this form."""
    texts: Any = catalogue(reader_language())
    choose = getattr(texts, "plural", None)
    form = int(choose(num)) if choose is not None else int(num != 1)
    own = _own_words().get(f"{wording.key_of(one)}-{form}")
    return _worded(context, own, texts.ungettext(one, many, num), {"num": num, **values})


def init_templating(app: Flask) -> None:
    """Take every text straight from the reader's catalogue: to be called once Flask-Babel is set up."""
    app.extensions["babel"].instance.domain_instance = Catalogue()
    env: Any = app.jinja_env
    env.filters["stopped"] = stopped
    env.install_gettext_callables(
        gettext=lambda text: catalogue(reader_language()).ugettext(text),
        ngettext=lambda one, many, n: catalogue(reader_language()).ungettext(one, many, n),
        pgettext=lambda context, text: catalogue(reader_language()).upgettext(context, text),
        newstyle=True,
    )
    env.globals.update({SAID: said, SAID_OF_MANY: said_of_many})

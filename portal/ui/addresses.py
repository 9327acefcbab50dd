"""Addresses of pages: of menus, which leave out what would refuse who asks, and of what a page links to."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from uuid import UUID

from flask import Flask, has_request_context, request, url_for
from flask.globals import _cv_app, _cv_request
from werkzeug.routing import BuildError, Rule

from portal.ui import gates

MOST_ADDRESSES = 20_000  # of menus that this process remembers


class LateRule(Rule):
    """A rule that compiles what writes its address when somebody first asks for one.

    Most of what a start takes and an application weighs would otherwise be writers of addresses, two per rule, that
    hardly any page asks for.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        compiled = super()._compile_builder

        def first(rule: Rule, **values: Any) -> tuple[str, str]:
            build = compiled(append_unknown).__get__(rule, None)
            setattr(rule, "_build_unknown" if append_unknown else "_build", build)
            return build(**values)

        return first


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


def init_addresses(app: Flask) -> None:
    """Give the templates ``nav_url``, ``here_path``, ``who`` and a quick ``url_for``."""
    app.extensions["reins.nav"] = {}
    app.extensions["reins.addresses"] = {}
    app.jinja_env.globals.update(nav_url=nav_url, here_path=here_path, who=who, url_for=address)

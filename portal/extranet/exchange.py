"""Exchange: what goes between a partner and us, each thing on a page of its own and the newest of it together here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, render_template

from portal.ui import gates

from . import blueprint

SHORT = 3  # rows of each thing that the first page shows


@dataclass(frozen=True, slots=True)
class Part:
    """One thing on the first page: its template with what it shows, and its own page."""

    endpoint: str
    title: Any
    icon: str
    template: str
    show: Callable[[], dict[str, Any]]

    def leads_in(self) -> bool:
        """Tell whether its own page lets the reader in."""
        return gates.leads_in(f"extranet.{self.endpoint}", g.actor)


# The order of the things; those whose page is not there, or refuses the reader, are left out.
ORDER = ("announcements", "materials", "leads", "dropped_files", "prices", "promises")
_parts: dict[str, Part] = {}


def part(
    endpoint: str, title: Any, icon: str, template: str
) -> Callable[[Callable[[], dict[str, Any]]], Callable[[], dict[str, Any]]]:
    """Put a thing on the first page: its template reads what the function returns under the name ``part``."""

    def keep(show: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        _parts[endpoint] = Part(endpoint, title, icon, template, show)
        return show

    return keep


@blueprint.get("/exchange")
@gates.partner()
def exchange() -> str:
    """The newest of everything that goes between a partner and us."""
    shown = [_parts[endpoint] for endpoint in ORDER if endpoint in _parts]
    parts = [(one, one.show()) for one in shown if one.leads_in()]
    return render_template("extranet/exchange/exchange.html", parts=parts)

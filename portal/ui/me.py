"""What the layouts show of the signed-in person: name, role, the account in hand and the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import g

from portal.domain import accounts, partners


@dataclass(frozen=True)
class Me:
    """What the layouts show of the signed-in person, and the account in hand."""

    name: str
    account_name: str
    role: Any
    mark: str  # tells two people at one browser apart, and nothing else
    account_uuid: Any = None
    company: bool = False
    administers: bool = False
    several: bool = False

    @cached_property
    def others(self) -> list[accounts.InHand] | list[partners.InReach]:
        """The other accounts (or partners) of a person who acts for several, read only where a page shows them."""
        if not self.several:
            return []
        from portal.ui.session import reading

        with reading():
            if g.actor.is_partner:
                return [one for one in partners.in_reach(g.actor) if not one.here]
            return [one for one in accounts.accounts_in_reach(g.actor) if not one.here]

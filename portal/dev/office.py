"""What happens among the staff of the demo firm: who left, who comes, who is away, a role and a purpose anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from portal.domain import accounts, consent
from portal.domain.actor import SYSTEM, Actor
from portal.domain.actor import Permission as P

from . import cast

if TYPE_CHECKING:
    from .history import History


def lives(history: History) -> None:
    """Let the firm change as firms do; the manager administers."""
    end = history.replay.end

    def manager() -> Actor:
        return history.staff_in_session("max")

    gone = accounts.add_staff(
        actor=SYSTEM, name=cast.GONE[0], email=cast.GONE[1], team="Complaints", roles=("handler",)
    ).id
    history.replay.at(end - timedelta(days=200), lambda: accounts.end_staff(gone, actor=manager()))
    history.replay.at(
        end - timedelta(days=60),
        lambda: accounts.make_role(
            actor=manager(), name="Weekend desk",
            permissions=[P.COMPLAINTS_READ, P.COMPLAINTS_INTAKE, P.CUSTOMERS_SEARCH, P.DASHBOARD_READ],
        ),
    )  # fmt: skip
    history.replay.at(
        end - timedelta(days=2),
        lambda: accounts.invite(
            actor=manager(), name=cast.INVITED[0], email=cast.INVITED[1], team="Customer service",
            roles=("agent",), language="pl",
        ),
    )  # fmt: skip
    history.replay.at(
        end - timedelta(days=1),
        lambda: accounts.set_absence(
            accounts.person_by_id(history.staff["kasia"]).uuid,
            (end + timedelta(days=6)).date(),
            actor=manager(),
        ),
    )

    def reworded() -> None:
        draft = consent.sketching.sketch(manager(), "tips").draft
        tips = replace(draft.notices["en"], text=f"{draft.notices['en'].text} At most once a month.")
        consent.sketching.save(replace(draft, notices={**draft.notices, "en": tips}), actor=manager())

    history.replay.at(end - timedelta(days=3), reworded)

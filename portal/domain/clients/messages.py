"""The mail to a partner's administrators when a system may act for them, or has another secret; in a hurry."""

from __future__ import annotations

from portal.domain import outbox, partners
from portal.domain.actor import Actor

from .models import PartnerClient


def tell(what: str, client: PartnerClient, *, actor: Actor) -> None:
    """Tell every administrator: whoever did not do it sees it at once. Nothing of the secret is in it."""
    for one in partners.administrators(client.partner_id):
        outbox.write(
            "partner_client",
            key=f"partner_client:{client.uuid}:{what}:{client.secret_at.timestamp():.6f}:{one.person_id}",
            account_id=None,
            person_id=one.person_id,
            purpose="security",
            address=one.email,
            data={
                "what": what, "client": client.name, "by": actor.name, "at": client.secret_at.isoformat(),
                "until": client.expires_at.isoformat(), "scopes": list(client.scopes),
            },
            about=("partner_client", client.uuid),
            urgent=True,
            actor_name=actor.name,
        )  # fmt: skip

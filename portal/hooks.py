"""Hand events to partners: signed as Standard Webhooks 1.0.0 says, through the one guarded way out."""

from __future__ import annotations

from standardwebhooks import Webhook

from portal import outbound
from portal.domain import clock
from portal.domain.webhooks import Letter, NotTaken

SECONDS = 8.0

GONE = 410


def carry(letter: Letter) -> None:
    """Sign one try of an event and post it; it is taken by an answer of 2xx within eight seconds.

    While a secret is being changed both sign. Raises NotTaken, or Lost when the claim ran out before it left.
    """
    at = clock.now()
    signatures = (Webhook(secret).sign(letter.id, at, letter.body.decode()) for secret in letter.secrets)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": letter.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    seconds = min(SECONDS, letter.held())
    try:
        answer = outbound.call("POST", letter.url, headers=headers, body=letter.body, seconds=seconds)
    except outbound.Forbidden as error:
        raise NotTaken("forbidden", error.reason) from None
    except outbound.Unreachable as error:
        raise NotTaken(error.reason, error.detail) from None
    if not answer.fine:
        gone = answer.status == GONE
        raise NotTaken("gone" if gone else "status", str(answer.status), gone=gone)

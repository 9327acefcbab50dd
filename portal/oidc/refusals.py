"""Why a sign-in at a partner's provider is refused; each has its own page, and none is a fault of ours."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What went wrong on the way; the log says the word, the page says what it means and whom to ask."""

    BARE = "bare"  # nothing came back that belongs to a sign-in
    NOT_HERE = "not_here"  # begun in another browser, or by somebody else: login CSRF
    OVER = "over"  # used before, or too long ago
    DENIED = "denied"  # the person, or the company, said no at the provider
    PROVIDER_ERROR = "provider_error"  # the provider answered with an error of its own
    ISSUER_MISSING = "issuer_missing"  # RFC 9207: it says that it names itself, and did not
    ISSUER_WRONG = "issuer_wrong"  # RFC 9207: the answer is from somebody else
    DOWN = "down"
    SLOW = "slow"
    NONSENSE = "nonsense"  # an answer that nobody can read, or that contradicts itself
    CODE = "code"  # the provider does not take the code (any more)
    CLIENT = "client"  # the provider does not take us
    ALGORITHM = "algorithm"
    SIGNATURE = "signature"  # not signed by a key of the provider
    TOKEN = "token"  # noqa: S105 - not a token at all, or of another kind
    TOKEN_ISSUER = "token_issuer"  # noqa: S105
    AUDIENCE = "audience"
    EXPIRED = "expired"
    TOO_EARLY = "too_early"
    NONCE = "nonce"
    SUBJECT = "subject"
    NOT_FRESH = "not_fresh"  # asked to prove it anew, and did not


class Refused(Exception):
    """A sign-in that ends here; ``detail`` is for a log and for our staff, and holds no token."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail[:200]

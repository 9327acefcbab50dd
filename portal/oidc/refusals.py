"""Why a sign-in at a partner's provider is refused; each has its own page, and none is a fault of ours."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What went wrong on the way; the log says the word, the page says what it means and whom to ask."""

    BARE = "bare"  # nothing came back that belongs to a sign-in
    TWICE = "twice"  # a parameter came more than once
    NOT_HERE = "not_here"  # begun in another browser, or by somebody else: login CSRF
    STATE = "state"  # this browser had set out, and the answer is to another question
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
    NO_TOKEN = "no_token"  # noqa: S105
    UNSIGNED = "unsigned"  # ``alg: none``
    PUBLIC_KEY = (
        "public_key"  # signed by what everybody knows: a public key taken for a shared secret (``HS256``)
    )
    ALGORITHM = "algorithm"  # any other that is not on the list
    KEY = "key"  # by a key that the provider does not show
    SIGNATURE = "signature"  # it names a key of the provider, which did not sign it
    TOKEN = "token"  # noqa: S105 - unreadable, or of another kind
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

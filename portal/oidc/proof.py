"""The key by which we prove ourselves to a provider without a shared secret (``private_key_jwt``)."""

from __future__ import annotations

import secrets
from typing import Any

import orjson
from joserfc.jwk import RSAKey


def new_key() -> tuple[str, dict[str, Any]]:
    """Return a new private key (JWK, as a text to be sealed) and its public half, which the provider may read."""
    key = RSAKey.generate_key(3072, {"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"}, private=True)
    return orjson.dumps(key.as_dict(private=True)).decode(), dict(key.as_dict(private=False))

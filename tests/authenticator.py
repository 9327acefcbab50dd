"""An authenticator in software: makes keys and signs as WebAuthn (level 3) asks, and as nobody should."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from portal.domain import accounts

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """Read base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(slots=True)
class Key:
    """One credential in the authenticator."""

    id: bytes
    private: Any
    handle: bytes
    count: int = 0


@dataclass(slots=True)
class Authenticator:
    """Keys of one kind (``ES256``, ``EdDSA``, ``RS256``), with flags and a counter that tests may bend."""

    kind: str = "ES256"
    flags: int = UP | UV
    counts: bool = True
    aaguid: bytes = bytes(16)
    origin: str = field(default_factory=lambda: accounts.passkey_site()[1])
    rp_id: str = field(default_factory=lambda: accounts.passkey_site()[0])
    cross_origin: bool = False
    keys: list[Key] = field(default_factory=list)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(told).encode()

    def _auth_data(self, count: int, *, attested: bytes = b"") -> bytes:
        flags = self.flags | (AT if attested else 0)
        return (
            hashlib.sha256(self.rp_id.encode()).digest()
            + bytes([flags])
            + count.to_bytes(4, "big")
            + attested
        )

    def _new(self) -> Any:
        match self.kind:
            case "ES256":
                return ec.generate_private_key(ec.SECP256R1())
            case "EdDSA":
                return ed25519.Ed25519PrivateKey.generate()
            case _:
                return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def _cose(self, private: Any) -> bytes:
        public = private.public_key()
        match self.kind:
            case "ES256":
                point = public.public_numbers()
                return cbor2.dumps(
                    {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
                )
            case "EdDSA":
                return cbor2.dumps({1: 1, 3: -8, -1: 6, -2: public.public_bytes_raw()})
            case _:
                numbers = public.public_numbers()
                return cbor2.dumps({1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: b"\x01\x00\x01"})

    def _sign(self, key: Key, data: bytes) -> bytes:
        match self.kind:
            case "ES256":
                return key.private.sign(data, ec.ECDSA(hashes.SHA256()))
            case "EdDSA":
                return key.private.sign(data)
            case _:
                return key.private.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def create(
        self, options: dict[str, Any], *, kind: str = "webauthn.create", key: Key | None = None
    ) -> dict[str, Any]:
        """Answer ``navigator.credentials.create`` with attestation ``none``; ``key`` offers a known one again."""
        if key is None:
            key = Key(secrets.token_bytes(32), self._new(), unb64(options["user"]["id"]))
            self.keys.append(key)
        credential = len(key.id).to_bytes(2, "big") + key.id
        data = self._auth_data(key.count, attested=self.aaguid + credential + self._cose(key.private))
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return {
            "id": b64(key.id), "rawId": b64(key.id), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(self._client_data(kind, options["challenge"])),
                "attestationObject": b64(attestation), "transports": ["internal", "hybrid"],
            },
        }  # fmt: skip

    def get(
        self, options: dict[str, Any], *, kind: str = "webauthn.get", key: Key | None = None
    ) -> dict[str, Any]:
        """Answer ``navigator.credentials.get`` with ``key``, else the newest."""
        key = key or self.keys[-1]
        key.count += self.counts
        data = self._auth_data(key.count)
        client = self._client_data(kind, options["challenge"])
        return {
            "id": b64(key.id), "rawId": b64(key.id), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(client), "authenticatorData": b64(data), "userHandle": b64(key.handle),
                "signature": b64(self._sign(key, data + hashlib.sha256(client).digest())),
            },
        }  # fmt: skip

"""The two ceremonies of WebAuthn (level 3, sections 7.1 and 7.2): what we ask of a browser, and how we check it.

A challenge is a row on the server that lives five minutes and is used up before anything is looked at, so that
an answer is judged once. Origin and relying party come from the configured address alone, never from a request.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog

from portal import config, db
from portal.domain import firm
from portal.domain.errors import Invalid, NotFound
from portal.text import _t

from . import links
from .actors import Face

log = structlog.get_logger()

MINUTES = int(links.LIVES[links.PASSKEY].total_seconds()) // 60
LONGEST = 16_384  # letters of one value in an answer; the longest real one is a tenth of it
LONGEST_ID = 1023  # bytes of a credential id, by the standard
LATE = _t("That took too long, or it was answered already. Please try again.")
REFUSED = _t("This passkey was not accepted. Try again, or sign in another way.")

Answer = dict[str, Any]


class Use(StrEnum):
    """What a ceremony is for; an answer to one is worth nothing for another."""

    ADD = "add"
    SIGN_IN = "sign_in"  # passkey alone: the device and its lock are both steps
    STEP = "step"  # after the password
    CONFIRM = "confirm"  # the same person once more


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A ceremony that has begun: the token its browser keeps, and the options for the browser (JSON)."""

    token: str
    options: Answer


@dataclass(frozen=True, slots=True)
class Made:
    """A new credential as its authenticator made it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: str
    transports: list[str]
    backup_eligible: bool
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Used:
    """What an authenticator said when it signed."""

    sign_count: int
    backup_eligible: bool
    backed_up: bool


def site() -> tuple[str, str]:
    """Return the relying party id and the one origin, both of the configured address."""
    parts = urlsplit(config.load().base_url)
    return parts.hostname or "", f"{parts.scheme}://{parts.netloc}"


def begin(
    use: Use, *, face: Face, person_id: int | None = None, session_id: int | None = None
) -> tuple[str, bytes]:
    """Store a challenge for one use on one face; return its token and the challenge, 256 random bits."""
    challenge = secrets.token_bytes(32)
    data = {"use": use.value, "face": face.value, "challenge": challenge.hex(), "session": session_id}
    return links.mint_link(links.PASSKEY, person_id=person_id, data=data), challenge


def take(
    token: str, use: Use, *, face: Face, person_id: int | None = None, session_id: int | None = None
) -> bytes:
    """Use up a challenge, committed apart, and return it; raise Invalid when it is over, used, or another's."""
    with db.apart():
        try:
            link = links.use(links.PASSKEY, token)
        except NotFound:
            link = None
    mine = (use.value, face.value, session_id, person_id)
    if link is None or (link.data["use"], link.data["face"], link.data["session"], link.person_id) != mine:
        raise Invalid(LATE, code="accounts.passkey_late")
    return bytes.fromhex(link.data["challenge"])


def request_options(challenge: bytes, *, known: list[tuple[bytes, list[str]]] | None = None) -> Answer:
    """Return what the browser asks an authenticator to sign; ``known`` narrows it to these credentials."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=site()[0],
        challenge=challenge,
        timeout=MINUTES * 60_000,
        allow_credentials=_descriptors(known or []) or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def creation_options(
    challenge: bytes, *, handle: bytes, address: str, name: str, known: list[tuple[bytes, list[str]]]
) -> Answer:
    """Return what the browser asks an authenticator to make; what the person has already is excluded."""
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.structs import (
        AttestationConveyancePreference,
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=site()[0],
        rp_name=firm.now().name,
        user_id=handle,
        user_name=address or name,
        user_display_name=name,
        challenge=challenge,
        timeout=MINUTES * 60_000,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
        supported_pub_key_algs=[
            COSEAlgorithmIdentifier.ECDSA_SHA_256,
            COSEAlgorithmIdentifier.EDDSA,
            COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
        ],
    )
    return options_to_json_dict(options)


def _descriptors(known: list[tuple[bytes, list[str]]]) -> list[Any]:
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    named = {one.value for one in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=credential_id, transports=[AuthenticatorTransport(one) for one in transports if one in named]
        )
        for credential_id, transports in known
    ]


def _bytes_of(text: Any) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    if not isinstance(text, str) or len(text) > LONGEST:
        raise ValueError("no base64url of a sensible length")
    return base64url_to_bytes(text)


def _check_shape(answer: Any) -> Answer:
    """Refuse an answer that is no object of short texts, before anything takes it apart."""
    if not isinstance(answer, dict) or not isinstance(answer.get("response"), dict):
        raise ValueError("no credential")
    long = [value for value in answer["response"].values() if isinstance(value, str) and len(value) > LONGEST]
    if long or len(_bytes_of(answer.get("id"))) > LONGEST_ID:
        raise ValueError("too long")
    told = orjson.loads(_bytes_of(answer["response"].get("clientDataJSON")))
    # Our pages are never framed; a browser that says otherwise was led here by another site.
    if not isinstance(told, dict) or told.get("crossOrigin") not in {None, False} or "topOrigin" in told:
        raise ValueError("from within another site")
    return answer


def credential_id_of(answer: Any) -> bytes:
    """Return the credential an answer speaks of; raise Invalid when it is none."""
    try:
        return _bytes_of(_check_shape(answer)["id"])
    except Exception as error:
        raise _refused(error) from None


def handle_of(answer: Answer) -> bytes | None:
    """Return whose credential it is by the authenticator's own word, or None where it says nothing."""
    told = answer["response"].get("userHandle")
    try:
        return _bytes_of(told) if told else None
    except Exception as error:
        raise _refused(error) from None


def check_made(answer: Any, challenge: bytes) -> Made:
    """Check the answer to :func:`creation_options`; raise Invalid for every fault, whatever it is."""
    rp_id, origin = site()
    try:
        from webauthn import verify_registration_response
        from webauthn.helpers import parse_attestation_object

        answer = _check_shape(answer)
        attested = parse_attestation_object(_bytes_of(answer["response"].get("attestationObject")))
        # We asked for none; a browser may pass on what an authenticator says of itself, and nothing more.
        if attested.fmt not in {"none", "packed"} or getattr(attested.att_stmt, "x5c", None):
            raise ValueError("an attestation nobody asked for")
        found = verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=rp_id, expected_origin=origin,
            require_user_verification=True,
        )  # fmt: skip
        if not 16 <= len(found.credential_id) <= LONGEST_ID or found.credential_id != _bytes_of(answer["id"]):
            raise ValueError("the credential id")
        flags = attested.auth_data.flags
        told = answer["response"].get("transports")
        transports = [one for one in told if isinstance(one, str)] if isinstance(told, list) else []
        return Made(
            found.credential_id, found.credential_public_key, found.sign_count, found.aaguid,
            [one[:20] for one in transports[:6]], flags.be, flags.bs,
        )  # fmt: skip
    except Exception as error:
        raise _refused(error) from None


def check_used(answer: Any, challenge: bytes, *, public_key: bytes) -> Used:
    """Check the answer to :func:`request_options`; raise Invalid for every fault, whatever it is.

    The counter is returned and not judged: what a step back means is a matter of its own.
    """
    rp_id, origin = site()
    try:
        from webauthn import verify_authentication_response
        from webauthn.helpers import parse_authenticator_data

        answer = _check_shape(answer)
        found = verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=rp_id, expected_origin=origin,
            credential_public_key=public_key, credential_current_sign_count=0, require_user_verification=True,
        )  # fmt: skip
        flags = parse_authenticator_data(_bytes_of(answer["response"].get("authenticatorData"))).flags
        return Used(found.new_sign_count, flags.be, flags.bs)
    except Exception as error:
        raise _refused(error) from None


def _refused(error: Exception) -> Invalid:
    """Turn any fault of a foreign answer into one refusal; its kind goes to the log, its words to nobody.

    The library and the parsers beneath it raise dozens of kinds, so every one of them is caught.
    """
    log.warning("passkey.refused", kind=type(error).__name__)
    return Invalid(REFUSED, code="accounts.passkey")

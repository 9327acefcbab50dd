"""A receipt to keep: one thing that happened to a share, as JSON-LD (ISO/IEC TS 27560:2023 with terms of DPV 2.3)."""

from __future__ import annotations

from typing import Any

from portal.domain import firm

from .confirmations import Told
from .data import ATTRIBUTES
from .reading import Share
from .rules import PURPOSES, Happened

CONTEXT = {
    "dpv": "https://w3id.org/dpv#", "pd": "https://w3id.org/dpv/pd#", "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/", "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos:broader": {"@type": "@id"}, "dpv:hasLegalBasis": {"@type": "@id"}, "dct:conformsTo": {"@type": "@id"},
    "dct:created": {"@type": "xsd:dateTime"}, "dpv:isIndicatedAtTime": {"@type": "xsd:dateTime"},
}  # fmt: skip
STATUS = {
    Happened.STOPPED: "dpv:ConsentWithdrawn", Happened.ERASE_ASKED: "dpv:ConsentWithdrawn",
    Happened.EXPIRED: "dpv:ConsentExpired", Happened.RESTORED: "dpv:ConsentInvalidated",
}  # fmt: skip
KINDS = {
    "contact.name": "pd:Name", "contact.email": "pd:EmailAddress", "contact.phone": "pd:TelephoneNumber",
    "contact.address": "pd:PhysicalAddress", "contact.language": "pd:Language",
}  # fmt: skip


def receipt(share: Share, event: Told) -> dict[str, Any]:
    """Return what happened as a receipt: who, what, what for, until when, by which words, and what was confirmed."""
    here = firm.now()
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{event.uuid}",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr",
        "dct:created": event.at.isoformat(),
        "dct:publisher": {
            "dpv:hasName": here.legal_name or here.name, "dpv:hasContact": here.privacy_mail or here.mail
        },
        "dpv:hasRecordOfActivity": {
            "@id": f"urn:uuid:{share.uuid}",
            "@type": "dpv:ConsentRecord",
            "dct:created": share.given_at.isoformat(),
            "dct:hasVersion": event.version,
            "dpv:hasNotice": {"@type": "dpv:ConsentNotice", "dct:description": event.notice},
            "dpv:hasProcess": [_process(share, event)],
            "dpv:hasConsentStatus": [
                {
                    "@type": STATUS.get(Happened(event.kind), "dpv:ConsentGiven"),
                    "dpv:isIndicatedAtTime": event.at.isoformat(), "dpv:isIndicatedBy": event.actor_name,
                    "dct:description": event.kind,
                }
            ],
            "dct:valid": event.terms.until.isoformat(),
            "dct:dateAccepted": event.confirmed_at.isoformat() if event.confirmed_at else None,
        },
    }  # fmt: skip


def _process(share: Share, event: Told) -> dict[str, Any]:
    terms = event.terms
    return {
        "@type": "dpv:Process",
        "dct:title": str(PURPOSES.get(terms.purpose, terms.purpose)),
        "dct:description": terms.words,
        "dpv:hasLegalBasis": "eu-gdpr:A6-1-a",
        "dpv:hasPersonalData": [
            {"@type": "dpv:PersonalData", "dct:title": str(ATTRIBUTES[key])}
            | ({"skos:broader": KINDS[key]} if key in KINDS else {})
            for key in terms.fields
            if key in ATTRIBUTES
        ],
        "dpv:hasRecipientThirdParty": share.partner,
        "dpv:hasRecipient": terms.sub_recipients,
        "dpv:hasFrequency": terms.often,
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDeletion",
            "dpv:hasDuration": {"rdf:value": {"@value": f"P{terms.keep_days}D", "@type": "xsd:duration"}},
        },
    }  # fmt: skip

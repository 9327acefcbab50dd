"""What the law gives is a floor: it stays on the table until the customer takes it, or has what they chose instead."""

from __future__ import annotations

from .models import Complaint, Offer
from .offer_rules import MONEY, OfferTerms


def is_floor(offer: Offer) -> bool:
    """Say whether a version is what the law gives, and not an answer of ours."""
    return offer.made_by_id is None and not offer.reasons


def gives_what_is_asked(complaint: Complaint, given: OfferTerms) -> bool:
    """Say whether an offer has the very remedy that the customer asks for now, and no less money than that."""
    wanted = complaint.amount_wanted or 0
    return any(
        one.kind.value == complaint.remedy_wanted and (one.kind not in MONEY or (one.amount or 0) >= wanted)
        for one in given.remedies
    )

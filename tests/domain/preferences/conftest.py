"""A person with nothing set."""

from __future__ import annotations

import pytest

from portal.domain import consent
from portal.domain.actor import SYSTEM, Actor
from tests import records


@pytest.fixture
def amina(uow: object) -> Actor:
    consent.publish_topics(
        {"garden": {"en": "Garden", "pl": "Ogród"}, "kitchen": {"en": "Kitchen"}}, actor=SYSTEM
    )
    return records.customer("Amina Nowak")

"""A person in an account, and a purpose to speak about."""

from __future__ import annotations

import pytest

from portal.domain import consent
from portal.domain.actor import Actor
from tests import records
from tests.factories import make_purpose


@pytest.fixture
def amina(uow: object) -> Actor:
    return records.customer("Amina Nowak")


@pytest.fixture
def offers(uow: object) -> consent.Purpose:
    return make_purpose("offers")

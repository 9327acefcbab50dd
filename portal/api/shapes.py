"""The shapes of what comes in and goes out: nothing unknown is taken, and answers carry what the document names."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

# Signs that no text of a person needs; PostgreSQL cannot even keep the first of them.
PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


def _sensible(value: dt.date) -> dt.date:
    if not 1900 <= value.year <= 2200:
        raise ValueError("no day of a life")
    return value


def letters(most: int, least: int = 0) -> Any:
    """Return the type of a text with at most ``most`` signs."""
    return StringConstraints(max_length=most, min_length=least, pattern=PLAIN)


Short = Annotated[str, letters(200)]
Day = Annotated[dt.date, AfterValidator(_sensible), Field(examples=["2026-03-14"])]
Amount = Annotated[str, Field(pattern=r"^[0-9]{1,8}(\.[0-9]{1,2})?$", examples=["149.90"])]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["PLN"])]


class Given(BaseModel):
    """What a program sends."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Shown(BaseModel):
    """What a program gets."""

    model_config = ConfigDict(extra="forbid")


class Query(BaseModel):
    """What an address may be asked with."""

    model_config = ConfigDict(extra="forbid")


def written(pattern: str) -> BeforeValidator:
    """Return the check that a parameter is written in its one way: what means the same is not the same."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            raise PydanticCustomError("string_pattern_mismatch", "not written so")
        return value

    return BeforeValidator(check)


AnyDay = Annotated[dt.date, written(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), Field(examples=["2026-03-14"])]
Mark = Annotated[uuid.UUID, written(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")]


class Paged(Query):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many at most"), written(r"[0-9]{1,9}")] = 20
    after: Annotated[Mark | None, Field(description="The “next” of the page before")] = None

"""SMS: an adapter with a back-end of files, one per message, for a gateway that picks up a folder."""

from __future__ import annotations

import os
from pathlib import Path

import orjson

from portal.domain.delivery import Parcel, Refused, TryLater, Words

LONGEST = 10 * 67  # ten joined parts of an SMS outside the Latin alphabet


def put(folder: Path, parcel: Parcel, words: Words) -> Path:
    """Write one message for the gateway and return its file; a second try writes the same file again."""
    if not parcel.address.startswith("+") or not parcel.address[1:].isdigit():
        raise Refused("address_unusable")
    body = {
        "id": str(parcel.uuid),
        "to": parcel.address,
        "text": words.text[:LONGEST],
        "language": parcel.language,
        "at": parcel.at.isoformat(),
    }
    target = folder / f"{parcel.uuid}.json"
    draft = folder / f".{parcel.uuid}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(orjson.dumps(body, option=orjson.OPT_INDENT_2))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise TryLater("server_down", type(error).__name__, down=True) from error
    return target

"""What is written about dropped files: to who sent one, and to our staff where one is in quarantine."""

from __future__ import annotations

from portal.domain import clock, outbox, partners

from .models import DroppedFile
from .rules import State

PARTNER, STAFF = "drop_for_partner", "drop_news"
_TOLD = frozenset({State.PARTLY, State.QUARANTINED, State.REJECTED})  # that all is well stands on the page


def checked(file: DroppedFile) -> None:
    """Tell who sent a file what became of it, and our staff of one that waits for them."""
    state = State(file.state)
    if state is State.QUARANTINED:
        for person_id in partners.who_looks_after():
            _write(STAFF, file, person_id, "")
    if state in _TOLD and not file.ours and file.partner_id is not None:
        for person_id, email in partners.who_exchanges(file.partner_id, only=file.created_by_id):
            _write(PARTNER, file, person_id, email)


def _write(name: str, file: DroppedFile, person_id: int, address: str) -> None:
    company = partners.named([file.partner_id])[file.partner_id] if file.partner_id is not None else ""
    outbox.write(
        name, key=f"dropped_file:{file.uuid}:{file.state}:{person_id}:{clock.now().isoformat()}", account_id=None,
        person_id=person_id, address=address, about=("dropped_file", file.uuid),
        data={
            "what": file.state, "file": str(file.uuid), "file_name": file.name, "bad": file.bad, "lines": file.lines,
            "partner": company,
        },
    )  # fmt: skip

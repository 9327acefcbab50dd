"""People at work while a backup is made: each act by a customer of its own, noted when it was acknowledged."""

from __future__ import annotations

import io
import threading
import time
import uuid
from dataclasses import dataclass, field

from portal import db
from portal.domain import complaints, consent
from portal.domain.complaints.models import Complaint
from tests import records
from tests.domain.complaints import cases


@dataclass
class Load:
    """Threads that file complaints with a file, say yes and no, and throw drafts with a file away."""

    purpose: str
    stop: threading.Event = field(default_factory=threading.Event)
    done: list[tuple[float, int]] = field(default_factory=list)  # acknowledged at, account
    thrown: set[int] = field(default_factory=set)  # accounts whose draft goes again
    faults: list[BaseException] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, threads: int = 3) -> None:
        """Begin."""
        work = (self._file, self._say, self._throw_away)
        for number in range(threads):
            thread = threading.Thread(target=self._go, args=(work[number % len(work)],))
            self.threads.append(thread)
            thread.start()

    def end(self) -> None:
        """Stop, and raise what went wrong."""
        self.stop.set()
        for thread in self.threads:
            thread.join(30)
        if self.faults:
            raise self.faults[0]

    def wait_for(self, count: int) -> None:
        """Wait until so many acts more that stay were acknowledged."""
        wanted, until = self._kept() + count, time.monotonic() + 60
        while self._kept() < wanted and not self.faults and time.monotonic() < until:
            time.sleep(0.01)

    def _kept(self) -> int:
        return sum(account not in self.thrown for _, account in list(self.done))

    def _go(self, act: object) -> None:
        try:
            while not self.stop.is_set():
                account = act()  # type: ignore[operator]
                self.done.append((time.monotonic(), account))
                time.sleep(0.02)  # others get their turn at the one writer of SQLite
        except BaseException as error:
            self.faults.append(error)

    def _file(self) -> int:
        with db.unit_of_work():
            actor = records.customer()
            content = f"%PDF-1.7\n{uuid.uuid4()}\n%%EOF".encode()
            draft = cases.draft(actor)
            complaints.attach(draft, actor=actor, name="bill.pdf", stream=io.BytesIO(content))
            complaints.send(draft, actor=actor)
        return actor.account_id or 0

    def _say(self) -> int:
        with db.unit_of_work():
            actor = records.customer()
            consent.give(self.purpose, actor=actor)
        return actor.account_id or 0

    def _throw_away(self) -> int:
        with db.unit_of_work():
            actor = records.customer()
            self.thrown.add(actor.account_id or 0)
            content = f"%PDF-1.7\n{uuid.uuid4()}\n%%EOF".encode()
            draft = cases.draft(actor)
            complaints.attach(draft, actor=actor, name="bill.pdf", stream=io.BytesIO(content))
            key = draft.id
        with db.unit_of_work() as session:
            kept = session.get(Complaint, key)
            assert kept is not None
            complaints.discard(kept, actor=actor)
        return actor.account_id or 0

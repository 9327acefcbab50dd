"""Lets a history happen: every act through its real verb at its own instant, with the worker at work in between."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

from portal import db
from portal.domain import accounts, clock, complaints, consent, delivery, errors, outbox, tasks

Step = Callable[[], object]
TICK = timedelta(hours=24)
LATE_TICK = timedelta(hours=6)  # of the last weeks, where people look
LAST_WEEKS = timedelta(days=21)


class Replay:
    """A queue of acts by instant; what has not come by the end did not happen."""

    def __init__(
        self, start: datetime, end: datetime, post: delivery.Transport, *, tick: timedelta = TICK
    ) -> None:
        self.start, self.end, self.post, self.tick = start, end, post, tick
        self._queue: list[tuple[datetime, int, Step]] = []
        self._order = itertools.count()
        self.refused: list[tuple[datetime, str]] = []

    def at(self, instant: datetime, step: Step) -> None:
        """Let ``step`` happen at ``instant``, if that is before the end."""
        if instant < self.end:
            heapq.heappush(self._queue, (max(instant, self.start), next(self._order), step))

    def run(self, progress: Callable[[float], None]) -> None:
        """Let everything happen in order; the worker's turn comes once a day and when a message is due."""
        tick = self.start
        whole = (self.end - self.start).total_seconds()
        while self._queue or tick < self.end:
            due = self._queue[0][0] if self._queue else self.end
            if tick <= due and tick < self.end:
                self._worker(tick)
                tick = self._next(tick)
                progress((tick - self.start).total_seconds() / whole)
                continue
            if not self._queue:
                break
            instant, _, step = heapq.heappop(self._queue)
            with clock.at(instant):
                try:
                    with db.unit_of_work():
                        step()
                except LookupError as unmet:
                    self.refused.append((instant, str(unmet)))
                except errors.DomainError as refusal:
                    # A story may meet a state that a timer has ended meanwhile, as people do.
                    self.refused.append((instant, f"{refusal.code}: {refusal}"))
        self._worker(self.end)

    def _next(self, tick: datetime) -> datetime:
        """Return when the worker has its next turn: after its pause, or when a message is due before that."""
        following = tick + (min(LATE_TICK, self.tick) if self.end - tick < LAST_WEEKS else self.tick)
        with db.unit_of_work(write=False):
            due = outbox.next_due(tick)
        return min(following, due) if due else following

    def _worker(self, instant: datetime) -> None:
        with clock.at(instant):
            with db.unit_of_work():
                accounts.handle_mailbox_requests()
                consent.expire_due()
            # What was written since the last turn leaves before anybody asks whether it has left.
            self._deliver()
            complaints.run_all_due(instant)
            tasks.end_lost()
            self._deliver()

    def _deliver(self) -> None:
        while delivery.deliver_due(self.post, owner="history", limit=200):
            pass

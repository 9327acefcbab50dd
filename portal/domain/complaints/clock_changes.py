"""What a transition does to the clocks of a complaint; time that has run is never wiped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.complaints.acts import Act
from portal.domain.complaints.rows import Clocks, Transition
from portal.domain.complaints.states import K


class Status(StrEnum):
    """How the latest round of a clock stands; past its date it is still running, only late."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    STOPPED = "stopped"


GOING = frozenset({Status.RUNNING, Status.PAUSED})


@dataclass(frozen=True, slots=True)
class Changes:
    """Clocks to change, in this order: meet, stop, pause, resume, take up, reinstate, start."""

    meet: Clocks = frozenset()  # end the round: the promise is fulfilled now, kept or late
    stop: Clocks = frozenset()  # end the round: it no longer matters
    pause: Clocks = frozenset()
    resume: Clocks = frozenset()  # end the pause that is open
    take_up: Clocks = frozenset()  # go on with a stopped round; the time since counts as a pause
    reinstate: Clocks = frozenset()  # go on with an ended round to its old date; the time since counts
    start: Clocks = frozenset()  # begin a new round

    def after(self, clocks: Mapping[K, Status]) -> dict[K, Status]:
        """Return how the clocks stand after the changes."""
        result = dict(clocks)
        for keys, status in (
            (self.meet, Status.MET),
            (self.stop, Status.STOPPED),
            (self.pause, Status.PAUSED),
            (self.resume | self.take_up | self.reinstate | self.start, Status.RUNNING),
        ):
            result |= dict.fromkeys(keys, status)
        return result


def changes(transition: Transition, clocks: Mapping[K, Status]) -> Changes:
    """Return what ``transition`` does to clocks that stand as given.

    1. What stops or restarts ends its round: met when the act fulfils the promise, else stopped.
    2. A clock that goes already is not started again, so no act wipes the time that has run.
    3. On reopening, an unfinished answer or review is taken up where it was; the legal clock goes on to its
       old date, unless it was met.
    """
    going = {k for k, status in clocks.items() if status in GOING}
    ended = going & (transition.stops | transition.restarts)
    met = ended & transition.meets
    stopped_before = {k for k, status in clocks.items() if status is Status.STOPPED}
    takes_up = stopped_before & transition.starts & {K.ANSWER, K.REVIEW}
    takes_up = takes_up if transition.act is Act.REOPEN else set()
    reinstates = {k for k in transition.reinstates if _may_be_reinstated(k, clocks.get(k))}
    fresh = {k for k in transition.reinstates if k is K.REMEDY and k not in clocks}
    starts = (transition.starts - going - takes_up) | transition.restarts | fresh
    return Changes(
        meet=frozenset(met),
        stop=frozenset(ended - met),
        pause=frozenset(k for k in transition.pauses if clocks.get(k) is Status.RUNNING),
        resume=frozenset(k for k in transition.resumes if clocks.get(k) is Status.PAUSED),
        take_up=frozenset(takes_up),
        reinstate=frozenset(reinstates),
        start=frozenset(starts),
    )


def _may_be_reinstated(k: K, status: Status | None) -> bool:
    if status is Status.STOPPED:
        return True
    # An answer that was given stays given; a remedy that was said to be done, and is not, was never done.
    return status is Status.MET and k is not K.LEGAL

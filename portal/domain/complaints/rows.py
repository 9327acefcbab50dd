"""The shape of a row of the transition table, and how the clocks of a row follow from its two states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.complaints.acts import Act, If, Role
from portal.domain.complaints.states import INFO, K, State

Clocks = frozenset[K]
Roles = frozenset[Role]

NO_CLOCKS: Clocks = frozenset()


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table; ``source`` is None where the complaint begins."""

    act: Act
    source: State | None
    target: State
    who: Roles
    condition: If
    needs: tuple[str, ...]  # fields without which the act is refused
    live: bool  # carried out by this release
    starts: Clocks
    stops: Clocks
    pauses: Clocks
    resumes: Clocks
    restarts: Clocks  # ends this round and begins the next
    meets: Clocks  # of those that stop or restart: the promise is fulfilled by this act
    reinstates: Clocks  # goes on to its old date as if it had never been met

    @property
    def reason_needed(self) -> bool:
        """Whether the act must give a reason."""
        return "reason" in self.needs

    @property
    def stays(self) -> bool:
        """Whether the state remains as it was."""
        return self.source is self.target


def rows(
    act: Act,
    sources: State | frozenset[State] | None,
    target: State | None,
    who: Roles | Role,
    condition: If = If.ALWAYS,
    *,
    needs: tuple[str, ...] = (),
    live: bool = True,
    starts: Clocks | K = NO_CLOCKS,
    stops: Clocks | K = NO_CLOCKS,
    pauses: Clocks | K = NO_CLOCKS,
    resumes: Clocks | K = NO_CLOCKS,
    restarts: Clocks | K = NO_CLOCKS,
    meets: Clocks | K = NO_CLOCKS,
    reinstates: Clocks | K = NO_CLOCKS,
) -> Iterator[Transition]:
    """Yield one row for each source state; a target of None means that the state stays.

    Clocks follow from the two states: what only the source knows stops, what only the target runs starts,
    what rests in one of them pauses or resumes. The arguments add what the states alone cannot say.
    """
    for source in sorted(sources) if isinstance(sources, frozenset) else [sources]:
        goal = target or source
        assert goal is not None, "a complaint begins somewhere"
        old_run, old_rest, old_may = _clocks_of(source)
        new_run, new_rest, new_may = _clocks_of(goal)
        known = old_run | old_rest | old_may
        yield Transition(
            act,
            source,
            goal,
            frozenset({who}) if isinstance(who, Role) else who,
            condition,
            needs,
            live,
            starts=(new_run - old_run - old_rest - _set(reinstates) - _set(restarts)) | _set(starts),
            stops=(known - new_run - new_rest - new_may) | _set(stops),
            pauses=(new_rest & old_run) | _set(pauses),
            resumes=(new_run & old_rest) | _set(resumes),
            restarts=_set(restarts),
            meets=_set(meets),
            reinstates=_set(reinstates),
        )


def _clocks_of(state: State | None) -> tuple[Clocks, Clocks, Clocks]:
    if state is None:
        return NO_CLOCKS, NO_CLOCKS, NO_CLOCKS
    return INFO[state].running, INFO[state].paused, INFO[state].may_run


def _set(clocks: Clocks | K) -> Clocks:
    return frozenset({clocks}) if isinstance(clocks, K) else clocks

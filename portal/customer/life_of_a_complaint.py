"""The life of a complaint as a picture and as words, both drawn from the table of states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from portal.domain import complaints
from portal.domain.complaints import Role, State, Waits
from portal.text import Lazy, _t

# The straight way down the left, and beside it where a complaint may turn to; what connects them is in the table.
STRAIGHT = (
    State.DRAFT, State.RECEIVED, State.IN_HAND, State.OFFERED, State.REMEDY_DUE, State.TO_CONFIRM, State.CLOSED,
)  # fmt: skip
BESIDE = {
    State.NEEDS_CUSTOMER: State.IN_HAND,
    State.IN_REVIEW: State.OFFERED,
    State.REVIEW_OFFERED: State.REMEDY_DUE,
}
WIDTH, HEIGHT, LEFT, RIGHT, TOP, STEP = 168, 52, 6, 226, 8, 92
WHO: dict[str, Lazy] = {
    "you": _t("by you"),
    "us": _t("by us"),
    "body": _t("by the outside body"),
    "date": _t("when a date has passed"),
}
WAITS_WORDS: dict[str, Lazy] = {
    Waits.CUSTOMER: _t("Waiting for you"),
    Waits.US: _t("Waits for us"),
    Waits.PARTNER: _t("Waits for a partner"),
    Waits.BODY: _t("Waits for an outside body"),
    Waits.NOBODY: _t("At an end"),
}
_US = {Role.HANDLER, Role.REVIEWER, Role.SUPERVISOR, Role.PARTNER}
_YOU = {Role.CUSTOMER, Role.REPRESENTATIVE}


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a state leads, and who leads it there."""

    label: Lazy
    anchor: str
    who: tuple[Lazy, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One state in words."""

    key: str
    label: Lazy
    sees: Lazy
    waits: Lazy
    status: str
    clocks: list[Lazy] = field(default_factory=list)
    onward: list[Onward] = field(default_factory=list)


def _live(source: State) -> dict[State, set[str]]:
    """Return the states that follow ``source`` in this release, each with who moves it there."""
    found: dict[State, set[str]] = {}
    for row in complaints.TABLE:
        if row.live and row.source == source and row.target != source:
            whos = found.setdefault(row.target, set())
            if row.who & _YOU:
                whos.add("you")
            if row.who & _US:
                whos.add("us")
            if Role.BODY in row.who:
                whos.add("body")
            if not row.who & (_YOU | _US | {Role.BODY}):
                whos.add("date")
    return found


def reachable() -> list[State]:
    """Return the states that a complaint can be in today, in the order of the table of states."""
    seen, ahead = {State.DRAFT}, [State.DRAFT]
    while ahead:
        for target in _live(ahead.pop()):
            if target not in seen:
                seen.add(target)
                ahead.append(target)
    return [state for state in State if state in seen]


def stages() -> list[Stage]:
    """Return every state of today in words: what it means, who it waits for, its dates, where it leads."""
    alive = reachable()
    return [_stage(state, alive) for state in alive]


def _stage(state: State, alive: Iterable[State]) -> Stage:
    info = complaints.info(state)
    status = {Waits.CUSTOMER: "waiting_you", Waits.US: "waiting_us"}.get(info.waits_for, "done")
    clocks = []
    for k in sorted(info.running, key=str):
        length = complaints.published_length(k)
        if length is not None:
            clocks.append(_t("{clock}: {length}", clock=complaints.clock_label(k), length=length))
    onward = [
        Onward(
            complaints.info(target).label,
            f"state-{target.value}",
            tuple(WHO[who] for who in WHO if who in whos),
        )
        for target, whos in _live(state).items()
        if target in set(alive)
    ]
    return Stage(
        state.value,
        info.label,
        info.sees,
        WAITS_WORDS.get(info.waits_for, WAITS_WORDS[Waits.US]),
        status,
        clocks,
        onward,
    )


def picture() -> dict[str, Any]:
    """Return boxes and arrows of the picture: places are ours, labels and arrows come from the table."""
    places = {state: (LEFT, TOP + i * STEP) for i, state in enumerate(STRAIGHT)}
    places |= {state: (RIGHT, places[beside][1]) for state, beside in BESIDE.items()}
    boxes = [
        {
            "x": x, "y": y, "mx": x + WIDTH // 2, "my": y + HEIGHT // 2 + 5, "label": complaints.info(state).label,
            "yours": complaints.info(state).waits_for is Waits.CUSTOMER,
        }
        for state, (x, y) in places.items()
    ]  # fmt: skip
    arrows = [
        path
        for state in places
        for target in _live(state)
        if target in places and (path := _arrow(places[state], places[target]))
    ]
    bottom = max(y for _, y in places.values()) + HEIGHT + 8
    return {
        "width": RIGHT + WIDTH + 6,
        "height": bottom,
        "box": (WIDTH, HEIGHT),
        "boxes": boxes,
        "arrows": arrows,
    }


def _arrow(source: tuple[int, int], target: tuple[int, int]) -> str:
    """Return the line from one box to its neighbour; lines that would cross the picture are left to the words."""
    (sx, sy), (tx, ty) = source, target
    if sx == tx and ty - sy == STEP:
        return f"M{sx + WIDTH // 2} {sy + HEIGHT} V{ty - 3}"
    if sy == ty and sx != tx:
        # There and back run beside each other.
        if sx < tx:
            return f"M{sx + WIDTH} {sy + HEIGHT // 3} H{tx - 3}"
        return f"M{sx} {sy + 2 * HEIGHT // 3} H{tx + WIDTH + 3}"
    return ""

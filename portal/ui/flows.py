"""The picture of who sees what: where its boxes and lines lie; numbers out, no words of its own, no styling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WIDTH, BOX, ROW, HEIGHT = 420, 150, 62, 44
MOST_LETTERS = 17


def flow(links: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return boxes and curves for links (from, to): each name once on its side, in the order of first sight."""
    left = list(dict.fromkeys(one for one, _ in links))
    right = list(dict.fromkeys(other for _, other in links))
    rows = max(len(left), len(right), 1)
    height = rows * ROW + 8

    def places(names: list[str]) -> dict[str, float]:
        first = (height - len(names) * ROW) / 2 + (ROW - HEIGHT) / 2
        return {name: first + place * ROW for place, name in enumerate(names)}

    at_left, at_right = places(left), places(right)
    start, end = BOX, WIDTH - BOX
    bend = (end - start) / 2
    curves = []
    for one, other in dict.fromkeys(links):
        y1, y2 = at_left[one] + HEIGHT / 2, at_right[other] + HEIGHT / 2
        curves.append(f"M{start} {y1:g} C{start + bend:g} {y1:g} {end - bend:g} {y2:g} {end} {y2:g}")
    return {
        "width": WIDTH,
        "height": height,
        "curves": curves,
        "boxes": [
            {
                "x": x, "y": y, "width": BOX, "height": HEIGHT, "name": name, "short": _short(name),
                "side": side, "text_x": x + BOX / 2, "text_y": y + HEIGHT / 2 + 5,
            }
            for side, x, places_of in (("from", 0, at_left), ("to", end, at_right))
            for name, y in places_of.items()
        ],
    }  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1].rstrip() + "…"

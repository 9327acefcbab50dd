"""The arithmetic of our own small SVG charts: numbers in, coordinates out, no styling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

LEFT, RIGHT, TOP, BOTTOM = 44.0, 472.0, 12.0, 212.0


def _get(point: Any, name: str) -> Any:
    return point.get(name) if isinstance(point, dict) else getattr(point, name, None)


def nice_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Return round values (1, 2 or 5 times a power of ten) that cover the range."""
    span = (high - low) or abs(high) or 1.0
    power = 10 ** math.floor(math.log10(span / count))
    step = next(m * power for m in (1, 2, 5, 10) if m * power * count >= span)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(index * step, 10) for index in range(first, last + 1)]


def plot_line(points: Sequence[Any]) -> dict[str, Any]:
    """Return paths, dots, axis ticks and table rows of a line chart with an optional interval per point."""
    kept = [p for p in points if _get(p, "value") is not None]
    rows = [(_get(p, "label"), _row(p)) for p in points]
    if not kept:
        return {"points": [], "ticks": [], "path": "", "band": "", "rows": rows}
    lows = [float(_get(p, "low") if _get(p, "low") is not None else _get(p, "value")) for p in kept]
    highs = [float(_get(p, "high") if _get(p, "high") is not None else _get(p, "value")) for p in kept]
    ticks = nice_ticks(min(0.0, *lows), max(highs))
    bottom, top = ticks[0], ticks[-1]

    def y(value: float) -> float:
        return round(BOTTOM - (value - bottom) / ((top - bottom) or 1) * (BOTTOM - TOP), 1)

    step = (RIGHT - LEFT - 24) / max(1, len(kept) - 1)
    xs = [round(LEFT + 12 + index * step, 1) for index in range(len(kept))]
    every = max(1, math.ceil(len(kept) / 7))
    dots = [
        {"x": x, "y": y(float(_get(p, "value"))), "label": _get(p, "label"), "value": _get(p, "value"),
         "show": index % every == 0, "anchor": "middle"}
        for index, (x, p) in enumerate(zip(xs, kept, strict=True))
    ]  # fmt: skip
    band = ""
    if any(_get(p, "low") is not None for p in kept):
        upper = [f"{x} {y(value)}" for x, value in zip(xs, highs, strict=True)]
        lower = [f"{x} {y(value)}" for x, value in zip(xs, lows, strict=True)]
        band = "M" + " L".join(upper + lower[::-1]) + " Z"
    return {
        "points": dots,
        "ticks": [{"y": y(value), "value": value} for value in ticks],
        "path": "M" + " L".join(f"{dot['x']} {dot['y']}" for dot in dots),
        "band": band,
        "rows": rows,
    }


def _row(point: Any) -> str:
    value, low, high = (_get(point, name) for name in ("value", "low", "high"))
    if value is None:
        return "–"
    return f"{value}" if low is None or high is None else f"{value} ({low}–{high})"

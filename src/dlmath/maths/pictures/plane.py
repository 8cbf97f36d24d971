"""Curves that run anywhere in the plane: a point for each value of a parameter."""

from __future__ import annotations

from math import isfinite, pi
from time import monotonic
from typing import Any, NamedTuple

from dlmath.expression.graph import Node
from dlmath.maths.pictures.sampling import samples_worth, values_at

#: Values of the parameter before refinement, and the most there may be after it.
_FIRST = 601
_MOST = 8000

#: Rounds of halving; what is still apart after them is a break.
_ROUNDS = 20

#: Neighbours are this part of the picture apart at most, or there is a point between.
_STEP = 0.015

_SECONDS = 2.0

#: A polar curve that closes later than after one turn: so many turns are tried.
_TURNS = 12


class Path(NamedTuple):
    """parameter, x, y: of each point, nan in x and y for a gap. x_worth, y_worth: what to show."""

    parameter: list[float]
    x: list[float]
    y: list[float]
    x_worth: tuple[float, float]
    y_worth: tuple[float, float]


def sample_path(x: Node, y: Node, parameter: str, low: float, high: float) -> Path:
    """The points `(x, y)` for a parameter between two values, close together where the curve is.

    Intervals of the parameter are halved until neighbours are close as they are seen; what is
    still apart then is a gap.
    """
    import numpy as np

    begun = monotonic()
    t = np.linspace(low, high, _FIRST)
    places = np.stack([values_at(x, parameter, t), values_at(y, parameter, t)])
    worth = [
        samples_worth(node, parameter, t, row) for node, row in zip((x, y), places, strict=True)
    ]
    ends = np.array([_room(*pair) for pair in worth])
    size = (ends[:, 1] - ends[:, 0])[:, None]

    def apart(places: Any) -> Any:
        seen = np.clip(places, ends[:, :1] - size / 4, ends[:, 1:] + size / 4) / size
        missing = np.isnan(seen).any(axis=0)
        far = np.hypot(*np.diff(np.where(np.isnan(seen), 0.0, seen), axis=1)) > _STEP
        both = missing[:-1] & missing[1:]
        return (far & ~both) | (missing[:-1] != missing[1:])

    for _ in range(_ROUNDS):
        steep = apart(places)
        if not steep.any() or len(t) > _MOST or monotonic() - begun > _SECONDS:
            break
        between = (t[:-1][steep] + t[1:][steep]) / 2
        found = np.stack([values_at(x, parameter, between), values_at(y, parameter, between)])
        order = np.argsort(np.concatenate([t, between]), kind="stable")
        t = np.concatenate([t, between])[order]
        places = np.concatenate([places, found], axis=1)[:, order]
    breaks = np.flatnonzero(apart(places) & (np.diff(t) < (high - low) * 1e-7))
    t = np.insert(t, breaks + 1, (t[breaks] + t[breaks + 1]) / 2)
    places = np.insert(places, breaks + 1, np.nan, axis=1)
    places[:, np.isnan(places).any(axis=0)] = np.nan
    return Path(t.tolist(), places[0].tolist(), places[1].tolist(), worth[0], worth[1])


def _room(low: float, high: float) -> tuple[float, float]:
    """The ends of what is shown, apart even where all values are equal or there are none."""
    if not (isfinite(low) and isfinite(high)):
        return 0.0, 1.0
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def full_turns(radius: Node, angle: str) -> int:
    """After how many turns a polar curve begins again; 1 where it never does."""
    import numpy as np

    start = np.linspace(0.05, 2 * pi, 37)
    first = values_at(radius, angle, start)
    scale = np.nanmax(np.abs(first)) if not np.isnan(first).all() else 0.0
    for turns in range(1, _TURNS + 1):
        later = values_at(radius, angle, start + 2 * pi * turns)
        if np.allclose(first, later, rtol=1e-9, atol=1e-9 * scale, equal_nan=True):
            return turns
    return 1

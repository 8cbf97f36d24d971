"""Descents from very many starts at once, in blocks of arrays.

The step is the one that `loop` compiles for a single descent, with the gradient put into the rule
of the method, as one function of arrays: every start of a block makes its step in the same
arithmetic. Starts that have arrived or run away leave the block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.expression.graph import Node, substitute
from dlmath.maths.optimization.loop import STEP, StepGraph, is_total
from dlmath.maths.optimization.objective import Objective
from dlmath.maths.optimization.path import TOO_LARGE
from dlmath.maths.optimization.plan import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

#: Starts of one block: so few that its arrays stay in the cache of the processor.
BLOCK = 4096

#: So many steps are made between two looks at who has arrived.
_BETWEEN = 8

#: What became of a start. NEAR: still on its way, but close to a minimum (`basins`).
ARRIVED, UNFINISHED, RAN_AWAY, LEFT_DOMAIN, NOT_RUN, NEAR = 0, 1, 2, 3, 4, 5


class Ends(NamedTuple):
    """Where the descents ended.

    starts, points: (count, variables). fate: one of the numbers above for each. steps: made by
    each. done: how many of them were run before the time was used up.
    """

    starts: Floats
    points: Floats
    fate: NDArray[Any]
    steps: NDArray[Any]
    done: int


class Walker:
    """The compiled step of one plan. `walk` makes the descents of an array of starts."""

    def __init__(self, objective: Objective, plan: Plan, tolerance: float) -> None:
        from dlmath.expression.compile import compile_function

        graph = StepGraph(objective, plan)
        slopes: dict[str, Node] = dict(zip(graph.slopes, graph.gradient, strict=True))
        outputs = [substitute(graph.squared, slopes)]
        self._looks = not is_total(graph.value)
        if self._looks:
            outputs.append(graph.value)
        outputs += [substitute(node, slopes) for node in graph.after]
        state = [*graph.point, *graph.memory]
        self._step = compile_function(outputs, [*state, STEP], arrays=True, quiet=False)
        self._size = len(graph.point)
        self._width = len(state)
        self._most = plan.steps
        self._floor = tolerance * tolerance

    def walk(self, starts: Floats, stop: Callable[[], bool]) -> Ends:
        """One descent from each of the starts. stop: asked between blocks."""
        import numpy as np

        count = len(starts)
        points = starts.copy()
        fate = np.full(count, NOT_RUN)
        steps = np.zeros(count, dtype=int)
        done = 0
        with np.errstate(all="ignore"):
            for first in range(0, count, BLOCK):
                if stop():
                    break
                part = slice(first, min(first + BLOCK, count))
                self._block(starts[part], points[part], fate[part], steps[part])
                done = part.stop
        return Ends(starts, points, fate, steps, done)

    def _block(self, starts: Floats, points: Floats, fate: Any, steps: Any) -> None:
        """Walks one block; points, fate and steps are filled in."""
        import numpy as np

        fate[:] = UNFINISHED
        alive = np.arange(len(starts))
        state: list[Any] = [starts[:, k].copy() for k in range(self._size)]
        state += [np.zeros(len(starts)) for _ in range(self._width - self._size)]
        for step in range(self._most + 1):
            squared, *after = self._step(*state, float(step + 1))
            value = after.pop(0) if self._looks else squared
            if not step % _BETWEEN or step == self._most:
                gone = ~((squared < TOO_LARGE) & (np.abs(value) < TOO_LARGE))
                here = gone | (squared <= self._floor)
                if np.ndim(here) == 0:
                    here, gone = np.full(len(alive), here), np.full(len(alive), gone)
                if here.any():
                    ready = alive[here]
                    place = np.stack([entry[here] for entry in state[: self._size]], axis=1)
                    points[ready] = place
                    steps[ready] = step
                    lost = gone[here]
                    finite = (np.abs(place) < _FAR).all(axis=1)
                    fate[ready] = np.where(lost, np.where(finite, LEFT_DOMAIN, RAN_AWAY), ARRIVED)
                    alive = alive[~here]
                    if not len(alive):
                        return
                    after = [_kept(entry, ~here) for entry in after]
            if step < self._most:
                state = [np.broadcast_to(entry, (len(alive),)) for entry in after]
            else:
                rest = np.ones(len(here), dtype=bool) & ~here
                place = np.stack([part[rest] for part in state[: self._size]], axis=1)
                points[alive] = place
                steps[alive] = step
                far = np.abs(place - starts[alive]).max(axis=1) > _GONE * (1 + np.abs(starts).max())
                fate[alive[far]] = RAN_AWAY


#: A coordinate beyond this has run away, and so has an end so many times the starts' size away.
_FAR = 1e50
_GONE = 1e6


def _kept(entry: Any, keep: Any) -> Any:
    import numpy as np

    return entry[keep] if np.ndim(entry) else entry


def random_starts(count: int, box: Sequence[tuple[float, float]], seed: int) -> Floats:
    """Starts that are evenly distributed over the box: (count, variables)."""
    import numpy as np

    low, high = np.array(box).T
    return np.random.default_rng(seed).uniform(low, high, (count, len(box)))


def grid_starts(box: Sequence[tuple[float, float]], columns: int, rows: int) -> Floats:
    """The middles of the cells of a grid over a box of two variables, row by row from below."""
    import numpy as np

    (left, right), (bottom, top) = box
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
    return np.stack([np.tile(x, rows), np.repeat(y, columns)], axis=1)

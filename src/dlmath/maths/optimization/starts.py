"""Descents from very many starts at once, in blocks of arrays.

The step is the one that `loop` compiles for a single descent, with the gradient put into the rule
of the method, as one function of arrays: every start of a block makes its step in the same
arithmetic. Starts that have arrived or run away leave the block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
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
BLOCK = 12_000

#: So many steps are made between two looks at who has arrived, where the function has a value
#: everywhere; else every step is looked at.
_BETWEEN = 8

#: So many steps are made between two looks at the clock: a multiple of that.
_ASKED = 64

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
        after = [substitute(node, slopes) for node in graph.after]
        looked_at = [substitute(graph.squared, slopes)]
        self._checks_value = not is_total(graph.value)
        self._between = 1 if self._checks_value else _BETWEEN
        if self._checks_value:
            looked_at.append(graph.value)
        state = [*graph.point, *graph.memory]
        names = [*state, STEP]
        self._step = compile_function(after, names, arrays=True, quiet=False)
        self._look = compile_function([*looked_at, *after], names, arrays=True, quiet=False)
        self._size = len(graph.point)
        self._width = len(state)
        self._most = plan.steps
        self._floor = tolerance * tolerance

    def walk(self, starts: Floats, stop: Callable[[int], bool] = lambda done: False) -> Ends:
        """One descent from each of the starts.

        stop: asked now and then with the number of starts that are done; a block that is stopped
        half-way is not counted.
        """
        import numpy as np

        count = len(starts)
        points = starts.copy()
        fate = np.full(count, NOT_RUN)
        steps = np.zeros(count, dtype=int)
        done = 0
        with np.errstate(all="ignore"):
            for first in range(0, count, BLOCK):
                part = slice(first, min(first + BLOCK, count))
                if not self._block(
                    starts[part], points[part], fate[part], steps[part], partial(stop, first)
                ):
                    fate[part] = NOT_RUN
                    break
                done = part.stop
        return Ends(starts, points, fate, steps, done)

    def _block(
        self, starts: Floats, points: Floats, fate: Any, steps: Any, stop: Callable[[], bool]
    ) -> bool:
        """Walks one block; points, fate and steps are filled in. False where it was stopped."""
        import numpy as np

        fate[:] = UNFINISHED
        alive = np.arange(len(starts))
        state: list[Any] = [starts[:, k].copy() for k in range(self._size)]
        state += [np.zeros(len(starts)) for _ in range(self._width - self._size)]
        for step in range(self._most + 1):
            last = step == self._most
            if step % self._between and not last:
                after = [*self._step(*state, float(step + 1))]
            else:
                squared, *after = self._look(*state, float(step + 1))
                value = after.pop(0) if self._checks_value else squared
                gone = ~((squared < TOO_LARGE) & (np.abs(value) < TOO_LARGE))
                gone = np.broadcast_to(gone, alive.shape)
                here = gone | (squared <= self._floor) | last
                if not step % _ASKED and stop():
                    return False
                if here.any():
                    ready, place = alive[here], np.stack([part[here] for part in state], axis=1)
                    points[ready] = place[:, : self._size]
                    steps[ready] = step
                    fate[ready] = _fates(starts[ready], points[ready], squared, gone, here, self)
                    alive = alive[~here]
                    after = [_kept(part, ~here) for part in after]
                    if not len(alive):
                        return True
            state = [part if np.ndim(part) else np.full(alive.shape, part) for part in after]
        return True

    @property
    def may_leave(self) -> bool:
        """Is the function undefined somewhere?"""
        return self._checks_value

    def arrived(self, squared: Any) -> Any:
        """Is the squared gradient norm within the tolerance?"""
        return squared <= self._floor


def _fates(
    starts: Floats, points: Floats, squared: Any, gone: Any, here: Any, walker: Walker
) -> Any:
    """What became of the starts that leave the block."""
    import numpy as np

    arrived = np.broadcast_to(walker.arrived(squared), here.shape)[here]
    lost = LEFT_DOMAIN if walker.may_leave else RAN_AWAY
    size = 1 + np.abs(starts).max(initial=0.0)
    away = np.abs(points - starts).max(axis=1)
    far = ~(np.abs(points) < _FAR).all(axis=1) | ~(away <= _GONE * size)
    fates = np.where(arrived, ARRIVED, np.where(far, RAN_AWAY, UNFINISHED))
    return np.where(gone[here], np.where(far, RAN_AWAY, lost), fates)


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

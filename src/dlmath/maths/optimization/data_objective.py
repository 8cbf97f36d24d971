"""A loss over data as the function of a descent: what `objective.Objective` is for a formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlmath.errors import Undefined
from dlmath.expression.graph import Node
from dlmath.maths.optimization.data_problem import DataProblem
from dlmath.maths.optimization.data_source import InMemory, Source
from dlmath.maths.optimization.noise import normal_noise
from dlmath.maths.optimization.objective import HESSIAN_VARIABLES, Objective, Point
from dlmath.maths.optimization.path import TOO_LARGE, Loop
from dlmath.maths.optimization.plan import Plan
from dlmath.maths.optimization.rows_run import Batch, RowFunction
from dlmath.maths.optimization.schedules import schedule
from dlmath.maths.optimization.steppers import ArrayStepper, clipped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

#: Rows of the sample of which the curvature is computed, where there are more: times the number
#: of parameters at most.
_CURVATURE_WORK = 4_000_000

#: Rounds of the power method, and its step.
_ROUNDS, _STEP = 20, 1e-5

#: So often a difference is taken again with an eighth of the step.
_SHORTER = 6


class DataObjective(Objective):
    """The loss over all rows, by parameters one after another.

    Second derivatives are differences of gradients, over all rows or a sample of them.
    """

    def __init__(self, problem: DataProblem, source: Source, seed: int) -> None:
        self.problem = problem
        self.source = source
        self.expression = problem.formula
        self.names = problem.names
        self.gradient = []
        self._kept: tuple[bytes, float, Floats] | None = None
        self._hessians: dict[bytes, list[list[float]] | None] = {}
        self.curvature_rows = min(
            source.rows, max(1000, _CURVATURE_WORK // max(1, len(self.names)))
        )
        self._seed = seed
        self._sample: Batch | None = None

    def evaluated(self, theta: Floats) -> tuple[float, Floats]:
        """Value and gradient; those of the last point are kept."""
        key = theta.tobytes()
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, *self.source.value_and_gradient(theta))
        return self._kept[1], self._kept[2]

    def value(self, point: Point) -> float:
        """The loss over all rows; nan where it is undefined."""
        import numpy as np

        with np.errstate(all="ignore"):
            return self.source.value(np.array(point, dtype=float))

    def slope(self, point: Point) -> list[float]:
        """The gradient over all rows."""
        import numpy as np

        with np.errstate(all="ignore"):
            slope: list[float] = self.evaluated(np.array(point, dtype=float))[1].tolist()
        return slope

    def hessian(self, point: Point) -> list[list[float]] | None:
        """Central differences of the gradient; None for too many parameters, or where undefined."""
        import numpy as np

        if len(self.names) > HESSIAN_VARIABLES:
            return None
        theta = np.array(point, dtype=float)
        key = theta.tobytes()
        if key not in self._hessians:
            self._hessians[key] = self._differences(theta, np.eye(len(theta)))
        return self._hessians[key]

    def _differences(self, theta: Floats, along: Floats) -> list[list[float]] | None:
        """The Hessian from its products with unit vectors.

        How far it is from symmetric tells the size of its errors; eigenvalues within them are 0.
        """
        import numpy as np

        found = np.array([self._along(theta, direction) for direction in along])
        if not np.isfinite(found).all():
            return None
        noise = float(np.abs(found - found.T).max())
        found = (found + found.T) / 2
        values, vectors = np.linalg.eigh(found)
        level = np.abs(values) <= 4 * noise + 1e-15 * np.abs(values).max()
        if level.any():
            found = (vectors * np.where(level, 0.0, values)) @ vectors.T
        rows: list[list[float]] = found.tolist()
        return rows

    def _along(self, theta: Floats, direction: Floats) -> Floats:
        """The Hessian times a unit vector, by central differences of gradients.

        The step is made shorter until two steps agree; then L. F. Richardson's extrapolation.
        """
        import numpy as np

        batch = self.curvature_batch()
        gradient = self.problem.function.gradient
        step = 1e-4 * max(1.0, float(np.abs(theta @ direction)))

        def difference(h: float) -> Floats:
            found: Floats = gradient(theta + h * direction, batch)
            return (found - gradient(theta - h * direction, batch)) / (2 * h)

        with np.errstate(all="ignore"):
            wide = difference(step)
            for _ in range(_SHORTER):
                step /= 8
                narrow = difference(step)
                change = float(np.linalg.norm(narrow - wide))
                if change <= 1e-4 * float(np.linalg.norm(narrow)):
                    break
                wide = narrow
        return narrow + (narrow - wide) / 63

    def curvature_batch(self) -> Batch:
        """The rows of which the curvature is computed."""
        if self._sample is None:
            self._sample = self.source.sample(self.curvature_rows, self._seed)
        return self._sample

    def curvature_along(self) -> Callable[[Point, Point], list[float]]:
        """Refused: of many parameters only the largest curvature is computed (`largest`)."""
        raise ArithmeticError

    def largest(self, theta: Floats, batch: Batch) -> float:
        """The largest curvature of these rows at a point, by the power method; 0 where undefined.

        It comes from below, within some percent.
        """
        import numpy as np

        gradient = self.problem.function.gradient
        vector = np.random.default_rng([self._seed, 0]).standard_normal(len(theta))
        found = 0.0
        with np.errstate(all="ignore"):
            for _ in range(_ROUNDS):
                vector = _STEP * vector / np.linalg.norm(vector)
                change = gradient(theta + vector, batch) - gradient(theta - vector, batch)
                size = float(np.linalg.norm(change)) / (2 * _STEP)
                if not np.isfinite(size) or not size:
                    break
                found, vector = size, change
        return found

    def on_kink(self, theta: Floats) -> bool:
        """Does the gradient over a sample jump within a hair's breadth of the point?"""
        return on_kink(self.problem.function, theta, self.curvature_batch())

    def endless(self) -> str | None:
        """Nothing is proved of data."""
        return None

    def undefined_part(self, point: Point) -> Node:
        """The innermost part of the formula that has no finite value in some row."""
        found = self.undefined_place(point)
        return self.expression if found is None else found[0]

    def undefined_place(self, point: Point) -> tuple[Node, int | None] | None:
        """That part and the number of the row, counted from 1; None where all is finite."""
        import numpy as np

        theta = np.array(point, dtype=float)
        whole = self.source.whole if isinstance(self.source, InMemory) else self.curvature_batch()
        with np.errstate(all="ignore"):
            found = self.problem.function.undefined_part(theta, whole)
        if found is None:
            return None
        return found[0], None if found[1] is None else found[1] + 1

    def undefined_slope(self, point: Point) -> tuple[str, Node] | None:
        """The parameter whose derivative is undefined is known, a part of a formula is not."""
        return None

    def check_start(self, theta: Floats) -> None:
        """Raises Undefined where the loss or its gradient has no finite value at the start."""
        import numpy as np

        from dlmath.expression.text import to_text

        with np.errstate(all="ignore"):
            value, slope = self.evaluated(theta)
        if np.isfinite(value) and np.isfinite(slope).all():
            return
        found = self.undefined_place(theta.tolist())
        if found is None:
            name = self.names[int(np.argwhere(~np.isfinite(slope))[0][0])]
            raise Undefined(
                f"the loss has no derivative by {name} at the start",
                hint=f"begin elsewhere: --start {name.partition('[')[0]}=0.1, or --start random",
            )
        part, row = found
        where = "" if row is None else f" in row {row} of the data"
        raise Undefined(
            f"the loss is undefined at the start: {to_text(part)} has no finite value{where}",
            hint="begin elsewhere with --start",
        )


def on_kink(function: RowFunction, theta: Floats, batch: Batch) -> bool:
    """Does the gradient over these rows jump within a hair's breadth of the point?"""
    import numpy as np

    along = (1 + np.abs(theta)) * np.random.default_rng(0).standard_normal(len(theta))

    def change(distance: float) -> float:
        """How far the gradient moves, on the side where it moves more."""
        sides = [function.gradient(theta + sign * distance * along, batch) for sign in (1, -1)]
        return max(float(np.linalg.norm(side - here)) for side in sides)

    with np.errstate(all="ignore"):
        here = function.gradient(theta, batch)
        return change(1e-9) > 1e-4 * (change(1e-2) + float(np.linalg.norm(here)))


class Steps:
    """What is done with each gradient: noise, clip, rate of the schedule, the method's rule."""

    def __init__(self, plan: Plan, size: int) -> None:
        self.stepper = ArrayStepper(plan.method, (size,), dict(plan.parameters))
        self._rate = schedule(plan.schedule, plan.rate, plan.steps)
        self._constant = plan.rate if plan.schedule == "constant" else None
        self._clip = plan.clip
        self._noise = normal_noise(plan.seed, plan.noise, size) if plan.noise else None

    def step(self, theta: Floats, gradient: Floats) -> Floats:
        """The parameters after one more step."""
        done = self.stepper.steps
        if self._noise is not None:
            import numpy as np

            gradient = gradient + np.array(self._noise(float(done + 1)))
        if self._clip is not None:
            (gradient,) = clipped([gradient], self._clip)
        rate = self._rate(done) if self._constant is None else self._constant
        return self.stepper.step(theta, gradient, rate)


def data_loop(objective: DataObjective, plan: Plan) -> tuple[Loop, int]:
    """The loop of `optimization.path` on all rows at once, and how much it remembers."""
    import numpy as np

    if plan.line_search is not None:
        from dlmath.maths.optimization.searching import search_loop

        return search_loop(objective, plan, _finite(objective))
    size = len(objective.names)
    steps = Steps(plan, size)
    stepper = steps.stepper

    def loop(done: int, end: int, floor: float, *state: float) -> tuple[float, ...]:
        theta = np.array(state[:size])
        kept = np.array(state[size:]).reshape(len(stepper.memory), size)
        stepper.memory = dict(zip(stepper.memory, kept, strict=True))
        stepper.steps = int(done)
        with np.errstate(all="ignore"):
            value, gradient = objective.evaluated(theta)
            squared = float(gradient @ gradient)
            while done < end and floor < squared < TOO_LARGE and abs(value) < TOO_LARGE:
                theta = steps.step(theta, gradient)
                done += 1
                value, gradient = objective.evaluated(theta)
                squared = float(gradient @ gradient)
        memory = list(stepper.memory.values())
        remembered = np.concatenate(memory).tolist() if memory else []
        return (done, value, squared, *theta.tolist(), *remembered)

    return loop, len(stepper.memory) * size


def _finite(objective: DataObjective) -> Callable[[Floats], tuple[float, Floats]]:
    """Value and gradient for a line search: inf and nan outside the domain."""
    import numpy as np

    undefined = np.full(len(objective.names), np.nan)

    def evaluated(theta: Floats) -> tuple[float, Floats]:
        with np.errstate(all="ignore"):
            value, gradient = objective.evaluated(theta)
        if not np.isfinite(value) or not np.isfinite(gradient).all():
            return float("inf"), undefined
        return value, gradient

    return evaluated

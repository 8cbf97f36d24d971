"""Methods that choose a direction from all variables together and search along it.

A direction is one short class: `direction` gives it at a point, `learn` remembers what the step
taught. What is remembered is a flat vector of numbers, so that a descent can be stopped and taken
up at any step like those of `loop`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Protocol

from dlmath.errors import InvalidInput
from dlmath.maths.optimization.line_search import Trial, armijo, wolfe
from dlmath.maths.optimization.objective import (
    ARITHMETIC_ERRORS,
    HESSIAN_VARIABLES,
    Objective,
)
from dlmath.maths.optimization.path import TOO_LARGE, Loop
from dlmath.maths.optimization.plan import Plan

if TYPE_CHECKING:
    import numpy as np

    Vector = np.ndarray[Any, np.dtype[np.float64]]

#: BFGS remembers the square of so many variables.
MOST_VARIABLES = 250


class Direction(Protocol):
    """size: how many numbers it remembers. curvature: how flat Wolfe's search must end, as a part
    of the first slope. whole: is 1 the natural length of its step?"""

    size: int
    curvature: float
    whole: bool

    def direction(self, x: Vector, g: Vector, memory: Vector) -> Vector:
        """Where to go from x, where the gradient is g."""

    def learn(self, s: Vector, y: Vector, d: Vector, g: Vector, memory: Vector) -> Vector:
        """The memory after the step s along d from where the gradient was g; y is its change."""


class Steepest:
    """-g (Cauchy 1847)."""

    size, curvature, whole = 0, 0.5, False

    def direction(self, x: Vector, g: Vector, memory: Vector) -> Vector:
        return -g

    def learn(self, s: Vector, y: Vector, d: Vector, g: Vector, memory: Vector) -> Vector:
        return memory


class Newton:
    """-|H|^(-1) g: the eigenvalues of the Hessian are taken positive, so that it leads downhill.

    J. Nocedal, S. J. Wright, Numerical optimization, 2nd edition, section 3.4 (eigenvalue
    modification); Y. Dauphin and others, Identifying and attacking the saddle point problem,
    NeurIPS 2014.
    """

    size, curvature, whole = 0, 0.9, True

    def __init__(self, objective: Objective) -> None:
        if len(objective.names) > HESSIAN_VARIABLES:
            raise InvalidInput(
                f"newton needs the Hessian: at most {HESSIAN_VARIABLES} variables,"
                f" not {len(objective.names)}",
                hint="--method bfgs or conjugate",
            )
        self._objective = objective

    def direction(self, x: Vector, g: Vector, memory: Vector) -> Vector:
        import numpy as np

        hessian = self._objective.hessian(x.tolist())
        if hessian is None:
            return -g
        values, vectors = np.linalg.eigh(np.array(hessian))
        sizes = np.abs(values)
        largest = float(sizes.max())
        if not largest:
            return -g
        found: Vector = -(vectors @ ((vectors.T @ g) / np.maximum(sizes, 1e-12 * largest)))
        return found

    def learn(self, s: Vector, y: Vector, d: Vector, g: Vector, memory: Vector) -> Vector:
        return memory


class Bfgs:
    """-B g, where B learns the inverse of the Hessian.

    B becomes (1 - r s y^T) B (1 - r y s^T) + r s s^T with r = 1/(y^T s): the nearest matrix that
    leads from the change y of the gradient to the step s. Nocedal and Wright, algorithm 6.1; the
    first B is the unit matrix times y^T s/y^T y, equation 6.20.
    """

    curvature, whole = 0.9, True

    def __init__(self, count: int) -> None:
        if count > MOST_VARIABLES:
            raise InvalidInput(
                f"bfgs keeps a matrix: at most {MOST_VARIABLES} variables, not {count}",
                hint="--method conjugate",
            )
        self._count = count
        self.size = count * count

    def direction(self, x: Vector, g: Vector, memory: Vector) -> Vector:
        return -(memory.reshape(self._count, -1) @ g) if memory.any() else -g

    def learn(self, s: Vector, y: Vector, d: Vector, g: Vector, memory: Vector) -> Vector:
        import numpy as np

        along = float(y @ s)
        if not along > 1e-12 * float(np.linalg.norm(y) * np.linalg.norm(s)):
            return memory  # no positive curvature: nothing to learn
        b = memory.reshape(self._count, -1)
        if not memory.any():
            b = np.eye(self._count) * (along / float(y @ y))
        by = b @ y
        outer = np.outer(s, by)
        b = b - (outer + outer.T) / along
        b = b + np.outer(s, s) * ((1 + float(y @ by) / along) / along)
        return b.ravel()


class Conjugate:
    """-g + beta d, d the direction before and beta = max(0, g (g - h)/(h h)), h its gradient.

    E. Polak and G. Ribiere with beta kept from falling below 0 (PR+), Nocedal and Wright, section
    5.2. It starts again from -g when the directions are no longer conjugate: when two gradients in
    a row are far from orthogonal (Powell 1977).
    """

    curvature, whole = 0.1, False

    def __init__(self, count: int) -> None:
        self._count = count
        self.size = 2 * count

    def direction(self, x: Vector, g: Vector, memory: Vector) -> Vector:
        d, h = memory[: self._count], memory[self._count :]
        before = float(h @ h)
        if not before or abs(float(g @ h)) > 0.5 * float(g @ g):
            return -g
        return max(0.0, float(g @ (g - h)) / before) * d - g

    def learn(self, s: Vector, y: Vector, d: Vector, g: Vector, memory: Vector) -> Vector:
        import numpy as np

        return np.concatenate([d, g])


def find_direction(objective: Objective, plan: Plan) -> Direction:
    """The direction of the plan's method. Raises InvalidInput for too many variables."""
    count = len(objective.names)
    if plan.method.name == "newton":
        return Newton(objective)
    if plan.method.name == "bfgs":
        return Bfgs(count)
    return Conjugate(count) if plan.method.name == "conjugate" else Steepest()


def search_loop(
    objective: Objective,
    plan: Plan,
    evaluated: Callable[[Vector], tuple[float, Vector]] | None = None,
) -> tuple[Loop, int]:
    """The loop of `optimization.path` for a method that searches, and how much it remembers.

    evaluated: value and gradient at a point, inf and nan outside the domain; compiled from the
    objective where none is given. The first number remembered is how much the last step promised
    (its length times the slope), 0 before the first; what the direction remembers follows. Raises
    InvalidInput.
    """
    import numpy as np

    chosen = find_direction(objective, plan)
    count = len(objective.names)
    evaluated = evaluated or _evaluator(objective)

    def step(x: Vector, value: float, g: Vector, memory: Vector) -> tuple[Vector, Vector]:
        """The next point and memory; the same point where no lower value can be found."""
        d = chosen.direction(x, g, memory[1:])
        slope = float(d @ g)
        if not (slope < 0 and isfinite(slope)):
            d = -g
            slope = -float(g @ g)

        def phi(length: float) -> tuple[float, float]:
            there, gradient = evaluated(x + length * d)
            return there, float(gradient @ d) if isfinite(there) else nan

        promised = float(memory[0])
        first = plan.rate
        if not chosen.whole or (chosen.size and not memory[1:].any()):
            # as much of the slope's promise as the last step had; at first a step of length <= 1
            length = float(np.linalg.norm(d))
            first = 2 * promised / slope if promised < 0 else plan.rate * min(1.0, 1 / length)
        start = Trial(0.0, value, slope)
        if plan.line_search == "armijo":
            length = armijo(phi, start, first)
        else:
            length = wolfe(phi, start, first, chosen.curvature)
        new = x + length * d
        if not length or np.array_equal(new, x):
            return x, memory
        _, after = evaluated(new)
        learnt = chosen.learn(new - x, after - g, d, g, memory[1:])
        return new, np.concatenate([[length * slope], learnt])

    def loop(done: int, end: int, floor: float, *state: float) -> tuple[float, ...]:
        x, memory = np.array(state[:count]), np.array(state[count:])
        value, g = evaluated(x)
        with np.errstate(all="ignore"):
            while done < end:
                squared = float(g @ g)
                if not (floor < squared < TOO_LARGE and abs(value) < TOO_LARGE):
                    break
                new, memory = step(x, value, g, memory)
                done += 1
                if new is not x:
                    x = new
                    value, g = evaluated(x)
            squared = float(g @ g)
        return (done, value, squared, *x.tolist(), *memory.tolist())

    return loop, 1 + chosen.size


def _evaluator(objective: Objective) -> Callable[[Vector], tuple[float, Vector]]:
    """Value and gradient at a point; inf and nan outside the domain."""
    import numpy as np

    from dlmath.expression.compile import compile_function

    outputs = [objective.expression, *objective.gradient]
    compiled = compile_function(outputs, objective.names)
    undefined = np.full(len(objective.names), nan)

    def evaluated(x: Vector) -> tuple[float, Vector]:
        try:
            value, *slopes = compiled(*x.tolist())
        except ARITHMETIC_ERRORS:
            return float("inf"), undefined
        if not isfinite(value) or not all(map(isfinite, slopes)):
            return float("inf"), undefined
        return float(value), np.array(slopes, dtype=float)

    return evaluated

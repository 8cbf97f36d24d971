"""Derivatives of matrix expressions against differences along random directions.

For a direction V the slope of t -> f(X + t*V) at 0 is what the claimed derivative says of V. The
differences come from values of f alone, so they share nothing with the rules; random sizes, all
different, show a transposed answer. Differences of order 6 at two steps tell their own error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Array = NDArray[Any]

NAME = "differences at random matrices"

#: A whole number times named sizes: `2*m*n` is (2, ("m", "n")).
Size = tuple[int, tuple[str, ...]]

#: Values of names and of sizes to the value of an expression, an array of two axes.
Evaluate = Callable[[Mapping[str, "Array"], Mapping[str, int]], "Array"]

GRADIENT, JACOBIAN, BY_SCALAR, HESSIAN = "gradient", "jacobian", "by scalar", "hessian"

_WANTED = 3
_TRIES = 20
_DIRECTIONS = 2
#: Relative to the larger of the two slopes.
_TOLERANCE = {GRADIENT: 1e-7, JACOBIAN: 1e-7, BY_SCALAR: 1e-7, HESSIAN: 1e-5}
#: Differences that do not agree with each other so well say nothing.
_USABLE = {GRADIENT: 1e-8, JACOBIAN: 1e-8, BY_SCALAR: 1e-8, HESSIAN: 1e-6}
#: Derivatives that the differences are for.
_ORDER = {GRADIENT: 1, JACOBIAN: 1, BY_SCALAR: 1, HESSIAN: 2}
#: What rounding does to a difference of values, relative to them.
_ROUNDING = 2e-15
_STEP = {GRADIENT: 4e-3, JACOBIAN: 4e-3, BY_SCALAR: 4e-3, HESSIAN: 4e-2}

#: Central differences of order 6: weights of f(kh) for k = 1, 2, 3, and of f(0).
_FIRST = ((45 / 60, -9 / 60, 1 / 60), 0.0)
_SECOND = ((270 / 180, -27 / 180, 2 / 180), -490 / 180)


class Operand(NamedTuple):
    """shape: rows and columns; symmetric: is it its own transpose? probability: do its entries
    (of a matrix: of each row) sum to 1?"""

    shape: tuple[Size, Size]
    symmetric: bool = False
    probability: bool = False


def check_matrix_derivative(
    kind: str,
    function: Evaluate,
    derivative: Evaluate,
    variable: str,
    operands: Mapping[str, Operand],
    *,
    transposed: bool = False,
) -> Check:
    """Is this the derivative of the function by the variable?

    kind: `gradient` (of the variable's shape: the slope along V is the sum of the products of
    entries), `jacobian` (J*vec(V) is the slope of vec(F)), `by scalar` (the slope itself),
    `hessian` (vec(V)'*H*vec(V) is the second derivative, and H is symmetric). transposed: the
    claim is the transpose of that.
    """
    import numpy as np

    worst = 0.0
    found: list[str] = []
    generator = np.random.default_rng(20240607)
    for values, sizes in _samples(operands, generator):
        with np.errstate(all="ignore"):
            claim = np.asarray(derivative(values, sizes))
            error = _error(
                kind, function, claim.T if transposed else claim, values, sizes,
                (variable, operands[variable]), generator,
            )  # fmt: skip
        if error is None:
            continue
        shown = ", ".join(f"{name} = {count}" for name, count in sorted(sizes.items()))
        if error > _TOLERANCE[kind]:
            return Check(NAME, FAILED, f"they differ by {error:.1e} at {shown or 'these sizes'}")
        worst = max(worst, error)
        found.append(shown)
        if len(found) == _WANTED:
            break
    if len(found) < 2:
        return Check(NAME, UNAVAILABLE, "no random matrices at which differences can be trusted")
    places = "; ".join(dict.fromkeys(part for part in found if part))
    where = f" ({places})" if places else ""
    bound = next(text for text in ("1e-9", "1e-7", "1e-5") if worst <= float(text))
    return Check(NAME, PASSED, f"{len(found)} points{where}, relative differences below {bound}")


def _error(
    kind: str,
    function: Evaluate,
    claim: Array,
    values: Mapping[str, Array],
    sizes: Mapping[str, int],
    variable: tuple[str, Operand],
    generator: Generator,
) -> float | None:
    """The largest relative difference along some directions; None where nothing can be said."""
    import numpy as np

    name, operand = variable
    at = values[name]
    value = np.asarray(function(values, sizes))
    if not (np.all(np.isfinite(value)) and np.all(np.isfinite(claim))):
        return None
    worst = 0.0
    for _ in range(_DIRECTIONS):
        direction = generator.normal(size=at.shape)
        if operand.symmetric:
            direction = (direction + direction.T) / 2
        direction /= np.linalg.norm(direction)
        said = _along(kind, claim, direction, value.shape)
        if said is None:
            return np.inf
        measured = _measured(kind, function, values, sizes, name, direction)
        if measured is None:
            return None
        slope, doubt = measured
        scale = float(max(np.max(np.abs(slope)), np.max(np.abs(said))))
        noise = _ROUNDING * float(np.max(np.abs(value))) / _STEP[kind] ** _ORDER[kind]
        if not np.any(said) and scale <= noise:
            continue  # no slope is claimed, and none is there
        if doubt > _USABLE[kind] * scale or noise > _USABLE[kind] * scale:
            return None
        worst = max(worst, float(np.max(np.abs(slope - said))) / scale)
    return worst


def _along(kind: str, claim: Array, direction: Array, shape: tuple[int, ...]) -> Array | None:
    """The slope along a direction that the claim says; None where its shape is wrong."""
    import numpy as np

    vector = direction.reshape(-1, order="F")
    if kind == GRADIENT:
        return np.array([[np.sum(claim * direction)]]) if claim.shape == direction.shape else None
    if kind == BY_SCALAR:
        return claim * direction if claim.shape == shape else None
    if kind == HESSIAN:
        if claim.shape != (vector.size, vector.size):
            return None
        if not np.allclose(claim, claim.T, rtol=1e-7, atol=1e-9 * (1 + np.max(np.abs(claim)))):
            return None
        return np.array([[vector @ claim @ vector]])
    if claim.shape != (shape[0] * shape[1], vector.size):
        return None
    return (claim @ vector).reshape(shape, order="F")


def _measured(
    kind: str,
    function: Evaluate,
    values: Mapping[str, Array],
    sizes: Mapping[str, int],
    name: str,
    direction: Array,
) -> tuple[Array, float] | None:
    """The slope (of a Hessian, the second derivative) along a direction, and its doubt."""
    import numpy as np

    def at(t: float) -> Array:
        return np.asarray(function({**values, name: values[name] + t * direction}, sizes))

    (weights, middle), order = (_SECOND, 2) if kind == HESSIAN else (_FIRST, 1)
    estimates = []
    step = _STEP[kind]
    for h in (step, step / 2):
        total: Any = middle * at(0.0) if middle else 0.0
        for k, weight in enumerate(weights, start=1):
            back = at(-k * h)
            total = total + weight * (at(k * h) + back if order == 2 else at(k * h) - back)
        estimates.append(total / h**order)
    coarse, fine = estimates
    if not np.all(np.isfinite(coarse)) or not np.all(np.isfinite(fine)):
        return None
    return fine, float(np.max(np.abs(coarse - fine)))


# --- random operands ------------------------------------------------------------------------


def _samples(
    operands: Mapping[str, Operand], generator: Generator
) -> Iterator[tuple[dict[str, Array], dict[str, int]]]:
    """Values of all operands, of several kinds: any sign, positive, close to the identity, ..."""
    sizes = sorted({name for o in operands.values() for size in o.shape for name in size[1]})
    for attempt in range(_TRIES):
        chosen = _different(len(sizes), generator)
        counts = dict(zip(sizes, chosen, strict=True))
        values = {
            name: _drawn(operand, counts, attempt % 5, generator)
            for name, operand in operands.items()
        }
        yield values, counts


def _different(count: int, generator: Generator) -> Sequence[int]:
    pool = [2, 3, 4, 5, *range(6, 6 + max(0, count - 4))]
    return [int(part) for part in generator.permutation(pool)[:count]]


def _count(size: Size, counts: Mapping[str, int]) -> int:
    found = size[0]
    for name in size[1]:
        found *= counts[name]
    return found


def _drawn(operand: Operand, counts: Mapping[str, int], style: int, generator: Generator) -> Array:
    import numpy as np

    rows, columns = (_count(size, counts) for size in operand.shape)
    shape = (rows, columns)
    if operand.probability:
        raised = np.exp(generator.normal(size=shape))
        weights: Array = raised / raised.sum(axis=0 if columns == 1 else 1, keepdims=True)
        return weights
    low, high = {1: (0.2, 1.2), 3: (1.3, 2.5), 4: (0.1, 0.7)}.get(style, (0.0, 0.0))
    if style in (1, 3, 4):
        found = generator.uniform(low, high, size=shape)
        if rows == columns > 1 and style == 1:
            found = found + rows * np.eye(rows)
    else:
        found = generator.normal(size=shape)
        if style == 2:
            found = 0.4 * found
            if rows == columns > 1:
                found = found @ found.T + np.eye(rows) + 0.1 * found
            elif rows == columns == 1:
                found = np.abs(found) + 0.3
    return (found + found.T) / 2 if operand.symmetric else found

"""The closed form of least squares, for a loss that is a mean of squares of linear terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import FAILED, PASSED, Check
from dlmath.expression.graph import (
    TWO,
    ZERO,
    Node,
    free_symbols,
    mul,
    sub,
    substitute,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

#: Entries of the matrix at most.
_MOST = 20_000_000


class Closed(NamedTuple):
    """The parameters of the least loss, the loss there, and how fast it rises at least.

    theta: of all solutions the shortest, where there are several (`unique`). bend: half the
    smallest positive eigenvalue of the Hessian: loss - minimum <= |gradient|^2/(4*bend).
    """

    theta: Floats
    minimum: float
    bend: float
    unique: bool


def closed_form(
    formula: Node, names: Sequence[str], parts: Mapping[str, Node], columns: Mapping[str, Floats]
) -> Closed | None:
    """The least-squares solution by singular values; None where the loss is something else.

    The loss is a number times mean(r^2) or mse(p, y), r linear in the parameters. names: of the
    entries of the parameters. parts: for vectors of the formula, their entries as expressions.
    columns: the data.
    """
    import numpy as np

    from dlmath.expression.elements import expand_vectors, shape_of
    from dlmath.expression.gradient import gradient

    split = _residual(formula)
    if split is None or split[0] <= 0:
        return None
    factor, residual = split
    residual = substitute(_dots(residual, parts), dict(parts))
    if shape_of(residual):
        return None
    residual = expand_vectors(residual, stable=True)
    slopes = gradient(residual, names)
    if any(free_symbols(slope) & set(names) for slope in slopes.values()):
        return None
    rest = substitute(residual, dict.fromkeys(names, ZERO))
    used = sorted(set(columns) & (free_symbols(residual) | {next(iter(columns))}))
    rows = len(columns[used[0]])
    if rows * len(names) > _MOST:
        return None
    matrix = np.empty((rows, len(names)))
    for place, name in enumerate(names):
        matrix[:, place] = _values(slopes[name], used, columns)
    right = np.empty(rows)
    right[:] = _values(rest, used, columns)
    if not (np.isfinite(matrix).all() and np.isfinite(right).all()):
        return None
    theta, _, rank, singular = np.linalg.lstsq(matrix, -right, rcond=None)
    left = matrix @ theta + right
    bend = factor * float(singular[rank - 1]) ** 2 / rows if rank else 0.0
    return Closed(theta, factor * float(left @ left) / rows, bend, rank == len(names))


def _values(node: Node, names: Sequence[str], columns: Mapping[str, Floats]) -> Any:
    from dlmath.expression.compile import compile_function

    operands = [columns[name] for name in names]
    return compile_function([node], names, arrays=True)(*operands)[0]


def _residual(formula: Node) -> tuple[float, Node] | None:
    """factor and r of factor*mean(r^2)."""
    factor = 1.0
    if formula.op == "mul" and len(formula.args) == 2 and formula.args[0].op == "number":
        factor, formula = float(formula.args[0].number), formula.args[1]
    if formula.op == "mean" and len(formula.args) == 1:
        formula = formula.args[0]
        if formula.op == "mul" and len(formula.args) == 2 and formula.args[0].op == "number":
            factor, formula = factor * float(formula.args[0].number), formula.args[1]
    elif formula.op != "mse":
        return None
    if formula.op == "mse":
        return factor, sub(*formula.args)
    if formula.op == "pow" and formula.args[1] is TWO:
        return factor, formula.args[0]
    return None


def _dots(node: Node, parts: Mapping[str, Node]) -> Node:
    """X*W as dot(X, W), where both are vectors."""
    from dlmath.expression.graph import call, replace, topological

    found: dict[Node, Node] = {}
    for part in topological(node):
        if part.op != "mul":
            continue
        named = [arg for arg in part.args if arg.op == "symbol" and arg.name in parts]
        if len(named) == 2 and all(parts[arg.name].args[0].op != "vector" for arg in named):
            rest = [arg for arg in part.args if arg not in named]
            found[part] = mul(*rest, call("dot", *named))
    return replace(node, found) if found else node


def check(
    closed: Closed,
    value: float,
    theta: Sequence[float],
    gradient_norm: float,
    names: Sequence[str],
) -> Check:
    """Is the end no lower than the closed form, and no higher than its gradient allows?

    A quadratic with smallest positive eigenvalue c obeys loss - minimum <= |gradient|^2/(2*c)
    (B. T. Polyak, 1963).
    """
    name = "closed form of least squares, by singular values"
    rounding = 1e-9 * (abs(value) + abs(closed.minimum)) + 1e-15
    above = value - closed.minimum
    if above < -rounding:
        return Check(name, FAILED, f"the end is {-above:.3g} below the least loss")
    if closed.bend and above > 1.001 * gradient_norm**2 / (4 * closed.bend) + rounding:
        return Check(name, FAILED, f"the end is {above:.3g} above the least loss")
    detail = f"the least loss is {closed.minimum:.10g}, the end is {max(0.0, above):.2g} above it"
    if closed.unique:
        far = [abs(a - b) for a, b in zip(theta, closed.theta, strict=True)]
        place = max(range(len(far)), key=far.__getitem__)
        detail += f"; {names[place]} differs by {far[place]:.2g}"
    return Check(name, PASSED, detail)

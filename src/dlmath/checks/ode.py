"""Does a solution solve its differential equation? Told by numbers from the graph.

The derivatives of the solution are taken by reverse mode on the graph, and the equation is
evaluated with them at points drawn at random: the terms of the equation must cancel. Of an implicit
solution G(x, y) = 0 the derivatives are those of the implicit function: y' = -G_x/G_y. A general
solution of order n must have n independent constants: the matrix of the derivatives of
y, y', ..., y^(n-1) by the constants has the rank n.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks.standing_integrals import (
    Standing,
    integrals_of,
    quadratures,
    slope,
    value_of,
    without_integrals,
)
from dlmath.errors import DlmathError
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import (
    ZERO,
    Node,
    add,
    div,
    free_symbols,
    mul,
    neg,
    replace,
    sub,
    substitute,
    topological,
)

#: Points that are compared, and that are tried for them.
_POINTS = 6
_TRIES = 40
#: What is left of cancelling terms, beside their size.
_SMALL = 1e-8
_SMALL_FLOAT = 1e-10
_DIGITS = 20
#: Derivatives of larger graphs take too long.
_LARGEST = 40_000


class Residual(NamedTuple):
    """What substitution gave. good, bad: at how many points. side: where it holds, if only there.

    largest: the largest residual of the good points, relative to the terms. positive: does it hold
    wherever the variable and all parameters are positive? somewhere: does it at one such point?
    """

    verdict: str
    good: int
    bad: int
    largest: float
    side: str = ""
    positive: bool = True
    somewhere: bool = True

    @property
    def detail(self) -> str:
        """The numbers in words."""
        if self.verdict == UNAVAILABLE:
            return "the equation could not be evaluated at any point"
        if self.verdict == FAILED:
            return f"the equation does not hold at {self.bad} of {self.good + self.bad} points"
        where = f" ({self.side})" if self.side else ""
        return f"the equation holds at {self.good} random points{where}, to {self.largest:.1g}"


def derivatives(
    expression: Node, variable: str, order: int, integrals: Sequence[Standing] = ()
) -> list[Node]:
    """The expression and its derivatives by the variable, up to `order`. Raises DlmathError."""
    found = [expression]
    for _ in range(order):
        found.append(slope(found[-1], variable, integrals))
        if len(topological(found[-1])) > _LARGEST:
            from dlmath.errors import LimitReached

            raise LimitReached("the derivatives are too large")
    return found


def check_explicit(
    equations: Sequence[Node],
    functions: Mapping[str, Node],
    variable: str,
    orders: Mapping[str, int],
    *,
    real_only: bool = False,
    seed: int = 5,
    near: tuple[float, float] | None = None,
) -> Residual:
    """Do functions, given by name as expressions in the variable, solve the equations?

    equations: expressions that vanish, in the variable and symbols `y`, `y'`, ... orders: the
    highest derivative of each function. near: the interval from which the variable is drawn.
    """
    functions, integrals = without_integrals(functions, (variable,))
    try:
        values: dict[str, Node] = {}
        for name, expression in functions.items():
            for k, node in enumerate(derivatives(expression, variable, orders[name], integrals)):
                values[name + "'" * k] = node
    except DlmathError:
        return Residual(UNAVAILABLE, 0, 0, 0.0)
    names: set[str] = set()
    for node in (*values.values(), *equations):
        names |= free_symbols(node)
    names -= values.keys()
    names -= {one.name for one in integrals}
    for one in integrals:
        names |= free_symbols(one.body) - {one.bound}
    points = sorted(names | {variable})
    return _tested(equations, values, points, variable, seed, near, integrals)


def _tested(
    equations: Sequence[Node],
    values: Mapping[str, Node],
    names: Sequence[str],
    variable: str,
    seed: int,
    near: tuple[float, float] | None,
    integrals: Sequence[Standing] = (),
) -> Residual:
    rng = random.Random(seed)  # noqa: S311
    outcomes: list[tuple[dict[str, Any], bool]] = []
    largest = 0.0
    for attempt in range(_TRIES):
        if len(outcomes) >= _POINTS:
            break
        where = _point(rng, names, variable, attempt, near)
        more = quadratures(integrals, where)
        if more is None:
            continue
        size = residual(equations, values, {**where, **more})
        if size is None:
            continue
        outcomes.append((where, size <= _SMALL))
        if size <= _SMALL:
            largest = max(largest, size)
    return _verdict(outcomes, largest, variable)


def _point(
    rng: random.Random,
    names: Sequence[str],
    variable: str,
    attempt: int,
    near: tuple[float, float] | None,
) -> dict[str, Any]:
    """Values for the symbols: x of either sign, parameters and constants mostly positive."""
    where: dict[str, Any] = {}
    for name in names:
        if name == variable:
            if near is not None:
                where[name] = rng.uniform(*near)
            else:
                sign = -1 if attempt % 3 == 2 else 1
                where[name] = sign * rng.uniform(0.2, 2.4)
        else:
            sign = -1 if attempt % 4 == 3 else 1
            where[name] = sign * rng.uniform(0.3, 2.2)
    return where


def residual(
    equations: Sequence[Node], values: Mapping[str, Node], where: Mapping[str, Any]
) -> float | None:
    """The largest of |sum of terms|/sum of |terms|; None where something has no value."""
    for digits in (0, _DIGITS):
        given: dict[str, Any] = dict(where)
        try:
            for name, node in values.items():
                value = value_of(node, where, digits)
                if value is None:
                    return None
                given[name] = value
            worst = 0.0
            for equation in equations:
                terms = equation.args if equation.op == "add" else (equation,)
                numbers_ = [value_of(term, given, digits) for term in terms]
                if any(v is None for v in numbers_):
                    return None
                total = abs(complex(sum(numbers_)))
                # Terms may all be tiny; the values that enter say what is small.
                scale = sum(abs(complex(v)) for v in numbers_)
                scale = max(scale, 1e-12)
                worst = max(worst, total / scale)
        except (DlmathError, OverflowError, ValueError, ZeroDivisionError):
            return None
        if worst <= _SMALL_FLOAT:
            return worst
    return worst


def _verdict(
    outcomes: Sequence[tuple[dict[str, Any], bool]], largest: float, variable: str
) -> Residual:
    good = [where for where, holds in outcomes if holds]
    bad = [where for where, holds in outcomes if not holds]
    if not outcomes:
        return Residual(UNAVAILABLE, 0, 0, 0.0)
    if not bad:
        verdict = PASSED if len(good) > 1 else UNAVAILABLE
        return Residual(verdict, len(good), 0, largest)
    side = ""
    if len(good) > 1:
        side = "where the roots and logarithms in it have the right sign"
        if all(w[variable] > 0 for w in good) and all(w[variable] < 0 for w in bad):
            side = f"{variable} > 0"
        elif all(all(v > 0 for v in w.values()) for w in good):
            side = "all variables positive" if len(good) < len(outcomes) else side
    positive = not any(all(v > 0 for v in w.values()) for w in bad)
    somewhere = any(all(v > 0 for v in w.values()) for w in good)
    return Residual(FAILED, len(good), len(bad), largest, side, positive, somewhere)


# --- implicit solutions ---------------------------------------------------------------------


def check_implicit(
    equation: Node,
    relation: Node,
    variable: str,
    function: str,
    order: int,
    constants: Sequence[str],
    seed: int = 5,
) -> Residual:
    """Does the function given by relation(x, y) = 0 solve the equation?

    A point (x, y) is drawn at random, and the last constant is found so that it lies on the curve;
    without constants y is found.
    """
    (relation,), integrals = integrals_of([relation], (variable, function))
    try:
        slopes = implicit_derivatives(relation, variable, function, order, integrals)
    except DlmathError:
        return Residual(UNAVAILABLE, 0, 0, 0.0)
    names = set(free_symbols(relation) | free_symbols(equation) | {variable, function})
    for one in integrals:
        names = (names | (free_symbols(one.body) - {one.bound})) - {one.name}
    names -= {function + "'" * k for k in range(1, order + 1)}
    rng = random.Random(seed)  # noqa: S311
    outcomes: list[tuple[dict[str, Any], bool]] = []
    largest = 0.0
    missing = constants[-1] if constants else function
    for attempt in range(_TRIES):
        if len(outcomes) >= _POINTS:
            break
        where = _point(rng, sorted(names), variable, attempt, None)
        more = quadratures(integrals, where)
        if more is None:
            continue
        where |= more
        if missing in free_symbols(relation):
            for start in (0.7 + 0.1j, 1.5, -0.6, 0.3 - 0.4j):
                root = _root(relation, where, missing, start)
                if root is not None:
                    break
            if root is None:
                continue
            where[missing] = root
        values = {function + "'" * k: node for k, node in enumerate(slopes, start=1)}
        size = residual([equation], values, where)
        if size is None:
            continue
        outcomes.append((where, size <= 1e-6))
        if size <= 1e-6:
            largest = max(largest, size)
    plain = [
        ({k: (v.real if isinstance(v, complex) else float(v.real)) for k, v in w.items()}, holds)
        for w, holds in outcomes
    ]
    return _verdict(plain, largest, variable)


def implicit_derivatives(
    relation: Node,
    variable: str,
    function: str,
    order: int,
    integrals: Sequence[Standing] = (),
) -> list[Node]:
    """y', y'', ... on the curve relation(x, y) = 0, as expressions in x and y."""
    steep = slope(relation, function, integrals)
    if steep is ZERO:
        from dlmath.errors import Undefined

        raise Undefined("the relation does not depend on the function")
    first = neg(div(slope(relation, variable, integrals), steep))
    found = [first]
    for _ in range(order - 1):
        along = slope(found[-1], variable, integrals)
        across = slope(found[-1], function, integrals)
        found.append(add(along, mul(across, first)))
    return found


def _root(relation: Node, where: Mapping[str, Any], name: str, start: complex) -> Any:
    """A root of the relation in one symbol, by Newton's method on the graph."""
    slope = gradient(relation, [name])[name]
    value: Any = start
    try:
        for _ in range(60):
            given = {**where, name: value}
            height = value_of(relation, given, 0)
            steep = value_of(slope, given, 0)
            if height is None or steep is None or steep == 0:
                return None
            move = height / steep
            value = value - move
            if abs(complex(value)) > 1e12:
                return None
            if abs(complex(move)) <= 1e-15 * max(1.0, abs(complex(value))):
                break
        else:
            return None
    except (DlmathError, OverflowError, ZeroDivisionError, ValueError):
        return None
    plain = complex(value)
    return plain.real if abs(plain.imag) < 1e-13 * max(1.0, abs(plain)) else plain


# --- constants ------------------------------------------------------------------------------


def independent_constants(
    expressions: Sequence[Node], variable: str, constants: Sequence[str], orders: Sequence[int]
) -> int | None:
    """The rank of the derivatives of the functions and their derivatives by the constants.

    expressions: one for each function; orders: how many of its derivatives (itself counted) enter
    an initial value. None where nothing can be evaluated.
    """
    import numpy

    rows: list[Node] = []
    expressions, integrals = integrals_of(expressions, (variable,))
    try:
        for expression, order in zip(expressions, orders, strict=True):
            rows += derivatives(expression, variable, order - 1, integrals)
        table = [gradient(row, list(constants)) for row in rows]
    except DlmathError:
        return None
    names = set().union(*(free_symbols(row) for row in rows)) | {variable}
    names -= {one.name for one in integrals}
    for one in integrals:
        names |= free_symbols(one.body) - {one.bound}
    rng = random.Random(9)  # noqa: S311
    best: int | None = None
    for attempt in range(8):
        where = _point(rng, sorted(names), variable, attempt, None)
        more = quadratures(integrals, where)
        if more is None:
            continue
        where |= more
        try:
            matrix = [[value_of(row[c], where, 0) for c in constants] for row in table]
        except (DlmathError, OverflowError, ZeroDivisionError, ValueError):
            continue
        if any(v is None for line in matrix for v in line):
            continue
        array = numpy.array(matrix, dtype=complex)
        sizes = numpy.abs(array).max(axis=0)
        if not sizes.all():
            rank = int((sizes > 0).sum())
        else:
            rank = int(numpy.linalg.matrix_rank(array / sizes, tol=1e-7))
        best = rank if best is None else max(best, rank)
        if best == len(constants):
            break
    return best


# --- conditions -----------------------------------------------------------------------------


def check_condition(
    condition: Node, functions: Mapping[str, Node], variable: str, orders: Mapping[str, int]
) -> bool | None:
    """Does a condition such as y'(0) = 1 hold? None where it cannot be evaluated."""
    exchanged: dict[Node, Node] = {}
    for part in topological(condition):
        if part.op != "unknown":
            continue
        label = str(part.value)
        name = label.rstrip("'")
        expression = functions[name]
        try:
            node = derivatives(expression, variable, len(label) - len(name))[-1]
        except DlmathError:
            return None
        exchanged[part] = substitute(node, {variable: part.args[0]})
    left, right = (replace(side, exchanged) for side in condition.args)
    names = sorted(free_symbols(left) | free_symbols(right))
    rng = random.Random(3)  # noqa: S311
    seen = 0
    for _ in range(6 if names else 1):
        where = {name: rng.uniform(0.3, 1.7) for name in names}
        try:
            one, two = value_of(left, where, _DIGITS), value_of(right, where, _DIGITS)
        except DlmathError:
            continue
        if one is None or two is None:
            continue
        seen += 1
        if abs(complex(one - two)) > _SMALL * max(1.0, abs(complex(two))):
            return False
    return True if seen else None


def difference(equation: Node) -> Node:
    """Left minus right side."""
    return sub(*equation.args)

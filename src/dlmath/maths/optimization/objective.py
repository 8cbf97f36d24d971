"""The function to be made small: its value, gradient and Hessian, from one expression graph."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from math import isfinite

from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import (
    TWO,
    Node,
    add,
    contains,
    free_symbols,
    mul,
    number,
    power,
    substitute,
    symbol,
    topological,
    vector,
)
from dlmath.expression.vocabulary import OPERATIONS
from dlmath.settings import Settings

#: Above this many variables the Hessian, which has their square of entries, is left out.
HESSIAN_VARIABLES = 120

#: What generated code raises where the function has no real value.
ARITHMETIC_ERRORS = (ArithmeticError, ValueError)

#: Where these occur, a constant derivative does not make a straight line.
_JUMPS = frozenset({"floor", "ceil", "sign", "heaviside", "piecewise"})

Point = Sequence[float]


class Objective:
    """A real function of named variables.

    expression: the function as a graph, scalar. names: its variables, in the order of points.
    gradient: the partial derivatives as graphs, by reverse mode (one pass for all of them).
    """

    def __init__(self, expression: Node, names: Sequence[str]) -> None:
        from dlmath.expression.gradient import gradient

        self.expression = expression
        self.names = list(names)
        partials = gradient(expression, self.names)
        self.gradient = [partials[name] for name in self.names]
        self._hessian: Callable[..., tuple[float, ...]] | None = None

    def value(self, point: Point) -> float:
        """The value by a walk over the graph; nan where it is undefined or not real."""
        return real_value(self.expression, dict(zip(self.names, point, strict=True)))

    def slope(self, point: Point) -> list[float]:
        """The gradient at a point, by a walk over its graph; nan where undefined."""
        values = dict(zip(self.names, point, strict=True))
        return [real_value(partial, values) for partial in self.gradient]

    def hessian(self, point: Point) -> list[list[float]] | None:
        """The matrix of second derivatives, or None: too many variables, or undefined here."""
        size = len(self.names)
        if size > HESSIAN_VARIABLES:
            return None
        if self._hessian is None:
            self._hessian = self._compile_hessian()
        try:
            upper = iter(self._hessian(*point))
        except ARITHMETIC_ERRORS:
            return None
        matrix = [[0.0] * size for _ in range(size)]
        for i in range(size):
            for j in range(i, size):
                entry = next(upper)
                if isinstance(entry, complex) or not isfinite(entry):
                    return None
                matrix[i][j] = matrix[j][i] = float(entry)
        return matrix

    def _compile_hessian(self) -> Callable[..., tuple[float, ...]]:
        """The upper triangle, row by row: the gradient of each partial derivative."""
        from dlmath.expression.compile import compile_function
        from dlmath.expression.gradient import gradient

        entries: list[Node] = []
        for i, partial in enumerate(self.gradient):
            names = self.names[i:]
            second = gradient(partial, names)
            entries += [second[name] for name in names]
        return compile_function(entries, self.names)

    def endless(self) -> str | None:
        """A variable along which the function falls without bound, proved by a constant slope."""
        from dlmath.expression.tidy import tidy

        if contains(self.expression, _JUMPS):
            return None
        for name, partial in zip(self.names, self.gradient, strict=True):
            slope = tidy(partial)
            if not free_symbols(slope) and real_value(slope, {}) != 0:
                return name
        return None

    def undefined_part(self, point: Point) -> Node:
        """The innermost part of the expression that has no finite real value at the point."""
        return first_non_finite(self.expression, dict(zip(self.names, point, strict=True)))

    def undefined_slope(self, point: Point) -> tuple[str, Node] | None:
        """The first variable by which there is no finite slope, and the part of it that has no
        finite real value; None where all slopes are finite."""
        values = dict(zip(self.names, point, strict=True))
        for name, partial in zip(self.names, self.gradient, strict=True):
            if not isfinite(real_value(partial, values)):
                return name, first_non_finite(partial, values)
        return None

    def curvature_along(self) -> Callable[[Point, Point], list[float]]:
        """A function of a point and a direction v: the Hessian times v, at the cost of a few
        gradients (B. Pearlmutter, Fast exact multiplication by the Hessian, 1994)."""
        from dlmath.expression.compile import compile_function
        from dlmath.expression.gradient import gradient, nested_product, nested_sum

        directions = [f"{name}.direction" for name in self.names]
        along = nested_sum(
            [
                nested_product(symbol(direction), partial)
                for direction, partial in zip(directions, self.gradient, strict=True)
            ]
        )
        found = gradient(along, self.names)
        compiled = compile_function(
            [found[name] for name in self.names], [*self.names, *directions]
        )
        return lambda point, direction: list(compiled(*point, *direction))


def first_non_finite(expression: Node, values: Mapping[str, float]) -> Node:
    """The innermost part, in order of evaluation, that has no finite real value; in one pass."""
    from dlmath.expression.numbers import evaluate

    parts = [part for part in topological(expression) if part.args]
    found = evaluate(vector(parts), values)
    if isinstance(found, list) and len(found) == len(parts):
        for part, value in zip(parts, found, strict=True):
            if isinstance(value, complex) or (isinstance(value, float) and not isfinite(value)):
                return part
    return expression


def penalized(expression: Node, names: Sequence[str], weight: float) -> Node:
    """The expression and half the weight times the squared norm of the point."""
    squares = add(*(power(symbol(name), TWO) for name in names))
    return add(expression, mul(number(Fraction(weight) / 2), squares))


def real_value(node: Node, values: Mapping[str, float]) -> float:
    """The value of a scalar; nan where undefined, complex, or not a number at all."""
    from dlmath.expression.numbers import evaluate

    found = evaluate(node, values)
    if isinstance(found, complex):
        return float("nan")
    return float(found) if isinstance(found, (int, float)) else float("nan")


def read_problem(
    expression: Node, start: Mapping[str, Node], settings: Settings
) -> tuple[Objective, list[float]]:
    """The objective and the start point.

    Values of `settings.at` are put in for variables that are not descended on. Raises InvalidInput
    unless the expression is one real number and `start` gives each of its variables one finite
    real value; Undefined when it has no value at the start.
    """
    expression = read_function(expression, start, settings)
    names = sorted(free_symbols(expression))
    _check_names(names, start)
    ordered = [name for name in start if name in names]
    point = [_start_value(name, start[name]) for name in ordered]
    objective = Objective(expression, ordered)
    _check_start(objective, point)
    return objective, point


def read_function(expression: Node, moving: Collection[str], settings: Settings) -> Node:
    """The function with its operations carried out, its vectors written out, values put in.

    moving: the variables that `settings.at` does not hold fixed. Raises InvalidInput unless it is
    one real number.
    """
    fixed = {name: value for name, value in settings.at.items() if name not in moving}
    if contains(expression, set(OPERATIONS) - {"piecewise"}):
        from dlmath.maths.operations import carry_out

        expression = carry_out(expression, settings)
    return _scalar(substitute(expression, fixed) if fixed else expression)


def _scalar(expression: Node) -> Node:
    """The expression with its vectors written out, once it is known to be one number."""
    from dlmath.expression.elements import expand_vectors, shape_of

    if expression.op in ("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not", "true", "false"):
        raise InvalidInput(
            "a statement cannot be minimized", hint="write the function alone: x^2 + y^2"
        )
    shape = shape_of(expression)
    if shape:
        size = " by ".join(str(length) for length in shape)
        raise InvalidInput(
            f"the function to minimize must be one number; this one has {size} entries",
            hint="minimize its norm(...) or mean(...)",
        )
    return expand_vectors(expression, stable=True)


def _check_names(names: list[str], start: Mapping[str, Node]) -> None:
    if not names:
        raise InvalidInput("the function has no variable to descend on")
    example = ",".join(f"{name}=1" for name in names)
    if not start:
        raise InvalidInput("the start point is missing", hint=f"add --start {example}")
    missing = [name for name in names if name not in start]
    extra = [name for name in start if name not in names]
    if extra:
        raise InvalidInput(
            f"the start names {', '.join(extra)}, which the function does not contain",
            hint=f"its variables: --start {example}",
        )
    if missing:
        raise InvalidInput(
            f"the start gives no value to {', '.join(missing)}",
            hint=f"add --start {example}, or --at {missing[0]}=1 to hold it fixed",
        )


def _start_value(name: str, node: Node) -> float:
    from dlmath.expression.numbers import evaluate
    from dlmath.expression.text import to_text

    if free_symbols(node):
        raise InvalidInput(
            f"the start of {name} is not a number: {to_text(node)}", hint=f"write {name}=1"
        )
    found = evaluate(node)
    if isinstance(found, complex):
        raise InvalidInput(f"the start of {name} is complex: {to_text(node)}")
    if isinstance(found, bool) or not isinstance(found, (int, float)) or found != found:
        raise InvalidInput(f"the start of {name} is not a number: {to_text(node)}")
    if not isfinite(found):
        raise InvalidInput(f"the start of {name} is not finite, or beyond the largest float")
    return float(found)


def _check_start(objective: Objective, point: list[float]) -> None:
    from dlmath.expression.text import to_text

    value = objective.value(point)
    where = point_text(objective.names, point)
    if value != value:
        part = to_text(objective.undefined_part(point))
        raise Undefined(
            f"the function is undefined at the start {where}: {part} has no real value there",
            hint="start inside its domain",
        )
    if not isfinite(value):
        raise InvalidInput(f"the value at the start {where} is beyond the largest float")
    slope = objective.slope(point)
    if any(entry != entry for entry in slope):
        raise Undefined(f"the function has no gradient at the start {where}")


def point_text(names: Sequence[str], point: Point, digits: int = 10) -> str:
    """`x = 0.5, y = -1.25`, to so many significant digits."""
    pairs = zip(names, point, strict=True)
    return ", ".join(f"{name} = {decimal(value, digits)}" for name, value in pairs)


def decimal(value: float, digits: int = 10) -> str:
    """A float to so many significant digits, as the language reads it."""
    text = f"{value:.{min(digits, 17)}g}"
    return "0" if text == "-0" else text

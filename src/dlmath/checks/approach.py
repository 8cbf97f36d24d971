"""Values of a function along sequences that approach a point: what a limit is judged by.

The place is described by a closeness t that grows without bound: x = t, x = -t, x = a + 1/t or
x = a - 1/t. Each value is computed with more and more digits until they settle
(`checks.strict_values`), so that what is left is the function and not its rounding. All distances
are irrational, so that no sequence sits on special points (`sin(pi*x)` at whole numbers); a
variable known to be whole gets whole values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from time import process_time
from typing import Any, NamedTuple

from dlmath.errors import DlmathError
from dlmath.expression import graph
from dlmath.expression.graph import Node

#: Decimal exponents of the closeness: first geometric (ratio 10**0.6, about 4), which suits
#: extrapolation, then doubly geometric, which shows logarithms and what large constants hide.
NEAR = tuple(round(0.6 * k, 1) for k in range(1, 17))
FAR = (12.0, 24.0, 48.0, 96.0)
#: For functions of towers of exponentials, whose values soon become too large to compute.
SHORT = tuple(round(0.15 * k, 2) for k in range(1, 21))
VERY_FAR = (192.0, 384.0, 768.0)

#: Significant digits of each value, and the least number of digits of each point.
_DIGITS = 32

#: Points in the neighbourhood of each of the last sequence points.
_CLUSTER = 8
_SMALL_CLUSTER = 3

#: Seconds beyond the time given that the neighbourhoods may take.
_GRACE = 0.6

#: Functions that need as many digits as their operand has.
_PERIODIC = frozenset({"sin", "cos", "tan", "sec", "csc", "cot", "floor", "ceil"})
#: These have special values at the whole numbers that deep closenesses of few digits are.
_STAIRS = frozenset({"floor", "ceil"})
#: The largest exponents of the closeness at which they are computed, and with all these digits.
_DEEP_PERIODIC, _DEEP_AND_EXACT = 10_000, 3_000

#: A single evaluation slower than this (seconds) ends the march towards the point.
_SLOW = 0.06


#: Computes a value, or gives None when that takes too long (a time limit is the caller's matter).
Attempt = Callable[[Callable[[], Any]], Any]


def without_limit(compute: Callable[[], Any]) -> Any:
    """Computes, however long it takes."""
    return compute()


class Scale(NamedTuple):
    """The values at one closeness: `values[0]` belongs to the main sequence.

    exponent: the decimal exponent of the closeness. values: mpf, mpc, or nan where undefined.
    """

    exponent: float
    values: tuple[Any, ...]


class Approach:
    """A function on its way to a point from one side.

    expression: a scalar function. point: the place, `oo`, `-oo` or an expression without the
    variable. side: `left` or `right` (ignored at infinity). parameters: numbers for the other
    variables. whole: does the variable take whole values only? seconds: processor time
    for all values (so that a busy machine changes no verdict). attempt: computes each value of the
    sequences, with a time limit where the caller has one.
    """

    def __init__(
        self,
        expression: Node,
        variable: str,
        point: Node,
        side: str,
        parameters: Mapping[str, Any],
        *,
        whole: bool = False,
        seconds: float = 1.2,
        attempt: Attempt = without_limit,
    ) -> None:
        self.attempt = attempt
        self.at_infinity = is_infinite(point)
        self.whole = whole and self.at_infinity
        self.parameters = dict(parameters)
        self.name = _new_name(expression, point)
        self.place = place_at(point, side, graph.symbol(self.name))
        self.function = graph.substitute(expression, {variable: self.place})
        self._deep_function: Node | None = None
        self.periodic = graph.contains(self.function, _PERIODIC)
        # Deep values would all be even whole numbers, or need a phase to as many digits.
        self.bound = self.whole or any(map(_turns_round, graph.topological(self.function)))
        self.believing = False
        self._deadline = process_time() + seconds
        self.slow = False
        self._slow_ones = 0

    def start_again(self) -> None:
        """Forgets that values were slow; nearer to the start they may be quick."""
        self.slow = False
        self._slow_ones = 0

    def march(self, exponents: tuple[float, ...]) -> list[Scale]:
        """The main sequence as far as it can be computed reliably."""
        scales: list[Scale] = []
        for exponent in exponents:
            if self.slow or process_time() > self._deadline:
                break
            value = self.value(0, exponent)
            if value is None:
                if scales or exponent > 1.5:
                    break
                continue
            scales.append(Scale(exponent, (value,)))
        return scales

    def surround(self, scale: Scale) -> Scale | None:
        """The scale with the values in the neighbourhood of its point, where they can be had."""
        values = [scale.values[0]]
        for index in range(1, (_SMALL_CLUSTER if self.slow else _CLUSTER) + 1):
            if self.late:
                return None
            value = self.value(index, scale.exponent)
            if value is None:
                return None
            values.append(value)
        return Scale(scale.exponent, tuple(values))

    @property
    def late(self) -> bool:
        """Is the time used up, with what is granted beyond it?"""
        return process_time() > self._deadline + _GRACE

    def value(self, index: int, exponent: float) -> Any:
        """The value at point `index` near closeness 10**exponent; nan where undefined, or None."""
        import mpmath

        from dlmath.expression import precise  # noqa: F401  its first import takes no part in the time

        started = process_time()
        with mpmath.workdps(_DIGITS + int(2 * exponent)):
            closeness = _offset(index) * mpmath.mpf(10) ** mpmath.mpf(exponent)
        # A difference of nearby values loses a multiple of the exponent; start with enough.
        digits = _DIGITS + (int(2 * exponent) if exponent > 10 else 0)
        value = self.attempt(lambda: self.value_at(closeness, digits))
        self._note(process_time() - started)
        return value

    def deep_value(self, index: int, exponent: float) -> Any:
        """The value at a closeness with a huge exponent, for functions that bear it, or None."""
        import mpmath

        from dlmath.expression.tidy import expand

        if self.bound or (self.periodic and exponent > _DEEP_PERIODIC):
            return None
        closeness = _deep_closeness(index, exponent, _DIGITS)
        if self._deep_function is None:
            # 3*(1/3 + 1/t) - 1 is 3/t, which keeps its digits however small it is.
            self._deep_function = self.function if self.at_infinity else expand(self.function)
        usual, self.function = self.function, self._deep_function
        try:
            value = None
            if not graph.contains(self.function, _STAIRS):
                value = self.attempt(lambda: self.value_at(closeness, _DIGITS, cautious=False))
            if value is None and self.periodic and exponent <= _DEEP_AND_EXACT:
                digits = _DIGITS + int(1.02 * exponent)
                exact = _deep_closeness(index, exponent, digits)
                value = self.attempt(lambda: self.value_at(exact, digits))
        finally:
            self.function = usual
        return None if value is None or mpmath.isnan(value) else value

    def _note(self, seconds: float) -> None:
        """Two slow values, or a very slow one, end the march; one alone may be a hiccup."""
        self._slow_ones += seconds > _SLOW
        self.slow = self.slow or self._slow_ones >= 2 or seconds > 5 * _SLOW

    def value_at(self, closeness: Any, digits: int, *, cautious: bool = True) -> Any:
        """The value at a given closeness with a given precision, nan where undefined, or None."""
        import mpmath

        from dlmath.checks.strict_values import strict_value
        from dlmath.expression.precise import evaluate

        if self.whole:
            with mpmath.workdps(digits + 10):
                closeness = mpmath.floor(closeness)
        try:
            values = {**self.parameters, self.name: closeness}
            if self.believing:
                value = evaluate(self.function, values, digits)
            else:
                value = strict_value(self.function, values, digits, cautious=cautious)
        except (DlmathError, ArithmeticError, ValueError, MemoryError):
            return None
        except (TypeError, NotImplementedError):
            return None
        if value is None or isinstance(value, (list, bool)) or mpmath.isinf(value):
            return None
        return value


def is_infinite(point: Node) -> bool:
    """Is this `oo` or `-oo`?"""
    return point is graph.INFINITY or point is graph.neg(graph.INFINITY)


def place_at(point: Node, side: str, closeness: Node) -> Node:
    """The variable's value at a closeness t: t, -t, a + 1/t or a - 1/t."""
    if point is graph.INFINITY:
        return closeness
    if point is graph.neg(graph.INFINITY):
        return graph.neg(closeness)
    distance = graph.power(closeness, graph.MINUS_ONE)
    return graph.add(point, distance if side == "right" else graph.neg(distance))


def _deep_closeness(index: int, exponent: float, digits: int) -> Any:
    import mpmath

    with mpmath.workdps(digits):
        return _offset(index) * mpmath.mpf(10) ** mpmath.mpf(exponent)


def _turns_round(node: Node) -> bool:
    """Is it a power of a negative number, such as (-1)^x?"""
    return node.op == "pow" and node.args[0].op == "number" and node.args[0].number < 0


def _new_name(*nodes: Node) -> str:
    """A name for the closeness that occurs in none of the nodes."""
    taken = _names(nodes)
    name = "t"
    while name in taken:
        name += "_"
    return name


def _names(nodes: tuple[Node, ...]) -> frozenset[str]:
    return frozenset(
        part.name for node in nodes for part in graph.topological(node) if part.op == "symbol"
    )


def _offset(index: int) -> Any:
    """Irrational numbers in 1..2: the square root of two, then multiples of the golden ratio."""
    import mpmath

    if index == 0:
        return mpmath.sqrt(2)
    golden = (mpmath.sqrt(5) - 1) / 2
    return 1 + mpmath.frac(index * golden)


def in_order(values: tuple[Any, ...]) -> list[Any]:
    """The values of a scale in order of closeness."""
    order = sorted(range(len(values)), key=_offset)
    return [values[index] for index in order]


def windows(approach: Approach, exponent: float, count: int, width: float) -> Iterator[Any]:
    """`count` equally spaced closenesses from 10**exponent on, over `width`."""
    import mpmath

    start = mpmath.mpf(10) ** exponent
    for k in range(count):
        yield start + width * mpmath.mpf(k) / count

"""Simple constants recognized from their decimal value: a guess, and labelled as one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dlmath.expression import graph
from dlmath.expression.graph import Node

#: No fraction with more digits than this above and below the bar is called simple.
_MOST_FRACTION_DIGITS = 6

#: Digits that must agree beyond those that any fraction of the same size would give.
_SPARE_DIGITS = 5


def identify(value: Any, error: Any) -> Node | None:
    """A rational number, or one times a common constant, that equals the value within its error.

    value: mpf or mpc; error: how far it may be off. Returns None unless the agreement is far beyond
    chance: the digits that agree outnumber the digits of the fraction by a margin.
    """
    import mpmath

    with mpmath.workdps(50):
        size = abs(value)
        if size < mpmath.mpf(10) ** -12:
            return graph.ZERO if error < mpmath.mpf(10) ** -14 and size <= 10 * error else None
        if abs(mpmath.im(value)) > 0:
            return None
        digits = 30.0
        if error > 0:
            digits = min(30.0, float(-mpmath.log10(error / size)))
        for constant, number in _constants():
            fraction = _simple_fraction(mpmath.re(value) / number, digits)
            if fraction is not None:
                return graph.mul(graph.number(fraction), constant)
    return None


def _constants() -> list[tuple[Node, Any]]:
    import mpmath

    two, three, root_pi = graph.TWO, graph.number(3), graph.sqrt(graph.PI)
    nodes = [
        graph.ONE,
        graph.PI,
        graph.E,
        graph.sqrt(two),
        graph.sqrt(three),
        graph.power(graph.PI, graph.MINUS_ONE),
        graph.power(graph.E, graph.MINUS_ONE),
        root_pi,
        graph.power(root_pi, graph.MINUS_ONE),
        graph.sqrt(graph.mul(two, graph.PI)),
        graph.power(graph.sqrt(graph.mul(two, graph.PI)), graph.MINUS_ONE),
        graph.power(graph.PI, two),
        graph.call("log", two),
    ]
    from dlmath.expression.precise import evaluate

    return [(node, mpmath.mpf(evaluate(node, {}, 45))) for node in nodes]


def _simple_fraction(value: Any, digits: float) -> Fraction | None:
    """The fraction within 10**-digits of the value, if it is simple enough not to be chance."""
    import mpmath

    exact = Fraction(int(mpmath.nint(value * 10**40)), 10**40)
    fraction = exact.limit_denominator(10_000)
    if fraction == 0:
        return None
    size = len(str(abs(fraction.numerator))) + len(str(fraction.denominator))
    if size > _MOST_FRACTION_DIGITS or digits < size + _SPARE_DIGITS:
        return None
    gap = abs(mpmath.mpf(fraction.numerator) / fraction.denominator / value - 1)
    return fraction if gap <= mpmath.mpf(10) ** -(digits - 1) else None

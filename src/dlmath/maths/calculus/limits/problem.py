"""A limit as it was asked, and what a solution of one side of it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from dlmath.answer import Check, Sentence, Step
from dlmath.checks.approach import is_infinite
from dlmath.checks.sequences import Behaviour, observe
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.settings import Assumptions

#: The longest that one value of a function may take (seconds).
_VALUE_SECONDS = 0.8

BOTH = "both"
LEFT = "left"
RIGHT = "right"

#: Values for parameters of which nothing is known: each row a set, taken in turn by the names.
_REAL_SETS = (
    (Fraction(17, 10), Fraction(9, 8), Fraction(23, 9), Fraction(4, 7), Fraction(31, 12)),
    (Fraction(-13, 9), Fraction(7, 4), Fraction(-5, 8), Fraction(11, 6), Fraction(-29, 12)),
    (Fraction(5, 7), Fraction(-12, 7), Fraction(3, 11), Fraction(-7, 3), Fraction(8, 5)),
)
_WHOLE_SETS = ((2, 3, 5, 4, 7), (3, 1, 2, 5, 4), (5, 4, 3, 2, 6))


@dataclass(frozen=True)
class Problem:
    """expression as variable tends to point; `assume` is what is known of the variables."""

    expression: Node
    variable: str
    point: Node
    assume: Assumptions = field(default_factory=dict)

    @property
    def at_infinity(self) -> bool:
        """Is the point `oo` or `-oo`?"""
        return is_infinite(self.point)

    @property
    def whole(self) -> bool:
        """Does the variable take whole values only?"""
        return "integer" in self.assume.get(self.variable, frozenset())

    @property
    def parameters(self) -> list[str]:
        """The other variables, in order of their names."""
        names = graph.free_symbols(self.expression) | graph.free_symbols(self.point)
        return sorted(names - {self.variable})

    def parameter_sets(self) -> list[dict[str, Fraction]]:
        """Numbers for the parameters that agree with what is known of them."""
        names = self.parameters
        if not names:
            return [{}]
        return [
            {
                name: _allowed(self.assume.get(name, frozenset()), row, index)
                for index, name in enumerate(names)
            }
            for row in range(len(_REAL_SETS))
        ]

    def limit_of(self, expression: Node, side: str) -> Node:
        """The limit, unevaluated, as an expression of the language."""
        shown = BOTH if self.at_infinity else side
        return graph.make("limit", (expression, graph.symbol(self.variable), self.point), shown)

    def with_expression(self, expression: Node) -> Problem:
        """The same limit of another function."""
        return Problem(expression, self.variable, self.point, self.assume)

    def observe(self, side: str, parameters: Mapping[str, Any], seconds: float = 1.2) -> Behaviour:
        """What the values do on one side, for one set of parameters."""
        return observe(
            self.expression,
            self.variable,
            self.point,
            side,
            parameters,
            whole=self.whole,
            seconds=seconds,
            attempt=in_time,
        )


def in_time(compute: Callable[[], Any]) -> Any:
    """One value, or None when it takes too long."""
    try:
        with within(_VALUE_SECONDS):
            return compute()
    except OutOfTime:
        return None


def _allowed(known: frozenset[str], row: int, index: int) -> Fraction:
    if "integer" in known:
        whole = _WHOLE_SETS[row][index % 5]
        return Fraction(-whole if known & {"negative", "nonpositive"} else whole)
    value = _REAL_SETS[row][index % 5]
    if known & {"positive", "nonnegative"}:
        return abs(value)
    if known & {"negative", "nonpositive"}:
        return -abs(value)
    return value


# --- results of one side --------------------------------------------------------------------

VALUE = "value"
NONE = "none"
UNDEFINED = "undefined"
UNKNOWN = "unknown"


class SideLimit(NamedTuple):
    """What is known of the limit from one side.

    kind: `value` (also infinite), `none` (it does not exist), `undefined` (the function has no
    values on this side), `unknown`. value: the limit. reason: why it does not exist, or what is
    to be said about the value. route: how the value was found. check: the sequences' verdict.
    real: are the values of the function real near the point on this side? numeric: what the
    values do, where only they give the limit, as a decimal number with an error. steps: the
    derivation by rules, where they gave the value.
    """

    kind: str
    value: Node | None = None
    reason: Sentence = ()
    route: str = ""
    check: Check | None = None
    real: bool = True
    numeric: Any = None
    steps: tuple[Step, ...] = ()

"""What is answered at a point where the slopes of the two sides differ.

Three readings, chosen by `--at-kink`: `undefined` (there is no derivative: the default),
`frameworks` (what automatic differentiation returns), `subgradient` (every slope between those of
the two sides; R. T. Rockafellar, Convex Analysis, 1970, section 23).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dlmath.answer import Sentence
from dlmath.errors import Undefined
from dlmath.expression.graph import Node, free_symbols, substitute
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.derivatives.kinks import Kink, agree, kinks_of, sides

READINGS = ("undefined", "frameworks", "subgradient")

#: Slopes above this are a vertical tangent.
_STEEP = 1e6
#: Slopes below this are what a hair beside the point makes of 0.
_HAIR = 1e-15


class KinkAt(NamedTuple):
    """A kink that lies at the point asked for.

    left, right: the slopes of the two sides (None where there is none). joined: has the function
    the same value on both sides?
    """

    kink: Kink
    place: str
    left: Any
    right: Any
    joined: bool

    def accept(self, reading: str) -> Sentence:
        """The remark under which the value of frameworks is given.

        Raises Undefined for the reading `undefined`, and where frameworks have no convention.
        """
        convention = self.kink.convention
        if reading == "frameworks" and convention:
            return (f"{self._words()}; the value is what frameworks use ({convention})",)
        raise Undefined(
            self._words(),
            hint=f"frameworks use {convention} there: --at-kink frameworks" if convention else None,
        )

    def subdifferential(self) -> tuple[Any, Any, Sentence]:
        """The least and the greatest slope between the two sides. Raises Undefined at a jump."""
        if not self.joined or self.left is None or self.right is None or self._is_steep():
            raise Undefined(self._words())
        least, greatest = sorted((self.left, self.right))
        kind = "subdifferential" if self.left <= self.right else "superdifferential"
        return least, greatest, (f"the {kind} at {self.place}: every slope of this interval",)

    def _is_steep(self) -> bool:
        return bool(max(abs(self.left), abs(self.right)) > _STEEP)

    def _words(self) -> str:
        name = to_text(self.kink.function)
        if self.left is None and self.right is None:
            return f"no derivative at {self.place}: {name} has a {self.kink.kind} there"
        if not self.joined:
            return f"no derivative at {self.place}: {name} jumps there"
        if self.left is None or self.right is None or self._is_steep():
            return f"no derivative at {self.place}: {name} has a vertical tangent or ends there"
        from dlmath.expression.precise import decimal_text

        left, right = (
            decimal_text(slope if abs(slope) > _HAIR else 0 * slope, 6)
            for slope in (self.left, self.right)
        )
        return (
            f"not differentiable at {self.place} (kink of {name}): "
            f"slope {left} on the left, {right} on the right"
        )


def kink_at(function: Node, formula: Node, variable: str, at: Mapping[str, Node]) -> KinkAt | None:
    """The kink at the point, where the slopes of the two sides differ; else None.

    formula: the derivative of function by the variable.
    """
    point = at.get(variable)
    if point is None:
        return None
    for kink in kinks_of(function, variable):
        place = tidy(substitute(kink.at, dict(at)))
        if free_symbols(place) or not _is_zero(place):
            continue
        left, right = sides(formula, variable, point, at)
        heights = sides(function, variable, point, at)
        unknown = heights == (None, None)  # another variable has no value
        joined = unknown or kink.kind == "vertical tangent" or agree(*heights)
        if not joined or not agree(left, right):
            return KinkAt(kink, f"{variable} = {to_text(point)}", left, right, joined)
    return None


def _is_zero(node: Node) -> bool:
    from dlmath.expression.precise import evaluate

    return bool(abs(evaluate(node, digits=30)) < 1e-25)

"""What a function of one variable is like as an activation, computed from its graph.

The curve is traced (`calculus.studies`): on each stretch between two stations the function is
smooth and its slope is monotone, so that the largest slope, and where the slope is small, follow
from the ends of the stretches.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from dlmath.errors import Unsolved
from dlmath.expression.graph import ZERO, Node
from dlmath.maths.calculus.derivatives.rules import Differentiator
from dlmath.maths.calculus.integrals.zero_search import Point, infinite, real_value
from dlmath.maths.calculus.studies import shape
from dlmath.maths.calculus.studies.curve import Curve, Station, Stretch, trace
from dlmath.maths.calculus.studies.ends import Ends
from dlmath.maths.calculus.studies.points import (
    exact_point,
    infinite_point,
    recognize_value,
    same,
    shown,
)
from dlmath.maths.calculus.studies.spans import Span, span_fact, union, union_fact
from dlmath.maths.calculus.studies.symmetry import parity, period
from dlmath.maths.calculus.studies.zeros import Endless
from dlmath.settings import Settings

#: Below this the gradient counts as vanished.
SATURATED = 0.01

#: Derivatives are compared at a seam up to this order.
_HIGHEST_ORDER = 4
_DIGITS = 25


#: Sizes at which the sum f(x) + f(-x) is looked at.
_TURNED = tuple(Fraction(n, 100) for n in (31, 87, 164, 293, 458, 811))


class Sloped(NamedTuple):
    """A stretch with the limits of its slope at both ends (None: not known)."""

    left: Station
    stretch: Stretch
    right: Station
    at_left: Point | None
    at_right: Point | None


class Profile:
    """One function of one variable, traced over the whole axis, or between two ends.

    Raises Unsolved where special places cannot be told apart. period: of a function that repeats;
    one period of it is studied.
    """

    def __init__(
        self,
        function: Node,
        variable: str,
        settings: Settings,
        ends: tuple[Node, Node] | None = None,
    ) -> None:
        self.function = function
        self.variable = variable
        self.settings = settings
        self.period: Node | None = None
        self._between = ends
        self.curve: Curve = self._traced()
        self._ends = Ends(variable, settings)
        self.extrema = shape.extrema(self.curve)
        self.sloped = self._with_slopes()

    def _traced(self) -> Curve:
        """The whole axis; of a curve that repeats its shape one turn of it."""
        if self._between is not None:
            low, high = map(exact_point, self._between)
            return trace(self.function, self.variable, low, high, self.settings)
        try:
            return trace(
                self.function, self.variable, infinite_point(-1), infinite_point(1), self.settings
            )
        except Endless as endless:
            found = period(self.function, self.variable)
            if found is None or found.shift is not ZERO:
                raise Unsolved(
                    "its special places go on without end, and it does not repeat itself"
                ) from endless
            self.period = found.length
            return trace(
                self.function,
                self.variable,
                exact_point(ZERO),
                exact_point(found.length),
                self.settings,
            )

    def _with_slopes(self) -> list[Sloped]:
        found = []
        stations = self.curve.stations
        for place, stretch in enumerate(self.curve.stretches):
            if stretch is None:
                continue
            left, right = stations[place], stations[place + 1]
            found.append(
                Sloped(
                    left,
                    stretch,
                    right,
                    self._slope(stretch, left, "right"),
                    self._slope(stretch, right, "left"),
                )
            )
        return found

    def _slope(self, stretch: Stretch, station: Station, side: str) -> Point | None:
        if station.flat and not station.corner and station.is_finite:
            return Point(ZERO, self._zero(), ZERO)
        return self._ends.limit(stretch.slope, station.point, side)

    def _zero(self) -> Any:
        import mpmath

        return mpmath.mpf(0)

    # --- values -------------------------------------------------------------------------

    @property
    def domain(self) -> Any:
        if self.period is not None:
            return union_fact([Span(infinite_point(-1), infinite_point(1))])
        return union_fact(shape.domain(self.curve))

    @property
    def range(self) -> Any:
        found = shape.values(self.curve)
        return None if found is None else union_fact(found)

    def limits(self) -> dict[str, Any]:
        """At both ends of the axis, where the function lives there."""
        if self.period is not None:
            return {"-oo": "does not exist", "oo": "does not exist"}
        first, last = self.curve.stations[0], self.curve.stations[-1]
        found = {}
        ends = (("-oo", first, first.right, 0), ("oo", last, last.left, -1))
        for name, station, limit, place in ends:
            if not station.is_finite and self.curve.stretches[place] is not None:
                found[name] = None if limit is None else _fact(limit)
        return found

    @property
    def symmetry(self) -> Any:
        """`even`, `odd`, the point about which the curve can be turned, or `neither`."""
        found = parity(self.function, self.variable)
        if found != "neither":
            return found
        values = []
        for size in _TURNED:
            pair = [
                real_value(self.function, self.variable, side * size, _DIGITS) for side in (1, -1)
            ]
            if None in pair:
                return found
            values.append((pair[0] + pair[1]) / 2)
        if any(abs(value - values[0]) > 1e-20 * (1 + abs(values[0])) for value in values):
            return found
        return ("odd about the point (0, ", *span_parts_of(recognize_value(values[0])), ")")

    @property
    def monotonicity(self) -> str:
        """`increasing`, `decreasing`, `nondecreasing`, `nonincreasing` or `neither`."""
        rises = {sloped.stretch.rise for sloped in self.sloped}
        if len(shape.domain(self.curve)) > 1 or rises >= {1, -1}:
            return "neither"
        for sign, strict, loose in (
            (1, "increasing", "nondecreasing"),
            (-1, "decreasing", "nonincreasing"),
        ):
            if -sign not in rises and all(_goes_on(s, sign) for s in self._inside()):
                if rises == {0} and all(self._in_one_piece()):
                    return "constant"
                return strict if rises == {sign} else loose
        return "neither"

    def _inside(self) -> list[Station]:
        """The stations with the function on both sides."""
        return [s for s in self.curve.stations[1:-1] if s.has_left and s.has_right]

    def _in_one_piece(self) -> list[bool]:
        return [station.joins for station in self._inside()]

    @property
    def convexity(self) -> str:
        """`convex`, `concave`, `linear` or `neither`, on the whole domain."""
        domain = shape.domain(self.curve)
        if len(domain) != 1:
            return "neither"
        if _covers(shape.bending(self.curve, 1), domain[0]):
            return "convex"
        if _covers(shape.bending(self.curve, -1), domain[0]):
            return "concave"
        return "linear" if _covers(shape.straight(self.curve), domain[0]) else "neither"

    # --- slopes -------------------------------------------------------------------------

    def lipschitz(self) -> Point | None:
        """The least Lipschitz constant, the supremum of the slope's size; None: not known.

        Infinite where the function jumps.
        """
        import mpmath

        best: Point | None = Point(ZERO, mpmath.mpf(0), ZERO)
        if not all(self._in_one_piece()):
            return infinite_point(1)
        for sloped in self.sloped:
            for end in (sloped.at_left, sloped.at_right):
                if end is None:
                    return None
                size = _size(end)
                if best is None or size.value > best.value:
                    best = size
        return best

    def kinks(self) -> list[dict[str, Any]]:
        """Places where the slopes of the two sides differ: x, left, right."""
        return [
            {
                "x": _fact(before.right.point),
                "left": None if before.at_right is None else _fact(before.at_right),
                "right": None if after.at_left is None else _fact(after.at_left),
            }
            for before, after in self._neighbours()
            if before.right.joins and not _agree(before.at_right, after.at_left)
        ]

    def _neighbours(self) -> list[tuple[Sloped, Sloped]]:
        pairs = zip(self.sloped, self.sloped[1:], strict=False)
        return [(a, b) for a, b in pairs if a.right is b.left]

    def smoothness(self) -> str:
        """`C^k`: k derivatives exist and are continuous; `C^oo`: all; `discontinuous`."""
        least: int | None = None
        for before, after in self._neighbours():
            order = self._order_at(before, after)
            if order is not None:
                least = order if least is None else min(least, order)
        if least is None:
            return "C^oo" if all(self._in_one_piece()) else "discontinuous"
        return f"C^{least}" if least >= 0 else "discontinuous"

    def _order_at(self, before: Sloped, after: Sloped) -> int | None:
        """How many derivatives go on over a seam; None: all, as far as is looked."""
        if not before.right.joins:
            return -1
        if before.stretch.function is after.stretch.function:
            return 0 if before.right.corner else None
        left, right = before.stretch.slope, after.stretch.slope
        for order in range(_HIGHEST_ORDER):
            ends = (
                self._ends.limit(left, before.right.point, "left"),
                self._ends.limit(right, before.right.point, "right"),
            )
            if not _agree(*ends):
                return order
            left, right = (Differentiator(self.variable).of(f).result for f in (left, right))
        return _HIGHEST_ORDER

    # --- saturation ---------------------------------------------------------------------

    def saturated(self) -> list[Span]:
        """Where the slope is smaller than `SATURATED` in size."""
        spans: list[Span] = []
        for sloped in self.sloped:
            found = self._saturated_on(sloped)
            if found is not None:
                spans.append(found)
        for station in self._inside():
            if station.flat and station.joins and not station.corner:
                spans.append(Span(station.point, station.point, True, True))
        return union(spans)

    def _saturated_on(self, sloped: Sloped) -> Span | None:
        """The part of a stretch where the slope, which is monotone there, is small."""
        if sloped.at_left is None or sloped.at_right is None:
            return None
        a, b = sloped.at_left.value, sloped.at_right.value
        if min(a, b) >= SATURATED or max(a, b) <= -SATURATED:
            return None
        low, high = sloped.left.point, sloped.right.point
        for level in (SATURATED, -SATURATED):
            if (a - level) * (b - level) < 0:
                place = self._crossing(sloped.stretch, low, high, level, rising=bool(b > a))
                outside_left = a > level if level > 0 else a < level
                if outside_left:
                    low = place
                else:
                    high = place
        is_level = bool(a == b == 0)
        return Span(
            low, high, is_level and not infinite(low.value), is_level and not infinite(high.value)
        )

    def _crossing(
        self, stretch: Stretch, low: Point, high: Point, level: float, *, rising: bool
    ) -> Point:
        """Where a monotone slope takes a value between those at the ends, by bisection."""
        import mpmath

        def above(x: Any) -> bool:
            value = real_value(stretch.slope, self.variable, x, _DIGITS)
            return (value is not None and value > level) == rising

        left, right = _bracket(low.value, high.value, above)
        with mpmath.mp.workdps(_DIGITS):
            for _ in range(50):
                middle = (left + right) / 2
                if above(middle):
                    right = middle
                else:
                    left = middle
        return recognize_value((left + right) / 2)


def _bracket(low: Any, high: Any, above: Any) -> tuple[Any, Any]:
    """Finite places on both sides of the crossing."""
    import mpmath

    step = mpmath.mpf(1)
    if infinite(low) and infinite(high):
        left, right = mpmath.mpf(-1), mpmath.mpf(1)
    elif infinite(low):
        left, right = high - step, mpmath.mpf(high)
    elif infinite(high):
        left, right = mpmath.mpf(low), low + step
    else:
        return mpmath.mpf(low), mpmath.mpf(high)
    for _ in range(200):
        moved = False
        if infinite(high) and not above(right):
            right, moved = right + step, True
        if infinite(low) and above(left):
            left, moved = left - step, True
        if not moved:
            break
        step *= 2
    return left, right


def _goes_on(station: Station, sign: int) -> bool:
    """Is the function continuous there, or does it jump in the direction of the sign?"""
    if station.joins:
        return True
    ends = [station.left, station.value, station.right]
    values = [end.value * sign for end in ends if end is not None]
    return len(values) == len(ends) and values == sorted(values)


def _covers(spans: Sequence[Span], whole: Span) -> bool:
    return any(
        same(span.low.value, whole.low.value) and same(span.high.value, whole.high.value)
        for span in spans
    )


def _agree(a: Point | None, b: Point | None) -> bool:
    return a is not None and b is not None and same(a.value, b.value)


def _size(point: Point) -> Point:
    """The absolute value of a point of the axis."""
    if point.value >= 0:
        return point
    from dlmath.expression.graph import neg
    from dlmath.expression.tidy import tidy

    exact = None if point.exact is None else tidy(neg(point.exact))
    return Point(exact, -point.value, ZERO)


def _fact(point: Point) -> Any:
    return shown(point)


def span_parts_of(point: Point) -> tuple[Node | str]:
    """A place as part of a sentence."""
    found = shown(point)
    return (found if isinstance(found, Node) else f"{found:.10g}",)


def point_fact(point: Point | None) -> Any:
    """A point as a fact: exact where that is short, else ten digits; None where unknown."""
    return None if point is None else shown(point)


def spans_fact(spans: Sequence[Span]) -> list[Any]:
    """Intervals as facts."""
    return [span_fact(span) for span in spans]


__all__ = ["SATURATED", "Profile", "point_fact", "spans_fact"]

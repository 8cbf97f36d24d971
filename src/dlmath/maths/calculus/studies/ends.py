"""What a function tends to at the ends of a stretch, and the lines that it approaches."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from dlmath.errors import DlmathError
from dlmath.expression.graph import (
    Node,
    add,
    contains,
    div,
    free_symbols,
    mul,
    sub,
    symbol,
    topological,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.integrals.zero_search import DIGITS, Point, infinite, real_value
from dlmath.maths.calculus.studies.factors import stable, written_out
from dlmath.maths.calculus.studies.points import (
    infinite_point,
    recognize_value,
    same,
    value_at,
)
from dlmath.settings import Settings

#: Distances from a finite end at which values are looked at (powers of ten).
_NEARER = (12, 18, 24, 30, 36)

#: Seconds for one limit.
_SECONDS = 6.0


class Ends:
    """One-sided limits, each found once."""

    def __init__(self, variable: str, settings: Settings) -> None:
        self.variable = variable
        self.settings = replace(settings, check=False, steps=False, at={}, digits=None)
        self._known: dict[tuple[Node, Node | None, Any, str], Point | None] = {}

    def limit(self, function: Node, point: Point, side: str) -> Point | None:
        """The limit as the variable tends to the place from one side, or None for none found.

        A formula that has a value there is continuous: it holds no branches (`study_cells`).
        """
        key = (function, point.exact, point.value, side)
        if key not in self._known:
            self._known[key] = self._found(function, point, side)
        return self._known[key]

    def _found(self, function: Node, point: Point, side: str) -> Point | None:
        if self.variable not in free_symbols(function):
            return value_at(function, self.variable, infinite_point(1))
        if not infinite(point.value) and not _has_moving_exponent(function, self.variable):
            there = value_at(function, self.variable, point) if point.exact is not None else None
            if there is not None:
                return there
        if point.exact is None:
            return _from_values(function, self.variable, point, -1 if side == "left" else 1)
        return self._by_rules(function, point, side)

    def _by_rules(self, function: Node, point: Point, side: str) -> Point | None:
        from dlmath.answer import ANSWERED
        from dlmath.maths.calculus.limit import limit
        from dlmath.maths.calculus.studies.points import exact_point

        assert point.exact is not None
        asked = "both" if infinite(point.value) else side
        seconds = self.settings.seconds
        settings = replace(self.settings, seconds=min(seconds, _SECONDS) if seconds else _SECONDS)
        try:
            answer = limit(function, self.variable, point.exact, asked, settings)
        except DlmathError:
            return None
        if answer.status != ANSWERED or not isinstance(answer.result, Node):
            return None
        found = exact_point(answer.result)
        return found if hasattr(found.value, "_mpf_") else None

    def slope_limit(self, slope: Node, point: Point, side: str) -> Any:
        """The number that a derivative tends to at a finite place, infinite, or None."""
        direct = value_at(slope, self.variable, point) if point.exact is not None else None
        if direct is not None and not _has_moving_exponent(slope, self.variable):
            return direct.value
        found = _from_values(slope, self.variable, point, -1 if side == "left" else 1)
        return None if found is None else found.value


def _has_moving_exponent(function: Node, variable: str) -> bool:
    """Is there a power whose base and exponent both vary? It may jump where its base is 0."""
    return any(
        part.op == "pow" and all(variable in free_symbols(arg) for arg in part.args)
        for part in topological(function)
    )


def power_of_zero(function: Node, variable: str, point: Point) -> bool:
    """Is there a power u^v of variable u and v with u = 0 at the place? It counts as undefined."""
    for part in topological(function):
        if part.op == "pow" and all(variable in free_symbols(arg) for arg in part.args):
            base = value_at(part.args[0], variable, point)
            if base is not None and abs(base.value) < 1e-20:
                return True
    return False


def nearby(function: Node, variable: str, point: Point, side: int) -> list[Any]:
    """Values nearer and nearer to a finite place from one side, where they are real."""
    import mpmath

    values = []
    with mpmath.workdps(60):
        place = point.at(60) if point.exact is not None else point.value
        scale = max(1, abs(place))
        for power in _NEARER:
            at = place + side * scale * mpmath.mpf(10) ** -power
            values.append(real_value(function, variable, at, DIGITS))
    return [value for value in values if value is not None]


def _from_values(function: Node, variable: str, point: Point, side: int) -> Point | None:
    """The limit that values show: finite when they settle, infinite when they keep growing."""
    values = nearby(function, variable, point, side)
    if len(values) < 3:
        return None
    steps = [abs(b - a) for a, b in pairwise(values)]
    if steps[-1] <= 1e-8 * max(1, abs(values[-1])) and steps[-1] <= steps[0]:
        return recognize_value(values[-1])
    if abs(values[-1]) > abs(values[0]) + 5 and steps[-1] >= steps[0] * 0.5:
        return infinite_point(1 if values[-1] > 0 else -1)
    return None


# --- asymptotes -----------------------------------------------------------------------------


def slanted(function: Node, ends: Ends, point: Point, at_end: Point | None) -> Node | Point | None:
    """The right-hand side m*x + b of the line approached at oo or -oo, or None.

    at_end: what the function tends to there; a finite one is returned as it is. A function that
    is itself a line has none.
    """
    variable = ends.variable
    x = symbol(variable)
    if at_end is None:
        return None
    if not infinite(at_end.value):
        return None if variable not in free_symbols(function) else at_end
    if not _grows_like_a_line(function, variable, point):
        return None
    ratio = ends.limit(tidy(expand(div(written_out(function), x))), point, "left")
    if ratio is None or infinite(ratio.value) or same(ratio.value, 0) or ratio.exact is None:
        return None
    rest = stable(tidy(expand(sub(function, mul(ratio.exact, x)))))
    if variable not in free_symbols(rest):
        return None
    if _vanishes_far_out(rest, variable, point):
        return tidy(mul(ratio.exact, x))
    height = ends.limit(rest, point, "left")
    if height is None or infinite(height.value) or height.exact is None:
        return None
    return tidy(add(mul(ratio.exact, x), height.exact))


def _vanishes_far_out(function: Node, variable: str, point: Point) -> bool:
    """Do the values fall off like an exponential? Then the limit is zero, and quickly told."""
    from dlmath.checks.strict_values import strict_value

    side = 1 if point.value > 0 else -1
    sizes = []
    for place in (100, 300, 900):
        try:
            value = strict_value(function, {variable: side * place}, 30)
        except (DlmathError, ArithmeticError, ValueError):
            return False
        if value is None or value != value:
            return False
        sizes.append(abs(value))
    near, middle, far = sizes
    return bool(near < 1e-30 and middle < near**2 and far < middle**2)


def _grows_like_a_line(function: Node, variable: str, point: Point) -> bool:
    """Do f(x)/x at two far places agree roughly? Spares limits that are not lines."""
    side = 1 if point.value > 0 else -1
    ratios = []
    for size in (10**8, 10**16):
        value = real_value(function, variable, side * size, 20)
        if value is None:
            return contains(function, {"exp"}) is False
        ratios.append(value / (side * size))
    return bool(abs(ratios[0] - ratios[1]) < 0.01 * abs(ratios[0]))
